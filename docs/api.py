"""The routes and settings of the server → their tables in `docs/api.md`: `python docs/api.py` writes them in place."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from server.api import Route, routes
from server.negotiate import GRAPH_FORMATS, RESULT_FORMATS
from server.settings import Settings

PAGE = Path(__file__).with_name("api.md")
_KINDS = {
    "[results](#formats)": {f.media_type for f in RESULT_FORMATS.values()},
    "page": {"text/html"},
    "[graphs](#formats)": {f.media_type for f in GRAPH_FORMATS.values()},
}
_UNITS = {"MiB": 1 << 20, "KiB": 1 << 10}


def with_tables(text: str) -> str:
    """The page with its tables as the program has them now; ValueError where a place for one is missing."""
    tables = {"routes": _routes(), "settings": _settings()}
    for name, lines in tables.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        if text.count(start) != 1 or text.count(end) != 1:
            raise ValueError(f"{PAGE.name}: expected one place for the table of {name}")
        before, after = text.partition(start)[0], text.partition(end)[2]
        text = before + start + "\n".join(["", *lines, "", ""]) + end + after
    return text


def _routes() -> list[str]:
    rows = [f"| `{route.path}` | {route.told} | {_parameters(route)} | {_media(route)} |" for route in routes()]
    return ["| route | what it answers | parameters | as |", "| --- | --- | --- | --- |", *rows]


def _parameters(route: Route) -> str:
    return ", ".join(f"`{p.name}`" for p in route.parameters if p.place == "query")


def _media(route: Route) -> str:
    """`page, graphs` for the media types of a route; those that are of no kind by themselves."""
    media = set(route.media)
    found = [kind for kind, types in _KINDS.items() if types <= media]
    others = sorted(media - set[str]().union(*(_KINDS[kind] for kind in found)))
    return ", ".join([*found, *(f"`{one}`" for one in others)])


def _settings() -> list[str]:
    fields = dataclasses.fields(Settings)
    rows = [f"| `{field.name}` | {_default(field)} | {field.metadata['help']} |" for field in fields]
    return ["| setting | default | meaning |", "| --- | --- | --- |", *rows]


def _default(field: dataclasses.Field[object]) -> str:
    """The default for people; that of `workers` depends on the machine."""
    if field.name == "workers":
        return "by cores, 2 to 8"
    value = field.default
    if isinstance(value, str):
        return f"`{value}`" if value else "none"
    if "bytes" in field.metadata["help"] and isinstance(value, int):
        unit, size = next((u, s) for u, s in _UNITS.items() if value % s == 0)
        return f"{value // size} {unit}"
    return f"{value:g}" if isinstance(value, float) else f"{value}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
