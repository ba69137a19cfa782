"""The query library: `queries/*.rq`, each with titles, descriptions and parameters in its comment head.

A parameter is a variable that the query binds in `VALUES ?name { … }`: to a value that stands there as the example, or
to UNDEF, which lets anything be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

_LINE = re.compile(r"# (title|description)@(zh|en): (.+)")  # `# title@zh: 引用某一文件的项目`
# `# param year year@zh: 年度 @en: Year`
_PARAMETER = re.compile(r"^# param (\w+) (text|year|number)@zh: (.+?) @en: (.+)", re.MULTILINE)
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that a reader fills in; `example` is empty where it may be left out."""

    name: str
    kind: str  # text, year, number
    label: dict[str, str]
    example: str

    def term(self, value: str) -> str:
        """The value as it stands in a query; ValueError where it is none of its kind."""
        if not value:
            return "UNDEF"
        if self.kind == "text":
            return str(ox.Literal(value))
        if not re.fullmatch(r"\d{4}" if self.kind == "year" else r"\d{1,15}(\.\d{1,4})?", value, re.ASCII):
            raise ValueError(f"{self.name}: expected a {self.kind}")
        return str(ox.Literal(value, datatype=ox.NamedNode(_XSD + ("gYear" if self.kind == "year" else "decimal"))))


@dataclass(frozen=True, slots=True)
class LibraryQuery:
    """A query with its name (the file's), what it answers in both languages, its parameters and its text."""

    name: str
    title: dict[str, str]
    description: dict[str, str]
    parameters: tuple[Parameter, ...]
    text: str

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with values of parameters put in; those not given keep their example."""
        text = self.text
        for parameter in self.parameters:
            if parameter.name in values:
                term = parameter.term(values[parameter.name].strip())
                text = _values(parameter.name).sub(lambda m, term=term: m[1] + term + m[3], text)  # type: ignore[misc]  # a default binds the loop's value
        return text


def _values(name: str) -> re.Pattern[str]:
    """`VALUES ?word { "局" }` in three parts."""
    return re.compile(rf"(VALUES \?{name} \{{ )(.*?)( \}})")


@cache
def library() -> tuple[LibraryQuery, ...]:
    """All queries by name; ValueError where a head is incomplete or a parameter is bound nowhere."""
    return tuple(_read(path) for path in sorted((Path(__file__).parents[1] / "queries").glob("*.rq")))


def _read(path: Path) -> LibraryQuery:
    text = path.read_text(encoding="utf-8")
    head: dict[str, dict[str, str]] = {"title": {}, "description": {}}
    for part, language, value in _LINE.findall(text):
        head[part][language] = value.strip()
    if any(set(values) != {"zh", "en"} for values in head.values()):
        raise ValueError(f"{path.name}: expected title and description in zh and en")
    parameters = tuple(_parameter(path, text, *found) for found in _PARAMETER.findall(text))
    return LibraryQuery(path.stem, head["title"], head["description"], parameters, text)


def _parameter(path: Path, text: str, name: str, kind: str, zh: str, en: str) -> Parameter:
    bound = _values(name).search(text)
    if bound is None:
        raise ValueError(f"{path.name}: expected VALUES ?{name} {{ … }}")
    example = "" if bound[2] == "UNDEF" else bound[2].partition("^^")[0].strip('"')
    return Parameter(name, kind, {"zh": zh.strip(), "en": en.strip()}, example)
