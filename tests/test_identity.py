"""Whose report it is: the real reports, and covers and captions made here."""

from __future__ import annotations

from itertools import combinations

import pytest
from real_reports import needs_reports, pages_of, report_of

from kg_builder.errors import ReadingError
from kg_builder.model import Cell, Page, Place, Source, Table
from kg_builder.templates.identity import read_identity
from kg_builder.templates.identity.bodies import read_bodies
from kg_builder.templates.identity.body_names import is_office, one_name, print_variants, region_of, same_body
from kg_builder.templates.report import parse_report

WHO = {
    "jiangsu-congress-2017": ("江苏省人大常委会办公厅", "江苏省", 2017, "budget", "department"),
    "jiangsu-court-2018": ("江苏省高级人民法院", "江苏省", 2018, "budget", "department"),
    "jiangsu-partyoffice-2018-tables": ("中共江苏省委办公厅", "江苏省", 2018, "budget", "department"),
    "jiangsu-partyoffice-2018-text": ("江苏省委办公厅", "江苏省", 2018, "budget", "department"),
    "putuo-commerce-2025-department": ("上海市普陀区商务委员会", "上海市普陀区", 2025, "budget", "department"),
    "putuo-justice-2026-department": ("上海市普陀区司法局", "上海市普陀区", 2026, "budget", "department"),
    "putuo-socialwork-2024-final": ("中共上海市普陀区委社会工作部", "上海市普陀区", 2024, "final", "department"),
    "putuo-wanli-2023-department": ("上海市普陀区人民政府万里街道办事处", "上海市普陀区", 2023, "budget", "department"),
    "putuo-welfare-2024-unit": ("上海市普陀区社会福利院", "上海市普陀区", 2024, "budget", "unit"),
    "yangquan-bigdata-2023": ("阳泉市大数据应用局", "阳泉市", 2023, "budget", "department"),
    "yangquan-civil-affairs-2025": ("阳泉市民政局", "阳泉市", 2025, "budget", "department"),
    "yangquan-finance-2023": ("阳泉市财政局", "阳泉市", 2023, "budget", "department"),
    "yangquan-museum-2023": ("阳泉市文物管理中心", "阳泉市", 2023, "budget", "unit"),
}


@needs_reports
@pytest.mark.parametrize("name", WHO)
def test_identity(name: str) -> None:
    i = report_of(name).identity
    assert (i.body, i.region, i.year, i.stage, i.scope) == WHO[name]


@needs_reports
@pytest.mark.parametrize("name", WHO)
def test_each_part_has_evidence_in_the_report(name: str) -> None:
    lines = {line for page in pages_of(name) for line in page.lines}
    cells = {cell for page in pages_of(name) for t in page.tables for row in t.rows for cell in row if cell}
    evidence = dict(report_of(name).identity.evidence)
    assert set(evidence) == {"body", "year", "stage", "scope", "title", "region"}
    places = {c.place for c in lines | cells}
    assert all(cell.place in places for cell in evidence.values())


@needs_reports
def test_reading_does_not_depend_on_the_name_of_the_file() -> None:
    name, wrong = "yangquan-museum-2023", "jiangsu-court-2018-final.pdf"
    mine, other = report_of(name), parse_report(pages_of(name), Source(wrong, "0" * 64, len(pages_of(name))))
    assert mine.identity == other.identity
    assert (mine.bodies, mine.tables, mine.projects) == (other.bodies, other.tables, other.projects)


@needs_reports
@pytest.mark.parametrize(
    ("name", "body", "aliases", "parent"),
    [
        ("yangquan-museum-2023", "阳泉市文物管理中心", ("阳泉市博物馆",), "阳泉市文化和旅游局"),
        ("yangquan-finance-2023", "阳泉市国库集中支付中心", ("阳泉市数字财政管理中心",), "阳泉市财政局"),
        ("yangquan-civil-affairs-2025", "阳泉市救助管理站", (), "阳泉市民政局"),
        ("putuo-justice-2026-department", "上海市普陀区司法局", ("普陀区司法局",), None),
        ("putuo-justice-2026-department", "普陀区法律援助中心", (), "上海市普陀区司法局"),
        ("putuo-socialwork-2024-final", "上海市普陀区社会工作发展服务中心", (), "中共上海市普陀区委社会工作部"),
        ("jiangsu-partyoffice-2018-text", "西康宾馆", (), "江苏省委办公厅"),
    ],
)
def test_bodies(name: str, body: str, aliases: tuple[str, ...], parent: str | None) -> None:
    found = {b.name: b for b in report_of(name).bodies}
    assert (found[body].aliases, found[body].parent) == (aliases, parent)


