"""Two databases of one server, the scripts that schema_guard writes between them, and whether pg_dump agrees.

The databases do not have the extension: it stands in a third one, which reaches them by foreign servers.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[2]
sys.path.insert(0, str(HERE.parent / "oracle"))
sys.path.insert(0, str(HERE))
from oracle import Database, Server  # noqa: E402
import dump  # noqa: E402

CONTROL = "diff_control"
# Rows that the tables of the database have, for what a script must not lose.
COUNT_ROWS = """
SELECT format('%I.%I', n.nspname, c.relname),
	   (xpath('//n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY %I.%I', n.nspname, c.relname), true, false, '')))[1]
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND pg_relation_size(c.oid) > 0
UNION ALL
SELECT format('%I.%I (materialized)', n.nspname, c.relname), CASE WHEN c.relispopulated THEN 'all' ELSE 'no' END::xml
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND c.oid >= 16384"""


class Refused(Exception):
	"""diff_sql() itself raised an error."""


def drop_database(admin, name):
	# Subscriptions stand in a catalog of the whole server, and hold the database.
	where = f"FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = '{name}'"
	for subscription in admin.query(f"SELECT quote_ident(subname) {where}").splitlines():
		for action in ("ALTER SUBSCRIPTION {} DISABLE", "ALTER SUBSCRIPTION {} SET (slot_name = NONE)", "DROP SUBSCRIPTION {}"):
			Database(admin.server, name).query(action.format(subscription))
	admin.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Lab:
	"""A server, and the database with the extension in it."""

	def __init__(self, name, *settings, again=False):
		self.server = Server(TOP, name, "shared_preload_libraries = 'schema_guard, label_test'", "wal_level = logical",
							 "max_replication_slots = 10", "allow_in_place_tablespaces = on", "max_connections = 50", *settings, again=again)
		self.admin = Database(self.server, "postgres")
		self.version = int(self.admin.query("SHOW server_version_num"))
		self.control = self.create(CONTROL)
		self.control.query("CREATE EXTENSION schema_guard; CREATE EXTENSION postgres_fdw")
		self.known = set()

	def stop(self):
		self.server.stop()

	def create(self, name, template="template0"):
		self.drop(name)
		self.admin.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
		return Database(self.server, name)

	def drop(self, name):
		drop_database(self.admin, name)

	def source(self, name):
		if name not in self.known:
			env = self.server.env
			self.control.query(f"""CREATE SERVER "{name}" FOREIGN DATA WRAPPER postgres_fdw
				OPTIONS (host '{env["PGHOST"]}', port '{env["PGPORT"]}', dbname '{name}');
				CREATE USER MAPPING FOR CURRENT_USER SERVER "{name}" OPTIONS (user 'postgres')""")
			self.known.add(name)
		return f"server:{name}"

	def diff_sql(self, source, target):
		"""The script that makes one database (by name) like the other; without comments it may be empty."""
		try:
			return self.control.query(f"SELECT schema_guard.diff_sql('{self.source(source)}', '{self.source(target)}')")
		except RuntimeError as error:
			raise Refused(str(error)) from None

	def finds_order(self, source, target):
		"""Whether columns stand in another order: that has no statement."""
		return self.control.query(f"""SELECT count(*) FROM schema_guard.diff('{self.source(source)}', '{self.source(target)}')
			WHERE attribute = 'position'""") != "0"

	def fingerprints_that_differ(self, one, other):
		"""The objects, or "the whole": what the one hash of all says decides."""
		one, other = self.source(one), self.source(other)
		differ = self.control.query(f"SELECT schema_guard.fingerprint('{one}') <> schema_guard.fingerprint('{other}')") == "t"
		return differ and (self.control.query(f"""SELECT string_agg(kind || ' ' || identity, ', ')
			FROM schema_guard.fingerprints('{one}') a FULL JOIN schema_guard.fingerprints('{other}') b USING (kind, identity)
			WHERE a.fingerprint IS DISTINCT FROM b.fingerprint""") or "the whole")


def statements(script):
	"""What is left of a script without comments, blank lines and settings of the session."""
	lines = [line for line in script.splitlines() if line.strip() and not re.match(r"\s*--|(SET|RESET|BEGIN|COMMIT)\b.*;$", line)]
	return "\n".join(lines)


def objects(database, accepted=()):
	"""accepted "local": without what a child has of its own as well as from its parent, which no statement changes afterwards."""
	name = database.name
	if "local" in accepted:
		admin = Database(database.server, "postgres")
		database = Database(database.server, name + "_local")
		admin.query(f'DROP DATABASE IF EXISTS "{database.name}"; CREATE DATABASE "{database.name}" TEMPLATE "{name}"')
		database.query("UPDATE pg_attribute SET attislocal = true WHERE attinhcount > 0 AND attrelid >= 16384")
	done = database.run(["pg_dump", "-s"])
	if done.returncode:
		raise RuntimeError(f"pg_dump {database.name}: {done.stderr}")
	if database.name != name:
		admin.query(f'DROP DATABASE "{database.name}"')
	return dump.objects(done.stdout)


def row_counts(database):
	return dict(line.rsplit("|", 1) for line in database.query(COUNT_ROWS).splitlines())


class Check:
	"""One direction: the script of diff makes `name` what `target` is.  faults: [(object or None, text)]."""

	def __init__(self, lab, name, target, accepted=(), stop=True):
		self.lab, self.name, self.target, self.accepted, self.stop = lab, name, target, accepted, stop
		self.faults = []
		self.script = ""

	def fault(self, text, where=None):
		self.faults.append((where, text))

	def plan(self):
		"""Writes the script; the databases may change before it is applied."""
		try:
			self.script = self.lab.diff_sql(self.name, self.target)
		except Refused as refused:
			self.fault(f"no script: {refused}")
		for by_hand in re.findall(r".*no rule knows objects of this type.*", self.script):
			self.fault(by_hand, by_hand)
		return self

	def apply(self, expected):
		"""Runs the script on `name`; expected: the objects of the target."""
		if self.faults:
			return self
		database = Database(self.lab.server, self.name)
		rows = row_counts(database)
		done = database.run(["psql", "-Xq"] + (["-v", "ON_ERROR_STOP=1"] if self.stop else []) + ["-f", "-"], input=self.script)
		for error in re.split(r"(?m)^(?=psql:)", done.stderr):
			if "ERROR:" in error or "FATAL:" in error:
				statement = self.statement_at(error)
				self.fault(f"{error.strip()}\nin: {statement}", statement + error)
		if self.faults and self.stop:
			return self
		self.compare(expected, database)
		self.compare_rows(rows, database)
		self.compare_with_ourselves()
		return self

	def statement_at(self, error):
		"""The statement psql's message is about: it ends at the line named."""
		match = re.match(r"psql:<stdin>:(\d+):", error)
		lines = self.script.splitlines()[: int(match[1])] if match else []
		first = len(lines) - 1
		while first > 0 and lines[first - 1] and not lines[first - 1].startswith("--") and not lines[first - 1].endswith(";"):
			first -= 1
		return "\n".join(lines[max(first, 0):])

	def compare(self, expected, database):
		got = objects(database, self.accepted)
		if "column order" in self.accepted:
			expected, got = dump.without_column_order(expected), dump.without_column_order(got)
		for key, text in dump.difference(expected, got).items():
			self.fault(f"pg_dump differs: {key}\n{text}", key + "\n" + expected.get(key, "") + "\n" + got.get(key, ""))

	def compare_rows(self, before, database):
		after = row_counts(database)
		kept = set(Database(self.lab.server, self.target).query(
			"SELECT format('%I.%I', n.nspname, c.relname) || CASE c.relkind WHEN 'm' THEN ' (materialized)' ELSE '' END FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace").split("\n"))
		for table, count in before.items():
			if table in kept and after.get(table, "0") != count and "rows" not in self.accepted:
				self.fault(f"{table} had {count} rows, now has {after.get(table, 0)}", table)

	def compare_with_ourselves(self):
		"""What diff and the fingerprint say of two databases that pg_dump finds equal."""
		if "column order" in self.accepted:
			return
		try:
			left = statements(self.lab.diff_sql(self.name, self.target))
		except Refused as refused:
			self.fault(f"no diff afterwards: {refused}")
			return
		for statement in re.split(r";\n", left):
			if statement.strip():
				self.fault(f"diff still finds: {statement.strip()}", statement)
		differ = self.lab.fingerprints_that_differ(self.name, self.target)
		if left.strip() and not differ:
			self.fault("fingerprints are equal, diff is not empty")
		elif differ and not left.strip() and not self.lab.finds_order(self.name, self.target):
			self.fault(f"fingerprints differ, diff is empty: {differ}", differ)


