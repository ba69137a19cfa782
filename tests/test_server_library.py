"""Every query of the library runs, over HTTP, and answers what a person would read from the fixture."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from server_fixture import BASE, Server, serving, write_release

from server.engine.guard import read_query
from server.pages.library import library

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
    **{f"government-{what}": ("place", []) for what in ("debt", "revenue", "spending", "transfers")},
    "forms-and-rows": ("project annualAmount rows difference", [(B2, "70000", "60000", "10000")]),
    "largest-projects": ("name annualAmount printed page", [("高龄津贴", "234500", "23.45万元", "3")]),
    "least-spent": ("project budget executed percent printedRate", [(B2, "70000", "35000", "50", "50")]),
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
    "stages-compared": (
        "bodyName fiscalYear code",
        [("甲市甲局", "2025", "2080208")],
    ),
    "targets-compared": (
        "body project target value",
        [("甲市乙局", "数据平台运维", "≥90%", "90"), ("甲市甲局", "高龄津贴", "≥95%", "95")],
    ),
    "targets-missed": ("name target actual score deviation", [("发放及时率", "≥90%", "85%", "8.5", "系统停机")]),
    "three-public": ("body stage scope line yuan printed", [("甲市甲局", "预算", "部门", "合计", "20000", "2.00万元")]),
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


# The same queries on the release of the sample reports: truths that the reports themselves print


@pytest.fixture(scope="module")
def sample(sample_release: Path) -> ox.Store:
    return ox.Store.read_only(str(sample_release / "current/store"))


def rows_of(sample: ox.Store, name: str) -> list[dict[str, str]]:
    text = next(query.text for query in library() if query.name == name)
    solutions = sample.query(text, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [
        {n: t.value for n, t in zip(names, row, strict=True) if isinstance(t, ox.NamedNode | ox.Literal)}
        for row in solutions
    ]


# name → how many rows, and what the first of them says
SAMPLE = {
    "carry-over": (15, {"row": "2024年省级福利彩票公益金资助项目", "yuan": "1932400"}),
    "citing-one-document": (2, {"name": "中央集中彩票公益金支持社会福利事业资金", "annualAmount": "1010000"}),
    "documents-by-level": (None, {"level": "市级", "kind": "规范性文件"}),
    **{f"government-{what}": (0, {}) for what in ("debt", "revenue", "spending", "transfers")},
    "findings-by-check": (None, {"severity": "提示"}),
    "forms-and-rows": (2, {"name": "养老公益苑建设项目偿还贷款本息", "difference": "40028.01"}),
    "largest-projects": (20, {"name": "政府投资信息化项目专项资金", "printed": "50,000,000元", "page": "32"}),
    "least-spent": (0, {}),
    "most-cited-documents": (None, {"title": "阳泉市加快数字政府建设实施方案", "annualAmount": "94434000"}),
    "one-body-over-years": (3, {"body": "阳泉市大数据应用局", "printed": "11,689.17万元"}),
    "projects-sharing-names": (0, {}),
    "projects-without-basis": (None, {"annualAmount": "3048500"}),
    "spending-by-function": (48, {"code": "2010504", "function": "信息事务", "yuan": "2983300"}),
    "stages-compared": (None, {"bodyName": "阳泉市大数据应用局", "code": "201", "budget": "2992800"}),
    "targets-compared": (1, {"target": "100百分比", "value": "100"}),
    "targets-missed": (0, {}),
    "three-public": (14, {"body": "阳泉市民政局", "line": "公务接待费", "printed": "0.80万元"}),
    "who-pays": (16, {"body": "阳泉市大数据应用局", "source": "中央财政资金", "yuan": "0"}),
}  # fmt: skip


def test_every_query_has_an_answer_on_the_sample() -> None:
    assert set(SAMPLE) == {query.name for query in library()}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_query_answers_on_the_sample(sample: ox.Store, name: str) -> None:
    count, first = SAMPLE[name]
    rows = rows_of(sample, name)
    assert count is None or len(rows) == count
    assert not first or first.items() <= rows[0].items()


def test_spending_by_function_adds_up_to_the_printed_total(sample: ox.Store) -> None:
    """Each line is printed to 100 yuan, so a total may differ by that much for each of its lines."""
    spent: dict[tuple[str, str], list[Decimal]] = {}
    for row in rows_of(sample, "spending-by-function"):
        spent.setdefault((row["department"], row["year"]), []).append(Decimal(row["yuan"]))
    totals = rows_of(sample, "one-body-over-years")
    assert len(totals) == 3
    for total in totals:
        lines = spent[total["body"], total["year"]]
        assert abs(sum(lines) - Decimal(total["yuan"])) <= 100 * len(lines)
