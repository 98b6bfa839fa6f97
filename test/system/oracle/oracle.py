"""What PostgreSQL says of a change, and whether the log of schema_guard says the same.

Nothing here knows how schema_guard works: the catalogs, pg_dump and the server's own log are read before and
after, and every difference has to be found in ddl_log and ddl_objects, and nothing else.
"""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

# Stopped from outside, a run still stops its servers.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))

CATALOG_QUERY = (Path(__file__).parent / "catalog.sql").read_text()
REFUSED = "refused: no migration context"
# A statement that may find what it sets already so has altered nothing the catalogs show, and yet was right to be recorded.
SETS_WHAT_IS = re.compile(r"\balter\s+table\b.*\b(set|drop)\s+(default|not\s+null)\b", re.I | re.S)
# They come with another object's CREATE and have no row of their own then.
PARTS = ("table column", "composite type column", "default value", "table constraint", "domain constraint", "type", "toast table")


class Database:
	"""One database of one running server, reached with the server's own psql and pg_dump."""

	def __init__(self, server, name):
		self.server, self.name = server, name
		self.env = server.env | {"PGDATABASE": name}

	def run(self, command, context=None, **options):
		"""Runs a client; a context travels in PGOPTIONS, as a deployment would send it."""
		env = dict(self.env)
		if context:
			env["PGOPTIONS"] = f"-c schema_guard.migration={context}"
		env |= options.pop("extra_env", {})
		return subprocess.run(command, env=env, text=True, capture_output=True, errors="replace", **options)

	def query(self, sql):
		# The guard's own tables are read here, never the schema changed, so no context.
		done = self.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-"], input=sql)
		if done.returncode:
			raise RuntimeError(f"{self.name}: {done.stderr}\nin: {sql[:400]}")
		return done.stdout.strip()

	def rows(self, sql):
		return json.loads(self.query(f"SELECT coalesce(json_agg(r), '[]') FROM ({sql}) r"))

	def dump(self):
		"""pg_dump -s without what is random (\\restrict) and without the guard itself."""
		done = self.run(["pg_dump", "-s"])
		if done.returncode:
			raise RuntimeError(f"pg_dump {self.name}: {done.stderr}")
		text = re.sub(r"^\\(un)?restrict .*\n", "", done.stdout, flags=re.M)
		text = re.sub(r"^--\n-- Name: (EXTENSION )?schema_guard; Type: .*\n--\n+.*EXTENSION.*\n+", "", text, flags=re.M)
		return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

	def catalog(self):
		return Catalog(json.loads(self.query(CATALOG_QUERY)))


class Server:
	"""A private server of test/tools/server.sh."""

	def __init__(self, top, name, *settings, again=False):
		"""again: the cluster that is there, with what is in it."""
		self.top, self.name = top, name
		tool = [str(top / "test/tools/server.sh")]
		subprocess.run(tool + ["restart" if again else "start", name, "log_statement = ddl", "log_line_prefix = '<%p|%d|%a> '",
					   "log_min_messages = log", "autovacuum = off"] + list(settings), check=True)
		shell = f'eval "$({tool[0]} env {name})" && env -0'
		out = subprocess.run(["bash", "-c", shell], check=True, capture_output=True, text=True).stdout
		self.env = dict(pair.split("=", 1) for pair in out.split("\0") if pair)
		self.env |= {"LC_ALL": "C.UTF-8"}
		data = Database(self, "postgres").query("SHOW data_directory")
		self.log = Path(data).parent / "log"

	def stop(self):
		subprocess.run([str(self.top / "test/tools/server.sh"), "stop", self.name], check=True)

	def create(self, name, guarded):
		admin = Database(self, "postgres")
		admin.query(f'DROP DATABASE IF EXISTS "{name}"')
		admin.query(f'CREATE DATABASE "{name}" TEMPLATE template0')
		database = Database(self, name)
		if guarded:
			database.query("CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'test of real schemas')")
		return database

	def log_size(self):
		return self.log.stat().st_size

	def logged_statements(self, database, since):
		"""The DDL that the server itself logged (log_statement = ddl): the texts, in order."""
		with open(self.log, errors="replace") as log:
			log.seek(since)
			text = log.read()
		entries = re.split(r"^<(\d*)\|([^|]*)\|(.*?)> ", text, flags=re.M)
		found = []
		for at in range(1, len(entries) - 3, 4):
			if entries[at + 1] != database:
				continue
			statement = re.match(r"LOG:  (?:statement|execute [^:]*): (.*)", entries[at + 3], flags=re.S)
			if statement:
				found.append(statement.group(1).replace("\n\t", "\n").strip())
		return found

	def refusals(self, database, since):
		"""What the guard wrote to the server's log: one line of JSON for each statement refused in this database."""
		with open(self.log, errors="replace") as log:
			log.seek(since)
			events = [json.loads(line.split("schema_guard: ", 1)[1]) for line in log if "schema_guard: {" in line]
		return [event for event in events if event["event"] == "refused" and event["database"] == database]


