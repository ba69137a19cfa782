"""Figures of the prose → statements: what is said, in which unit, and with which sign.

Lines are joined into sentences first, for they break anywhere, even inside a number. A figure becomes a statement
only where the words before it are wholly understood: a label of the code list `topic` (or a functional heading)
behind nothing but a year and the body, or a change, share or rate of what was named just before. Figures inside
reasons and purposes (主要原因是…, 主要用于…) are left alone: there they belong to parts that no label names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from kg_builder import marks
from kg_builder.model import Page, Place, Statement
from kg_builder.templates.found import Found
from kg_builder.templates.prose.government_prose import read_government_prose
from kg_builder.templates.prose.paragraphs import Paragraph, read_paragraphs
from kg_builder.templates.prose.phrases import PARTS, Phrase, Said, State, phrase_to_said
from kg_builder.templates.prose.topics import plain_words
from kg_builder.text import YUAN_PER, money

_FIGURE = re.compile(
    r"(?<![\d.,A-Za-z])(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(万元|亿元|元|%|％|个|辆|台|平方米|㎡)"  # 1,098.40万元
)
_UNITS = {"％": "%", "㎡": "平方米"}
_SENTENCE = re.compile(r"[^。；;！？]+[。；;！？]?")  # …支出12.00万元；
_BOUNDARY = re.compile(r"[，：:]|,(?!\d{3}(?!\d))")  # ，a comma of the sentence, not that of 1,098.40
_REASON = re.compile(r"原因|主要是|由于|用于(?!以下)")  # 主要原因是…
_QUOTE = 80  # characters
_NEAR = 160  # characters beside a figure that may tell what it is


def read_statements(found: Found) -> None:
    """The figures of the prose: of what no table, form, list or narrative of a project has taken."""
    ledger = found.ledger

    def taken(place: Place) -> bool:
        return ledger.account_of(place) is not None

    if found.whose.scope == "government":
        found.statements = tuple(read_government_prose(read_paragraphs(ledger.pages, taken), found.whose))
    else:
        found.statements = statements_in(ledger.pages, year=found.whose.year, leave_out=taken)


def statements_in(
    pages: Sequence[Page], *, year: int | None = None, leave_out: Callable[[Place], bool] = lambda _: False
) -> tuple[Statement, ...]:
    """The figures of the prose in reading order.

    Lines inside the pages' tables, and those that `leave_out` names (forms), are not prose. `year` is the report's
    fiscal year: a figure said to be of another year is a statement `previous-year`. A decrease is negative; `subject`
    tells what a change, share or rate is of (a topic, or the printed name of a functional heading), `within` the
    whole that a part was named under. Quotes hold no telephone numbers and no names of handlers.
    """
    return tuple(statement for prose in read_paragraphs(pages, leave_out) for statement in _statements(prose, year))


def _statements(prose: Paragraph, year: int | None) -> Iterator[Statement]:
    state = State()
    for sentence in _SENTENCE.finditer(prose.text):
        if marks.names_people(sentence[0]) or "联系电话" in sentence[0]:
            continue
        state.begin(
            plain_words(sentence[0][:_NEAR]), sentence.start() > 0 and prose.text[sentence.start() - 1] in "；;"
        )
        for figure, phrase in _phrases(sentence[0], state, year):
            said = phrase_to_said(phrase)
            if said is not None:
                quote = _quote(prose.text, sentence.start(), sentence.start() + figure.end())
                place = prose.places[sentence.start() + figure.start()]
                yield _statement(figure[1], phrase.unit, said, quote, place)


def _phrases(sentence: str, state: State, year: int | None) -> Iterator[tuple[re.Match[str], Phrase]]:
    """Each figure of a sentence with the words from the last comma or figure to it; none inside reasons."""
    silent = _silent(sentence)
    opening = PARTS.search(sentence)
    end = 0
    for figure in _FIGURE.finditer(sentence):
        start = max([end, *(m.end() for m in _BOUNDARY.finditer(sentence, end, figure.start()))])
        words, end = sentence[start : figure.start()], figure.end()
        if any(a <= figure.start() < b for a, b in silent):
            continue
        state.parts = state.parts or (opening is not None and opening.start() < figure.start())
        after_goals, state.goals = state.goals, False
        base, state.base = state.base, None
        yield (
            figure,
            Phrase(
                plain_words(words) if len(words) <= _NEAR else "",
                sentence[max(0, figure.start() - _NEAR) : figure.start()],
                figure[1],
                _UNITS.get(figure[2], figure[2]),
                sentence[end : end + _NEAR],
                year,
                state,
                after_goals,
                base,
            ),
        )


def _silent(sentence: str) -> list[tuple[int, int]]:
    """Stretches that give reasons or purposes, each up to the next 其中 or the sentence's end."""
    found: list[tuple[int, int]] = []
    at = 0
    while match := _REASON.search(sentence, at):
        part = sentence.find("其中", match.end())
        at = part if part >= 0 else len(sentence)
        found.append((match.start(), at))
    return found


def _statement(printed: str, unit: str, said: Said, quote: str, place: Place) -> Statement:
    sign = Decimal(-1) if said.negative else Decimal(1)
    value = sign * Decimal(printed.replace(",", ""))
    amount = money(printed if not said.negative else f"-{printed}", unit, place) if unit in YUAN_PER else None
    return Statement(said.topic, value, unit, quote, place, amount, said.subject, said.within)


def _quote(text: str, sentence: int, end: int) -> str:
    """The sentence up to the figure, from a comma on where it is longer than a quote may be."""
    quote = text[max(sentence, end - 2 * _NEAR) : end]
    while len(quote) > _QUOTE:
        cut = _BOUNDARY.search(quote)
        quote = quote[cut.end() :] if cut and cut.end() < len(quote) - 8 else quote[-_QUOTE:]
    return re.sub(r"\d{7,}", "…", quote)
