"""The thirteen tables of a Shanxi department budget as they are laid out in print: heads and columns.

Source: the layout of 部门预算公开报表 as the departments of Yangquan publish it.
"""

from __future__ import annotations

from dataclasses import dataclass

from data.paint import Block, Line


@dataclass(frozen=True, slots=True)
class Panel:
    """One half of a table: what its label columns hold (`code`, `label`, `government`) and how many figures follow."""

    labels: tuple[str, ...]
    figures: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's head as a grid, its column widths and its panels from left to right."""

    head: tuple[Line, ...]
    shares: tuple[float, ...]
    panels: tuple[Panel, ...]
    landscape: bool = False


def _row(*cells: str | Block | None) -> Line:
    return [Block(c, align="center") if isinstance(c, str) else c for c in cells]


def _wide(text: str, columns: int = 1, rows: int = 1) -> Block:
    return Block(text, columns, rows, "center")


_CODE_HEAD = (
    _row(_wide("项目", 2), None, _wide("{year}年预算数", 3), None, None),
    _row("科目编码", "科目名称", "合计", "基本支出", "项目支出"),
)
_EXPENDITURE = Layout(_CODE_HEAD, (2, 5, 2, 2, 2), (Panel(("code", "label"), 3),))

LAYOUTS: dict[str, Layout] = {
    "budget-summary": Layout(
        (
            _row(_wide("收入", 2), None, _wide("支出", 4), None, None, None),
            _row("项目", "{year}年", "项目", "{year}年合计", "当年预算安排", "上年结转安排"),
        ),
        (4, 2.4, 4, 2.4, 2.4, 2.4),
        (
            Panel(("label",), 1),
            Panel(("label",), 3),
        ),
    ),
    "revenue": Layout(
        (
            _row(_wide("项目", 2), None, _wide("本年收入", 6), None, None, None, None, None, _wide("上年结转", 1, 2)),
            _row("科目编码", "科目名称", "合计", "一般公共预算", "政府性基金", "国有资本经营预算", "财政专户管理资金",
                 "单位资金", None),
        ),
        (2, 4, 2, 2, 2, 2, 2, 2, 2),
        (Panel(("code", "label"), 7),),
        landscape=True,
    ),
    "expenditure": _EXPENDITURE,
    "fiscal-summary": Layout(
        (
            _row(_wide("收入", 2), None, _wide("支出", 5), None, None, None, None),
            _row(_wide("项目", 1, 2), _wide("金额", 1, 2), _wide("项目", 1, 2), _wide("金额", 4), None, None, None),
            _row(None, None, None, "小计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
        ),
        (4, 2.4, 4, 2.4, 2.4, 2.4, 2.4),
        (
            Panel(("label",), 1),
            Panel(("label",), 4),
        ),
    ),
    "general-public-expenditure": _EXPENDITURE,
    "general-public-basic": Layout(
        (
            _row(_wide("部门预算支出经济科目名称", 1, 2), _wide("政府预算支出经济科目名称", 1, 2),
                 _wide("{year}年预算数", 3), None, None),
            _row(None, None, "合计", "人员经费", "公用经费"),
        ),
        (4, 4, 2, 2, 2),
        (Panel(("label", "government"), 3),),
    ),
    "government-fund-revenue": Layout(
        (_row(_wide("项目", 2), None, _wide("政府性基金收入预算", 1, 2)), _row("收入科目编码", "科目名称", None)),
        (2, 5, 3),
        (Panel(("code", "label"), 1),),
    ),
    "government-fund-expenditure": Layout(
        (_row("科目编码", "科目名称", "合计", "基本支出", "项目支出"),), _EXPENDITURE.shares, _EXPENDITURE.panels
    ),
    "state-capital": Layout(
        (
            _row(_wide("国有资本经营预算收入", 3), None, None,
                 _wide("国有资本经营预算支出", 5), None, None, None, None),
            _row(_wide("项目", 2), None, _wide("国有资本经营收入预算", 1, 2), _wide("科目编码", 1, 2),
                 _wide("科目名称", 1, 2), _wide("合计", 1, 2), _wide("基本支出", 1, 2), _wide("项目支出", 1, 2)),
            _row("收入科目编码", "科目名称", None, None, None, None, None, None),
        ),
        (2, 4, 2, 2, 4, 2, 2, 2),
        (
            Panel(("code", "label"), 1),
            Panel(("code", "label"), 3),
        ),
        landscape=True,
    ),
    "three-public": Layout(
        (
            _row(_wide("项目", 1, 2), _wide("{year}年预算数", 4), None, None, None),
            _row(None, "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
        ),
        (4, 2, 2, 2, 2),
        (Panel(("label",), 4),),
    ),
    "operating-cost": Layout(
        (
            _row(_wide("单位名称", 1, 2), _wide("{year}预算数", 4), None, None, None),
            _row(None, "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
        ),
        (5, 2, 2, 2, 2),
        (Panel(("label",), 4),),
    ),
    "projects-current": Layout(
        (
            _row(_wide("项目名称", 1, 2), _wide("合计", 1, 2), _wide("{year}年财政拨款", 3), None, None,
                 _wide("财政专户管理资金", 1, 2), _wide("单位资金", 1, 2)),
            _row(None, None, "一般公共预算", "政府性基金预算", "国有资本经营预算", None, None),
            _row("1", "2", "3", "4", "5", "6", "7"),
        ),
        (6, 2, 2, 2, 2, 2, 2),
        (Panel(("label",), 6),),
    ),
    "projects-carry-over": Layout(
        (
            _row(_wide("项目名称", 1, 2), _wide("合计", 1, 2), _wide("{year}年财政拨款", 3), None, None),
            _row(None, None, "一般公共预算", "政府性基金预算", "国有资本经营预算"),
            _row("1", "2", "3", "4", "5"),
        ),
        (6, 2, 2, 2, 2),
        (Panel(("label",), 4),),
    ),
}  # fmt: skip
