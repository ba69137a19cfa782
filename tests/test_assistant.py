"""The Model Context Protocol, asked with the SDK's own client: figures with their pages, and readable refusals."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from server_fixture import BASE, ROOT, Server, until

anyio = pytest.importorskip("anyio")
mcp = pytest.importorskip("mcp")

from mcp.client.stdio import stdio_client  # noqa: E402 - where the SDK is installed

from server.assistant.site import LocalSite, Questions, SiteError, site_of  # noqa: E402 - as above
from server.assistant.tools import server_of  # noqa: E402 - as above

FINANCE = "id/report/140300-yang-quan-shi-cai-zheng-ju-2023-budget-department"
CIVIL = "id/report/140300-yang-quan-shi-min-zheng-ju-2025-budget-department"
MUSEUM = "id/report/140300-yang-quan-shi-wen-wu-guan-li-zhong-xin-b8fcd73d-2023-budget-unit"
DIG = MUSEUM.replace("report", "project") + "/di-xia-wen-wu-qiang-jiu-xing-fa-jue-zhuan-xiang-jing-fei-d821b916"
TOOLS = ["find", "body", "project", "money_under", "figures", "compare", "findings", "query"]

Call = Callable[..., Any]


def ask(server: Any, name: str, given: dict[str, Any]) -> Any:
    """The result of one call."""

    async def asked() -> Any:
        async with mcp.Client(server) as client:
            return await client.call_tool(name, given)

    return anyio.run(asked)


@pytest.fixture(scope="module")
def questions(sample_release: Path) -> Iterator[Questions]:
    site = LocalSite(sample_release, deadline=2)
    yield Questions(site)
    site._app.config["RELEASES"].close()


@pytest.fixture(scope="module")
def call(questions: Questions) -> Call:
    server = server_of(questions)

    def called(name: str, **given: Any) -> Any:
        result = ask(server, name, given)
        assert not result.is_error, result.content[0].text
        # Clients that know no structured content read the same as text.
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content

    return called


@pytest.fixture(scope="module")
def refused(questions: Questions) -> Call:
    server = server_of(questions)

    def called(name: str, **given: Any) -> str:
        result = ask(server, name, given)
        assert result.is_error
        return str(result.content[0].text).removeprefix(f"Error executing tool {name}: ")

    return called


def page(report: str, number: int) -> list[dict[str, Any]]:
    return [{"number": number, "address": f"{BASE}{report}#page={number}"}]


# Ten questions, each answered by what stands on a page of a sample report


def test_who_is_the_civil_affairs_bureau(call: Call) -> None:
    found = call("find", text="民政局", kind="body", limit=1)
    assert (found["total"], found["things"][0]["name"]) == (2, "阳泉市民政局")
    assert found["things"][0]["id"] == BASE + "id/org/140300-yang-quan-shi-min-zheng-ju"


def test_how_much_does_it_spend_in_all(call: Call) -> None:
    told = call("body", id="id/org/140300-yang-quan-shi-min-zheng-ju")
    assert (told["code"], told["region"]) == ("064", "140300")
    (report,) = told["reports"]
    assert (report["year"], report["stage"], report["scope"]) == ("2025", "budget", "department")
    (total,) = report["totals"]
    assert (total["yuan"], total["printed"], total["pages"]) == ("44114900", "4411.49万元", page(CIVIL, 8))


def test_which_document_has_this_number(call: Call) -> None:
    (one,) = call("find", text="晋财综2012 1号", kind="document")["things"]
    assert (one["id"], one["hint"]) == (BASE + "id/law/jin-cai-zong-2012-1", "晋财综〔2012〕1号")


def test_how_much_money_stands_under_it(call: Call) -> None:
    told = call("money_under", id="id/law/jin-cai-zong-2012-1")
    assert told["sums"] == [{"year": "2023", "stage": "budget", "scope": "unit", "projects": 1, "with_amount": 1,
                             "yuan": "400000"}]  # fmt: skip
    (line,) = told["projects"]
    assert (line["implemented_by"], line["printed"], line["pages"]) == (
        "阳泉市文物管理中心",
        "400,000元",
        page(MUSEUM, 21),
    )
    assert call("money_under", id="id/law/jin-cai-zong-2012-1", year="2022")["total"] == 0


def test_where_does_a_projects_money_come_from(call: Call) -> None:
    told = call("project", id=DIG)
    assert (told["line"]["yuan"], told["total_yuan"], told["total_printed"]) == ("400000", "1300000", "1,300,000元")
    annual = {one["name"]: one["printed"] for one in told["money"] if one["name"].endswith("(annual)")}
    assert annual["市县（区）财政资金 (annual)"] == "400,000元"
    assert annual["中央财政资金 (annual)"] == "0元"


def test_what_does_a_project_cite(call: Call) -> None:
    cited = call("project", id=DIG)["documents"]
    assert {one["field"] for one in cited if one["number"] == "晋财综〔2012〕1号"} == {"legal-basis"}
    assert all(one["quote"] and one["pages"] for one in cited)


def test_what_is_set_aside_for_receptions(call: Call) -> None:
    (figure,) = call("figures", id=CIVIL, text="公务接待", table="three-public")["figures"][:1]
    assert (figure["yuan"], figure["printed"], figure["pages"]) == ("8000", "0.80万元", page(CIVIL, 17))


def test_what_is_printed_beside_a_code(call: Call) -> None:
    told = call("figures", id=CIVIL, code="30201")
    assert {one["printed"] for one in told["figures"]} == {"1.67万元", "3.01万元"}
    assert told["total"] == len(told["figures"]) == 4


def test_how_do_two_departments_compare(call: Call) -> None:
    other = FINANCE.replace("cai-zheng-ju", "da-shu-ju-ying-yong-ju-189577a7")
    told = call("compare", a=FINANCE, b=other, limit=100)
    rows = {row["code"]: row for row in told["rows"]}
    assert (rows["201"]["a_yuan"], rows["201"]["b_yuan"]) == ("28683500", "2992800")
    assert rows["201"]["difference"] == "-25690700"
    assert rows["201"]["a_figures"][0]["pages"] == page(FINANCE, 8)
    assert rows["2010504"]["a_yuan"] is None and rows["2010504"]["difference"] is None  # blank, and not 0


def test_what_does_not_agree(call: Call) -> None:
    told = call("findings", id=CIVIL, severity="warning")
    sums = [one for one in told["findings"] if (one["expected"], one["found"]) == ("382100", "422128.01")]
    assert [(one["check"], one["pages"]) for one in sums] == [("budget-lines", page(CIVIL, 33))]
    whole = call("findings")
    counted = "SELECT (COUNT(?it) AS ?n) { ?it a <https://w3id.org/mingzhang/ontology#Finding> }"
    assert [[str(whole["total"])]] == call("query", sparql=counted)["rows"]
    severities = [one["severity"] for one in whole["findings"]]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)


def test_a_query_of_ones_own(call: Call) -> None:
    told = call("query", sparql="SELECT ?n ?nothing { VALUES (?n ?nothing) { (1 UNDEF) } }")
    assert told == {"columns": ["n", "nothing"], "rows": [["1", None]]}


# Refusals

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("findings", {"limit": 100_000}, "limit: expected a number from 1 to 100, found 100000"),
    ("findings", {"severity": "bad"}, "severity: expected error, warning, info or nothing, found bad"),
    ("findings", {"start": -1}, "start: expected a number from 0, found -1"),
    ("find", {"text": " "}, "text: expected a name, a number or a code, found nothing"),
    ("find", {"text": "局", "kind": "zebra"}, "kind: expected body, project"),
    ("body", {"id": "id/org/nobody"}, "expected the id of a body, such as the tool find gives, found id/org/nobody"),
    ("body", {"id": CIVIL}, "expected the id of a body"),
    ("body", {"id": "id/org/> } ; DROP ALL"}, "expected the id of a body"),
    (
        "money_under",
        {"id": "id/law/jin-cai-zong-2012-1", "year": "23"},
        "year: expected four digits or nothing, found 23",
    ),
    ("figures", {"id": CIVIL, "code": "} DROP"}, "code: expected a notation"),
    ("compare", {"a": CIVIL, "b": CIVIL, "table": "debt"}, "it has the tables budget-summary, expenditure"),
    ("query", {"sparql": "SELECT * { ?s ?p }"}, "line 1, column 19:"),
    ("query", {"sparql": "CLEAR ALL"}, "updates are refused"),
    ("query", {"sparql": "SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }"}, "SERVICE"),
    (
        "query",
        {"sparql": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2"},
        "expected a SELECT or ASK query, found one for triples",
    ),
    ("query", {"sparql": "SELECT * { ?s ?p ?o } LIMIT 300"}, "the answer has 300 rows, more than 200: add LIMIT"),
    ("query", {"sparql": "SELECT * { ?s ?p ?o }"}, "rows"),
    ("query", {"sparql": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}, "deadline"),
    ("find", {}, "Field required"),
]


@pytest.mark.parametrize(("name", "given", "words"), WRONG)
def test_a_wrong_or_unbounded_call_is_told_why(refused: Call, name: str, given: dict[str, Any], words: str) -> None:
    told = refused(name, **given)
    assert words in told
    assert "Traceback" not in told and "server/" not in told


# The protocol


def test_each_tool_says_what_it_takes_and_gives(questions: Questions) -> None:
    async def listed() -> Any:
        async with mcp.Client(server_of(questions)) as client:
            return (
                (await client.list_tools()).tools,
                await client.list_resources(),
                await client.list_resource_templates(),
            )

    tools, resources, templates = anyio.run(listed)
    assert [tool.name for tool in tools] == TOOLS
    for tool in tools:
        assert tool.description and tool.output_schema and tool.annotations.read_only_hint
        assert all(one.get("description") for one in tool.input_schema["properties"].values())
    assert {str(one.uri) for one in resources.resources} == {"mingzhang://ontology", "mingzhang://queries"}
    assert {one.uri_template for one in templates.resource_templates} == {
        "mingzhang://queries/{name}",
        "mingzhang://report/{key}",
    }


def test_resources_are_read(questions: Questions) -> None:
    key = CIVIL.rpartition("/")[2]

    async def read(uri: str) -> str:
        async with mcp.Client(server_of(questions)) as client:
            return str((await client.read_resource(uri)).contents[0].text)

    assert "mz:Project" in anyio.run(read, "mingzhang://ontology")
    assert "mingzhang://queries/who-pays:" in anyio.run(read, "mingzhang://queries")
    assert "SELECT" in anyio.run(read, "mingzhang://queries/who-pays")
    assert "阳泉市民政局2025年度部门预算公开" in anyio.run(read, f"mingzhang://report/{key}")
    with pytest.raises(ExceptionGroup) as failed:  # the client's tasks end together
        anyio.run(read, "mingzhang://report/nothing")
    assert failed.group_contains(mcp.MCPError, match="expected the key of a report, found nothing")


def test_a_site_answers_as_its_folder_does(call: Call, sample_server: Server) -> None:
    remote = server_of(Questions(site_of(f"http://127.0.0.1:{sample_server.port}/sparql")))
    for name, given in (("money_under", {"id": "id/law/jin-cai-zong-2012-1"}), ("findings", {"id": CIVIL}),
                        ("find", {"text": "民政"}), ("figures", {"id": CIVIL, "table": "expenditure"})):  # fmt: skip
        assert ask(remote, name, given).structured_content == call(name, **given)
    wrong = ask(remote, "query", {"sparql": "CLEAR ALL"})
    assert wrong.is_error and "updates are refused" in wrong.content[0].text


def test_a_site_that_is_not_there_is_told() -> None:
    with pytest.raises(SiteError, match="expected the http or https address of a site, found ftp:"):
        site_of("ftp://localhost/")
    gone = ask(server_of(Questions(site_of("http://127.0.0.1:9/"))), "find", {"text": "局"})
    assert gone.is_error and "expected a whole answer" in gone.content[0].text


def test_the_command_speaks_on_standard_streams(sample_release: Path) -> None:
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "kg_builder", "mcp", str(sample_release)], cwd=ROOT
    )
    told = ask(stdio_client(command), "query", {"sparql": "ASK { ?s ?p ?o }"})
    assert told.structured_content == {"columns": ["ask"], "rows": [["true"]]}


def test_the_command_speaks_over_http(sample_release: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kg_builder", "mcp", str(sample_release), "--http", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:

            def listens() -> bool:
                with socket.socket() as tried:
                    return tried.connect_ex(("127.0.0.1", port)) == 0

            assert until(listens)
            told = ask(f"http://127.0.0.1:{port}/mcp", "find", {"text": "民政局", "kind": "body"})
            assert told.structured_content["total"] == 2
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.mark.parametrize("place", ["nowhere", "ftp://localhost/"])
def test_a_place_that_is_none_is_one_line(place: str) -> None:
    command = [sys.executable, "-m", "kg_builder", "mcp", place]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "expected" in done.stderr


def test_llms_txt_says_what_there_is(sample_server: Server) -> None:
    reply = sample_server.get("/llms.txt")
    assert (reply.status, reply.media) == (200, "text/markdown")
    assert reply.text.startswith("# Mingzhang 明账\n\n> ")
    assert "This release holds 4 reports." in reply.text
    for address in [part.partition(")")[0] for part in reply.text.split("](")[1:]]:
        assert address.startswith(BASE)
        path = quote("/" + address.removeprefix(BASE), safe="/?=")
        assert sample_server.get(path, Accept="*/*").status == 200, address
