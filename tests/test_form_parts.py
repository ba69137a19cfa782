"""One table says which part of a form a row opens, in cells and in lines."""

import pytest

from kg_builder.model import Cell, Place
from kg_builder.templates.forms.cells import CellsReader
from kg_builder.templates.forms.draft import Draft
from kg_builder.templates.forms.parts import Layout, Part, Said, part_of
from kg_builder.templates.forms.rows import FlowRow
from kg_builder.templates.ledger import Account

CASES: list[tuple[Part, Layout, tuple[str, ...], Part, Part]] = [
    # above, layout, words, the row's part, the part below it
    ("head", "cells", ("项目支出绩效目标申报表",), "title", "head"),
    ("texts", "cells", ("（2024年度）",), "title", "texts"),
    ("texts", "lines", ("2024年度",), "texts", "texts"),  # a wrapped text
    ("head", "cells", ("项目名称", "甲项目"), "head", "head"),
    ("head", "cells", ("项目总预算（元）", "1200", "项目当年预算（元）", "400"), "sums", "head"),
    ("head", "lines", ("年度资金总额", "400"), "money", "money"),
    ("head", "cells", ("项目资金（万元）", "年度资金总额", "400"), "money", "money"),
    ("money", "cells", ("其他资金", "0"), "money", "money"),
    ("texts", "cells", ("资金来源", "财政拨款", "12"), "money", "money"),
    ("texts", "lines", ("资金来源", "财政拨款", "12"), "texts", "texts"),
    ("money", "cells", ("项目概况", "建设内容"), "texts", "texts"),
    ("money", "cells", ("新建一座十二层的办公楼并在楼前修建一处可停两百辆车的停车场",), "texts", "texts"),
    ("goals", "cells", ("立项依据", "按照计划"), "texts", "texts"),
    ("texts", "cells", ("计划开始日期", "2024-01-01"), "head", "texts"),
    ("texts", "cells", ("年度目标", "完成建设"), "goals", "goals"),
    ("texts", "lines", ("总体目标", "实施期目标", "年度目标"), "goals", "goals"),
    ("goals", "cells", ("一级指标", "二级指标", "三级指标", "指标值"), "indicators", "indicators"),
    ("goals", "cells", ("数量指标", "建设数量", "1座"), "indicators", "indicators"),
    ("goals", "lines", ("数量指标", "建设数量", "1座"), "goals", "goals"),
    ("indicators", "cells", ("项目名称", "甲项目"), "again", "indicators"),
    ("indicators", "cells", ("负责人：", "经办人："), "signatures", "signatures"),
    ("texts", "lines", ("负责人：", "经办人："), "signatures", "signatures"),
    ("signatures", "cells", ("项目名称", "甲项目"), "signatures", "signatures"),
]


@pytest.mark.parametrize(("above", "layout", "words", "mine", "below"), CASES)
def test_a_row_opens_a_part(above: Part, layout: Layout, words: tuple[str, ...], mine: Part, below: Part) -> None:
    label = words[0] if layout == "cells" else ""
    assert part_of(above, Said(layout, words, " ".join(words), label)) == (mine, below)


def test_what_stands_beside_an_unlabelled_text_is_told() -> None:
    places = [Place(1, line=n) for n in range(1, 4)]
    rows = [
        [Cell("项目资金（元）", places[0]), Cell("年度资金总额", places[0]), Cell("400", places[0])],
        [Cell("其它", places[1]), Cell("新建一座十二层的办公楼并在楼前修建一处可停两百辆车的停车场", places[1])],
    ]
    draft = Draft(places[0], Account("form"))
    reader = CellsReader(draft)
    for row in rows:
        cells = tuple(enumerate(row))
        reader.feed(FlowRow(cells, 1, in_table=True, ruled=True, places=(row[0].place,)))
    assert draft.texts["overview"].text.startswith("新建")
    assert [(r.text, r.reason) for r in draft.account.unread] == [("其它", "a text without a label")]
