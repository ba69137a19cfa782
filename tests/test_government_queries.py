"""The queries that compare places, asked of the graph of a government's report: tables and prose."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from drawn import drawn_page

from kg_builder.graph.reports import report_graph
from kg_builder.graph.shared import code_uses, shared_graph
from kg_builder.model import Source
from kg_builder.templates.report import parse_report
from server.pages.library import library

REPORT = """广元市2025年预算执行情况和2026年预算草案
一、2025年预算执行情况
（一）全市预算执行情况
全市一般公共预算收入完成90亿元，其中：税收收入60亿元。
表一
广元市2026年市本级一般公共预算收入预算表
单位：万元
项目 | 预算数
一、税收收入 | 300.00
二、非税收入 | 200.00
收入合计 | 500.00

广元市2026年全市一般公共预算支出预算表
单位：万元
项目 | 预算数
教育支出 | 700.00
卫生健康支出 | 300.00

广元市2026年市对县区转移支付分地区情况表
单位：万元
项目 | 青川县 | 旺苍县
教育 | 40.00 | 30.00

广元市2025年地方政府债务限额及余额情况表
单位：亿元
地区 | 一般债务限额 | 专项债务余额
青川县 | 12.30 | 11.75
"""
FOUND = {
    "government-revenue": (
        "place year level yuan",
        {
            ("广元市", "2025", "全辖区", "9000000000"),
            ("广元市", "2025", "全辖区", "6000000000"),
            ("广元市", "2026", "本级", "3000000"),
            ("广元市", "2026", "本级", "2000000"),
            ("广元市", "2026", "本级", "5000000"),
        },
    ),
    "government-spending": (
        "place year level code yuan",
        {("广元市", "2026", "全辖区", "205", "7000000"), ("广元市", "2026", "全辖区", "210", "3000000")},
    ),
    "government-transfers": (
        "government place year item yuan",
        {("广元市", "青川县", "2026", "教育", "400000"), ("广元市", "旺苍县", "2026", "教育", "300000")},
    ),
    "government-debt": (
        "place year kind measure yuan",
        {
            ("青川县", "2025", "一般债务", "限额", "1230000000"),
            ("青川县", "2025", "专项债务", "余额", "1175000000"),
        },
    ),
}


@pytest.fixture(scope="module")
def store() -> ox.Store:
    report = parse_report([drawn_page(REPORT)], Source("a.pdf", "0" * 64, 1))
    assert report.unread == ()
    made = ox.Store()
    for graph in (report_graph(report, None, "https://example.org/"), shared_graph(code_uses(report))):
        made.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in graph)
    return made


@pytest.mark.parametrize("name", FOUND)
def test_places_compare_in_one_query(store: ox.Store, name: str) -> None:
    columns, expected = FOUND[name]
    solutions = store.query(next(query.text for query in library() if query.name == name))
    assert isinstance(solutions, ox.QuerySolutions)
    found = [tuple(getattr(row[c], "value", "") for c in columns.split()) for row in solutions]
    assert sorted(found) == sorted(expected)
