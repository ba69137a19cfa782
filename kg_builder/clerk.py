"""A report before it is published → its findings: as lines, as JSON, and as one page of HTML with the cells marked.

The page needs nothing but itself: styles and page images stand in it, and it has no script. Only pages that have a
finding are shown; of a text file, the lines around what is found.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from kg_builder.build.inputs import BASE
from kg_builder.build.stages import read_report
from kg_builder.check import Finding, check_graph
from kg_builder.errors import ReadingError
from kg_builder.graph.documents import documents_graph, report_references
from kg_builder.graph.reports import record_places, report_graph
from kg_builder.legal.resolve import resolve
from kg_builder.model import Place, Report, Residue
from kg_builder.printed import pages_as_shown
from kg_builder.readers import read_pages
from kg_builder.readers.original import Original, original_of
from kg_builder.readers.parts import laid_out
from kg_builder.templates.personal import lines_without_people
from kg_builder.templates.report import merge_sources

Language = Literal["zh", "en"]

_LABELS = ("rowLabel", "heading", "quote", "label")  # what a thing is called, in this order of preference
_SCALE = 1.4  # pixels per point of a page image
_QUALITY = 72  # of the JPEG
_AROUND = 2  # lines of a text file shown before and after
_SEVERITY = {
    "en": {"error": "error", "warning": "warning", "info": "info"},
    "zh": {"error": "错误", "warning": "警告", "info": "提示"},
}
_UNDRAWN = {
    "en": "This page is not shown: not all of its print was read, and it may name people.",
    "zh": "本页不显示图像：其文字未能全部读出，可能含有人名或电话。",
}
_SUMS = {"partOfRow", "partOfColumn", "partOfStatement"}  # what links a part to the sum that is checked
_LONGEST = 80  # characters of a name


@dataclass(frozen=True, slots=True)
class Spot:
    """A printed thing that a finding is about: what it is called, where it stands, in which table, and its amount."""

    name: str
    place: Place | None
    table: str = ""
    printed: str = ""  # the amount as printed, with its unit


@dataclass(frozen=True, slots=True)
class Remarked:
    """A finding with the printed things that it is about, the one that it concerns first."""

    finding: Finding
    spots: tuple[Spot, ...]

    @property
    def pages(self) -> tuple[tuple[int, int], ...]:
        """(source, page) of each spot and of the finding itself, in order."""
        own = [(s.place.source, s.place.page) for s in self.spots if s.place]
        return tuple(sorted({*own, *map(_page_of, self.finding.pages)}))


@dataclass(frozen=True, slots=True)
class Checked:
    """A report with everything that its checks find, most serious first, and the largest difference of money first."""

    report: Report
    remarked: tuple[Remarked, ...]
    sums: int = 0  # sums of tables and of the narrative that were compared with their parts

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(one.finding.severity == "error" for one in self.remarked)


def check_files(files: Sequence[Path | Original]) -> Checked:
    """The files of one report, checked; ReadingError where they cannot be read or are of several reports."""
    originals = [original_of(file) for file in files]
    reports = merge_sources([read_report(original) for original in originals])
    if len(reports) != 1:
        raise ReadingError(originals[0].name, "the files of one report", f"{len(reports)} reports")
    return check_report(reports[0])


def check_report(report: Report) -> Checked:
    """The findings of a report on its own: its citations are compared among themselves."""
    resolution = resolve(report_references(report))
    graph = list(report_graph(report, resolution, BASE))
    findings = check_graph(chain(graph, documents_graph(resolution, BASE)))
    names: dict[str, dict[str, str]] = defaultdict(dict)
    sums: set[str] = set()
    for triple in graph:
        local = triple.predicate.value.rpartition("#")[2]
        if local in _SUMS:
            sums.add(str(triple.object))
        elif local in {*_LABELS, "table", "printedAmount"}:
            names[str(triple.subject).strip("<>")].setdefault(local, getattr(triple.object, "value", ""))
    places = record_places(report, BASE)

    def spot(iri: str) -> Spot:
        labels = names.get(iri, {})
        table = names.get(labels.get("table", ""), {}).get("label", "")
        return Spot(_name(labels), places.get(iri), table, labels.get("printedAmount", ""))

    spots = {iri: spot(iri) for f in findings for iri in _about(f)}
    ordered = sorted(findings, key=_gravity)
    return Checked(report, tuple(Remarked(f, tuple(spots[iri] for iri in _about(f))) for f in ordered), len(sums))


def _gravity(finding: Finding) -> tuple[int, Decimal]:
    """Errors first; of one severity the largest difference of money first, then those that differ in no money."""
    money = finding.difference if finding.unit == "元" and finding.difference is not None else Decimal(0)
    return list(_SEVERITY["en"]).index(finding.severity), -abs(money)


def _about(finding: Finding) -> tuple[str, ...]:
    return (finding.concerns, finding.against) if finding.against else (finding.concerns,)


def _name(labels: dict[str, str]) -> str:
    """行政运行 / 基本支出 of a figure, the quote of a statement, the label of anything else."""
    if "rowLabel" in labels or "heading" in labels:
        text = " / ".join(labels[key] for key in ("rowLabel", "heading") if key in labels)
    else:
        text = next((labels[key] for key in _LABELS if key in labels), "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _page_of(iri: str) -> tuple[int, int]:
    """(source, page) of `…#page=12&source=2`, the source counted from 0."""
    page, _, source = iri.rpartition("#page=")[2].partition("&source=")
    return int(source or 1) - 1, int(page)


# --- lines and JSON ---------------------------------------------------------------------------------------------


def checked_to_lines(checked: Checked, language: Language = "en") -> Iterator[str]:
    """In one language: the report, its findings with table, row, column and pages, their number, what was checked, and
    the pages where something was not read. Findings that say the same are one, with all of their pages."""
    words = _SEVERITY[language]
    yield checked.report.identity.title
    grouped: dict[tuple[str, str], list[Remarked]] = defaultdict(list)
    for one in checked.remarked:
        grouped[one.finding.check, one.finding.zh].append(one)
    for same in grouped.values():
        finding = same[0].finding
        pages = sorted({page for one in same for page in one.pages})
        where = _where(pages, checked.report, language) or {"en": "report", "zh": "全文"}[language]
        times = f" ×{len(same)}" if len(same) > 1 else ""
        said = finding.zh if language == "zh" else finding.en
        yield f"{words[finding.severity]}: {where}: {said} [{finding.check}]{times}"
        yield from dict.fromkeys(line for one in same for spot in one.spots if (line := _spot_line(spot, language)))
    counts = Counter[str](one.finding.severity for one in checked.remarked)
    yield ", ".join(f"{counts[severity]} {word}" for severity, word in words.items())
    yield _checked_line(checked, language)
    yield from _unread_lines(checked.report, language)


def _spot_line(spot: Spot, language: Language) -> str:
    """Table, row and column, the amount as printed, and the line of a text file."""
    line = spot.place.line if spot.place else None
    at = {"en": f", line {line}", "zh": f"，第 {line} 行"}[language] if line else ""
    named = " | ".join(text for text in (spot.table, spot.name, spot.printed) if text)
    return f"    {named}{at}" if named else ""


def _checked_line(checked: Checked, language: Language) -> str:
    """What was checked: tables with their figures, sums, figures of sentences, forms."""
    report = checked.report
    figures = sum(len(table.observations) for table in report.tables)
    numbers = (len(report.tables), figures, checked.sums, len(report.statements), len(report.projects))
    form = {
        "en": "checked: {} tables with {} figures, {} sums, {} figures of sentences, {} projects",
        "zh": "已核对：{} 张表、{} 个数，{} 个合计，说明中 {} 个数，{} 个项目",
    }
    return form[language].format(*numbers)


def _unread_lines(report: Report, language: Language) -> Iterator[str]:
    """How much was not read, and a line for each table, form or text that it belongs to, with its pages."""
    form = {"en": "not read: {} pieces of print", "zh": "未读：{} 处"}
    lost = (*report.unread, *report.faults)
    yield form[language].format(len(lost))
    owners: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for residue in lost:
        owner = residue.owner.title if residue.owner else ""
        owners[owner].append((residue.place.source, residue.place.page))
    for title, pages in owners.items():
        where = _where(sorted(set(pages)), report, language)
        yield f"    {where}: {len(pages)}" + (f" ({title})" if title else "")


def _where(pages: Sequence[tuple[int, int]], report: Report, language: Language) -> str:
    """page 3, page 4 · 第 3 页、第 4 页, with the file's name where there are several."""
    several = len(report.sources) > 1
    names = [f"{report.sources[source].name} " if several else "" for source, _ in pages]
    if language == "zh":
        return "、".join(f"{name}第 {page} 页" for name, (_, page) in zip(names, pages, strict=True))
    return ", ".join(f"{name}page {page}" for name, (_, page) in zip(names, pages, strict=True))