@needs_reports
@pytest.mark.parametrize("name", WHO)
def test_a_body_stands_once(name: str) -> None:
    bodies = report_of(name).bodies
    assert bodies[0].name == report_of(name).identity.body
    assert not [(a.name, b.name) for a in bodies for b in bodies if a is not b and same_body(a.name, b.name)]


def pages(text: str) -> list[Page]:
    lines = [Cell(line, Place(1, line=n)) for n, line in enumerate(text.strip("\n").split("\n"), start=1)]
    return [Page(1, tuple(lines))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昆山市水务局\n2022年度部门预算公开\n目录", ("昆山市水务局", "昆山市", 2022, "budget", "department")),
        ("2024年度昆山市水务局部门决算\n目录", ("昆山市水务局", "昆山市", 2024, "final", "department")),
        ("昆山市第一中学2024年单位决算\n目录", ("昆山市第一中学", "昆山市", 2024, "final", "unit")),
        ("2021年度单位预算\n预算单位：昆山市图书馆\n目录", ("昆山市图书馆", "昆山市", 2021, "budget", "unit")),
        ("江苏省2019年度部门预算\n部 门：江苏省水利厅\n目录", ("江苏省水利厅", "江苏省", 2019, "budget", "department")),
        (
            "中共昆山市委\n宣传部 2023 年度\n部门决算\n目录",
            ("中共昆山市委宣传部", "昆山市", 2023, "final", "department"),
        ),
    ],
)
def test_covers(text: str, expected: tuple[object, ...]) -> None:
    i = read_identity(pages(text), [])
    assert (i.body, i.region, i.year, i.stage, i.scope) == expected


@pytest.mark.parametrize(
    ("text", "missing"),
    [("2024年度部门预算\n目录", "body"), ("部门名称：昆山市水务局\n目录", "year")],
)
def test_without_body_or_year_there_is_no_identity(text: str, missing: str) -> None:
    with pytest.raises(ReadingError, match=missing):
        read_identity(pages(text), [], "a.pdf")


def test_a_report_without_anything_to_read_is_refused() -> None:
    text = "昆山市水务局2022年度部门预算公开\n目录"
    with pytest.raises(ReadingError, match=r"a\.pdf: expected budget tables or target forms"):
        parse_report(pages(text), Source("a.pdf", "0" * 64, 1))


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("阳泉高新技术产业开发区管理委员会", "阳泉市"),
        ("山西转型综合改革示范区管理委员会", "山西省"),
        ("中国人民政治协商会议阳泉市委员会办公厅", "阳泉市"),
        ("政协上海市普陀区委员会", "上海市普陀区"),
        ("九三学社上海市委员会", "上海市"),
        ("国家经济委员会", None),
        ("上海市普陀区司法局", "上海市普陀区"),
        ("阳泉市财政局", "阳泉市"),
        ("中共江苏省委办公厅", "江苏省"),
        ("山西省阳泉市盂县教育局", "山西省阳泉市盂县"),
        ("教育局", None),
    ],
)
def test_region_of_a_name(name: str, region: str | None) -> None:
    assert region_of(name) == region


ONE_BODY = [
    ("江苏省委办公厅", "中共江苏省委办公厅", "中国共产党江苏省委员会办公厅", "中共江苏省委员会办公厅", "省委办公厅"),
    ("江苏省委组织部", "中国共产党江苏省委员会组织部", "省委组织部"),
    ("江苏省委党校", "中共江苏省委党校", "中国共产党江苏省委员会党校"),
    ("江苏省政协", "政协江苏省委员会", "中国人民政治协商会议江苏省委员会", "省政协"),
    ("江苏省政协办公厅", "政协江苏省委员会办公厅", "中国人民政治协商会议江苏省委员会办公厅"),
    ("江苏省人大常委会", "江苏省人民代表大会常务委员会", "省人大常委会"),
    ("江苏省人大常委会办公厅", "江苏省人民代表大会常务委员会办公厅"),
    ("江苏省纪委监委", "中共江苏省纪委江苏省监委", "中国共产党江苏省纪律检查委员会、江苏省监察委员会"),
    ("江苏省团委", "共青团江苏省委", "共青团江苏省委员会", "中国共产主义青年团江苏省委员会", "团省委"),
    ("民盟江苏省委", "中国民主同盟江苏省委员会"),
    ("江苏省妇联", "江苏省妇女联合会", "省妇联"),
    ("上海市普陀区残联", "上海市普陀区残疾人联合会", "普陀区残疾人联合会", "区残联"),
    ("江苏省公安厅",),
    ("江苏省委员会办公厅",),
]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("中共江苏省委办公厅", "江苏省委办公厅", True),
        ("上海市普陀区司法局", "普陀区司法局", True),
        ("阳泉市民政局", "阳泉市民政局（本级）", True),
        ("阳泉市文物管理中心(阳泉市博物馆)", "阳泉市文物管理中心", True),
        ("阳泉市民政局", "阳泉市财政局", False),
        ("阳泉市民政局", "阳泉市民政事务中心", False),
        *((one, other, True) for names in ONE_BODY for one in names for other in names),
        *((one[0], other[0], False) for one, other in combinations(ONE_BODY, 2)),
    ],
)
def test_same_body(one: str, other: str, same: bool) -> None:
    assert same_body(one, other) is same


