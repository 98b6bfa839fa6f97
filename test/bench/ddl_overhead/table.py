#!/usr/bin/env python3
"""Prints what `run` measured as Markdown: ratios to vanilla, of instructions and of CPU time."""
import pathlib
import statistics
import sys
from collections import defaultdict

work = pathlib.Path(sys.argv[1])


def show(title, cells):
    """cells[contestant][workload] is a text."""
    workloads = list(dict.fromkeys(w for row in cells.values() for w in row))
    print(f"| {title} | " + " | ".join(workloads) + " |")
    print("|---" * (len(workloads) + 1) + "|")
    for contestant, row in cells.items():
        print(f"| {contestant} | " + " | ".join(row.get(w, "") for w in workloads) + " |")
    print()


def instructions(path):
    counts = defaultdict(dict)
    for line in path.read_text().splitlines():
        workload, contestant, count = line.split()
        counts[contestant][workload] = int(count)
    vanilla = counts["vanilla"]
    cells = {c: {w: f"{n / vanilla[w]:.3f}" for w, n in row.items()} for c, row in counts.items() if c != "vanilla"}
    cells["vanilla, thousands"] = {w: f"{n / 1000:.0f}" for w, n in vanilla.items()}
    show("instructions", cells)


def cpu(path):
    times = defaultdict(lambda: defaultdict(dict))
    for line in path.read_text().splitlines():
        workload, contestant, turn, time = line.split()
        times[contestant][workload][turn] = int(time)
    vanilla = times["vanilla"]
    cells = {
        c: {w: f"{statistics.median(t / vanilla[w][turn] for turn, t in turns.items()):.2f}" for w, turns in row.items()}
        for c, row in times.items() if c != "vanilla"
    }
    show("CPU time", cells)


for name, reader in (("instructions", instructions), ("cpu", cpu)):
    path = work / name
    if path.exists() and path.stat().st_size:
        reader(path)