def checked_to_json(checked: Checked) -> dict[str, Any]:
    """The findings as JSON types: rule, severity, messages, expected, found, difference, and where."""
    counts = Counter[str](one.finding.severity for one in checked.remarked)
    return {
        "title": checked.report.identity.title,
        "counts": {severity: counts[severity] for severity in _SEVERITY["en"]},
        "checked": {
            "tables": len(checked.report.tables),
            "figures": sum(len(table.observations) for table in checked.report.tables),
            "sums": checked.sums,
            "sentences": len(checked.report.statements),
            "projects": len(checked.report.projects),
        },
        "unread": len(checked.report.unread) + len(checked.report.faults),
        "findings": [_finding_to_json(one) for one in checked.remarked],
    }


def _finding_to_json(one: Remarked) -> dict[str, Any]:
    f = one.finding
    return {
        "check": f.check,
        "severity": f.severity,
        "zh": f.zh,
        "en": f.en,
        "expected": f.expected,
        "found": f.found,
        "difference": str(f.difference) if f.difference is not None else None,
        "unit": f.unit,
        "pages": [{"source": source, "page": page} for source, page in one.pages],
        "spots": [
            {"name": s.name, "line": s.place.line if s.place else None, "table": s.table, "printed": s.printed}
            for s in one.spots
        ],
    }


