require "active_record"

variables = ENV["MIGRATION"] ? { "schema_guard.migration" => ENV["MIGRATION"] } : {}
ActiveRecord::Base.establish_connection(adapter: "postgresql", database: ENV.fetch("PGDATABASE"), variables: variables)
context = ActiveRecord::MigrationContext.new("migrate", ActiveRecord::SchemaMigration)
ARGV[0] == "up" ? context.migrate : context.down(0)
