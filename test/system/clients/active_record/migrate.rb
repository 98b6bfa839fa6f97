require "active_record"

ActiveRecord::Base.establish_connection(adapter: "postgresql", database: ENV.fetch("PGDATABASE"))
context = ActiveRecord::MigrationContext.new("migrate", ActiveRecord::SchemaMigration)
ARGV[0] == "up" ? context.migrate : context.down(0)
