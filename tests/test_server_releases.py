"""Releases that are kept are listed with what they changed; what is gone says when, and shows its last state."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from xml.dom import minidom

import html5lib
import pyoxigraph as ox
import pytest
from server_fixture import BASE, TRIG, Server, serving, write_release

from kg_builder.release.changes import write_changes

OLD, NEW, ODD = "a" * 16, "b" * 16, "c" * 16
HTML = {"Accept": "text/html"}
GONE = "project/a-2025/p1"


def without(path: str) -> str:
    """The release of the tests without all that is said of one entity."""
    store = ox.Store()
    store.bulk_load(input=TRIG.encode(), format=ox.RdfFormat.TRIG)
    for quad in list(store.quads_for_pattern(ox.NamedNode(f"{BASE}id/{path}"), None, None)):
        store.remove(quad)
    return (store.dump(format=ox.RdfFormat.TRIG) or b"").decode()


def with_tables(folder: Path, *projects: str) -> None:
    """What the comparison of releases looks at beside: the reports of the manifest, and rows of projects."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps({**manifest, "reports": [], "software": {"name": "mingzhang", "code": "0" * 64}}))
    sheet = folder / "dumps/csv/projects.csv"
    columns = sheet.read_text().strip().split(",")
    for path in projects:
        said = {"project": f"{BASE}id/{path}", "name": "养老项目", "report": f"{BASE}id/report/a-2025", "body": "某局"}
        row = ",".join(
            {**said, "year": "2025", "annual_yuan": "1234500", "page": "3"}.get(name, "") for name in columns
        )
        sheet.write_text(sheet.read_text() + row + "\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("releases")
    old, new = write_release(directory, OLD), write_release(directory, NEW, without(GONE))
    with_tables(old, GONE)
    with_tables(new)
    os.utime(old / "manifest.json", (1_700_000_000, 1_700_000_000))  # 2023-11-14
    os.utime(new / "manifest.json", (1_700_100_000, 1_700_100_000))  # 2023-11-16
    write_changes(old, new)
    (directory / "releases" / "next.partial").mkdir()
    (directory / "releases" / f"{ODD}.old").mkdir()
    with serving(directory, rate=0) as running:
        yield running


def test_the_list_has_each_release_with_what_it_changed(server: Server) -> None:
    page = server.get("/releases", **HTML)
    assert page.status == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.text.index(NEW) < page.text.index(OLD)
    assert ODD not in page.text
    assert "2023-11-16" in page.text
    assert "+0 −1 ~0" in page.text


def test_a_release_tells_what_went_and_leads_to_it(server: Server) -> None:
    page = server.get(f"/releases/{NEW}", **HTML)
    assert page.status == 200
    assert f'href="/id/{GONE}"' in page.text
    assert "1,234,500" in page.text
    assert f"/releases/{NEW}/dumps/csv/projects.csv" in page.text
    first = server.get(f"/releases/{OLD}?lang=en", **HTML)
    assert "There is no release before it to compare with." in first.text


@pytest.mark.parametrize("address", [f"/page/{GONE}", f"/data/{GONE}.ttl", f"/id/{GONE}"])
def test_what_is_gone_says_when_and_shows_its_last_state(server: Server, address: str) -> None:
    page = server.get(f"{address}?lang=en", **HTML)
    assert page.status == 410
    assert "Gone since 2023-11-16" in page.text
    assert NEW in page.text
    assert "高龄津贴" in page.text  # what the old release said of it
    said = server.get(address, Accept="application/json")
    assert (said.status, said.media) == (410, "application/problem+json")
    assert said.json()["last"] == f"{BASE}releases/{OLD}/id/{GONE}"


def test_the_state_in_a_release_has_an_address_of_its_own(server: Server) -> None:
    assert server.get(f"/releases/{OLD}/id/{GONE}", **HTML).status == 200
    assert server.get(f"/releases/{NEW}/id/{GONE}", **HTML).status == 404
    there = server.get(f"/releases/{NEW}/id/report/a-2025?lang=en", **HTML)
    assert "See it as it is now" in there.text


@pytest.mark.parametrize(
    "address",
    ["/page/project/never/p9", f"/releases/{ODD}", "/releases/..", f"/releases/{OLD}/../{NEW}/manifest.json",
     f"/releases/{OLD}/store/CURRENT", f"/releases/{OLD}/search.sqlite", f"/releases/{OLD}/id/a b", "/releases/x/y"],
)  # fmt: skip
def test_what_was_never_there_is_not_found(server: Server, address: str) -> None:
    assert server.get(address.replace(" ", "%20"), **HTML).status == 404


def test_files_of_an_older_release_are_served(server: Server) -> None:
    assert server.get(f"/releases/{OLD}/manifest.json").json()["version"] == OLD
    assert server.get(f"/releases/{NEW}/changes.json").json()["counts"]["projects"]["went"] == 1
    assert GONE in server.get(f"/releases/{OLD}/dumps/csv/projects.csv").text


def test_the_feed_carries_what_changed(server: Server) -> None:
    feed = server.get("/feeds/releases.atom?lang=en")
    assert feed.media == "application/atom+xml"
    entries = minidom.parseString(feed.body).getElementsByTagName("entry")
    assert len(entries) == 2
    assert "Projects +0 −1 ~0" in entries[0].toxml()
    assert f"{BASE}releases/{NEW}" in entries[0].toxml()


@pytest.mark.parametrize("address", ["/releases", f"/releases/{NEW}", f"/page/{GONE}", f"/releases/{OLD}/id/{GONE}"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_html(server: Server, address: str, language: str) -> None:
    html5lib.HTMLParser(strict=True).parse(server.get(f"{address}?lang={language}", **HTML).text)
