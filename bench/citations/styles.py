"""`python -m bench.citations.styles`: the same measures on fields written in the manner of other places.

Each line of `styles.tsv` is a field: the region of the report, the text as a JSON string with ⟦…⟧ around each
mention, and its mentions as a JSON list of `basis|number|issuers|title` (a blank basis is a document; blank issuers
and titles cannot be known or are not asked). A mark with several mentions is a range of numbers: each has its span.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from bench.citations.__main__ import HEADS, HERE, Answer, Field, cited, measures
from kg_builder.legal.find import find_citations
from kg_builder.legal.normalise import clean_title
from kg_builder.text import squeeze

# 依据⟦《某办法》⟧: the mention that a field is written for
_MARK = re.compile("⟦([^⟦⟧]*)⟧")


@dataclass(frozen=True)
class Style:
    """A written field with its answers; `titles` are by mention, blank where none is asked for."""

    region: str
    text: str
    answers: tuple[Answer, ...]
    titles: tuple[str, ...]


def styles() -> Iterator[Style]:
    """The lines of `styles.tsv`."""
    with (HERE / "styles.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield _style(row["region"], json.loads(row["text"]), json.loads(row["mentions"]))


def _style(region: str, marked: str, mentions: list[str]) -> Style:
    text = re.sub("[⟦⟧]", "", marked)
    spans = [(m.start(1) - 2 * i - 1, m.end(1) - 2 * i - 1) for i, m in enumerate(_MARK.finditer(marked))]
    spans += spans[-1:] * (len(mentions) - len(spans))
    answers, titles = [], []
    for (start, end), mention in zip(spans, mentions, strict=True):
        basis, number, issuers, title = (mention + "|||").split("|")[:4]
        names = frozenset(filter(None, issuers.split("、")))
        at = len(squeeze(text[:start])), len(squeeze(text[:end]))
        answers.append(Answer(*at, basis or "document", number, names, ""))
        titles.append(title)
    return Style(region, text, tuple(answers), tuple(titles))


def wrong(style: Style) -> list[str]:
    """What is read wrongly in one field, in words; empty where all is right."""
    (found,) = cited([(style.text, style.region)])
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
    lines = list(styles())
    fields = [
        Field(("", "", "", ""), list(s.answers), found)
        for s in lines
        for found in cited([(s.text, s.region)])  # each field on its own: the places are far apart
    ]
    sys.stdout.write("| " + " | ".join(HEADS[:9]) + " |\n|" + " --- |" * 9 + "\n")
    sys.stdout.write("| " + " | ".join(["all", *measures(fields)][:9]) + " |\n")
    faults = [(s, w) for s in lines if (w := wrong(s))]
    sys.stdout.write(f"{len(lines)} fields, {len(lines) - len(faults)} wholly right\n")
    for style, fault in faults if "-v" in sys.argv else []:
        sys.stdout.write(f"[{style.region}] {style.text[:120]!r}\n    " + "\n    ".join(fault) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