# --- HTML -------------------------------------------------------------------------------------------------------


def checked_to_html(checked: Checked, files: Sequence[Path | Original], language: Language = "zh") -> str:
    """One page of HTML for people, in one language; `files` are the report's files in the order of its sources."""
    marks: dict[tuple[int, int], list[tuple[int, Remarked, Spot]]] = defaultdict(list)
    for number, one in enumerate(checked.remarked, 1):
        for key in one.pages:
            spots = [s for s in one.spots if s.place and (s.place.source, s.place.page) == key]
            marks[key] += [(number, one, spot) for spot in spots or (Spot("", None),)]
    pages = "".join(_source_to_html(original_of(f), checked.report, n, marks, language) for n, f in enumerate(files))
    counts = Counter[str](one.finding.severity for one in checked.remarked)
    head = "".join(
        f'<span class="{severity}">{counts[severity]} {label}</span>' for severity, label in _SEVERITY[language].items()
    )
    found = "".join(_item(number, one, language) for number, one in enumerate(checked.remarked, 1))
    title = escape(checked.report.identity.title)
    return (
        f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style>\n<h1>{title}</h1>\n<p class=counts>{head}</p>\n"
        f"<ol>{found}</ol>\n{pages}</html>\n"
    )


def _item(number: int, one: Remarked, language: Language) -> str:
    page = {"zh": "第 {} 页", "en": "page {}"}[language]
    links = "、".join(_lines_of(one) or [f'<a href="#p{s}-{p}">{page.format(p)}</a>' for s, p in one.pages])
    told = (" | ".join(text for text in (spot.table, spot.name, spot.printed) if text) for spot in one.spots)
    names = "".join(f"<br><q>{escape(name)}</q>" for name in told if name)
    f = one.finding
    said = f.zh if language == "zh" else f.en
    return (
        f'<li id=f{number} class="{f.severity}"><b>{_SEVERITY[language][f.severity]}</b> {escape(said)}'
        f"{names}<br>{links} <code>{escape(f.check)}</code></li>\n"
    )


def _lines_of(one: Remarked) -> list[str]:
    """Links to the excerpts of a text file, where a page says little: it has one."""
    found = {(s.place.source, s.place.page, s.place.line): None for s in one.spots if s.place and s.place.line}
    return [f'<a href="#p{source}-{page}-{line}">第 {line} 行</a>' for source, page, line in found]


def _source_to_html(
    file: Original,
    report: Report,
    source: int,
    marks: dict[tuple[int, int], list[tuple[int, Remarked, Spot]]],
    language: Language,
) -> str:
    """The pages of one file that have a finding."""
    wanted = {page: found for (own, page), found in sorted(marks.items()) if own == source}
    if not wanted:
        return ""
    ignored = [one for one in report.ignored if one.place.source == source]
    shown = _images(file, ignored, wanted, language) if file.kind == ".pdf" else _excerpts(file, wanted)
    return "".join(
        f"<section id=p{source}-{page}><h2>{escape(file.name)}，第 {page} 页</h2>{inside}</section>\n"
        for page, inside in shown
    )


