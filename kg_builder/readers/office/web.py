"""Web pages → pages: the report in them without the menus of its site; no link is followed and no script runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from kg_builder import marks
from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers.office.blocks import LARGEST_SPAN, Block, GridBlock, Piece, page_of
from kg_builder.readers.office.sheets import spot
from kg_builder.readers.original import Original
from kg_builder.text import squeeze

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)  # charset="gb2312"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|wps|ofd)\b", re.IGNORECASE)  # files/2024/budget.pdf
_ICONS = re.compile("[\ue000-\uf8ff]")  # characters of a font of pictures
_UNSEEN = {"script", "style", "noscript", "template", "head", "select", "option", "button", "textarea", "iframe", "nav"}
_INLINE = {"a", "b", "strong", "i", "em", "u", "span", "font", "sup", "sub", "img", "small", "o:p", "label", "s"}
_HEADINGS = {"h1", "h2", "h3"}
_OF_REPORT = re.compile(r"预算|决算|债[务券]|收支|转移支付")  # what a title tells of, beside a year
_PARTS = re.compile(r"[-_|—]")  # 2025年某市决算-某市人民政府
_LONGEST = 100  # characters of a title
_SHARE = 0.85  # of the Chinese characters outside links that the report has
_LEAST = 60  # Chinese characters of the smallest report


def read_html_pages(original: Original) -> list[Page]:
    """The report of a web page as one page, every paragraph and table of it.

    Raises ReadingError where it holds none: a shell for scripts, or links to a report alone.
    """
    try:
        root = html.document_fromstring(_decoded(original))
    except (etree.ParserError, ValueError) as error:
        raise ReadingError(original.name, "a web page with text", f"none ({error})") from None
    named = _named(root)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in _UNSEEN or _HIDDEN.search(element.get("style", "")):
            _drop(element)
    counts = _counts(root)
    if counts[root] < _LEAST:
        links = [a for a in root.iter("a") if _FILE.search(a.get("href", ""))]
        found = "links to files alone: these are what to give" if links else "no text beside menus"
        raise ReadingError(original.name, "a web page that holds the report", found)
    report = root
    while (inner := next((e for e in report if counts.get(e, 0) >= _SHARE * counts[root]), None)) is not None:
        if inner.tag in {"table", "tbody", "tr", "td"} and not _is_layout(inner):
            break
        report = inner
    return [page_of(1, (*_title_above(root, report, named), *_Walk().blocks(report)))]


def _decoded(original: Original) -> str:
    data = original.data
    named = _CHARSET.search(data[:4096])
    for encoding in ("utf-8-sig", named[1].decode("ascii") if named else "gb18030", "gb18030"):
        try:
            text = data.decode("gb18030" if encoding.lower() in {"gb2312", "gbk"} else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return re.sub(r"^\s*<\?xml[^>]*>", "", text)
    raise ReadingError(original.name, "a web page in UTF-8 or GB18030", "bytes of another encoding")


def _named(root: Any) -> set[str]:
    """What a page's head calls it: its title, the parts of one with the site's name, that of its article."""
    metas = (meta.get("content", "") for meta in root.iter("meta") if meta.get("name", "").lower() == "articletitle")
    titles = (title.text_content() for title in root.iter("title") if isinstance(title, html.HtmlElement))
    return {squeeze(part) for text in (*metas, *titles) for part in (text, *_PARTS.split(text))} - {""}


def _title_above(root: Any, report: Any, named: set[str]) -> list[Piece]:
    """The title that stands above the report and outside it: the last heading, or text that the page is called by."""
    found = []
    around = set(report.iterancestors())
    for element in root.iter():
        if element is report:
            break
        if element in around or element.tag == "a" or next(element.iterancestors("a"), None) is not None:
            continue
        text = re.sub(r"[ \t\r\n]+", " ", element.text_content()).strip()
        titled = element.tag in _HEADINGS or squeeze(text) in named
        if titled and len(text) <= _LONGEST and marks.years_in(text) and _OF_REPORT.search(text):
            found = [Piece(text, "heading")]
    return found


def _drop(element: Any) -> None:
    """Take an element out of its tree; what stands behind it stays."""
    parent = element.getparent()
    if parent is not None:
        element.drop_tree() if isinstance(element, html.HtmlElement) else parent.remove(element)


def _counts(root: Any) -> dict[Any, int]:
    """The Chinese characters of every element that stand in no link."""
    counts: dict[Any, int] = {}
    for element in reversed(list(root.iter())):  # children before their parents
        own = len(_CHINESE.findall(element.text or "")) + sum(
            counts.get(child, 0) + len(_CHINESE.findall(child.tail or "")) for child in element
        )
        counts[element] = 0 if element.tag == "a" else own
    return counts


def _is_layout(element: Any) -> bool:
    """Whether a table or part of one only places what it holds: it has tables or paragraphs inside its one cell."""
    return next(element.iter("table") if element.tag != "table" else element.iterdescendants("table"), None) is not None


class _Walk:
    """A walk over a report, which counts its paragraphs and tables."""

    def __init__(self) -> None:
        self.tables = self.paragraphs = 0

    def blocks(self, parent: Any) -> Iterator[Block]:
        """Paragraphs and tables in their order; text between blocks is a paragraph."""
        run = [parent.text or ""]
        for child in parent:
            if child.tag in _INLINE and next(child.iter("table", "p", "div"), None) is None:
                run.append("".join(child.itertext()))
            else:
                yield from self.paragraph(run)
                run = []
                if child.tag == "table" and not _is_layout(child):
                    yield self.table(child)
                elif child.tag != "br":
                    yield from self.blocks(child)
            run.append(child.tail or "")
        yield from self.paragraph(run)

    def paragraph(self, run: list[str]) -> Iterator[Block]:
        """The text of a run as a paragraph; line breaks of the source are spaces."""
        text = re.sub(r"[ \t\r\n]+", " ", _ICONS.sub("", "".join(run))).strip(" |")
        if text:
            self.paragraphs += 1
            yield Piece(text, f"paragraph {self.paragraphs}")

    def table(self, element: Any) -> GridBlock:
        """A table as a grid: cells that reach over rows and columns cover them."""
        self.tables += 1
        name = f"table {self.tables}"
        grid: dict[tuple[int, int], Piece | None] = {}
        rows = list(element.iter("tr"))
        for at, row in enumerate(rows):
            column = 0
            for cell in row.iterchildren("td", "th"):
                while (at, column) in grid:
                    column += 1
                down, right = min(_span(cell, "rowspan"), len(rows) - at), _span(cell, "colspan")
                for y in range(at, at + down):
                    for x in range(column, column + right):
                        grid.setdefault((y, x), None)
                grid[at, column] = Piece(_cell_text(cell), spot(name, at, column))
                column += right
        width = max((x for _, x in grid), default=-1) + 1
        return GridBlock(
            tuple(tuple(grid.get((y, x), Piece("", spot(name, y, x))) for x in range(width)) for y in range(len(rows)))
        )


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(int(value), LARGEST_SPAN)) if value.isdigit() else 1


def _cell_text(cell: Any) -> str:
    lines = [[""]]
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if event == "start":
            if element.tag in {"p", "div", "br", "li"}:
                lines.append([])
            lines[-1].append(element.text or "")
        elif element is not cell:
            lines[-1].append(element.tail or "")
    texts = (re.sub(r"[ \t\r\n]+", " ", "".join(line)).strip() for line in lines)
    return "\n".join(text for text in texts if text)
