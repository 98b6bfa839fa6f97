/*
 * core/diff/forms.hpp - the forms of DDL that the rules of kinds write, each with the lock it takes and what it does.
 *
 * Measured on 15, 17 and 18 (docs/diff.md); test/sql/diff_locks.sql proves each on the server at hand.  The lock is the
 * strongest one on the table, view or index the statement names.
 */
#pragma once

#include "schema_guard/core/diff/script.hpp"

namespace schema_guard::form {

/* --- any object --- */
inline constexpr Form create{"CREATE"};
inline constexpr Form drop{"DROP"};
inline constexpr Form alter{"ALTER"};
inline constexpr Form rename{"RENAME of a table or its part", Lock::access_exclusive};
inline constexpr Form owner{"OWNER TO"};
inline constexpr Form table_owner{"ALTER TABLE OWNER TO", Lock::access_exclusive};
inline constexpr Form comment{"COMMENT"};
inline constexpr Form table_comment{"COMMENT ON a table or its part", Lock::share_update_exclusive};
inline constexpr Form label{"SECURITY LABEL"};
inline constexpr Form table_label{"SECURITY LABEL ON a table or its part", Lock::share_update_exclusive};
inline constexpr Form grant{"GRANT", Lock::none, Work::none, privilege_widened};
/* Of what was there all the while, but for the script itself. */
inline constexpr Form grant_again{"GRANT again"};
inline constexpr Form revoke_default{"REVOKE of what a new object has by itself"};
inline constexpr Form revoke{"REVOKE", Lock::none, Work::none, breaks_applications};

/* --- routines and types --- */
inline constexpr Form replace_routine{"CREATE OR REPLACE"};
/* Runs in a transaction, but the label can be used only after its commit. */
inline constexpr Form add_enum_value{"ALTER TYPE ADD VALUE", Lock::none, Work::none, 0, false};
/* A column whose type is made anew. */
inline constexpr Form convert_column{"ALTER TABLE ALTER COLUMN TYPE USING", Lock::access_exclusive, Work::rewrite,
									 depends_on_data};
inline constexpr Form drop_composite{"DROP TYPE, composite", Lock::access_exclusive};
inline constexpr Form alter_composite{"ALTER TYPE ATTRIBUTE", Lock::access_exclusive};
/* The lock is on each table that has the domain. */
inline constexpr Form domain_constraint{"ALTER DOMAIN ADD CONSTRAINT, SET NOT NULL, VALIDATE CONSTRAINT", Lock::share,
										Work::scan, depends_on_data};
inline constexpr Form domain_constraint_unused{"ALTER DOMAIN of a domain that no column has"};
inline constexpr Form domain_constraint_not_valid{"ALTER DOMAIN ADD CONSTRAINT NOT VALID"};

/* --- indexes --- */
inline constexpr Form create_index{"CREATE INDEX", Lock::share, Work::scan};
inline constexpr Form create_unique_index{"CREATE UNIQUE INDEX", Lock::share, Work::scan, depends_on_data};
inline constexpr Form create_index_only{"CREATE INDEX ON ONLY", Lock::share};
inline constexpr Form create_index_concurrently{"CREATE INDEX CONCURRENTLY", Lock::share_update_exclusive, Work::scan,
												0, false};
inline constexpr Form create_unique_index_concurrently{"CREATE UNIQUE INDEX CONCURRENTLY", Lock::share_update_exclusive,
													   Work::scan, depends_on_data, false};
inline constexpr Form drop_index{"DROP INDEX", Lock::access_exclusive};
inline constexpr Form drop_index_concurrently{"DROP INDEX CONCURRENTLY", Lock::share_update_exclusive, Work::none, 0,
											  false};
inline constexpr Form rename_index{"ALTER INDEX RENAME", Lock::share_update_exclusive};
inline constexpr Form reindex{"REINDEX INDEX", Lock::access_exclusive, Work::scan};
inline constexpr Form reindex_concurrently{"REINDEX INDEX CONCURRENTLY", Lock::share_update_exclusive, Work::scan, 0,
										   false};
inline constexpr Form attach_index{"ALTER INDEX ATTACH PARTITION", Lock::access_exclusive, Work::none, 0, true,
								   Lock::share_update_exclusive};
inline constexpr Form attach_to_new_index{"ALTER INDEX ATTACH PARTITION to a new one", Lock::access_exclusive};
inline constexpr Form index_options{"ALTER INDEX SET", Lock::share_update_exclusive};
inline constexpr Form index_options_exclusive{"ALTER INDEX SET of the access method's options", Lock::access_exclusive};
inline constexpr Form index_tablespace{"ALTER INDEX SET TABLESPACE", Lock::access_exclusive, Work::rewrite};
inline constexpr Form index_statistics{"ALTER INDEX SET STATISTICS", Lock::share_update_exclusive};
inline constexpr Form cluster_on{"ALTER TABLE CLUSTER ON", Lock::share_update_exclusive};
inline constexpr Form replica_identity_index{"ALTER TABLE REPLICA IDENTITY", Lock::access_exclusive};

/* --- constraints of tables --- */
inline constexpr Form add_check{"ADD CHECK", Lock::access_exclusive, Work::scan, depends_on_data};
inline constexpr Form add_check_not_valid{"ADD CHECK NOT VALID", Lock::access_exclusive};
/* On both tables. */
inline constexpr Form add_foreign_key{"ADD FOREIGN KEY", Lock::share_row_exclusive, Work::scan, depends_on_data};
inline constexpr Form add_foreign_key_not_valid{"ADD FOREIGN KEY NOT VALID", Lock::share_row_exclusive};
inline constexpr Form add_foreign_key_to_old{
	"ADD FOREIGN KEY of a new table", Lock::share_row_exclusive, Work::none, 0, true, Lock::share_row_exclusive};
inline constexpr Form add_key{"ADD PRIMARY KEY, UNIQUE or EXCLUDE", Lock::access_exclusive, Work::scan,
							  depends_on_data};
inline constexpr Form add_key_using_index{"ADD PRIMARY KEY or UNIQUE USING INDEX", Lock::access_exclusive};
inline constexpr Form drop_constraint{"DROP CONSTRAINT", Lock::access_exclusive};
inline constexpr Form alter_constraint{"ALTER CONSTRAINT", Lock::access_exclusive};
inline constexpr Form validate_constraint{"VALIDATE CONSTRAINT", Lock::share_update_exclusive, Work::scan,
										  depends_on_data};

/* --- extended statistics --- */
inline constexpr Form create_statistics{"CREATE STATISTICS", Lock::share_update_exclusive};
inline constexpr Form drop_statistics{"DROP STATISTICS", Lock::share_update_exclusive};

/* --- views --- */
inline constexpr Form create_view{"CREATE VIEW"};
inline constexpr Form replace_view{"CREATE OR REPLACE VIEW", Lock::access_exclusive};
inline constexpr Form alter_view{"ALTER VIEW", Lock::access_exclusive};
inline constexpr Form alter_view_security{"ALTER VIEW SET of security options", Lock::access_exclusive, Work::none,
										  privilege_widened};
inline constexpr Form drop_view{"DROP VIEW", Lock::access_exclusive, Work::none, breaks_applications};
inline constexpr Form create_materialized_view{"CREATE MATERIALIZED VIEW", Lock::none, Work::scan};
inline constexpr Form drop_materialized_view{"DROP MATERIALIZED VIEW", Lock::access_exclusive, Work::none,
											 breaks_applications};
inline constexpr Form materialized_view_options{"ALTER MATERIALIZED VIEW SET", Lock::share_update_exclusive};
inline constexpr Form alter_materialized_view{"ALTER MATERIALIZED VIEW", Lock::access_exclusive};
inline constexpr Form rewrite_materialized_view{"ALTER MATERIALIZED VIEW SET TABLESPACE or ACCESS METHOD",
												Lock::access_exclusive, Work::rewrite};

/* --- rules, triggers, policies --- */
inline constexpr Form create_rule{"CREATE RULE", Lock::access_exclusive};
inline constexpr Form drop_rule{"DROP RULE", Lock::access_exclusive};
inline constexpr Form enable_rule{"ENABLE or DISABLE RULE", Lock::access_exclusive};
inline constexpr Form create_trigger{"CREATE TRIGGER", Lock::share_row_exclusive};
inline constexpr Form drop_trigger{"DROP TRIGGER", Lock::access_exclusive};
inline constexpr Form enable_trigger{"ENABLE or DISABLE TRIGGER", Lock::share_row_exclusive};
inline constexpr Form create_policy{"CREATE POLICY", Lock::access_exclusive};
inline constexpr Form alter_policy{"ALTER POLICY", Lock::access_exclusive};
inline constexpr Form drop_policy{"DROP POLICY", Lock::access_exclusive};
inline constexpr Form event_trigger{"EVENT TRIGGER", Lock::none, Work::none, needs_superuser};
/* --- operators, languages, text search, foreign servers --- */
inline constexpr Form superuser{"CREATE or ALTER by a superuser", Lock::none, Work::none, needs_superuser};

/* --- logical replication --- */
inline constexpr Form publication_table{"ALTER PUBLICATION ADD or DROP TABLE", Lock::share_update_exclusive};
/* It speaks to the publisher. */
inline constexpr Form subscription_slot{"ALTER SUBSCRIPTION SET (failover or two_phase)", Lock::none, Work::none, 0,
										false};
/* What has been disabled must have been committed to be seen. */
inline constexpr Form subscription_stopped{"DO, until a subscription has stopped", Lock::none, Work::none, 0, false};

/* --- tables, columns, defaults, sequences, partitions --- */
inline constexpr Form create_table{"CREATE TABLE"};
inline constexpr Form create_child{"CREATE TABLE INHERITS",		Lock::share_update_exclusive, Work::none, 0, true,
								   Lock::share_update_exclusive};
inline constexpr Form drop_table{"DROP TABLE", Lock::access_exclusive, Work::none, data_loss | breaks_applications};
inline constexpr Form drop_foreign_table{"DROP FOREIGN TABLE", Lock::access_exclusive, Work::none, breaks_applications};
inline constexpr Form table_options{"ALTER TABLE SET options", Lock::share_update_exclusive};
inline constexpr Form catalog_option{"ALTER TABLE SET (user_catalog_table)", Lock::access_exclusive};
inline constexpr Form table_of_type{"ALTER TABLE OF", Lock::access_exclusive};
inline constexpr Form persistence{"ALTER TABLE SET LOGGED", Lock::access_exclusive, Work::rewrite};
inline constexpr Form unlogged{"ALTER TABLE SET UNLOGGED", Lock::access_exclusive, Work::rewrite, data_loss};
inline constexpr Form access_method{"ALTER TABLE SET ACCESS METHOD", Lock::access_exclusive, Work::rewrite};
inline constexpr Form partitions_access_method{"ALTER TABLE SET ACCESS METHOD of a partitioned table",
											   Lock::access_exclusive};
inline constexpr Form tablespace{"ALTER TABLE SET TABLESPACE", Lock::access_exclusive, Work::rewrite};
inline constexpr Form partitions_tablespace{"ALTER TABLE SET TABLESPACE of a partitioned table",
											Lock::access_exclusive};
inline constexpr Form replica_identity{"ALTER TABLE REPLICA IDENTITY", Lock::access_exclusive};
inline constexpr Form row_security_on{"ALTER TABLE ENABLE ROW LEVEL SECURITY", Lock::access_exclusive, Work::none,
									  breaks_applications};
inline constexpr Form row_security_off{"ALTER TABLE DISABLE ROW LEVEL SECURITY", Lock::access_exclusive, Work::none,
									   privilege_widened};
/* The lock is on the parent. */
inline constexpr Form inherit_new{"ALTER TABLE INHERIT of a new table", Lock::access_exclusive, Work::none, 0, true,
								  Lock::share_update_exclusive};
inline constexpr Form inherit{"ALTER TABLE INHERIT", Lock::access_exclusive};
inline constexpr Form no_inherit{"ALTER TABLE NO INHERIT", Lock::access_exclusive, Work::none, breaks_applications};
inline constexpr Form foreign_table_options{"ALTER FOREIGN TABLE OPTIONS", Lock::access_exclusive, Work::none,
											breaks_applications};

inline constexpr Form add_column{"ALTER TABLE ADD COLUMN", Lock::access_exclusive};
inline constexpr Form add_column_rewrite{"ALTER TABLE ADD COLUMN with a value of each row's own",
										 Lock::access_exclusive, Work::rewrite};
inline constexpr Form drop_column{"ALTER TABLE DROP COLUMN", Lock::access_exclusive, Work::none,
								  data_loss | breaks_applications};
inline constexpr Form drop_generated_column{"ALTER TABLE DROP COLUMN, generated", Lock::access_exclusive, Work::none,
											breaks_applications};
inline constexpr Form column_type{"ALTER COLUMN TYPE, the same bytes", Lock::access_exclusive};
inline constexpr Form column_collation{"ALTER COLUMN TYPE, another collation", Lock::access_exclusive, Work::scan};
inline constexpr Form column_type_rewrite{"ALTER COLUMN TYPE", Lock::access_exclusive, Work::rewrite};
inline constexpr Form set_not_null{"ALTER COLUMN SET NOT NULL", Lock::access_exclusive, Work::scan, depends_on_data};
inline constexpr Form set_not_null_proven{"ALTER COLUMN SET NOT NULL, proven by a CHECK", Lock::access_exclusive};
inline constexpr Form drop_not_null{"ALTER COLUMN DROP NOT NULL", Lock::access_exclusive};
inline constexpr Form proof{"ALTER TABLE ADD CHECK NOT VALID, for a proof", Lock::access_exclusive, Work::none,
							depends_on_data};
inline constexpr Form validate_proof{"ALTER TABLE VALIDATE CONSTRAINT, for a proof", Lock::share_update_exclusive,
									 Work::scan, depends_on_data};
inline constexpr Form drop_proof{"ALTER TABLE DROP CONSTRAINT, of a proof", Lock::access_exclusive};
inline constexpr Form not_null_not_valid{"ALTER TABLE ADD NOT NULL NOT VALID", Lock::access_exclusive};
inline constexpr Form rename_not_null{"ALTER TABLE RENAME CONSTRAINT, NOT NULL", Lock::access_exclusive};
inline constexpr Form alter_not_null{"ALTER TABLE ALTER CONSTRAINT, NOT NULL", Lock::access_exclusive};
inline constexpr Form add_identity{"ALTER COLUMN ADD IDENTITY", Lock::access_exclusive, Work::none, depends_on_data};
inline constexpr Form identity{"ALTER COLUMN SET GENERATED", Lock::access_exclusive, Work::none, breaks_applications};
inline constexpr Form drop_identity{"ALTER COLUMN DROP IDENTITY", Lock::access_exclusive, Work::none,
									breaks_applications};
inline constexpr Form drop_expression{"ALTER COLUMN DROP EXPRESSION", Lock::access_exclusive};
inline constexpr Form set_expression{"ALTER COLUMN SET EXPRESSION", Lock::access_exclusive, Work::rewrite};
inline constexpr Form set_virtual_expression{"ALTER COLUMN SET EXPRESSION of a virtual column", Lock::access_exclusive};
inline constexpr Form column_storage{"ALTER COLUMN SET STORAGE", Lock::access_exclusive};
inline constexpr Form column_compression{"ALTER COLUMN SET COMPRESSION", Lock::access_exclusive};
inline constexpr Form column_statistics{"ALTER COLUMN SET STATISTICS", Lock::share_update_exclusive};
inline constexpr Form column_options{"ALTER COLUMN SET options", Lock::share_update_exclusive};
inline constexpr Form column_foreign_options{"ALTER COLUMN OPTIONS", Lock::access_exclusive, Work::none,
											 breaks_applications};
inline constexpr Form set_default{"ALTER COLUMN SET DEFAULT", Lock::access_exclusive};
inline constexpr Form drop_default{"ALTER COLUMN DROP DEFAULT", Lock::access_exclusive, Work::none,
								   breaks_applications};

inline constexpr Form create_sequence{"CREATE SEQUENCE"};
inline constexpr Form alter_sequence{"ALTER SEQUENCE", Lock::share_row_exclusive};
/* An identity column's, for which the old one is used. */
inline constexpr Form rename_sequence{"ALTER SEQUENCE RENAME", Lock::access_exclusive, Work::none, 0, true,
									  Lock::access_exclusive};
inline constexpr Form sequence_persistence{"ALTER SEQUENCE SET LOGGED", Lock::access_exclusive};
inline constexpr Form restart_sequence{"SELECT setval()", Lock::none, Work::none, depends_on_data};
inline constexpr Form drop_sequence{"DROP SEQUENCE", Lock::access_exclusive, Work::none,
									data_loss | breaks_applications};

inline constexpr Form attach_partition{"ATTACH PARTITION", Lock::access_exclusive, Work::scan, depends_on_data};
/* The parent may be new as well; with a default partition beside it, that one's rows are looked at. */
inline constexpr Form attach_new_partition{"ATTACH PARTITION without rows", Lock::access_exclusive, Work::none, 0, true,
										   Lock::share_update_exclusive};
inline constexpr Form attach_to_new{"ATTACH PARTITION to a new table", Lock::access_exclusive};
inline constexpr Form attach_beside_default{"ATTACH PARTITION beside a default partition",
											Lock::access_exclusive,
											Work::scan,
											depends_on_data,
											true,
											Lock::access_exclusive};
inline constexpr Form detach_partition{"DETACH PARTITION", Lock::access_exclusive, Work::none, breaks_applications};
inline constexpr Form detach_concurrently{"DETACH PARTITION CONCURRENTLY", Lock::share_update_exclusive, Work::none,
										  breaks_applications, false};

} // namespace schema_guard::form
