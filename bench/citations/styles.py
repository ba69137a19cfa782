"""`python -m bench.citations.styles`: the same measures on fields written in the manner of other places.

Each line of `styles.tsv` is a field: the region of the report, the text as a JSON string with ⟦…⟧ around each
mention, and its mentions as a JSON list of `basis|number|issuers|title|document` (a blank basis is a document; blank
issuers and titles cannot be known or are not asked; a blank document is the one of the number, else of the title). A
mark with several mentions is a range of numbers: each has its span. Those fields stand alone. The fields of
`departments.tsv`, in the same form, are read as one release: a mention without a number means the document that
another field gives it.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.citations.__main__ import HEADS, HERE, Answer, Field, cited, measures
from kg_builder.legal.find import find_citations
from kg_builder.legal.normalise import clean_title
from kg_builder.text import squeeze

FILES = ("styles.tsv", "departments.tsv")
# 依据⟦《某办法》⟧: the mention that a field is written for
_MARK = re.compile("⟦([^⟦⟧]*)⟧")


@dataclass(frozen=True)
class Style:
    """A written field with its answers; `titles` are by mention, blank where none is asked for."""

    region: str
    text: str
    answers: tuple[Answer, ...]
    titles: tuple[str, ...]


def styles(name: str = "styles.tsv") -> Iterator[Style]:
    """The lines of `styles.tsv` or of `departments.tsv`."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield _style(row["region"], json.loads(row["text"]), json.loads(row["mentions"]))


def _style(region: str, marked: str, mentions: list[str]) -> Style:
    text = re.sub("[⟦⟧]", "", marked)
    spans = [(m.start(1) - 2 * i - 1, m.end(1) - 2 * i - 1) for i, m in enumerate(_MARK.finditer(marked))]
    spans += spans[-1:] * (len(mentions) - len(spans))
    answers, titles = [], []
    for (start, end), mention in zip(spans, mentions, strict=True):
        basis, number, issuers, title, document = (mention + "||||").split("|")[:5]
        names = frozenset(filter(None, issuers.split("、")))
        at = len(squeeze(text[:start])), len(squeeze(text[:end]))
        document = "" if basis else document or number or clean_title(title).text.removeprefix("中华人民共和国")
        answers.append(Answer(*at, basis or "document", number, names, document))
        titles.append(title)
    return Style(region, text, tuple(answers), tuple(titles))


def read(lines: Sequence[Style], name: str) -> list[list[Answer]]:
    """What the engine reads in each field of a file: as one release, or (`styles.tsv`, places far apart) each alone."""
    texts = [(s.text, s.region) for s in lines]
    return [found for text in texts for found in cited([text])] if name == "styles.tsv" else cited(texts)


def wrong(style: Style, found: list[Answer]) -> list[str]:
    """What is read wrongly in one field, in words; empty where all is right."""
    if [(a.start, a.end, a.kind, a.number) for a in found] != [
        (a.start, a.end, a.kind, a.number) for a in style.answers
    ]:
        text = squeeze(style.text)
        return [
            f"expected {[(text[a.start : a.end], a.kind, a.number) for a in style.answers]}, "
            f"found {[(text[a.start : a.end], a.kind, a.number) for a in found]}"
        ]
    faults = [
        f"issuers: expected {sorted(a.issuers)}, found {sorted(b.issuers)}"
        for a, b in zip(style.answers, found, strict=True)
        if a.issuers and a.issuers != b.issuers
    ]
    mentions = find_citations(style.text, style.region)
    return faults + [
        f"title: expected {title}, found {m.title}"
        for title, m in zip(style.titles, mentions, strict=True)
        if title and m.title != clean_title(title).text
    ]


def main() -> int:
    """Print the table, and with -v what is wrong."""
    sys.stdout.write("| " + " | ".join(HEADS[:10]) + " | fields | wholly right |\n|" + " --- |" * 12 + "\n")
    faults: list[tuple[Style, list[str]]] = []
    for name in FILES:
        lines = list(styles(name))
        found = read(lines, name)
        fields = [Field(("", "", "", ""), list(s.answers), f) for s, f in zip(lines, found, strict=True)]
        met = [(s, w) for s, f in zip(lines, found, strict=True) if (w := wrong(s, f))]
        row = [name, *measures(fields)[:9], str(len(lines)), str(len(lines) - len(met))]
        sys.stdout.write("| " + " | ".join(row) + " |\n")
        faults += met
    for style, fault in faults if "-v" in sys.argv else []:
        sys.stdout.write(f"[{style.region}] {style.text[:120]!r}\n    " + "\n    ".join(fault) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
