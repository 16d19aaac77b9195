#!/usr/bin/env python3
"""Writes the behaviour catalogue, Sources/ChatrixModel/Behaviours/Behaviours+<Area>.swift, from the behaviour ledger.

usage: scripts/generate-behaviours.py LEDGER

The ledger is a YAML list of flat rows (id, area, route, kind, says, strength, decision, see), each value a bare word or
a double-quoted text. The files that are there are replaced; ids are stable, so a changed row changes one line.
"""

import json
import pathlib
import sys

KEYS = {"id", "area", "route", "kind", "says", "strength", "decision", "see"}
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Sources/ChatrixModel/Behaviours"


def read_rows(path):
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("- "):
            rows.append({})
        if line[:2] not in ("- ", "  ") or ": " not in line or not rows:
            sys.exit(f"{path}:{number}: expected 'key: value' of a flat row")
        key, value = line[2:].split(": ", 1)
        if key not in KEYS or key in rows[-1]:
            sys.exit(f"{path}:{number}: unexpected key '{key}'")
        rows[-1][key] = json.loads(value) if value.startswith('"') else value.strip()
    return rows


def line_of(row):
    decision = row.get("decision", row.get("see"))
    source = row["strength"] + (f" {decision}" if decision else "")
    fields = [row["id"], row["route"], row["kind"], source, row["says"]]
    if any(" | " in field or "\n" in field or '"""' in field for field in fields):
        sys.exit(f"{row['id']}: a field holds ' | ', a line break or three quotes, which the table cannot carry")
    return " | ".join(fields)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    areas = {}
    for row in read_rows(pathlib.Path(sys.argv[1])):
        areas.setdefault(row["area"], []).append(row)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in FOLDER.glob("Behaviours+*.swift"):
        stale.unlink()
    for area, rows in areas.items():
        name = {"webhook": "Webhooks", "websocket": "WebSocket", "mqtt": "MQTT", "ids": "IDs"}.get(area, area.capitalize())
        lines = "\n".join(8 * " " + line_of(row) for row in rows)
        (FOLDER / f"Behaviours+{name}.swift").write_text(
            f'''// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {{
    static let {area}Rows = #"""
{lines}
        """#
}}
''',
            encoding="utf-8",
        )
    print(f"{sum(map(len, areas.values()))} rows in {len(areas)} areas")


main()
