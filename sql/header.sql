\echo Use "CREATE EXTENSION schema_guard" to load this file. \quit
