"""PDF → pages: the ink of each page becomes lines and tables, and what could not be read is said in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg_builder import marks
from kg_builder.errors import ReadingError
from kg_builder.model import Cell, Page, Place, Table
from kg_builder.readers import recognition
from kg_builder.readers.carried import ends_in_rows, with_carried_rows
from kg_builder.readers.characters import cell_of
from kg_builder.readers.engine import Ink, read_ink
from kg_builder.readers.font_maps import broken_pages
from kg_builder.readers.grids import find_tables
from kg_builder.readers.ink import (
    Run,
    box_of,
    glyphs_to_runs,
    line_text,
    runs_to_lines,
    without_doubles,
    without_watermarks,
)
from kg_builder.readers.original import Original
from kg_builder.readers.points import Points
from kg_builder.readers.sheets import Joined, Sheets, told
from kg_builder.readers.units import with_whole_units
from kg_builder.text import squeeze

BROKEN, IMAGE = "the font map is broken", "the page is an image"
UNREADABLE = 0.3  # share of unreadable glyphs from which a page's font map counts as broken
NEAR = 10  # pages on which text may be shown that another page hides
LOST = 4  # characters beyond the edge of a page from which it counts as cut off
SCAN = 0.5  # share of a page covered by images from which a page without text is a scan
DAMAGED = "the page is damaged and nothing on it is read"
TWO = "two pages are printed side by side on this one: they are not read"
LEAF = 12  # characters that make half a sheet a page of its own
RULED = 4  # rules that make a table
GUTTER = 8.0  # points on both sides of the middle that stay white between two pages on one sheet
LEVEL = 1.5  # points by which the rules of one row may differ from one half of a sheet to the other
LETTERS = 4  # letters beside an image that make it a page of text

_REMEDY = "pip install 'mingzhang[ocr]' lets it be recognised"


def read_pdf_pages(original: Original) -> list[Page]:
    """All pages of a PDF; ReadingError where it is damaged, encrypted or has no text on any page."""
    pages, hidden, inks = list[Page](), list[list[str]](), list[Ink]()
    sheets = Sheets(_lines_and_tables)
    last: Ink | None = None
    for ink in map(Points().read, read_ink(original)):
        page = ink_to_page(ink)
        if last:
            page = _with_rows_of_last(page, ink, pages[-1], last)
        pages.append(sheets.alone(page, ink))
        hidden.append(hidden_pieces(ink))
        scan = _is_scan(ink, page.lines)
        inks.append(ink if scan else replace(ink, glyphs=(), rules=()))  # of a long file no more than is needed
        last = ink
    broken = broken_pages([ink.fonts for ink in inks])
    pages = [_legible(original, *one) for one in zip(pages, inks, broken, strict=True)]
    for sheet in sheets.joined():
        _put_joined(pages, sheet)
    if not any(page.lines for page in pages):
        raise _without_text(original.name, pages, Counter(what for ink in inks for what in ink.damage))
    return with_whole_units(_beside_damage(_with_cuts(pages, hidden)))


def _with_rows_of_last(page: Page, ink: Ink, before: Page, last: Ink) -> Page:
    """The page, with the rows on its top as a table that the one before it ends with, where they make none alone."""
    return with_carried_rows(page, _runs(ink), before, _runs(last)) if ends_in_rows(before) else page


def _legible(original: Original, page: Page, ink: Ink, broken: bool) -> Page:
    """The page, or what is recognised of it where its text is no print."""
    if broken or _is_unreadable(ink):
        return _recognised(original, ink, BROKEN) or replace(page, lines=(), tables=(), faults=_told(BROKEN))
    if _is_scan(ink, page.lines):
        return _recognised(original, ink, IMAGE) or _layer_over_image(ink) or page
    return page


def _put_joined(pages: list[Page], sheet: Joined) -> None:
    """Put the print of a sheet on its first page, the others are empty; told on them where one of them is not read."""
    first, *others = (sheet.first - 1 + part.after for part in sheet.parts)
    is_read = all(pages[i].lines and not pages[i].recognised for i in (first, *others))
    if is_read:
        pages[first] = replace(pages[first], lines=sheet.lines, tables=sheet.tables, parts=sheet.parts)
    for i in others:
        pages[i] = replace(pages[i], lines=(), tables=(), apart=True) if is_read else told(pages[i], first + 1)


def _beside_damage(pages: Sequence[Page]) -> list[Page]:
    """The pages, with a fault on those before and after a damaged one: what they print may go on there."""
    damaged = {page.number for page in pages if page.damaged}
    found = []
    for page in pages:
        beside = sorted({page.number - 1, page.number + 1} & damaged) if page.number not in damaged else []
        faults = [f"what the page prints may go on on page {number}, which is damaged" for number in beside]
        found.append(replace(page, faults=(*page.faults, *faults)))
    return found


def _without_text(name: str, pages: Sequence[Page], damage: Counter[str]) -> ReadingError:
    """The refusal of a file of which no page could be read: with the damage that most pages have, or as images."""
    for what, times in damage.most_common(1):
        return ReadingError(name, "a whole PDF", f"a damaged one: on {times} of {len(pages)} pages {what}")
    told = Counter(fault.partition(":")[0] for page in pages for fault in page.faults)
    two = TWO.partition(":")[0]
    found = [(told[IMAGE], "images"), (told[BROKEN], "broken font maps"), (told[two], "two pages side by side")]
    parts = [f"{what} on {number} of {len(pages)} pages" for number, what in found if number]
    remedy = f"; {_REMEDY}" if told[IMAGE] or told[BROKEN] else ""
    return ReadingError(name, "text", f"{', '.join(parts)} and no text{remedy}" if parts else "pages without any")


def _told(what: str) -> tuple[str, ...]:
    """What is said of a page that cannot be read without the extra."""
    return (f"{what}: its text is not read; {_REMEDY}",)


def hidden_pieces(ink: Ink) -> list[str]:
    """Runs of text that lie wholly beyond the page's edge or a clip path."""
    runs = glyphs_to_runs(glyph._replace(hidden=False) for glyph in ink.glyphs if glyph.hidden)
    return ["".join(glyph.text for glyph in run.glyphs) for run in runs]


