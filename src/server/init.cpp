/*
 * init.cpp - what PostgreSQL runs when it loads the library.
 */
#include "schema_guard/pg/boundary.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
}

void
_PG_init(void)
{
}