def _images(
    file: Original, ignored: Iterable[Residue], wanted: dict[int, list[tuple[int, Remarked, Spot]]], language: Language
) -> Iterator[tuple[int, str]]:
    """Page images as they were read, with a box over each spot and over people; of a page that may name some unseen,
    the finding's numbers alone."""
    import pypdfium2  # noqa: PLC0415 - text reports need no images

    from kg_builder.picture import page_to_picture  # noqa: PLC0415 - as above

    shown = {leaf["number"]: leaf for leaf in pages_as_shown(laid_out(read_pages(file)), ignored)}
    with pypdfium2.PdfDocument(file.data) as document:
        for page, found in wanted.items():
            leaf = shown[page]
            if not leaf["drawn"]:
                links = " ".join(f'<a href="#f{number}">{number}</a>' for number in sorted({n for n, *_ in found}))
                yield page, f"<p>{_UNDRAWN[language]} <b>{links}</b></p>"
                continue
            image = page_to_picture(document, page, leaf["turn"], _SCALE, leaf["covers"])
            data = BytesIO()
            image.save(data, "JPEG", quality=_QUALITY)
            boxes = "".join(_box(number, one, spot, image.size) for number, one, spot in found)
            source = b64encode(data.getvalue()).decode()
            yield page, f'<div class=page><img alt="" src="data:image/jpeg;base64,{source}">{boxes}</div>'


def _box(number: int, one: Remarked, spot: Spot, size: tuple[int, int]) -> str:
    """A link over the spot to its finding; beside the page's top where the finding has no box."""
    box = spot.place.box if spot.place else None
    corners = (box.x0, box.top, box.x1 - box.x0, box.bottom - box.top) if box else (2, 2, 14, 14)
    shares = [100 * _SCALE * value / size[n % 2] for n, value in enumerate(corners)]
    style = "left:{:.2f}%;top:{:.2f}%;width:{:.2f}%;height:{:.2f}%".format(*shares)
    f = one.finding
    return f'<a class="mark {f.severity}" href="#f{number}" title="{escape(f.zh)}" style="{style}"><b>{number}</b></a>'


def _excerpts(file: Original, wanted: dict[int, list[tuple[int, Remarked, Spot]]]) -> Iterator[tuple[int, str]]:
    """Lines of a text file around each spot, the spot's own marked."""
    texts = {page.number: lines_without_people(page) for page in read_pages(file)}
    for page, found in wanted.items():
        by_line: dict[int, list[int]] = defaultdict(list)
        for number, _, spot in found:
            if spot.place and spot.place.line:
                by_line[spot.place.line].append(number)
        source = next((spot.place.source for *_, spot in found if spot.place), 0)
        yield (
            page,
            "".join(
                _excerpt(texts.get(page, {}), line, numbers, f"p{source}-{page}-{line}")
                for line, numbers in sorted(by_line.items())
            ),
        )


def _excerpt(lines: dict[int | None, str], line: int, numbers: Iterable[int], name: str) -> str:
    near = [n for n in range(line - _AROUND, line + _AROUND + 1) if lines.get(n, "").strip()]
    links = " ".join(f'<a href="#f{n}">{n}</a>' for n in numbers)
    rows = "".join(
        f"<div><small>{n}</small> " + (f"<mark>{escape(lines[n])}</mark>" if n == line else escape(lines[n])) + "</div>"
        for n in near
    )
    return f"<div class=lines id={name}><b>{links}</b>{rows}</div>"


_STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:72rem;margin:1rem auto;padding:0 1rem;color:#222}
h1{font-size:1.4rem}h2{font-size:1rem;margin:2rem 0 .4rem}li{margin:.6rem 0;padding-left:.4rem;border-left:4px solid}
.counts span{margin-right:1.5rem;font-weight:600}i,q,code,small{color:#555}q{quotes:none}
.error{color:#b00020}.warning{color:#9a5b00}.info{color:#1f5fa8}li{color:#222!important}
li.error{border-color:#b00020}li.warning{border-color:#d98200}li.info{border-color:#1f5fa8}
.page{position:relative;border:1px solid #ccc}.page img{display:block;width:100%}
.mark{position:absolute;outline:2px solid;outline-offset:2px;background:#ffd40033;text-decoration:none}
.mark b{position:absolute;right:calc(100% + 4px);top:-4px;
font-size:.75rem;padding:0 .25em;background:#fff;border:1px solid}
.mark:hover{background:#ffd40088}
.lines:target,li:target,.mark:target{background:#fff6d0}
.lines{border:1px solid #ddd;padding:.4rem .6rem;margin:.4rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:#ffe27a}
@media print{.page{break-inside:avoid}}
"""
