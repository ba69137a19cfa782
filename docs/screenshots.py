"""Pictures of the site: `python -m docs.screenshots DIR [OUT]` on a release, `make screenshots` on the sample.

Writes `docs/site.png` for the README, and to OUT (out/screenshots) every main page wide and narrow, light and dark.
Needs Playwright and Debian's Chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[1]
MZ = "https://w3id.org/mingzhang/ontology#"
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
# One entity of each kind that is worth a look: the one that most others point to.
MOST = """PREFIX mz: <https://w3id.org/mingzhang/ontology#>
SELECT ?it (COUNT(*) AS ?n) WHERE {{ ?it a mz:{kind} . ?other mz:{link} ?it }}
GROUP BY ?it ORDER BY DESC(?n) ?it LIMIT 1"""
KINDS = {"Report": "reportedIn", "Department": "reportingBody", "LegalDocument": "citedDocument", "Table": "table"}


def main(directory: Path, out: Path) -> None:
    """Make all pictures."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this command needs it

    out.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with serving(directory) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        pages = pages_of(directory)
        for size, (width, height) in SIZES.items():
            for colours in ("light", "dark"):
                context = browser.new_context(
                    base_url=address, viewport={"width": width, "height": height}, color_scheme=colours, locale="zh-CN"
                )
                for name, path in pages.items():
                    picture(context, path, out / f"{name}-{size}-{colours}.png", whole=True)
                context.close()
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 1000}, locale="zh-CN")
        picture(context, "/", ROOT / "docs/site.png", whole=False)
        browser.close()


def picture(context: Any, path: str, file: Path, *, whole: bool) -> None:
    """One page as a picture: all of it, or what the window shows."""
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(file), full_page=whole)
    page.close()


def pages_of(directory: Path) -> dict[str, str]:
    """Name of the picture → path."""
    store = ox.Store.read_only(str(directory / "current/store"))
    found = {
        "home": "/",
        "projects": "/projects?sort=-annual",
        "compare": "/compare",
        "search": "/search?q=%E6%94%BF%E5%BA%9C",
        "queries": "/queries",
        "sparql": "/queries/spending-by-function",
        "dumps": "/dumps/",
        "ontology": "/ontology",
        "code": "/code/function/208",
    }
    for kind, link in KINDS.items():
        iri = most(store, kind, link)
        if iri:
            found[kind.lower()] = "/id/" + iri.partition("/id/")[2]
    project = next(iter(sorted(subjects(store, "hasLegalBasis"))), None)
    finding = next(iter(sorted(subjects(store, "check"))), None)
    found |= {
        name: "/id/" + iri.partition("/id/")[2] for name, iri in (("project", project), ("finding", finding)) if iri
    }
    return found


def most(store: ox.Store, kind: str, link: str) -> str | None:
    """The IRI of the entity of a kind that most others point to."""
    rows = cast(ox.QuerySolutions, store.query(MOST.format(kind=kind, link=link), use_default_graph_as_union=True))
    return next((row[0].value for row in rows if isinstance(row[0], ox.NamedNode)), None)


def subjects(store: ox.Store, name: str) -> set[str]:
    """What has a property."""
    quads = store.quads_for_pattern(None, ox.NamedNode(MZ + name), None)
    return {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    """A server over the release on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from server.serve import run; run({str(directory)!r}, port={port}, rate=0)"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(address + "/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "out/screenshots")