class Catalog:
	"""The catalogs at one moment, as catalog.sql returns them."""

	def __init__(self, lines):
		self.objects = {}  # address -> line
		self.parts = {}  # unit -> the lines of all rows that belong to it
		self.classes = {line["address"][0] for line in lines if line["address"]}
		for line in lines:
			unit = tuple(line["unit"])
			self.parts.setdefault(unit, []).append(line)
			if line["address"]:
				line["address"] = tuple(line["address"])
				self.objects[line["address"]] = line
				# A table that loses an index has lost something.
				if line["holder"] and tuple(line["holder"]) != unit:
					self.parts.setdefault(tuple(line["holder"]), []).append(line)
				if line["address"] != unit:
					self.parts.setdefault(line["address"], []).append(line)

	def content(self, address):
		"""Of the object and of what is told by its own row; a trigger tells of itself, not of its table."""
		return sorted(part["content"] for part in self.parts.get(address, [])
					  if not part["own"] or part["address"] == address)

	def version(self, address):
		return sorted(part["version"] for part in self.parts.get(address, []))

	def unit(self, address):
		line = self.objects.get(address)
		return tuple(line["unit"]) if line else (address[0], address[1], 0)

	def __eq__(self, other):
		return {a: self.version(a) for a in self.parts} == {a: other.version(a) for a in other.parts}


def recorded_objects(database, context):
	return database.rows(f"""
		SELECT o.classid::oid::int8, o.objid::int8, o.objsubid, o.action, o.object_type, o.identity, o.old_identity,
			   o.command_tag, o.cascaded, l.statement
		FROM schema_guard.ddl_objects o
		JOIN schema_guard.ddl_log l USING (chain, xid, ordinal)
		WHERE l.migration = '{context}'
		ORDER BY o.xid::text::int8, o.ordinal""")


def recorded_statements(database, context):
	return database.rows(f"""
		SELECT command_tag, statement, nesting, decision, allowed_by, extension, outcome
		FROM schema_guard.ddl_log WHERE migration = '{context}' AND outcome IN ('committed', 'unfinished') ORDER BY xid::text::int8, ordinal""")


