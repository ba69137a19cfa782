"""Printed targets, taken apart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder import vocab
from kg_builder.indicators import parse_target
from kg_builder.model import Target

QUANTITIES = [
    ("≥95%", "ge", "95", "%"),
    ("≥ 90%", "ge", "90", "%"),
    (">=95%", "ge", "95", "%"),
    ("大于等于95%", "ge", "95", "%"),
    ("不低于50%", "ge", "50", "%"),
    ("至少3次", "ge", "3", "次"),
    ("98%以上", "ge", "98", "%"),
    ("≥95%以上", "ge", "95", "%"),
    (">98百分比", "gt", "98", "百分比"),
    ("＞90％", "gt", "90", "%"),
    ("＞2次/年", "gt", "2", "次/年"),
    ("≤400元/人/ 天", "le", "400", "元/人/天"),
    ("不超过10万元", "le", "10", "万元"),
    ("控制在5万元以内", "le", "5", "万元"),
    ("5万元以内", "le", "5", "万元"),
    ("<3天", "lt", "3", "天"),
    ("100百分比", "eq", "100", "百分比"),
    ("100 %", "eq", "100", "%"),
    ("0%", "eq", "0", "%"),
    ("12次/年", "eq", "12", "次/年"),
    ("100元/时/人", "eq", "100", "元/时/人"),
    ("5388.88元/人、月", "eq", "5388.88", "元/人、月"),
    ("0.5万/每年", "eq", "0.5", "万/每年"),
    ("2853元/具/年", "eq", "2853", "元/具/年"),
    ("1,200元", "eq", "1200", "元"),
    ("9500平方米/年", "eq", "9500", "平方米/年"),
    ("20㎡", "eq", "20", "平方米"),
    ("1800 0元/辆", "eq", "18000", "元/辆"),
    ("≥84 38.41平方米", "ge", "8438.41", "平方米"),
    ("≥20 00人", "ge", "2000", "人"),
    ("=100.00(%)", "eq", "100.00", "%"),
    ("≥13459.00(平方米)", "ge", "13459.00", "平方米"),
    ("=5.00(万人次)", "eq", "5.00", "万人次"),
    ("1项(完成采购)", "eq", "1", "项"),
    ("约30台", "approximately", "30", "台"),
    ("约100000元/次", "approximately", "100000", "元/次"),
    ("500册左右", "approximately", "500", "册"),
    ("三个月", "eq", "3", "个月"),
    ("十五天", "eq", "15", "天"),
    ("二十人", "eq", "20", "人"),
    ("居民参与率不低于100%", "ge", "100", "%"),
    ("满意率100%", "eq", "100", "%"),
    ("100", "eq", "100", None),
]
RANGES = [
    ("1-3个", "1", "3", "个"),
    ("1-3个相关单位", "1", "3", "个"),
    ("20～30人", "20", "30", "人"),
    ("95%-100%", "95", "100", "%"),
    ("控制在1-3个", "1", "3", "个"),
]
DEADLINES = [
    ("2023年底前", "2023"),
    ("2023年年底之前", "2023"),
    ("2025年完成", "2025"),
    ("2025年12月前", "2025-12"),
    ("2023年2月底前", "2023-02"),
    ("2023年11月底前完成", "2023-11"),
    ("2023年12月31日前", "2023-12-31"),
    ("2023年8月31日以前还款", "2023-08-31"),
    ("2022年8月13日完成", "2022-08-13"),
]
QUALITATIVE = [
    "效果显著",
    "按合同价",
    "全年",
    "2022全年",
    "2023年",
    "每年1-12月",
    "12月",
    "4-5月",
    "每年年底",
    "各4台",
    "24小时轮岗",
    "一致",
    "无",
    "按月发放",
    "月工资总额的12%",
    "6栋楼，计51909.6平方米",
    "73名护理员护理费",
    "至少1次矫正人员的集中活动",
    "不低于上年",
    "12月底前",
    "慰问人数不少于100人,宣传用品不少于20000份",
    "按合同中标价（45万元/年）",
    "资金量的0.05-0.35‰，每笔2.5-10元",
    "取得批复文件后30日内足额缴纳",
    "2022年9月5日购置",
    "2023年13月底前",
    "2023年2月30日前",
    "3-1个",
    "≥95%以下",
    "≥",
    "%",
    "第二年1月上旬",
]


@pytest.mark.parametrize(("printed", "comparison", "value", "unit"), QUANTITIES)
def test_a_quantity(printed: str, comparison: str, value: str, unit: str | None) -> None:
    assert parse_target(printed) == Target(printed, comparison, Decimal(value), unit=unit)


@pytest.mark.parametrize(("printed", "low", "high", "unit"), RANGES)
def test_a_range(printed: str, low: str, high: str, unit: str) -> None:
    assert parse_target(printed) == Target(printed, "between", Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(("printed", "deadline"), DEADLINES)
def test_a_deadline(printed: str, deadline: str) -> None:
    assert parse_target(printed) == Target(printed, "by", deadline=deadline)


@pytest.mark.parametrize("printed", QUALITATIVE)
def test_what_is_not_wholly_a_number_stays_words(printed: str) -> None:
    assert parse_target(printed) == Target(printed, "qualitative")


SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "", "approximately": "约"}
UNITS = ["%", "元/人/天", "平方米", "人次", "万元", "个月", "次/年", None]
NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)


@given(st.sampled_from(sorted(SIGNS)), NUMBERS, st.sampled_from(UNITS))
def test_a_printed_quantity_is_read_back(comparison: str, value: Decimal, unit: str | None) -> None:
    printed = f"{SIGNS[comparison]}{value:,}{unit or ''}"
    assert parse_target(printed) == Target(printed, comparison, value, unit=unit)


@given(NUMBERS, NUMBERS, st.sampled_from(UNITS))
def test_a_printed_range_is_read_back(one: Decimal, other: Decimal, unit: str | None) -> None:
    low, high = sorted((one, other))
    printed = f"{low}-{high}{unit or ''}"
    expected = Target(printed, "between", low, high, unit) if low < high else Target(printed, "qualitative")
    assert parse_target(printed) == expected


@given(st.text(alphabet="≥≤><=约不低于超过至少0123456789.,-~%元人次/、年月日底前 (）（)效果显著\n\t", max_size=70))
def test_any_text_is_kept_as_printed(printed: str) -> None:
    target = parse_target(printed)
    assert target.printed == printed
    assert target.comparison in vocab.concepts("comparison")
    assert (target.value is not None) == (target.comparison not in {"by", "qualitative"})


@given(st.text())
def test_no_text_raises(printed: str) -> None:
    assert parse_target(printed).printed == printed
