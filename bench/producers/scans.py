"""`python -m bench.producers.scans [KIND…]`: pages of shared reports as scans, read back, and counted.

Each page becomes an image in a PDF without text: as it is, askew, packed as JPEG, under a red seal, at 150 and 200 dots
an inch. What is read from the text layer of the same pages is what is asked. Figures with their codes, labels and
columns: right; wrong (no such figure is printed there); told (a page says that it left print out); missing. A page that
is not marked as recognised fails too. Needs the extra `mingzhang[ocr]` and the reports beside the checkout.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kg_builder.build.stages import read_reports
from kg_builder.errors import ReadingError
from kg_builder.model import Report
from kg_builder.readers import recognition
from kg_builder.text import squeeze

PDFS = Path(__file__).parents[3] / "shared/reports/pdf"
# Reports with the pages that are scanned; the pages before them stay as they are, for they say whose report it is.
PAGES = {
    "putuo-justice-2026-department": (10, 11, 12, 13),
    "jiangsu-court-2018": (9, 10, 11, 12),
    "jiangsu-partyoffice-2018-tables": (7, 8, 9, 10),
}
KINDS = {f"{kind}-{dpi}": (kind, dpi) for kind in ("clean", "askew", "jpeg", "seal") for dpi in (150, 200)}
SKEW = 1.0  # degrees
QUALITY = 40  # of a JPEG
SEAL = 1.6  # inches across

Fact = tuple[str, str, str, int, Decimal]


@dataclass(slots=True)
class Count:
    """How the figures of some scans were read, and the seconds of the processor that it took."""

    right: int = 0
    wrong: int = 0
    told: int = 0
    missing: int = 0
    unmarked: int = 0
    pages: int = 0
    seconds: float = 0.0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def __str__(self) -> str:
        asked = self.right + self.told + self.missing
        share = f"{self.right / asked:.4f}" if asked else "-"
        each = f"{self.seconds / self.pages:.1f}" if self.pages else "-"
        return (
            f"{self.right}/{self.wrong}/{self.told}/{self.missing} right/wrong/told/missing of {asked} ({share}), "
            f"{self.unmarked} pages unmarked, {each} CPU seconds a page"
        )


def to_scan(page: Image.Image, kind: str, dpi: int) -> Image.Image:
    """A page as a scanner gives it."""
    if kind == "askew":
        return page.rotate(SKEW, resample=Image.Resampling.BICUBIC, fillcolor="white")
    if kind == "jpeg":
        packed = io.BytesIO()
        page.save(packed, "JPEG", quality=QUALITY)
        return Image.open(packed)
    if kind == "seal":
        return _sealed(page, dpi)
    return page


def _sealed(page: Image.Image, dpi: int) -> Image.Image:
    """A red ring with a star over the middle of the page, as ink lies on print: both are seen."""
    size = int(SEAL * dpi)
    mark = Image.new("RGB", page.size, "white")
    x, y = (page.width - size) // 2, (page.height - size) // 2
    draw = ImageDraw.Draw(mark)
    draw.ellipse((x, y, x + size, y + size), outline=(215, 45, 45), width=max(size // 30, 3))
    draw.regular_polygon((x + size // 2, y + size // 2, size // 6), 5, fill=(215, 45, 45))
    draw.line((x + size // 5, y + size * 3 // 4, x + size * 4 // 5, y + size * 3 // 4), (215, 45, 45), size // 14)
    return ImageChops.multiply(page, mark)


def written(source: Path, numbers: Sequence[int], kind: str, dpi: int, target: Path) -> Path:
    """The pages of a report up to the last of the numbers, those of the numbers as scans alone."""
    copy = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(source) as document:
        for index in range(max(numbers)):
            if index + 1 not in numbers:
                if index < min(numbers) - 1:
                    copy.import_pages(document, [index])
                continue
            if kind == "text":
                copy.import_pages(document, [index])
                continue
            image = to_scan(document[index].render(scale=dpi / 72).to_pil().convert("RGB"), kind, dpi)
            size = (image.width * 72 / dpi, image.height * 72 / dpi)
            sheet = io.BytesIO()
            canvas = Canvas(sheet, pagesize=size)
            canvas.drawImage(ImageReader(image), 0, 0, *size)
            canvas.save()
            with pypdfium2.PdfDocument(sheet.getvalue()) as one:
                copy.import_pages(one)
    copy.save(target)
    return target


def figures(reports: Sequence[Report], first: int) -> Counter[Fact]:
    """The figures from a page on."""
    return Counter(fact for report in reports for fact in _figures(report, first))


def _figures(report: Report, first: int) -> Iterator[Fact]:
    for table in report.tables:
        codes = {row.number: row.code or "" for row in table.rows}
        for o in table.observations:
            if o.amount.place.page >= first:
                yield table.kind, codes.get(o.row, ""), squeeze(o.label), o.column, o.amount.yuan


def counted(name: str, kind: str, dpi: int, folder: Path, faults: bool) -> Count:
    """How the scans of one report were read."""
    numbers = PAGES[name]
    first = min(numbers)
    asked = figures(read_reports(written(PDFS / f"{name}.pdf", numbers, "text", dpi, folder / "text.pdf"))[0], first)
    scans = written(PDFS / f"{name}.pdf", numbers, kind, dpi, folder / f"{name}_{kind}-{dpi}.pdf")
    begin = time.process_time()
    try:
        reports = read_reports(scans)[0]
    except ReadingError:
        reports = []
    seconds = time.process_time() - begin
    read = figures(reports, first)
    lost = (asked - read).total()
    said = sum(_left_out(fault.text) for report in reports for fault in report.faults)
    marked = {place.page for report in reports for place in report.recognised}
    if faults:
        for title, facts in (("wrong", read - asked), ("not read", asked - read)):
            print("".join(f"  {title}: {fact}\n" for fact in sorted(facts.elements())), end="")
        print("".join(f"  {fault.place.page}: {fault.text}\n" for report in reports for fault in report.faults), end="")
    told = min(lost, said)
    wrong = (read - asked).total()
    unmarked = len(numbers) - sum(page >= first for page in marked)
    return Count((asked & read).total(), wrong, told, lost - told, unmarked, len(numbers), seconds)


def _left_out(fault: str) -> int:
    """How many pieces of print a fault says were left out."""
    number = fault.split(" ", 1)[0]
    return int(number) if number.isdigit() and "left out" in fault else 0


def main() -> int:
    """Exit code 1 where a figure is wrong or a page unmarked, 2 where the extra is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.producers.scans", description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(KINDS), metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--reports", nargs="+", default=list(PAGES), choices=list(PAGES), help="of these reports alone")
    parser.add_argument("--faults", action="store_true", help="each figure that is not right")
    parser.add_argument("--keep", type=Path, help="a folder for the PDFs")
    arguments = parser.parse_args()
    if not recognition.available():
        print("skipped, without mingzhang[ocr]", file=sys.stderr)
        return 2
    whole = Count()
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for kind in arguments.kinds:
            count = Count()
            for name in arguments.reports:
                count += counted(name, *KINDS[kind], folder, arguments.faults)
            print(f"{kind}: {count}", flush=True)
            whole += count
    print(f"all: {whole}")
    return int(bool(whole.wrong or whole.unmarked))


if __name__ == "__main__":
    sys.exit(main())