def compare(before, after, rows):
	"""The faults in ddl_objects, given the catalogs before and after: a list of sentences."""
	faults = []
	by_address = {}
	for row in rows:
		by_address.setdefault((row["classid"], row["objid"], row["objsubid"]), []).append(row)
	units_named = {(row["classid"], row["objid"], 0) for row in rows}

	def show(row):
		return f'{row["action"]} {row["object_type"]} {row["identity"]} ({row["command_tag"]})'

	# ALTER TABLE may drop an index or a constraint and make it again: a new address, and to its owner the same index.
	dropped = {before.objects[address]["identity"]: address for address in before.objects.keys() - after.objects.keys()}
	rebuilt = set()
	for address in after.objects.keys() - before.objects.keys():
		line = after.objects[address]
		old = dropped.get(line["identity"])
		if line["holder"] and old and before.objects[old]["holder"] == line["holder"] and tuple(line["holder"]) in units_named:
			rebuilt |= {address, old}
	held = {line["identity"] for line in after.objects.values() if line["holder"]}
	dropped_names = {row["identity"] for row in rows if row["action"] == "drop"}

	# 1. Whatever the catalogs say has changed, the log says.
	for address in sorted(after.objects.keys() - before.objects.keys()):
		line = after.objects[address]
		name = f'{line["type"]} {line["identity"]}'
		made = [row for row in by_address.get(address, []) if row["action"] == "create"]
		if not made:
			if address in rebuilt:
				continue
			if line["own"]:
				faults.append(f"created, no create row: {name}")
			elif tuple(line["unit"]) not in units_named:
				faults.append(f"created, neither it nor its parent has a row: {name}")
			continue
		renamed = [row for row in by_address[address] if row["action"] in ("rename", "alter")]
		if line["identity"] not in [row["identity"] for row in made + renamed]:
			faults.append(f'created as {name}, recorded as {", ".join(show(row) for row in made)}')
		if made[0]["object_type"] != line["type"]:
			faults.append(f"created {name}, recorded as type {made[0]['object_type']}")
	for address in sorted(before.objects.keys() - after.objects.keys()):
		line = before.objects[address]
		name = f'{line["type"]} {line["identity"]}'
		gone = [row for row in by_address.get(address, []) if row["action"] == "drop"]
		if not gone:
			if address in rebuilt or line["holder"] and line["identity"] in dropped_names:
				continue
			if line["own"]:
				faults.append(f"dropped, no drop row: {name}")
			elif tuple(line["unit"]) not in units_named:
				faults.append(f"dropped, neither it nor its parent has a row: {name}")
			continue
		known = [row["identity"] for row in gone] + [row["old_identity"] for row in by_address[address]]
		if line["identity"] not in known:
			faults.append(f'dropped {name}, recorded as {", ".join(show(row) for row in gone)}')
	for address in sorted(before.objects.keys() & after.objects.keys()):
		old, new = before.objects[address], after.objects[address]
		if before.content(address) == after.content(address):
			continue
		named = by_address.get(address, [])
		if not named and not (units_named & {address, after.unit(address)}):
			faults.append(f'altered, no row: {new["type"]} {new["identity"]}')

	# 2. Whatever the log says has changed, has changed.
	for address, named in by_address.items():
		actions = {row["action"] for row in named}
		was, now = address in before.objects, address in after.objects
		unit, owner = (address[0], address[1], 0), after.unit(address)
		if named[0]["identity"] and named[0]["identity"].startswith("pg_toast."):
			continue
		if was and now:
			same = before.version(unit) == after.version(unit) and before.version(owner) == after.version(owner)
			if same and not all(SETS_WHAT_IS.search(row["statement"]) for row in named):
				faults.append(f"recorded but untouched: {show(named[0])}")
			if "create" in actions and "drop" not in actions:
				faults.append(f"recorded as created, but it was there before: {show(named[0])}")
		elif was and "drop" not in actions and (before.objects[address]["own"] or before.unit(address) not in units_named):
			faults.append(f"recorded, but not as dropped: {show(named[-1])}")
		elif now and "create" not in actions and (after.objects[address]["own"] or owner not in units_named):
			faults.append(f"recorded, but not as created: {show(named[0])}")
		elif not was and not now and address[0] in before.classes | after.classes and not actions >= {"create", "drop"}:
			# What came and went within the step: a rebuilt index, a part of an object that was made or dropped whole.
			if actions == {"drop"} and named[0]["identity"] in dropped or actions == {"create"} and named[0]["identity"] in held:
				continue
			if named[0]["object_type"] in PARTS and ("drop" in actions or unit in units_named):
				continue
			faults.append(f"recorded, but never there: {show(named[0])}")
	return faults
