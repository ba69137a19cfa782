"""The tables of a release → Parquet, parted by region and year, for Spark, Trino or DuckDB.

Needs the extra `mingzhang[parquet]`.

`OUT/{table}/region=140300/year=2025/part-0.parquet`: the rows of `dumps/csv`, numbers as numbers. Sums are exact
decimals, an empty field is null.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.dataset as pads

from kg_builder.release.sheets import COLUMNS, TYPES

# datatype of XML Schema → type of Arrow; a decimal holds what a sum of the country needs, and 4 places behind the point
_ARROW = {"decimal": pa.decimal128(22, 4), "integer": pa.int64(), "gYear": pa.int64()}
_PARTS = pads.partitioning(pa.schema([("region", pa.string()), ("year", pa.int32())]), flavor="hive")
# Partitions that are open at one time while a table streams through.
_OPEN = 512


def write_parquet(release: Path, out: Path) -> dict[str, int]:
    """Write every table of the release's folder to `out`; returns the number of rows of each. OSError where it cannot.

    A table that is there is written anew. Rows stream through; memory does not grow with them.
    """
    rows = {}
    for name, columns in COLUMNS.items():
        target = out / name
        if target.is_dir():
            shutil.rmtree(target)
        kinds = {column: _kind(column) for column in columns}
        reader = pacsv.open_csv(
            release / "dumps/csv" / f"{name}.csv",
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True),
        )
        count = 0

        def batches(reader: pacsv.CSVStreamingReader = reader) -> pa.RecordBatchReader:
            nonlocal count
            for batch in reader:
                count += batch.num_rows
                yield batch

        pads.write_dataset(
            batches(), target, format="parquet", schema=reader.schema, partitioning=_PARTS,
            basename_template="part-{i}.parquet", max_open_files=_OPEN, max_partitions=1 << 20, use_threads=False,
        )  # fmt: skip
        rows[name] = count
    return rows


def _kind(column: str) -> pa.DataType:
    if column == "year":
        return pa.int32()
    return _ARROW.get(TYPES.get(column, "string"), pa.string())
