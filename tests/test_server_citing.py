"""Figures are quoted as sentences, and cited in the forms of reference managers."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

import pytest
from server_fixture import BASE, TRIG, Server, serving, write_release

from server.pages.citing import Cited, in_form

FIGURE = "obs/a-2025/t3-r1-c2"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("citing")
    # A figure of which the data says two years, and one without a report, have less to say.
    write_release(directory, "v1", TRIG + (
        f"<{BASE}graph/more> {{ <{BASE}id/obs/a-2025/t3-r9-c1> a <https://w3id.org/mingzhang/ontology#Observation> ;"
        ' <https://w3id.org/mingzhang/ontology#fiscalYear> "2024", "2025" ;'
        " <https://w3id.org/mingzhang/ontology#amount> 0 ."
        f" <{BASE}id/obs/a-2025/t3-r9-c2> a <https://w3id.org/mingzhang/ontology#Observation> . }}"))  # fmt: skip
    with serving(directory, rate=0) as running:
        yield running


def _sentence(server: Server, path: str, lang: str) -> str:
    page = server.get(f"/page/{path}?lang={lang}", accept="text/html").text
    found = re.search(r'<span id="sentence">(.*?)</span>', page)
    return html.unescape(found[1]) if found else ""


def test_a_figure_is_quoted_with_all_that_proves_it(server: Server) -> None:
    said = _sentence(server, FIGURE, "zh")
    for part in ("2025年预算", "其他民政管理事务支出 / 项目支出", "23.45万元，即234,500元", "（原文印作23.45万元）",
                 "第3页", "版本v1", f"{BASE}id/{FIGURE}"):  # fmt: skip
        assert part in said
    english = _sentence(server, FIGURE, "en")
    assert "2025 budget" in english and "234,500 yuan (printed as 23.45万元)" in english and "page 3" in english


def test_a_sentence_says_only_what_is_known(server: Server) -> None:
    zero = _sentence(server, "obs/a-2025/t3-r9-c1", "zh")
    assert "0元" in zero and "2024" not in zero and "2025年" not in zero and "《》" not in zero
    assert _sentence(server, "obs/a-2025/t3-r9-c2", "zh") == ""  # a blank is never zero
    assert server.get("/cite/obs/a-2025/t3-r9-c2.bib").status == 404


@pytest.mark.parametrize("path", ["dataset", "report/a-2025", FIGURE])
def test_forms_of_reference_managers(server: Server, path: str) -> None:
    bib, ris, csl = (server.get(f"/cite/{path}.{form}") for form in ("bib", "ris", "json"))
    assert (bib.status, ris.status, csl.status) == (200, 200, 200)
    address = BASE + ("dumps/" if path == "dataset" else f"id/{path}")
    (one,) = csl.json()
    assert one["URL"] == address and "v1" in one["note"] and "issued" not in one
    lines = ris.text.split("\r\n")
    assert lines[0].startswith("TY  - ") and lines[-2] == "ER  - " and f"UR  - {address}" in lines
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    assert f"url = {{{address}}}" in bib.text
    assert bib.text.count("{") == bib.text.count("}") and "year" not in re.findall(r"^ +(\w+) =", bib.text, re.M)


def test_a_figure_is_cited_within_its_report(server: Server) -> None:
    (one,) = json.loads(server.get(f"/cite/{FIGURE}.json").text)
    assert (one["type"], one["page"]) == ("entry", "3")
    assert "234,500 yuan" in one["title"] and "2025" in one["container-title"]


def test_other_things_have_no_such_citation(server: Server) -> None:
    for path in ("law/jin-cai-zong-2024-210.bib", "obs/none.ris", f"{FIGURE}.docx", "report/none.json"):
        assert server.get(f"/cite/{path}").status == 404


def test_signs_of_tex_are_escaped() -> None:
    text = in_form(Cited("report", "k", r"A&B 50% {x} \y", "甲_乙", "", "", "", "http://e/%20"), "bib")
    assert r"A\&B 50\% \{x\} \textbackslash{}y" in text and r"甲\_乙" in text
