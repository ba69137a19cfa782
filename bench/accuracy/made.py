"""Reports that answers are kept for and no folder holds: forms that the project prints, and pages of a larger document.

The prints are the same in every run; whoever changes a painter changes its answers with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2

from bench.layouts.evaluations import EvaluationLook, print_evaluations
from bench.layouts.provinces import ProvinceLook, print_provinces
from data.paint import Press, Sheet

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
_GOVERNMENT = _SHARED / "documents" / "government"


def _evaluation(style: str, **features: Any) -> Callable[[Path], object]:
    return lambda path: print_evaluations(style, replace(EvaluationLook(), **features), 7, path)


def _province(style: str, **features: Any) -> Callable[[Path], object]:
    return lambda path: print_provinces(style, replace(ProvinceLook(), **features), 7, path)


# Report → the body and year of its cover, and what prints its forms.
PRINTED: dict[str, tuple[str, int, Callable[[Path], object]]] = {
    "printed-evaluation-columns": ("某省水务厅", 2024, _evaluation("self-evaluation", unit="元", vertical=True)),
    "printed-evaluation-pairs": ("某省水务厅", 2024, _evaluation("self-evaluation-pairs", code=True, push=17)),
    "printed-department-evaluation": ("某省水务厅", 2026, _province("department-evaluation", numbered=True)),
    "printed-department-tasks": ("某省水务厅", 2024, _evaluation("whole-department", points="权重", long=True)),
    "printed-department-by-nature": ("某省水务厅", 2026, _province("department-by-nature", unit="元", suffix="")),
    "printed-period-beside-year": ("某省水务厅", 2026, _province("period-beside-year", department="[{code}]{name}")),
    "printed-amount-of-year": ("某省水务厅", 2026, _province("amount-of-year", touching=True)),
}
# Report → the body and year of its cover, the document and the pages of it that hold forms.
CUT: dict[str, tuple[str, int, str, range]] = {
    "diqing-2026-forms": ("迪庆州财政局", 2026, "diqing-2026-budget.pdf", range(64, 67)),
}


def make(folder: Path) -> None:
    """Write each of these reports to a PDF in the folder; of a document that is not there, none."""
    for name, (body, year, print_forms) in PRINTED.items():
        forms = folder / "forms.tmp"
        print_forms(forms)
        _bind(_cover(folder, body, year), forms, None, folder / f"{name}.pdf")
        forms.unlink()
    for name, (body, year, document, pages) in CUT.items():
        if (_GOVERNMENT / document).exists():
            _bind(_cover(folder, body, year), _GOVERNMENT / document, list(pages), folder / f"{name}.pdf")


def _cover(folder: Path, body: str, year: int) -> Path:
    path = folder / "cover.tmp"
    sheet = Sheet(path, "封面", None, Press())
    sheet.page()
    sheet.prose(body, 24, "center")
    sheet.prose(f"{year}年度部门预算公开", 20, "center")
    sheet.save()
    return path


def _bind(cover: Path, forms: Path, pages: list[int] | None, target: Path) -> None:
    """The cover, and behind it the pages of another file, as one PDF."""
    bound = pypdfium2.PdfDocument.new()
    for path, chosen in ((cover, None), (forms, pages)):
        bound.import_pages(pypdfium2.PdfDocument(path), chosen)
    bound.save(target)
    cover.unlink()
