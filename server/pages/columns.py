"""What the columns of the CSV tables mean, in the words of the ontology: for readers, and as metadata beside each file.

Source: W3C, Metadata Vocabulary for Tabular Data (CSVW); a reader of CSVW finds it by the name of the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from server.pages import terms
from server.pages.blocks import Head
from server.pages.terms import MZ

MEDIA = "application/csvm+json"
SUFFIX = "-metadata.json"  # projects.csv → projects.csv-metadata.json, section 5.3 of the model for tabular data

# Each table by the name of its file: what it is called, and what is in it.
TABLES = {
    "observations": (
        Head("数字", "Figures"),
        Head(
            "表中每一个印刷的数字：报告、机构、年度、行、栏、科目、元、原文、页码",
            "Every printed figure: report, body, year, row, column, codes, yuan, as printed, page",
        ),
    ),
    "projects": (
        Head("项目", "Projects"),
        Head(
            "每个项目：机构、年度、金额、期限、引用数、页码",
            "Every project: bodies, year, money, period, citations, page",
        ),
    ),
    "project_documents": (
        Head("引用", "Citations"),
        Head(
            "项目引用的每一份文件：文号、标题、层级、引用字段、原文、解析程度、页码",
            "Every document that a project cites: number, title, level, field, quote, resolution, page",
        ),
    ),
    "indicators": (
        Head("绩效指标", "Targets"),
        Head(
            "每一项绩效目标：种类、名称、目标值、比较、单位、页码",
            "Every target: kind, name, value, comparison, unit, page",
        ),
    ),
    "findings": (
        Head("核对结果", "Findings"),
        Head("每一处核对结果：规则、应为、实为、说明、页码", "Every finding: check, expected, found, message, page"),
    ),
}
# Columns that are named for people, not after the property or class that they hold.
_TERMS = {
    "observation": "Observation", "project": "Project", "citation": "Citation", "indicator": "Indicator",
    "finding": "Finding", "report": "reportedIn", "body": "reportingBody", "year": "fiscalYear",
    "funding": "fundingSource", "amount_yuan": "amount", "annual_yuan": "annualAmount",
    "printed_annual": "printedAnnualAmount", "total_yuan": "totalAmount", "printed_total": "printedTotalAmount",
    "document": "citedDocument", "field": "citedInField", "articles": "article", "kind": "indicatorKind",
    "initial_yuan": "initialAmount", "revised_yuan": "revisedAmount", "executed_yuan": "executedAmount",
}  # fmt: skip
# Columns that no property says alone.
_WORDS = {
    "name": ("名称，如印刷。", "The name as printed."),
    "project_name": ("项目的名称。", "The name of the project."),
    "table_title": ("表的标题。", "The title of the table."),
    "document_title": ("文件的标题。", "The title of the document."),
    "function_name": ("功能科目的名称。", "The name of the functional code."),
    "economic_name": ("经济科目的名称。", "The name of the economic code."),
    "kind_name": ("指标种类的名称。", "The name of the kind."),
    "figure_year": (
        "这个数所说的年度，可以不是报告的年度。",
        "The year that the figure is about; it may not be the report's.",
    ),
    "figure_stage": ("这个数是预算还是决算。", "Whether the figure is budgeted or final."),
    "citations": ("项目引用文件的次数。", "How often the project cites a document."),
    "targets": ("项目的绩效指标数。", "How many targets the project has."),
    "message_zh": ("说明，中文。", "What the finding says, in Chinese."),
    "message_en": ("说明，英文。", "What the finding says, in English."),
    "page": ("印在原文件的第几页。", "The page of the source file that it is printed on."),
}
# type and format of Table Schema → datatype of XML Schema
_DATATYPES = {
    ("number", ""): "decimal", ("integer", ""): "integer", ("year", ""): "gYear", ("boolean", ""): "boolean",
    ("string", "uri"): "anyURI", ("string", ""): "string",
}  # fmt: skip
_DEFINITION = ox.NamedNode(terms.SKOS + "definition")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the file, its datatype, what it means in both languages, and the term it holds."""

    name: str
    datatype: str
    zh: str
    en: str
    term: str | None


def columns(file: Path) -> list[Column]:
    """The columns of a table as `dumps/datapackage.json` describes them; none in a release that has no such file."""
    described = file.parent.parent / "datapackage.json"
    if not described.exists():
        return []
    package = json.loads(described.read_text(encoding="utf-8"))
    fields = next(one["schema"]["fields"] for one in package["resources"] if one["path"] == f"csv/{file.name}")
    return [column(field["name"], _DATATYPES[field["type"], field.get("format", "")]) for field in fields]


def column(name: str, datatype: str) -> Column:
    """What a column means; empty words for one that this program does not know."""
    if name in _WORDS:
        return Column(name, datatype, *_WORDS[name], None)
    term = MZ + _TERMS.get(name, re.sub(r"_(\w)", lambda match: match[1].upper(), name))  # table_number → tableNumber
    said: list[terms.Node] = [q.object for q in terms.store().quads_for_pattern(ox.NamedNode(term), _DEFINITION, None)]
    zh, en = (terms.in_language(said, one) or "" for one in ("zh", "en"))
    return Column(name, datatype, zh, en, term if said else None)


def metadata(file: Path) -> dict[str, Any]:
    """The table described in CSVW."""
    found = columns(file)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": file.name,
        "dc:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
        "tableSchema": {"columns": [_described(one) for one in found], "primaryKey": found[0].name},
    }


def _described(one: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": one.name, "titles": {"und": one.name}, "datatype": one.datatype}
    if one.zh:
        described["dc:description"] = [{"@value": one.zh, "@language": "zh"}, {"@value": one.en, "@language": "en"}]
    if one.term and not one.term.removeprefix(MZ)[0].isupper():  # a property, not the class of the row
        described["propertyUrl"] = one.term
    return described
