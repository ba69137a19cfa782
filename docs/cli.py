"""The commands and options of `mingzhang` → `docs/cli.md`: `python docs/cli.py > docs/cli.md`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kg_builder.cli import parser


def reference() -> str:
    """The reference in Markdown, one section for each command."""
    top = parser()
    commands = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction)).choices
    lines = ["# Command line", "", top.description or "", ""]
    for name, command in commands.items():
        lines += [f"## mingzhang {name}", "", command.description or "", "", *_table(command), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(command: argparse.ArgumentParser) -> Iterator[str]:
    yield "| argument | meaning |"
    yield "| --- | --- |"
    for action in command._actions:
        if not isinstance(action, argparse._HelpAction):
            meaning = (action.help or "").replace("%(default)s", str(action.default))
            yield f"| `{_usage(action)}` | {meaning} |".replace("|DIR", r"\|DIR").replace("|FILE", r"\|FILE")


def _usage(action: argparse.Action) -> str:
    value = action.metavar or (",".join(map(str, action.choices)) if action.choices else action.dest.upper())
    if not action.option_strings:
        return f"{value} …" if action.nargs == "+" else str(value)
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"


if __name__ == "__main__":
    sys.stdout.write(reference())
