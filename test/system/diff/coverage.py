"""Which options of PostgreSQL's commands no case uses.

The options are the words in capitals in the synopses of the server's own psql (\\h), for each CREATE and ALTER of an object of a
database, COMMENT, GRANT, REVOKE, ALTER DEFAULT PRIVILEGES and SECURITY LABEL, and those of coverage/parameters, which synopses
do not spell out.  An option is covered when a statement of this command in some case uses it.  The others must stand in
coverage/left_out, with the reason; an entry there that the oldest server covers by now is a fault, too.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "coverage"
WHOLE_SERVER = re.compile(r"(CREATE|ALTER) (DATABASE|GROUP|ROLE|SYSTEM|TABLESPACE|USER)$")
COMMAND = re.compile(r"(CREATE|ALTER) |COMMENT$|GRANT$|REVOKE$|SECURITY LABEL$")
PHRASE = re.compile(r"[A-Z][A-Z_]+(?: [A-Z][A-Z_]+)*")
MODIFIER = re.compile(r"^CREATE (OR REPLACE|GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|UNIQUE|CONSTRAINT|TRUSTED|PROCEDURAL|DEFAULT|RECURSIVE) ")


def synopses(control):
	"""{command: its synopsis}"""
	text = control.run(["psql", "-X", "-c", r"\h *"]).stdout
	found = re.findall(r"^Command: +(.*)\n(?:.*\n)?Syntax:\n((?:.*\n)*?)URL: ", text, flags=re.M)
	return {name: body for name, body in found if COMMAND.match(name) and not WHOLE_SERVER.match(name)}


def words(text):
	text = re.sub(r"--[^\n]*", "", text)
	text = re.sub(r"(\$\w*\$).*?\1|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", " '' ", text, flags=re.S)
	return text


def statements(sql):
	for statement in words(sql).split(";"):
		yield " ".join(re.findall(r"\w+|[^\w\s]", statement)).upper()


def used(cases, commands):
	"""{command: the text of all its statements in the cases}"""
	found = {}
	longest_first = sorted(commands, key=len, reverse=True)
	for case in cases:
		for section in ("setup", "old", "new"):
			for statement in statements(case.sections[section]):
				bare = statement
				while (shorter := MODIFIER.sub("CREATE ", bare)) != bare:
					bare = shorter
				for command in longest_first:
					if bare.startswith(command + " "):
						found.setdefault(command, []).append(statement)
						break
	return {command: " ; ".join(texts) for command, texts in found.items()}


def entries(name):
	"""Lines "COMMAND: OPTION, OPTION: WHY"; a command may be *."""
	for number, line in enumerate((FOLDER / name).read_text().splitlines(), 1):
		if line.strip() and not line.startswith("#"):
			yield number, [part.strip() for part in line.split(":", 2)]


def faults(cases, control, oldest):
	commands = synopses(control)
	if len(commands) < 70:
		return [f"psql tells of {len(commands)} commands only"], 0
	texts = used(cases, commands)
	options = {(command, phrase) for command, body in commands.items() for phrase in PHRASE.findall(body)}
	for _, (command, names) in entries("parameters"):
		options |= {(command, name.strip().upper()) for name in names.split(",")}

	def covered(command, option):
		return re.search(rf"(?<!\w){re.escape(option)}(?!\w)", texts.get(command, "")) is not None

	missing = {option for option in options if not covered(*option)}
	found = []
	for number, (command, names, why) in entries("left_out"):
		for name in names.split(","):
			name = name.strip()
			matching = {(c, o) for c, o in options if command in ("*", c) and o == name}
			# Later servers have more cases and other synopses: the list is kept for the oldest, and the rest added to it.
			if oldest and not matching & missing and command != "*" and (command not in commands or matching):
				found.append(f"left_out, line {number}: {command}: {name} " + ("is covered" if matching else "is no command of this server"))
			if not why:
				found.append(f"left_out, line {number}: no reason")
			missing -= matching
	found += [f"no case has {command}: {option}" for command, option in sorted(missing)]
	return found, len(options)
