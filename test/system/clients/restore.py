"""pg_dump and pg_restore around a guarded database: never in the way of a restore, and no way around the guard."""

import shutil

from oracle import REFUSED, Database

POLICY = """
	SELECT schema_guard.protect('table', 'shop.orders', 'paid orders');
	SELECT schema_guard.exempt('pg_monitor', 'shop', ARRAY['REFRESH MATERIALIZED VIEW'], 'nightly refresh', now() + interval '1 year');"""


class Restore:
	def __init__(self, folder, script, guarded, elsewhere):
		self.folder, self.script, self.guarded, self.elsewhere = folder, script, guarded, elsewhere
		self.faults = []
		shutil.rmtree(folder, ignore_errors=True)
		folder.mkdir(parents=True)

	def must(self, database, *command, **options):
		done = database.run(list(command), **options)
		if done.returncode:
			self.faults.append(f"{' '.join(command)}: {done.stderr[-400:]}")
		return done

	def commands(self):
		"""The ways to restore, by name."""
		return {
			"pg_restore": ["pg_restore", f"{self.folder}/custom"],
			"pg_restore -1": ["pg_restore", "-1", f"{self.folder}/custom"],
			"pg_restore -j2": ["pg_restore", "-j2", f"{self.folder}/directory"],
			"psql": ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-f", f"{self.folder}/plain.sql"],
			"psql -1": ["psql", "-Xq1", "-v", "ON_ERROR_STOP=1", "-f", f"{self.folder}/plain.sql"],
		}

	def policy_of(self, database):
		"""All rows of the tables that the extension asks pg_dump to dump."""
		tables = database.query("SELECT unnest(extconfig)::regclass FROM pg_extension WHERE extname = 'schema_guard' ORDER BY 1").split()
		return {table: database.query(f"SELECT t::text FROM {table} t ORDER BY 1") for table in tables}

	def dump_source(self):
		source = self.guarded.create("restore_source", guarded=True)
		source.query(f"SET schema_guard.migration = '20260101_shop'; {self.script} {POLICY}")
		self.must(source, "pg_dump", "-Fc", "-f", f"{self.folder}/custom")
		self.must(source, "pg_dump", "-Fd", "-j2", "-f", f"{self.folder}/directory")
		self.must(source, "pg_dump", "-f", f"{self.folder}/plain.sql")
		self.schema, self.policy = source.dump(), self.policy_of(source)
		self.rows = source.query("SELECT count(*) FROM shop.customers")
		if not all(self.policy[f"schema_guard.{table}"] for table in ("protections", "exemptions")):
			self.faults.append(f"the source has no policy: {self.policy}")

	def same(self, database, name):
		if database.dump() != self.schema:
			self.faults.append(f"{name}: the schema is not the one that was dumped")
		if self.policy_of(database) != self.policy:
			self.faults.append(f"{name}: the policy is not the one that was dumped")
		if database.query("SELECT count(*) FROM shop.customers") != self.rows:
			self.faults.append(f"{name}: rows are missing")

	def into_new_databases(self):
		"""A new database is in mode observe: no context is needed, and what came is on record."""
		for name, command in self.commands().items():
			target = self.guarded.create("restore_new", guarded=False)
			target_option = ["-d", target.name] if command[0] == "pg_restore" else []
			self.must(target, *command[:1], *target_option, *command[1:])
			self.same(target, name)
			if target.query("SELECT mode FROM schema_guard.mode") != "observe":
				self.faults.append(f"{name}: the mode of a restored database is not observe")
			if target.query("SELECT count(*) > 0 FROM schema_guard.ddl_log WHERE decision = 'observed'") != "t":
				self.faults.append(f"{name}: nothing of the restore is on record")

	def create(self):
		"""--create, as a move to another server does it."""
		admin = Database(self.elsewhere, "postgres")
		for option in (["custom"], ["-j2", "directory"]):
			admin.query("DROP DATABASE IF EXISTS restore_source")
			self.must(admin, "pg_restore", "--create", "-d", "postgres", *option, cwd=self.folder)
			self.same(Database(self.elsewhere, "restore_source"), f"pg_restore --create {option[0]}")

	def into_enforcing_database(self):
		for name, command in self.commands().items():
			target = self.guarded.create("restore_enforcing", guarded=True)
			target_option = ["-d", target.name] if command[0] == "pg_restore" else []
			command = [*command[:1], *target_option, *command[1:]]
			dump, catalog = target.dump(), target.catalog()
			done = target.run(command)
			if not done.returncode or REFUSED not in done.stderr:
				self.faults.append(f"{name} into an enforcing database: {done.returncode}, {done.stderr[-400:]}")
			if target.dump() != dump or target.catalog() != catalog:
				self.faults.append(f"{name} into an enforcing database: refused, but the schema has changed")
			# The policy tables come with the dump, and only an override may write them.
			options = "-c schema_guard.migration=20260101_restore -c schema_guard.override=restore\\ of\\ the\\ policy\\ too"
			self.must(target, *command, extra_env={"PGOPTIONS": options})
			self.same(target, f"{name} with a context")


def check(folder, script, guarded, elsewhere):
	restore = Restore(folder, script, guarded, elsewhere)
	restore.dump_source()
	restore.into_new_databases()
	restore.create()
	restore.into_enforcing_database()
	return restore.faults
