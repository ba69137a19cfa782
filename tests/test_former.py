"""Names of places came to be read as people read them: what was known by a former IRI is found by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hand_made import PROJECT, report
from server_fixture import BASE, TRIG, Server, serving, write_release

from kg_builder.graph.iri import region_code, slug
from kg_builder.graph.reports import report_graph
from kg_builder.model import Body, Place

REPLACED = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")


def moved(body: str, region: str, project: str) -> dict[str, str]:
    """Former path → new path of all that a report of the body says to be replaced."""
    identity = replace(report().identity, body=body, region=region)
    one = replace(PROJECT, name=project, department=Body(body, Place(9), "department"))
    graph = report_graph(report(identity=identity, projects=(one,), bodies=(), tables=()), None, BASE)
    return {s.value.removeprefix(BASE): o.value.removeprefix(BASE) for s, p, o in graph if p == REPLACED}


def test_a_report_of_a_place_says_how_it_was_called() -> None:
    old, new = (f"140400-{slug('长治市水务局', former=former)}" for former in (True, False))
    assert (old.split("-")[1], new.split("-")[1]) == ("zhang", "chang")
    found = moved("长治市水务局", "长治市", "洪洞大堤")
    assert found[f"id/org/{old}"] == f"id/org/{new}"
    years = {f.removeprefix(f"id/report/{old}"): n.removeprefix(f"id/report/{new}") for f, n in found.items()
             if f.startswith("id/report/")}  # fmt: skip
    assert years == {"-2024-budget-department": "-2024-budget-department"}
    (project,) = [(f, n) for f, n in found.items() if f.startswith("id/project/")]
    assert "/hong-dong-" in project[0] and "/hong-tong-" in project[1]


@pytest.mark.parametrize(
    ("printed", "region", "one"),
    [
        ("中国共产党江苏省委员会办公厅", "江苏省", "江苏省委办公厅"),
        ("政协江苏省委员会", "江苏省", "江苏省政协"),
        ("省委办公厅", "江苏省", "江苏省委办公厅"),
        ("中共长治市委员会办公室", "长治市", "长治市委办公室"),  # renamed twice: its place is read otherwise too
    ],
)
def test_each_way_of_printing_a_body_led_to_it_before_its_names_were_one(printed: str, region: str, one: str) -> None:
    code = region_code(region)
    name = printed.removeprefix("中共").removeprefix("中国共产党")
    former, new = f"{code}-{slug(name, former=True)}", f"{code}-{slug(one)}"
    found = moved(printed, region, "某项目")
    assert found[f"id/org/{former}"] == f"id/org/{new}"
    assert found[f"id/report/{former}-2024-budget-department"] == f"id/report/{new}-2024-budget-department"


def test_most_names_are_what_they_were() -> None:
    assert moved("阳泉市民政局", "阳泉市", "高龄津贴") == {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("former")
    pairs = {"report/old-a-2025": "report/a-2025", "org/old-a": "org/a", "project/a-2025/old-p1": "project/a-2025/p1"}
    lines = (f"<{BASE}id/{old}> <{REPLACED.value}> <{BASE}id/{new}> ." for old, new in pairs.items())
    write_release(directory, "v1", TRIG + f"\n<{BASE}id/report/a-2025> {{ {' '.join(lines)} }}\n")
    with serving(directory, workers=1) as running:
        yield running


@pytest.mark.parametrize(
    ("former", "new"),
    [
        ("/id/org/old-a", "/id/org/a"),
        ("/page/org/old-a?lang=en", "/page/org/a?lang=en"),
        ("/id/report/old-a-2025", "/id/report/a-2025"),
        ("/page/report/old-a-2025?page=3", "/page/report/a-2025?page=3"),
        ("/data/project/old-a-2025/p1.ttl", "/data/project/a-2025/p1.ttl"),
        ("/id/project/a-2025/old-p1", "/id/project/a-2025/p1"),
        ("/id/indicator/a-2025/old-p1/i1", "/id/indicator/a-2025/p1/i1"),
        ("/id/obs/old-a-2025/t1-r1-c1", "/id/obs/a-2025/t1-r1-c1"),
    ],
)
def test_a_former_address_leads_to_the_new_one(server: Server, former: str, new: str) -> None:
    reply = server.get(former)
    assert (reply.status, reply.headers.get("location")) == (301, new)


@pytest.mark.parametrize("path", ["/id/org/older-a", "/id/report/old-a", "/id/org/", "/id/project/p1"])
def test_what_never_was_is_not_found(server: Server, path: str) -> None:
    assert server.get(path).status == 404


def test_what_is_there_is_no_former_one(server: Server) -> None:
    assert server.get("/id/org/a").status == 303