@pytest.mark.parametrize(
    ("name", "region", "one"),
    [
        ("省委办公厅", "江苏省", "江苏省委办公厅"),
        ("区妇女联合会", "上海市普陀区", "上海市普陀区妇联"),
        ("中国共产党江苏省委员会办公厅", "江苏省", "江苏省委办公厅"),
        ("市场监督管理局", "阳泉市", "市场监督管理局"),
        ("县委办公室", "阳泉市", "县委办公室"),
        ("阳泉市民政局", "阳泉市", "阳泉市民政局"),
    ],
)
def test_the_name_of_a_body_in_a_report_whose_place_is_known(name: str, region: str, one: str) -> None:
    assert one_name(name, region) == one


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (
            "二、机构设置情况\n昆山市水务局下属预算单位2个，分别是昆山市水利工程管理站、昆山市节水中心。",
            ["昆山市水利工程管理站", "昆山市节水中心"],
        ),
        (
            "部门机构设置\n包括局本部以及下属1家预算单位，具体包括：\n1. 昆山市水务局（本部）\n2. 昆山市节水中心。",
            ["昆山市节水中心"],
        ),
        ("二、机构设置情况\n昆山市水务局内设机构：办公室、规划科、财务科。", []),
    ],
)
def test_units_of_the_body(text: str, units: list[str]) -> None:
    found = pages(f"昆山市水务局2022年度部门预算公开\n目录\n{text}")
    bodies = read_bodies(read_identity(found, []), found, [])
    assert [b.name for b in bodies[1:]] == units


def test_units_named_in_a_column_are_bodies_and_the_bodys_own_part_is_the_body() -> None:
    rows = [
        ["单位名称", "科目编码", "科目名称", "合计"],
        ["昆山市水务局本级", "2130301", "行政运行", "6.00"],
        ["昆山市节水中心", "2130302", "一般行政管理事务", "4.00"],
    ]
    cells = tuple(tuple(Cell(t, Place(1, line=5 + i)) for t in row) for i, row in enumerate(rows))
    (page,) = pages("昆山市水务局2022年度部门预算公开\n目录\n2022年支出预算总表\n单位：万元")
    made = Page(1, page.lines, (Table(Place(1, line=5), cells),))
    report_ = parse_report([made], Source("a.txt", "0" * 64, 1))
    assert [(b.name, b.aliases, b.parent) for b in report_.bodies] == [
        ("昆山市水务局", ("昆山市水务局本级",), None),
        ("昆山市节水中心", (), "昆山市水务局"),
    ]


def test_evidence_names_no_people() -> None:
    found = pages("2022年度部门预算\n部门名称：昆山市水务局 单位负责人：某甲 单位：万元\n目录")
    identity = read_identity(found, [])
    assert identity.body == "昆山市水务局"
    assert "某甲" not in repr(identity)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("社保科", True),
        ("文教科", True),
        ("教科文处", True),
        ("阳泉市民政局", False),
        ("万里街道办事处", False),
        ("东方公证处", False),
        ("阳泉市财政局综合科", False),
    ],
)
def test_offices_are_no_departments(name: str, expected: bool) -> None:
    assert is_office(name) == expected


def test_names_that_may_be_one_bodys_are_told_not_joined() -> None:
    names = ["阳泉市民政局", "阳泉市民政局事务中心", "阳泉市民政事务中心", "阳泉市财政事务中心"]
    assert print_variants(names) == [("阳泉市民政局事务中心", "阳泉市民政事务中心")]
