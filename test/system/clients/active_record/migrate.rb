require "active_record"

variables = ENV["MIGRATION"] ? { "schema_guard.migration" => ENV["MIGRATION"] } : {}
ActiveRecord::Base.establish_connection(adapter: "postgresql", database: ENV.fetch("PGDATABASE"), variables: variables)
ActiveRecord::Migrator.migrations_paths = ["migrate"]
# Since 7.2 a pool has it, before that a connection.
base = ActiveRecord::Base
context = (base.connection_pool.respond_to?(:migration_context) ? base.connection_pool : base.connection).migration_context
ARGV[0] == "up" ? context.migrate : context.down(0)
