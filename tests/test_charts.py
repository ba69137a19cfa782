"""Pictures drawn by the server: what is in the data and nothing else, the same bytes each time."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from server.pages.blocks import Head, Picture
from server.pages.charts import svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(kind: str, series: dict[str, list[float | None]], labels: list[str], **more: Any) -> ElementTree.Element:
    data = {"labels": labels, "series": [{"name": n, "values": v} for n, v in series.items()], "unit": "万元", **more}
    text = svg(Picture(kind, Head("图", "Picture"), data), "某局 <支出> & 其他", "来源：某处")
    assert text == svg(Picture(kind, Head("图", "Picture"), data), "某局 <支出> & 其他", "来源：某处")
    return ElementTree.fromstring(text)


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(one.itertext()) for one in root.iter(SVG + "text")]


def bars(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Left edge and width of each bar."""
    found = [one for one in root.iter(SVG + "rect") if one.get("height") == "15"]
    return [(float(one.get("x", "")), float(one.get("width", ""))) for one in found]


def test_bars_are_as_long_as_their_sums_and_say_them() -> None:
    root = drawn("bars", {"预算": [1000, 500.5, None]}, ["甲", "乙", "丙"], hrefs=["https://e.org/a", None, None])
    (_, one), (_, half) = bars(root)
    assert half / one == pytest.approx(0.5005, abs=1e-3)
    assert {"1,000", "500.5", "丙"} < set(texts(root))
    assert [link.get("href") for link in root.iter(SVG + "a")] == ["https://e.org/a"]
    assert (texts(root)[0], texts(root)[-1]) == ("某局 <支出> & 其他", "来源：某处")


def test_what_is_below_nothing_goes_to_the_left() -> None:
    (x, width), (zero, _) = bars(drawn("bars", {"增减": [-50, 100]}, ["甲", "乙"]))
    assert x + width == pytest.approx(zero)


def test_a_blank_is_a_gap_and_no_zero() -> None:
    root = drawn("lines", {"支出": [1, 2, None, 4]}, ["2021", "2022", "2023", "2024"])
    assert len(list(root.iter(SVG + "circle"))) == 3
    assert len([one for one in root.iter(SVG + "path") if "L" in one.get("d", "")]) == 1


def test_series_are_named_and_all_that_is_drawn_stands_inside() -> None:
    names = {f"某市某某委员会办公室 20{n} 预算": [n, n * 2.5] for n in range(20, 26)}
    root = drawn("bars", dict(names), ["一个很长很长的名字" * 5, "乙"])
    assert len([one for one in texts(root) if "预算" in one]) == 6
    assert any(one.endswith("…") for one in texts(root))
    height = float(root.get("height", ""))
    assert all(0 < float(one.get("y", "")) < height for one in root.iter(SVG + "text"))
    assert all(x >= 0 and x + width <= 960 for x, width in bars(root))


def test_nothing_but_blanks_is_drawn_as_nothing() -> None:
    assert bars(drawn("bars", {"预算": [None, None]}, ["甲", "乙"])) == []


def test_a_kind_that_is_not_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a picture of bars, lines"):
        svg(Picture("sankey", Head("", ""), {}), "", "")
