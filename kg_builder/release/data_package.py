"""The CSV tables of a release described for programs: `dumps/datapackage.json`.

Source: Data Package 1 and Table Schema of Frictionless. Codes are text there: a program that guesses reads 0805 as 805.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg_builder.kept import size_and_digest
from kg_builder.release.sheets import COLUMNS, TYPES

PACKAGE = "dumps/datapackage.json"
# datatype of XML Schema → type and format of Table Schema
_FIELD = {
    "decimal": {"type": "number"},
    "integer": {"type": "integer"},
    "gYear": {"type": "year"},
    "boolean": {"type": "boolean"},
    "anyURI": {"type": "string", "format": "uri"},
    "string": {"type": "string"},
}


def write_data_package(folder: Path, publisher: dict[str, str]) -> None:
    """Describe the tables under `dumps/csv/` of a release, with their sizes and digests."""
    about: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "mingzhang",
        "title": publisher.get("title", "明账：政府预算公开关联数据"),
        "licenses": [{"path": publisher["licence"]}],
        "resources": [_resource(name, folder) for name in COLUMNS],
    }
    if "name" in publisher:
        about["contributors"] = [{"title": publisher["name"], "role": "publisher"}]
    (folder / PACKAGE).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _resource(name: str, folder: Path) -> dict[str, Any]:
    size, digest = size_and_digest(folder / f"dumps/csv/{name}.csv")
    columns = COLUMNS[name]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"csv/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "schema": {
            "fields": [{"name": column, **_FIELD[TYPES.get(column, "string")]} for column in columns],
            "primaryKey": [columns[0]],
            "missingValues": [""],
        },
    }
