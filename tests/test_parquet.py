"""Tables of a release as Parquet: the same rows, exact sums, read by another engine by region and year."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from kg_builder.cli import main

duckdb = pytest.importorskip("duckdb", reason="the extra dev is not installed")
pytest.importorskip("pyarrow", reason="the extra mingzhang[parquet] is not installed")


@pytest.fixture(scope="module")
def exported(sample_release: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    parquet = tmp_path_factory.mktemp("parquet")
    assert main(["export", str(sample_release), "--parquet", str(parquet)]) == 0
    return sample_release, parquet


@pytest.mark.parametrize("name", ["observations", "projects", "project_documents", "indicators", "findings"])
def test_duckdb_reads_the_rows_of_the_csv(exported: tuple[Path, Path], name: str) -> None:
    out, parquet = exported
    with (out / f"current/dumps/csv/{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    files = f"read_parquet('{parquet}/{name}/**/*.parquet', hive_partitioning=true)"
    assert duckdb.sql(f"SELECT count(*) FROM {files}").fetchall() == [(len(rows),)]  # noqa: S608 - paths of the test
    money = "amount_yuan" if name == "observations" else "annual_yuan" if name == "projects" else None
    if money:
        # S608: the names are those of the test itself.
        by_year = duckdb.sql(f"SELECT region, year, sum({money}) FROM {files} GROUP BY ALL ORDER BY ALL").fetchall()  # noqa: S608
        expected: dict[tuple[str, int], Decimal] = {}
        for row in rows:
            key = (row["region"], int(row["year"]))
            expected[key] = expected.get(key, Decimal(0)) + Decimal(row[money] or 0)
        assert {(str(region), year): total for region, year, total in by_year} == expected
        assert len(expected) == 2


def test_partitions_are_regions_and_years(exported: tuple[Path, Path]) -> None:
    folders = {path.parent.relative_to(exported[1]).as_posix() for path in exported[1].rglob("*.parquet")}
    assert {"observations/region=140300/year=2023", "observations/region=140300/year=2025"} <= folders


def test_a_folder_without_a_release_is_said(tmp_path: Path) -> None:
    assert main(["export", str(tmp_path), "--parquet", str(tmp_path / "p")]) == 1
