"""What pg_dump -s says of a database, object by object: the oracle of every test in this folder."""

import difflib
import re

HEADER = re.compile(r"^--\n-- Name: (?P<name>.*); Type: (?P<type>[A-Z ]+); Schema: (?P<schema>.*); Owner: .*\n--\n", re.M)
# pg_dump sets these before an object where they change, so what counts for one stands far above it.
STATE = re.compile(r"^SET (default_tablespace|default_table_access_method) = (.*);\n+", re.M)
IN_TABLESPACE = ("TABLE", "MATERIALIZED VIEW", "INDEX", "CONSTRAINT")
BY_ACCESS_METHOD = ("TABLE", "MATERIALIZED VIEW")


def in_order(match):
	return match[1] + ", ".join(sorted(match[2].split(", "))) + ")"


def objects(text):
	"""{"Type Schema.Name": its statements}; of objects that share a header, all statements in order of their text."""
	text = re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M)
	# The server's own, which pg_dump of another major takes for a user's.
	text = re.sub(r"^ALTER .*TABLE .* ALTER COLUMN .* SET \(pg_\w+=\d+\);\n", "", text, flags=re.M)
	text = re.sub(r"(?m)(^ALTER .*TABLE .* ALTER COLUMN .* SET \(.*?)(?:pg_\w+=\d+, |, pg_\w+=\d+(?=\)))", r"\1", text)
	text = text.split("\n--\n-- PostgreSQL database dump complete\n", 1)[0]
	found, state = {}, {}
	headers = list(HEADER.finditer(text))
	before = text[: headers[0].start()] if headers else text
	state.update(STATE.findall(before))
	for i, header in enumerate(headers):
		end = headers[i + 1].start() if i + 1 < len(headers) else len(text)
		body = text[header.end() : end]
		kind = header["type"]
		lines = STATE.sub("", body).strip()
		# Options and parameters come in the order in which they were set, which means nothing.
		lines = re.sub(r"((?:WITH|SET|OPTIONS) \()([^()]*)\)", in_order, lines)
		lines = re.sub(r"(OPTIONS \(\n)([^()]*)\)", lambda m: m[1] + ",\n".join(sorted(m[2].strip().split(",\n"))) + ")", lines)
		if kind in ("ACL", "DEFAULT ACL"):
			# In the order in which they were granted, which means nothing.  Who granted is left aside (docs/diff.md).
			lines = re.sub(r"^(SET|RESET) SESSION AUTHORIZATION.*;\n?", "", lines, flags=re.M)
			lines = "\n".join(sorted(set(lines.splitlines())))
		if kind in IN_TABLESPACE:
			lines += f"\n-- tablespace {state.get('default_tablespace')}"
		if kind in BY_ACCESS_METHOD and "\nPARTITION BY " not in lines:
			lines += f"\n-- access method {state.get('default_table_access_method')}"
		state.update(STATE.findall(body))
		found.setdefault(f"{kind} {header['schema']}.{header['name']}", []).append(lines)
	return {key: "\n".join(sorted(bodies)) for key, bodies in found.items()}


def without_column_order(found):
	"""The same with the lines of each CREATE TABLE and composite type sorted, and what follows their order: where PostgreSQL
	can only append a column."""

	def sort(body):
		body = re.sub(r"(CREATE STATISTICS .* ON )([^()]*)( FROM )", lambda m: m[1] + ", ".join(sorted(m[2].split(", "))) + m[3], body)
		match = re.match(r"(CREATE [^\n]*(?:TABLE [^\n]*|TYPE [^\n]* AS )\(\n)(.*?)(\n\).*)", body, re.S)
		if not match:
			return body
		lines = sorted(line.strip().rstrip(",") for line in match[2].split("\n"))
		return match[1] + "\n".join(lines) + match[3]

	return {key: sort(body) for key, body in found.items()}


def difference(expected, got):
	"""{key: text of the difference}, empty when the same."""
	faults = {}
	for key in sorted(expected.keys() | got.keys()):
		want, have = expected.get(key, ""), got.get(key, "")
		if want != have:
			lines = difflib.unified_diff(want.splitlines(), have.splitlines(), "expected", "got", lineterm="", n=1)
			faults[key] = "\n".join(lines)
	return faults