def _with_cuts(pages: list[Page], hidden: list[list[str]]) -> list[Page]:
    """The pages, with a fault where hidden text is shown neither there nor on a page near by."""
    shown = ["".join(squeeze(line.text) for line in page.lines) for page in pages]
    found = []
    for i, (page, pieces) in enumerate(zip(pages, hidden, strict=True)):
        near = "".join(shown[max(0, i - NEAR) : i + NEAR + 1]) if pieces else ""
        lost = sum(len(piece) for piece in pieces if piece not in near)
        fault = f"the page is cut off: {lost} characters beyond its edge are not shown"
        found.append(replace(page, faults=(*page.faults, fault)) if lost >= LOST else page)
    return found


def ink_to_page(ink: Ink) -> Page:
    """Lines, tables and faults of one page."""
    runs = _runs(ink)
    if _is_two_pages(ink, runs):
        return Page(ink.number, (), (), ink.size, (TWO,), turn=ink.turn)
    lines, tables = _runs_to_print(ink, runs)
    faults = tuple(_faults(ink, lines))
    return Page(ink.number, lines, tables, ink.size, faults, damaged=bool(ink.damage), turn=ink.turn)


def _runs(ink: Ink) -> list[Run]:
    return without_watermarks(glyphs_to_runs(without_doubles(ink.glyphs)))


def _lines_and_tables(ink: Ink) -> tuple[tuple[Cell, ...], tuple[Table, ...]]:
    return _runs_to_print(ink, _runs(ink))


def _runs_to_print(ink: Ink, runs: Sequence[Run]) -> tuple[tuple[Cell, ...], tuple[Table, ...]]:
    lines = tuple(cell_of(line_text(line), Place(ink.number, box_of(line))) for line in runs_to_lines(runs))
    return lines, tuple(find_tables(ink.number, ink.rules, runs))


def _is_two_pages(ink: Ink, runs: Sequence[Run]) -> bool:
    """Whether a sheet that lies across holds two pages side by side: nothing, no title either, reaches its middle.

    A table without rules may leave the middle free as well, and one that is ruled into two halves.
    """
    middle = ink.size[0] / 2
    if (
        ink.size[0] <= ink.size[1]
        or len(ink.rules) < RULED
        or any(run.x0 - GUTTER < middle < run.x1 + GUTTER for run in runs)
    ):
        return False
    reaches = ((rule.at, rule.at) if rule.upright else (rule.start, rule.end) for rule in ink.rules)
    if any(start - GUTTER < middle < end + GUTTER for start, end in reaches):
        return False
    left = sum(len(run.glyphs) for run in runs if run.x1 < middle)
    if min(left, sum(len(run.glyphs) for run in runs) - left) < LEAF:
        return False
    return not _is_ruled_through(ink, middle) or _heads_both(ink, runs, middle)


