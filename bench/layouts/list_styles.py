"""The heads of lists of many projects with their targets, each as one office prints them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its head, a group's head above it, what its cells say, and its share of the width."""

    head: str
    says: str
    share: float = 3.0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """The heads of one office's lists; `units` says where units of a department are named."""

    title: str
    columns: tuple[Column, ...]
    units: str = "column"  # column, row or heading (a row of its own above the projects), merged (with a sum), none
    horizon: str = "annual"
    cascade: bool = False  # a level stands in a row of its own above its indicators


_LEVELS = (Column("一级指标", "first"), Column("二级指标", "second"), Column("三级指标", "name", 5))
STYLES = {
    "unit-goal-nature": Style(
        "部门预算项目支出绩效目标表（2025年度）",
        (Column("单位名称", "unit", 4), Column("项目名称", "project", 5), Column("年度预算数", "annual"),
         Column("年度目标", "goal", 8), *_LEVELS, Column("指标性质", "sign", 2), Column("指标值", "value"),
         Column("度量单位", "measure", 2), Column("权重", "weight", 1.6), Column("指标方向性", "direction", 2)),
        "row",
    ),
    "unit-or-project": Style(
        "项目支出绩效目标表",
        (Column("单位编码", "code", 2.4), Column("单位（专项）名称", "project", 5), Column("资金总额", "annual"),
         Column("年度绩效目标", "goal", 7), *(Column(c.head, c.says, c.share, "绩效指标") for c in _LEVELS),
         Column("指标值", "value", 3, "绩效指标"), Column("度量单位", "measure", 2, "绩效指标"),
         Column("评（扣）分标准", "scoring", 4, "绩效指标"), Column("备注", "blank", 1.5)),
        "heading",
    ),
    "codes-and-persons": Style(
        "项目支出绩效表（2025年度）",
        (Column("单位编码", "code", 2.4), Column("单位名称", "unit", 4), Column("项目编码", "project-code", 3),
         Column("项目名称", "project", 4), Column("项目负责人", "person", 2), Column("联系电话", "phone", 3),
         Column("资金总额", "annual", 3, "资金总额"), Column("其中：财政拨款", "fiscal", 3, "资金总额"),
         Column("其他资金", "other-funds", 3, "资金总额"), Column("绩效目标", "goal", 7), *_LEVELS,
         Column("绩效指标性质", "sign", 2), Column("绩效指标值", "value"), Column("绩效度量单位", "measure", 2)),
    ),
    "levels-above": Style(
        "2025年部门项目支出绩效目标表",
        (Column("单位名称、项目名称", "project", 5), Column("项目年度绩效目标", "goal", 8), *_LEVELS,
         Column("指标性质", "sign", 2), Column("指标值", "value"), Column("度量单位", "measure", 2),
         Column("指标属性", "kind-of-value", 2.4), Column("指标内容", "scoring", 4)),
        "heading",
        cascade=True,
    ),
    "both-horizons": Style(
        "预算项目绩效目标批复表",
        (Column("序号", "number", 1.4), Column("主管部门", "department", 4), Column("预算单位", "unit", 4),
         Column("项目名称", "project", 4), Column("项目类型", "category", 3), Column("项目资金总额", "total"),
         Column("年度资金总额", "annual"), Column("实施期绩效目标", "goal-implementation", 6),
         Column("年度绩效目标", "goal", 6), *_LEVELS, Column("实施期指标值", "whole-target"),
         Column("年度指标值", "target")),
    ),
    "goal-last": Style(
        "2025年项目绩效目标公开表",
        (Column("项目名称", "project", 4), Column("一级\n指标", "first"), Column("二级\n指标", "second"),
         Column("指标名称", "name", 5), Column("目标值", "target", 4), Column("年度绩效目标", "goal", 8),
         Column("当年预算金额（{unit}）", "annual")),
        "none",
    ),
    # Those below were written when the reader was done, three at a time; what it made of them stands in README.md.
    "number-and-groups": Style(
        "2025年度项目支出绩效目标批复表",
        (Column("序号", "number", 1.4), Column("项目单位", "unit", 4), Column("项目名称（编码）", "project", 5),
         Column("合计", "annual", 3, "预算金额"), Column("财政拨款", "fiscal", 3, "预算金额"),
         Column("其他资金", "other-funds", 3, "预算金额"), Column("总体绩效目标", "goal", 8),
         *(Column(c.head, c.says, c.share, "绩效指标") for c in _LEVELS),
         Column("指标值（包含数字及文字描述）", "target", 4, "绩效指标")),
    ),
    "codes-throughout": Style(
        "部门预算项目绩效目标情况表（2025年）",
        (Column("主管部门名称", "department"), Column("预算单位编码", "code"), Column("预算单位名称", "unit", 4),
         Column("项目编码", "project-code", 3), Column("项目名称", "project", 4), Column("本年预算数", "annual"),
         Column("其中：\n财政拨款", "fiscal"), Column("项目年度绩效总目标", "goal", 7), *_LEVELS,
         Column("计算符号", "sign", 2), Column("指标值", "value"), Column("计量单位", "measure", 2),
         Column("指标权重（%）", "weight", 2), Column("备注", "blank", 1.5)),
    ),
    "heads-of-four-rows": Style(
        "2025年度部门预算项目绩效目标申报汇总表",
        (Column("序号", "number", 1.4), Column("填报单位", "unit", 4), Column("项目", "project", 4),
         Column("合计", "annual", 3, "2025年预算安排"), Column("当年财政拨款", "fiscal", 3, "2025年预算安排"),
         Column("年度总体目标", "goal", 7, "绩效目标"),
         *(Column(c.head, c.says, c.share, "绩效目标/绩效指标") for c in _LEVELS),
         Column("符号", "sign", 2, "绩效目标/绩效指标/指标值"), Column("数值", "value", 3, "绩效目标/绩效指标/指标值"),
         Column("单位", "measure", 2, "绩效目标/绩效指标/指标值")),
    ),
    "units-over-projects": Style(
        "项目支出绩效目标公开表",
        (Column("预算单位", "unit", 4), Column("预算项目名称", "project", 4),
         Column("2025年预算数（{unit}）", "annual"),
         Column("绩效目标", "goal", 8), *_LEVELS, Column("指标方向", "sign", 2), Column("年度指标值", "value"),
         Column("计量单位", "measure", 2), Column("指标说明", "scoring", 4)),
        "merged",
    ),
    "overview-and-basis": Style(
        "（2025年度）项目支出绩效目标批复表",
        (Column("实施单位", "unit", 4), Column("专项名称", "project", 4), Column("项目类别", "category", 2.4),
         Column("项目概况", "overview", 6), Column("立项依据", "legal-basis", 6), Column("资金总额", "annual"),
         Column("其中：财政拨款", "fiscal"), Column("其他资金", "other-funds"), Column("年度目标", "goal", 6),
         Column("一级\n指标", "first", 2), Column("二级\n指标", "second", 2), Column("指标内容", "name", 5),
         Column("指标值", "target", 4)),
    ),
    "level-in-one-column": Style(
        "2025年预算项目绩效目标汇总表",
        (Column("序号", "number", 1.4), Column("单位", "unit", 4), Column("项目", "project", 4),
         Column("金额（{unit}）", "annual"), Column("总体目标", "goal", 8), Column("指标类型", "level", 4),
         Column("指标名称", "name", 5), Column("指标值", "value"), Column("计量单位", "measure", 2),
         Column("权重", "weight", 1.6)),
    ),
    "money-by-level": Style(
        "部门预算项目绩效目标申报表（2025年度）",
        (Column("主管部门", "department", 4), Column("实施单位", "unit", 4), Column("项目名称", "project", 4),
         Column("项目起止时间", "period"), Column("年度资金总额", "annual"), Column("中央资金", "central"),
         Column("省级资金", "provincial"), Column("市级资金", "municipal"),
         Column("长期目标", "goal-implementation", 6),
         Column("年度目标", "goal", 6), Column("一级目标", "first"), Column("二级目标", "second"),
         Column("三级目标", "name", 5), Column("年度目标值", "value", 4)),
    ),
    "coded-names": Style(
        "项目支出绩效目标表",
        (Column("单位名称", "coded-unit", 5), Column("项目名称", "project", 4), Column("本年预算安排金额", "annual"),
         Column("本年度绩效目标", "goal", 8), *(Column(c.head, c.says, c.share, "绩效指标") for c in _LEVELS),
         Column("运算符号", "sign", 2, "绩效指标"), Column("指标值", "value", 3, "绩效指标"),
         Column("单位", "measure", 2, "绩效指标"), Column("考核标准", "scoring", 4, "绩效指标")),
    ),
    "targets-before-money": Style(
        "市级部门2025年支出项目绩效目标公开表",
        (Column("部门（单位）", "unit", 4), Column("支出项目名称", "project", 4), Column("一级绩效指标", "first"),
         Column("二级绩效指标", "second"), Column("三级绩效指标", "name", 5), Column("绩效目标值", "target", 4),
         Column("分值（%）", "weight", 2), Column("年度总体绩效目标", "goal", 7), Column("资金性质", "funds", 3),
         Column("安排金额", "annual")),
    ),
}  # fmt: skip
