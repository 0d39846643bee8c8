#!/usr/bin/env python3
"""Writes docs/events.md from proto/tapedeck/v1: each event, its number, its sentence, its fields.

  docs/generate_events.py            write it
  docs/generate_events.py --check    only say whether it is up to date; exit 1 if it isn't
"""

import pathlib
import re
import sys

DOCS = pathlib.Path(__file__).resolve().parent
PROTO = DOCS.parent / "proto" / "tapedeck" / "v1"
SUBJECTS = ["system", "market", "decision", "risk", "order", "account", "control", "types"]

INTRO = """# Events

What is on the tape. *Generated from `proto/tapedeck/v1` by `docs/generate_events.py`: change the
proto files, not this page.* How the vocabulary may grow is in `evolution.md`; how a record is
framed in `tape-protocol.md`.

Every record holds one event in an `Envelope`, with `happened_ns` (at its origin), `received_ns` (by
the source) and `source_key` (what identifies the fact at its origin). Times are nanoseconds since
1970 UTC, `…_seq` is the number of another record, prices and quantities are exact decimals. In
JSON decimals are strings, times RFC 3339 and durations text without the `_ns` of their names,
hashes hex, enum values as below, but `gtc`, `ioc`, `fok` and `gtd` for TimeInForce.

"""


def is_opening(line):
    return re.match(r"(message|enum) (\w+) \{", line)


class Declaration:
    """A message or enum: kind, name, sentence, and its fields or values with their comments."""

    def __init__(self, kind, name, sentence):
        self.kind, self.name, self.sentence = kind, name, sentence
        self.entries = []


def parse(path):
    """The file's own sentence and its declarations."""
    declarations, comment, current = [], [], None
    lines = path.read_text(encoding="utf-8").splitlines()
    title = lines[0].removeprefix("// ")
    for raw in lines[1:]:
        line = raw.strip()
        opening = is_opening(line)
        entry = re.match(r"((?:optional |repeated )?[\w.]+ )?(\w+) = (\d+);(?:\s*// (.*))?$", line)
        if line.startswith("//"):
            comment.append(line.removeprefix("//").strip())
            continue
        if opening:
            current = Declaration(opening[1], opening[2], " ".join(comment))
            declarations.append(current)
        elif line == "}":
            current = None
        elif current and entry:
            said = entry[4] or " ".join(comment)
            current.entries.append(((entry[1] or "").strip(), entry[2], int(entry[3]), said))
        comment = []
    return title, declarations


def types_of_events():
    """Name of the event's message → its number in the envelope."""
    text = (PROTO / "envelope.proto").read_text(encoding="utf-8")
    oneof = text[text.index("oneof event"):]
    return {name: int(number) for name, number in re.findall(r"(\w+) \w+ = (\d+);", oneof)}


def cell(text):
    return text.replace("|", "\\|")


def link(kind, names):
    """`repeated Reading` with a link to what Reading is."""
    word = kind.split()[-1]
    return kind.replace(word, f"[{word}](#{word.lower()})") if word in names else kind


def table(declaration, names):
    if not declaration.entries:
        return ""
    if declaration.kind == "enum":
        prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", declaration.name).upper() + "_"
        rows = [
            f"| {number} | `{name.removeprefix(prefix).lower()}` | {cell(said)} |"
            for _, name, number, said in declaration.entries
            if number != 0
        ]
        return "\n".join(["| | value | |", "|---|---|---|", *rows]) + "\n\n"
    rows = [
        f"| {number} | `{name}` | {link(kind, names)} | {cell(said)} |"
        for kind, name, number, said in declaration.entries
    ]
    return "\n".join(["| | field | type | |", "|---|---|---|---|", *rows]) + "\n\n"


def generate():
    types = types_of_events()
    subjects = [(name, *parse(PROTO / f"{name}.proto")) for name in SUBJECTS]
    names = {d.name for _, _, declarations in subjects for d in declarations}
    parts = [INTRO, "| number | event | |\n|---|---|---|\n"]
    for _, _, declarations in subjects:
        for d in declarations:
            if d.name in types:
                first = cell(d.sentence.split(". ")[0].rstrip("."))
                parts.append(f"| {types[d.name]} | [{d.name}](#{d.name.lower()}) | {first} |\n")
    parts.append("\n")
    for subject, title, declarations in subjects:
        parts.append(f"## {subject.capitalize()}\n\n{title}\n\n")
        for d in sorted(declarations, key=lambda d: (d.name not in types, types.get(d.name, 0))):
            number = f"Event {types[d.name]}. " if d.name in types else ""
            parts.append(f"### {d.name}\n\n{number}{d.sentence}\n\n{table(d, names)}")
    return "".join(parts).rstrip("\n") + "\n"


def main():
    target = DOCS / "events.md"
    text = generate()
    is_current = target.exists() and target.read_text(encoding="utf-8") == text
    if "--check" in sys.argv[1:]:
        if not is_current:
            print("docs/events.md is behind the proto files: run docs/generate_events.py")
            return 1
        print("docs/events.md is up to date")
        return 0
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