def _is_ruled_through(ink: Ink, middle: float) -> bool:
    """Whether the rows of both halves stand at the same heights, as those of one table with a gap in it."""
    left, right = (
        sorted({rule.at for rule in ink.rules if not rule.upright and (rule.end < middle) is half})
        for half in (True, False)
    )
    alike = len(left) == len(right) and all(abs(one - other) <= LEVEL for one, other in zip(left, right, strict=True))
    return alike and len(left) > 1


def _heads_both(ink: Ink, runs: Sequence[Run], middle: float) -> bool:
    """Whether each half has print of its own above or below the rules, but for units of money, or its own number."""
    rows = [rule.at for rule in ink.rules if not rule.upright]
    outside = [run for run in runs if not min(rows) <= run.y <= max(rows)]
    sides = [run.x1 < middle for run in outside]
    left, right = (
        _texts([r for r, side in zip(outside, sides, strict=True) if side is half]) for half in (True, False)
    )
    numbers = [set(filter(marks.is_page_number, texts)) for texts in (left, right)]
    plain = [texts - its - set(filter(marks.unit_of, texts)) for texts, its in zip((left, right), numbers, strict=True)]
    return all(plain) or all(numbers)


def _texts(runs: Sequence[Run]) -> set[str]:
    return {line_text(line) for line in runs_to_lines(runs)}


def _recognised(original: Original, ink: Ink, why: str) -> Page | None:
    """The page as the extra reads its image; None where the extra is not installed, or finds nothing."""
    if not recognition.available():
        return None
    found = recognition.recognise_page(original.data, ink)
    read = ink_to_page(found.ink)
    if not read.lines:
        return None
    faults = [f"{why}: its text was recognised, not printed"]
    if found.doubtful:
        faults.append(f"{len(found.doubtful)} pieces of print were recognised with too little confidence and left out")
    return replace(read, faults=tuple(faults), recognised=True)


def _layer_over_image(ink: Ink) -> Page | None:
    """A scan by the text that a scanner's program laid over it, where it did."""
    if sum(glyph.text.isalpha() for glyph in ink.unseen) < LETTERS:
        return None
    read = ink_to_page(replace(ink, glyphs=ink.unseen, unseen=()))
    fault = f"{IMAGE}: its text was recognised by the program that scanned it, not printed"
    return replace(read, faults=(fault, *read.faults), recognised=True)


def _is_scan(ink: Ink, lines: Sequence[Cell]) -> bool:
    """Whether the page is an image, with no more text beside it than a page number."""
    return ink.images >= SCAN and sum(c.isalpha() for line in lines for c in line.text) < LETTERS


def _faults(ink: Ink, lines: tuple[Cell, ...]) -> Iterator[str]:
    if _is_scan(ink, lines):
        yield from _told(IMAGE)
    if (nameless := sum(_nameless(glyph.text) for glyph in ink.glyphs) - ink.lost) > 0:
        yield f"{nameless} characters have no meaning in the font map"
    if ink.lost:
        yield f"{ink.lost} characters have vanished: the font has no glyphs for them"
    if ink.signs:
        yield f"{ink.signs} signs between digits have no meaning: the numbers with them are not read"
    if ink.unseen:
        yield f"{len(ink.unseen)} characters that nobody sees (invisible, covered or switched off) are not read"
    if ink.blank_fields:
        yield f"{ink.blank_fields} form fields whose value the page does not show are not read"
    if ink.damage:
        yield f"{DAMAGED}: {'; '.join(ink.damage)}"


def _is_unreadable(ink: Ink) -> bool:
    """Whether most glyphs of a page came without their characters: nameless, or of private use (as ornaments are)."""
    texts = Counter[str]()
    for use in ink.fonts:
        texts.update(use.texts)
    unread = sum(number for text, number in texts.items() if _nameless(text) or "\ue000" <= text[0] <= "\uf8ff")
    return bool(unread) and unread >= UNREADABLE * texts.total()


def _nameless(text: str) -> bool:
    """Whether the font map lacks the glyph: `(cid:123)`, U+FFFD."""
    return text.startswith("(cid:") or text == "\ufffd"
