"""Lists as data: pages of JSON that lead to one another, workbooks with texts as texts, and tables with their types."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from server_fixture import BASE, Server, serving, write_release

from server.excel import workbook
from server.pages.kinds import LISTINGS
from server.pages.lists import keys

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("lists")
    write_release(directory, "v1")
    with serving(directory, workers=1, page_size=2, rate=0) as running:
        yield running


def items(server: Server, address: str) -> list[dict[str, Any]]:
    """The items of all pages from the address on."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        reply = server.get(following)
        assert (reply.status, reply.media) == (200, "application/json")
        page = reply.json()
        assert ("link" in reply.headers) == (page["next"] is not None)
        found += page["items"]
        following = page["next"]
    assert page["total"] == len(found)
    return found


@pytest.mark.parametrize("name", LISTINGS)
def test_the_pages_of_a_list_are_all_of_it(server: Server, name: str) -> None:
    found = items(server, f"/{name}.json")
    kind = LISTINGS[name]
    assert len({one["id"] for one in found}) == len(found) > 0
    for one in found:
        assert [*one] == ["id", "name", *keys(kind), *(["pages"] if kind.source else [])]
    rows = list(csv.DictReader(io.StringIO(server.get(f"/{name}?format=csv").text)))
    assert [BASE + row["path"].removeprefix("/") for row in rows] == [one["id"] for one in found]


# Programs rely on these names: one may be added, none may change.
KEYS = {
    "reports": ["reportingBody", "fiscalYear", "stage", "scope", "tables", "unreadCount"],
    "departments": ["code", "region", "subOrganizationOf", "reports", "projects"],
    "projects": ["fiscalYear", "administeredBy", "implementedBy", "annualAmount", "totalAmount"],
    "laws": ["documentNumber", "issueYear", "documentKind", "issuingLevel", "cited"],
    "indicators": ["targetText", "indicatorKind", "horizon", "project"],
    "quality": ["severity", "check", "concerns", "reportedIn"],
}


def test_the_members_of_items_are_those_that_programs_know() -> None:
    assert {name: sorted({*KEYS[name]} - {*keys(kind)}) for name, kind in LISTINGS.items()} == {key: [] for key in KEYS}


def test_values_are_exact_and_what_is_not_known_is_null(server: Server) -> None:
    projects = {one["name"]: one for one in items(server, "/projects.json?sort=-annual")}
    assert next(iter(projects)) == "数据平台运维"
    one = projects["高龄津贴"]
    assert (one["fiscalYear"], one["annualAmount"]) == ("2025", "234500")
    assert one["administeredBy"] == {"id": BASE + "id/org/a", "name": "甲市甲局"}
    assert one["pages"] == [BASE + "id/report/a-2025#page=3"]
    assert projects["数据平台运维"]["totalAmount"] is None
    bodies = {one["name"]: one for one in items(server, "/departments.json")}
    assert (bodies["甲市甲局"]["code"], bodies["甲市乙局"]["code"]) == ("057", None)
    assert bodies["甲市甲局"]["reports"] == 1


def test_filters_hold_for_data_too(server: Server) -> None:
    assert [one["name"] for one in items(server, "/projects.json?body=id/org/a")] == ["高龄津贴"]
    assert items(server, "/departments.json?q=%E7%94%B2%E5%B1%80")[0]["id"] == BASE + "id/org/a"
    for ending in ("json", "xlsx"):
        assert server.get(f"/projects.{ending}?body=nothing").status == 400


def cells(data: bytes) -> list[dict[str, str | Decimal]]:
    """The rows of a workbook's sheet: column letter → text or number."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        assert not sheet.findall(f".//{SPACE}f")  # no formula
    return [{cell.attrib["r"].rstrip("0123456789"): _value(cell) for cell in row} for row in sheet.iter(f"{SPACE}row")]


def _value(cell: ElementTree.Element) -> str | Decimal:
    if cell.attrib.get("t") == "inlineStr":
        return "".join(cell.itertext())
    return Decimal("".join(cell.itertext()))


def test_a_workbook_holds_the_whole_list(server: Server) -> None:
    reply = server.get("/projects.xlsx?lang=en")
    assert reply.status == 200 and reply.media.endswith("spreadsheetml.sheet")
    head, *rows = cells(reply.body)
    assert [*head.values()] == [
        "Name",
        "Year",
        "Department",
        "Unit",
        "Annual (yuan)",
        "Whole period (yuan)",
        "Printed on",
        "IRI",
    ]
    by_name = {row["A"]: row for row in rows}
    assert len(rows) == len(items(server, "/projects.json"))
    assert by_name["高龄津贴"]["E"] == Decimal(234500) and by_name["高龄津贴"]["B"] == "2025"
    assert "F" not in by_name["数据平台运维"]  # blank, and not 0
    assert cells(server.get("/departments.xlsx").body)[1]["B"] == "057"


def test_the_same_rows_are_the_same_bytes_and_no_text_is_a_formula() -> None:
    exact, large = Decimal("422128.01"), Decimal("12345678901234567.89")
    rows: list[list[str | int | Decimal | None]] = [["head"], ["=1+1", "0701", 3, exact, None, large, "x" * 40_000]]
    data = workbook("表", rows)
    assert data == workbook("表", rows)
    row = cells(data)[1]
    assert (row["A"], row["B"], row["C"], row["D"]) == ("=1+1", "0701", Decimal(3), Decimal("422128.01"))
    assert "E" not in row and row["F"] == "12345678901234567.89"
    assert len(str(row["G"])) == 32_767


# The tables of a release with the types of its data package


def package(release: Path) -> dict[str, list[dict[str, str]]]:
    said = json.loads((release / "current/dumps/datapackage.json").read_text(encoding="utf-8"))
    return {table["name"]: table["schema"]["fields"] for table in said["resources"]}


CODED = "code,name,yuan\n0701,甲,1.50\n0805,乙,\n"
FIELDS = {"code": "string", "name": "string", "yuan": "number"}


def test_codes_of_a_release_are_declared_as_text(sample_release: Path) -> None:
    fields = {f["name"]: f["type"] for table in package(sample_release).values() for f in table}
    coded = {name for name in fields if name.endswith("_code") or name in {"region", "number"}}
    assert coded and {fields[name] for name in coded} == {"string"}


def test_duckdb_keeps_codes_as_text(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra dev is not installed")
    path = tmp_path / "t.csv"
    path.write_text(CODED, encoding="utf-8")
    columns = {name: {"string": "VARCHAR", "number": "DECIMAL(24, 6)"}[kind] for name, kind in FIELDS.items()}
    rows = duckdb.sql(f"SELECT code, yuan FROM read_csv('{path}', columns = {columns})").fetchall()  # noqa: S608 - paths of the test
    assert rows == [("0701", Decimal("1.500000")), ("0805", None)]


def test_pandas_keeps_codes_as_text(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    path = tmp_path / "t.csv"
    path.write_text(CODED, encoding="utf-8")
    texts = {name: "str" for name, kind in FIELDS.items() if kind == "string"}
    assert [*pandas.read_csv(path, dtype=texts)["code"]] == ["0701", "0805"]
