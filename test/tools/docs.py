#!/usr/bin/env python3
"""Runs the examples of README.md and docs/*.md, and compares what they print with what the pages say.

	docs.py [FILE ...]            "ok" or "not ok" for each page, and for the links between them
	docs.py --links [FILE ...]    the links alone
	docs.py --write [FILE ...]    puts what was printed into the pages (read the diff before you commit it)

An example is a block fenced as ```console.  Lines that begin with a prompt are typed, what follows is what came back:
	postgres=# SELECT 1;          by psql, as this role in a database "shop" of the page's own; postgres-# continues
	$ pg_dump -s shop             by bash, with the private server's clients first in PATH
A comment <!-- run ... --> holds SQL, run as superuser before what follows, that the reader need not see.
What a function that returns void prints is left out.  Figures are compared as "a number", widths not at all: times, OIDs and process ids are never the same twice.
"""

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PROMPT = re.compile(r"^(?:(\w+)=[#>]|(\$)) (.*)$")
CONTINUED = re.compile(r"^(\w+)-[#>] ?(.*)$")
MARK = "-- end of example --"
VOID = re.compile(r"^ (set_mode|freeze|protect|exempt|add_naming_rule|drop_naming_rule|use_naming_preset|snapshot|drop_snapshot|set_baseline|acknowledge|set_threshold|sample_index_usage|import_usage|forget_usage) *\n-+\n *\n\(1 row\)\n?", re.M)
ROLES = """
CREATE ROLE deployer LOGIN;
CREATE ROLE alice LOGIN SUPERUSER;
CREATE ROLE etl LOGIN;
CREATE ROLE dba LOGIN;
CREATE ROLE app NOLOGIN;
CREATE ROLE watcher LOGIN IN ROLE pg_monitor;
"""


class Server:
	def __init__(self):
		self.tool = TOP / "test/tools/server.sh"
		subprocess.run([self.tool, "start", "examples", "shared_preload_libraries = 'schema_guard'",
			"schema_guard.seal_delay = 1h", "schema_guard.alert_interval = 0", "schema_guard.sample_interval = 0"], check=True)
		shell = subprocess.run(["bash", "-c", f'eval "$({self.tool} env examples)"; env -0'], capture_output=True, text=True, check=True)
		self.env = dict(line.split("=", 1) for line in shell.stdout.split("\0") if "=" in line)
		self.env |= {"PGDATABASE": "shop", "PGTZ": "UTC", "LC_ALL": "C.UTF-8", "SOURCE": str(TOP)}
		self.psql("postgres", ROLES, "postgres")
		data = self.run(["psql", "-XAt", "-U", "postgres", "-d", "postgres", "-c", "SHOW data_directory"])
		self.env["LOG"] = str(Path(data.strip()).parent / "log")

	def run(self, command, text=None):
		done = subprocess.run(command, input=text, env=self.env, cwd=TOP, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
		return done.stdout

	def psql(self, role, text, database="shop"):
		return self.run(["psql", "-X", "-U", role, "-d", database], text)

	def fresh_database(self):
		self.psql("postgres", "DROP DATABASE IF EXISTS shop;\nCREATE DATABASE shop;", "postgres")
		self.psql("postgres", "REVOKE SET ON PARAMETER schema_guard.migration, schema_guard.override FROM deployer, etl, dba;", "postgres")
		self.psql("postgres", "GRANT CREATE ON SCHEMA public TO deployer, etl;")

	def stop(self):
		subprocess.run([self.tool, "stop", "examples"], check=True)


def typed(lines):
	"""The commands of a block: [who, what, the lines as typed]."""
	commands = []
	for line in lines:
		if match := PROMPT.match(line):
			commands.append([match[1] or match[2], match[3], [line]])
		elif commands and (match := CONTINUED.match(line)) and match[1] == commands[-1][0]:
			commands[-1][1] += "\n" + match[2]
			commands[-1][2].append(line)
	return commands


def run_block(server, lines):
	result, session = [], []

	def flush():
		if not session:
			return
		text = "".join(f"{what}\n\\echo\n\\echo '{MARK}'\n" for _, what, _ in session)
		outputs = server.psql(session[0][0], text).split(f"\n{MARK}\n")
		for (_, _, lines), output in zip(session, outputs):
			output = VOID.sub("", output)
			result.extend(lines + output.rstrip("\n").split("\n") if output.strip() else lines)
		session.clear()

	for command in typed(lines):
		if command[0] == "$":
			flush()
			result.extend(command[2] + [line for line in server.run(["bash", "-c", command[1]]).rstrip("\n").split("\n") if line])
			continue
		if session and session[0][0] != command[0]:
			flush()
		session.append(command)
	flush()
	return [line.rstrip() for line in result]


def run_page(server, text):
	server.fresh_database()
	lines, out, at = text.split("\n"), [], 0
	while at < len(lines):
		out.append(lines[at])
		if lines[at].startswith("<!-- run"):
			end = next(i for i in range(at, len(lines)) if lines[i].endswith("-->"))
			body = "\n".join(lines[at:end + 1]).removeprefix("<!-- run").removesuffix("-->")
			printed = server.psql("postgres", "\\set ON_ERROR_STOP 1\n" + body)
			if "ERROR" in printed:
				out.append(printed)
			out += lines[at + 1:end + 1]
			at = end
		elif lines[at] == "```console":
			end = next(i for i in range(at + 1, len(lines)) if lines[i] == "```")
			out += run_block(server, lines[at + 1:end]) + ["```"]
			at = end
		at += 1
	return "\n".join(out)


def plain(text):
	"""What two runs have in common."""
	text = re.sub(r"/tmp/schema_guard\.\w+", "socket", text)
	text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "uuid", text)
	return re.sub(r"[-+]{2,}", "--", re.sub(r" +", " ", re.sub(r"\d+", "0", text)))


def anchors(page):
	titles = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
	return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page):
	for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text()):
		other = page.parent / target if target else page
		if not other.exists() or (anchor and anchor not in anchors(other)):
			yield f"{target}#{anchor}" if anchor else target


def main():
	arguments = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
	pages = [Path(argument) for argument in arguments] or [TOP / "README.md"] + sorted((TOP / "docs").glob("*.md"))
	failed = 0
	if "--write" not in sys.argv:
		for page in pages:
			broken = list(broken_links(page))
			failed += bool(broken)
			print(f'{"not ok" if broken else "ok"} - links of {page.name}', *broken, flush=True)
	if "--links" in sys.argv:
		sys.exit(1 if failed else 0)
	server = Server()
	try:
		for page in pages:
			text = page.read_text()
			if "```console" not in text:
				continue
			printed = run_page(server, text)
			good = plain(printed) == plain(text)
			if "--write" in sys.argv:
				if not good:
					page.write_text(printed)
				continue
			failed += not good
			if not good:
				print("\n".join(difflib.unified_diff(text.split("\n"), printed.split("\n"), str(page), "printed", n=1, lineterm="")))
			print(f'{"ok" if good else "not ok"} - examples of {page.name}', flush=True)
	finally:
		server.stop()
	sys.exit(1 if failed else 0)


main()