def both_ways(lab, old, new, old_again, accepted=(), stop=True):
	"""Databases by name; old_again is like old.  Afterwards old is like new was, and new like old.  Returns both checks."""
	forward = Check(lab, old, new, accepted, stop).plan()
	back = Check(lab, new, old_again, accepted, stop).plan()
	old_objects = objects(Database(lab.server, old), accepted)
	new_objects = objects(Database(lab.server, new), accepted)
	forward.apply(new_objects)
	back.apply(old_objects)
	return forward, back


def round_trip(lab, source, keep):
	"""Builds an empty database up to what source is, and takes it down again.  keep: the folder for the scripts.
	Returns {"up": Check, "down": Check} and the objects there are."""
	built, empty = source + "_built", source + "_empty"
	lab.create(built)
	lab.create(empty)
	wanted, nothing = (objects(Database(lab.server, name)) for name in (source, empty))
	checks = {}
	for name, target, expected in (("up", source, wanted), ("down", empty, nothing)):
		check = checks[name] = Check(lab, built, target).plan()
		keep.mkdir(parents=True, exist_ok=True)
		(keep / f"{name}.sql").write_text(check.script + "\n")
		# Every error, not the first only: many of them are another's consequence, but not all.
		check.stop = False
		check.apply(expected)
		(keep / f"{name}.faults").write_text("\n\n".join(text for _, text in check.faults) + "\n")
	return checks, wanted
