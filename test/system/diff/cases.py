"""The cases of cases/*.sql: two schemas that differ in one attribute.

A file holds many cases:

	-- case: fillfactor
	-- setup
	CREATE TABLE t (a int);
	-- new
	ALTER TABLE t SET (fillfactor = 70);

`setup` is run in both databases, then `old` in the one and `new` in the other.  Each case has a schema of its own, first in
the search_path, whose name, FILE_CASE, stands wherever the text says @case.  Further lines, where they are needed:

	-- version: 17                  the oldest server that can do it; 15 to 16: and the newest
	-- alone                        it changes what other cases see (default privileges, an extension)
	-- unseen                       pg_dump does not tell of it; diff must all the same
	-- accept: column order: WHY    compared without the order of columns, which PostgreSQL cannot change
	-- accept: rows: WHY            rows may get lost
	-- accept: back: WHY            there is no way back
	-- accept: local: WHY           compared without whether a column that a table inherits is its own as well

The roles alice, bob, carol and dave (a superuser) and the tablespace space are there.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "cases"
LINE = re.compile(r"-- (case|version|accept|alone|unseen|setup|old|new)\b:? ?(.*)$")
ACCEPTABLE = ("column order", "rows", "back", "local")


class Case:
	def __init__(self, name):
		self.name = name
		self.versions, self.alone, self.unseen, self.accepted = (15, 99), False, False, {}
		self.sections = {"setup": "", "old": "", "new": ""}

	def runs_on(self, lab):
		return self.versions[0] <= lab.version // 10000 <= self.versions[1]

	def sql(self, section):
		return (self.sections["setup"] + self.sections[section]).replace("@case", self.name)

	def script(self, section):
		"""One of its two schemas, to be run by psql."""
		return (f'\\echo case {self.name}\nCREATE SCHEMA "{self.name}";\nSET search_path = "{self.name}", public;\n'
				f"{self.sql(section)}\nRESET ALL; RESET SESSION AUTHORIZATION;\n")


def read(path):
	cases, section = [], None
	for number, line in enumerate(path.read_text().splitlines(), 1):
		match = LINE.match(line)
		if match and match[1] == "case":
			cases.append(Case(f"{path.stem}_{match[2].strip()}"))
			section = None
		elif match:
			case, word = cases[-1], match[1]
			if word == "version":
				first, _, last = match[2].partition(" to ")
				case.versions = (int(first), int(last or 99))
			elif word == "alone":
				case.alone = True
			elif word == "unseen":
				case.unseen = True
			elif word == "accept":
				what, why = match[2].split(": ", 1)
				if what not in ACCEPTABLE or not why:
					raise ValueError(f"{path}:{number}: cannot accept {what!r}")
				case.accepted[what] = why
			else:
				section = word
		elif section:
			cases[-1].sections[section] += line + "\n"
		elif line.strip() and not line.startswith("--"):
			raise ValueError(f"{path}:{number}: outside of a section: {line}")
	return cases


def all_cases():
	cases = [case for path in sorted(FOLDER.glob("*.sql")) for case in read(path)]
	names = [case.name for case in cases]
	for name in names:
		if names.count(name) > 1:
			raise ValueError(f"two cases are named {name}")
		if len(name) > 60:
			raise ValueError(f"{name} is too long for a schema")
	return cases
