"""The site in a real browser for everybody: no barrier on any kind of page, all by keyboard, every link answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from server_fixture import Server

KINDS = ("report", "org", "project", "law", "table", "obs", "indicator", "citation", "finding", "appropriation",
         "statement", "issuer", "source")  # fmt: skip
PAGES = ("/", "/reports", "/departments", "/projects?sort=-annual", "/laws", "/indicators", "/quality", "/compare",
         "/search?q=%E6%94%BF%E5%BA%9C", "/queries", "/sparql", "/dumps/", "/catalog", "/ontology", "/code/",
         "/code/funding", "/code/function/201", "/code/indicator/output-quantity", "/code/funding/municipal",
         "/shapes", "/topics", "/topics/operating-cost", "/releases", "/rows?name=%E5%90%88%E8%AE%A1", "/about",
         "/help", "/none", "/places", "/places/revenue?of=%E6%94%B6%E5%85%A5%E5%90%88%E8%AE%A1",
         "/places/spending?of=205",
         "/places/transfers?of=%E6%95%99%E8%82%B2", "/places/debt?of=general-limit", "/code/region/510822")  # fmt: skip
AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")


# Every kind of page


def paths_of(entities: dict[str, list[str]]) -> list[str]:
    shown = [f"/page/{entities[kind][len(entities[kind]) // 3]}" for kind in KINDS]
    report, *others = (quote(f"id/{path}", safe="/") for path in (*entities["report"], *entities["org"]))
    sides = [
        "&".join(f"{name}={one}" for name, one in zip("abcdef"[:n], [report, *others], strict=False)) for n in (2, 6)
    ]
    return [*PAGES, *shown, f"/page/{entities['report'][0]}?page=12", *(f"/compare?{some}" for some in sides)]


# Screens: what is seen there first is asked of every rule, what is only seen with other colours of those about colours.
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
STATES = {
    "zh-CN": (("light", WIDE, ""), ("dark", NARROW, ", runOnly: ['color-contrast', 'target-size']")),
    "en": (("light", NARROW, ""), ("dark", WIDE, ", runOnly: ['color-contrast', 'target-size']")),
}


@pytest.mark.parametrize("language", STATES)
def test_no_page_has_a_barrier(
    browser: Any, site_server: Server, entities: dict[str, list[str]], language: str
) -> None:
    """axe-core finds no violation on any kind of page; nothing is wider than a phone but what scrolls by itself."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{site_server.port}", locale=language, bypass_csp=False)
    opened = context.new_page()
    faults = []
    opened.on("pageerror", lambda error: faults.append(f"{opened.url}: {error}"))
    opened.on("console", lambda m: faults.append(f"{opened.url}: {m.text}") if m.type == "error" else None)
    for path in paths_of(entities):
        for number, (colours, size, rules) in enumerate(STATES[language]):
            opened.emulate_media(color_scheme=colours)
            opened.set_viewport_size(size)
            if not number:
                opened.goto(path)
                opened.evaluate(AXE)
            found = opened.evaluate(f"axe.run(document, {{resultTypes: ['violations']{rules}}})")
            where = f"{path} {colours} {size['width']}"
            faults += [f"{where}: {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]
            if opened.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{where}: wider than the screen")
    context.close()
    assert not [f for f in faults if "/none" not in f or "color" in f]


# What Tab should come to; radio buttons are one stop for all.
_STOPS = "a[href], button:enabled, input:not([type=hidden]), select, summary"
_STEP = """(() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  e.dataset.seen = "1";
  return getComputedStyle(e).outlineStyle !== "none" || e.shadowRoot !== null;
})()"""
_MISSED = f"""[...document.querySelectorAll("{_STOPS}")]
  .filter((e) => e.checkVisibility({{visibilityProperty: true}}) && !e.dataset.seen)
  .map((e) => e.outerHTML.slice(0, 120))"""
_IN_EDITOR = "Boolean(document.activeElement.shadowRoot)"


@pytest.mark.parametrize("path", ["/", "/projects", "/sparql"])
def test_the_keyboard_reaches_everything(browser: Any, site_server: Server, path: str) -> None:
    """Tab comes to every link, button and field, each with a visible focus, and leaves the editor after Escape."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{site_server.port}", locale="zh-CN")
    page = context.new_page()
    page.goto(path)
    for _ in range(page.locator(_STOPS).count() + 40):
        page.keyboard.press("Tab")
        assert page.evaluate(_STEP) is not False, page.evaluate("document.activeElement.outerHTML")
        if page.evaluate(_IN_EDITOR):
            page.keyboard.press("Escape")
    assert not page.evaluate(_MISSED)
    context.close()


def test_every_entity_and_link_of_the_sample_answers(site_server: Server, entities: dict[str, list[str]]) -> None:
    """Every entity's IRI leads to its page; figures, targets and statements are taken one in nine, being alike."""
    links: set[str] = set()
    for kind, paths in entities.items():
        for path in paths[:: 9 if len(paths) > 150 else 1]:
            reply = site_server.get(f"/id/{path}", Accept="text/html")
            if reply.status == 301:  # a former IRI leads to the one that holds now
                reply = site_server.get(reply.headers["location"], Accept="text/html")
            assert reply.status == 303, path
            shown = site_server.get(reply.headers["location"], Accept="text/html")
            assert shown.status == 200, path
            assert len(shown.body) < 100_000, path
            if kind in {"report", "org", "project", "law", "finding", "table"}:
                links |= set(re.findall(r'href="(/[^"#]*)', shown.text))
    for link in sorted(links):
        target = link.replace("&amp;", "&")
        if not target.startswith(("/sparql?", "/static/", "/id/")):
            assert site_server.get(target, Accept="text/html").status in {200, 303}, target
