"""Every query of the library runs, over HTTP, and answers what a person would read from the fixture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from server_fixture import BASE, Server, serving, write_release

from server.guard import read_query
from server.library import library

LAW, P1, B1, B2 = (
    BASE + "id/" + path
    for path in ("law/jin-cai-zong-2024-210", "project/a-2025/p1", "project/b-2025/p1", "project/b-2025/p2")
)
# name → (columns, rows); every query of the library stands here
ANSWERS: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "carry-over": ("row body yuan printed", [("机房改造", "甲市乙局", "81000", "8.1万元")]),
    "citing-one-document": (
        "project name department year field annualAmount",
        [
            (P1, "高龄津贴", "甲市甲局", "2025", "立项依据", "234500"),
            (B1, "数据平台运维", "甲市乙局", "2025", "项目设立必要性", "500000"),
        ],
    ),
    "documents-by-level": ("level kind documents projects", [("省级", "规范性文件", "1", "2")]),
    "findings-by-check": ("name severity findings reports", [("项目与预算行", "错误", "1", "1")]),
    "forms-and-rows": ("project annualAmount rows difference", [(B2, "70000", "60000", "10000")]),
    "largest-projects": ("name annualAmount printed page", [("高龄津贴", "234500", "23.45万元", "3")]),
    "most-cited-documents": (
        "document title departments projects withAmount annualAmount",
        [(LAW, "关于某项资金的通知", "2", "2", "2", "734500")],
    ),
    "one-body-over-years": ("body year stage yuan", [("甲市甲局", "2025", "预算", "1234500.5")]),
    "projects-sharing-names": ("name", []),
    "projects-without-basis": ("project annualAmount", [(B2, "70000")]),
    "spending-by-function": (
        "department year code yuan",
        [("甲市甲局", "2025", "2080208", "1234500.5")],
    ),
    "targets-compared": (
        "body project target value",
        [("甲市乙局", "数据平台运维", "≥90%", "90"), ("甲市甲局", "高龄津贴", "≥95%", "95")],
    ),
    "three-public": ("body line yuan printed", [("甲市甲局", "合计", "20000", "2.00万元")]),
    "who-pays": ("body source projects yuan", [("甲市甲局", "省级财政资金", "1", "200000")]),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("library")
    write_release(directory, "v1")
    with serving(directory, rate=0) as running:
        yield running


def test_the_library_is_whole() -> None:
    assert len(library()) >= 12
    assert {query.name for query in library()} == set(ANSWERS)


@pytest.mark.parametrize("query", library(), ids=lambda query: query.name)
def test_a_query_answers(server: Server, query) -> None:
    reply = server.get("/sparql?query=" + quote(query.text, safe=""))
    assert reply.status == 200, reply.text
    columns, expected = ANSWERS[query.name]
    found = [tuple(row[name]["value"] for name in columns.split()) for row in reply.json()["results"]["bindings"]]
    assert set(columns.split()) <= set(reply.json()["head"]["vars"])
    assert found == expected
    assert not read_query(query.text).volatile


def test_queries_are_served_as_text(server: Server) -> None:
    reply = server.get("/queries/carry-over.rq")
    assert reply.media == "application/sparql-query"
    assert server.get("/queries/none.rq").status == 404
