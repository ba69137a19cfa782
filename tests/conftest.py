"""What many test modules share: a release of the sample reports, built once, and a real server over it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, settings
from made_once import FOLDER, made_once
from server_fixture import ROOT, Server, serving

from kg_builder.build import Options, build

# The same examples in every run, however slow the machine is; --hypothesis-profile=search looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", derandomize=False, max_examples=500)
settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    """One folder for all processes of the run: those that run tests get it from the one that starts them."""
    config.option.loadscopereorder = False  # pytest-xdist by itself takes the files with few tests last, however long
    if FOLDER not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="mingzhang-tests-")
        os.environ[FOLDER] = folder.name
        config.add_cleanup(folder.cleanup)


# The files that take longest go first, so that at the end no worker is left alone with one of them.
LONGEST = (
    "test_site_barriers", "test_server_real", "test_site_browser", "test_cli", "test_clients", "test_page_order",
    "test_layouts",
    "test_patterns", "test_content", "test_build", "test_server_remote", "test_coverage", "test_package",
    "test_workers", "test_server_engine", "test_office", "test_accuracy", "test_cluster", "test_scale", "test_damage",
    "test_release", "test_bad_input", "test_producers", "test_clerk", "test_shapes", "test_docs", "test_printed",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of `LONGEST` first, all in the order of their files."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


# A report with a table, a sentence and a project: small, for what is kept and made again does not depend on the size.
REPORT = (
    "青川市水务局2024年部门预算\n2024年部门支出预算总表\n部门名称：青川市水务局  单位：万元\n"
    "科目编码\t科目名称\t合计\t基本支出\n201\t一般公共服务支出\t12.00\t12.00\n\t合计\t12.00\t12.00\n"
    "2024年支出预算12.00万元。\n"
    "项目支出绩效目标表\n项目名称\t河道检修\n主管部门\t青川市水务局\n年度资金总额\t3.00万元\n"
    "立项依据\t《青川市河道管理办法》（青水发〔2021〕7号）\n"
)


@pytest.fixture(scope="session")
def small_reports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of three reports that are read and made in no time; do not write to them."""
    folder = tmp_path_factory.mktemp("small")
    for name, body in (("a", "水务局"), ("b", "林业局"), ("c", "农业农村局")):
        (folder / f"{name}.txt").write_text(REPORT.replace("水务局", body), encoding="utf-8")
    return sorted(folder.iterdir())


@pytest.fixture(scope="session")
def sample_release() -> Path:
    """DIR of a release of `data/samples` with the default base; do not write to it."""
    return made_once("samples", lambda out: build([ROOT / "data/samples"], out, Options(), lambda _: None))


@pytest.fixture(scope="session")
def sample_server(sample_release: Path) -> Iterator[Server]:
    """A server over `sample_release` with the default limits."""
    with serving(sample_release) as running:
        yield running


# The site in a browser


@pytest.fixture(scope="session")
def site_release() -> Path:
    """DIR of a release with its files: a printed report, and two of a government; do not write to it."""
    folder = made_once("governments", _write_governments)
    inputs = [ROOT / "data/samples/yangquan-bigdata-2023.pdf", folder]
    return made_once("site", lambda out: build(inputs, out, Options(sources=True), lambda _: None))


def _write_governments(folder: Path) -> None:
    from test_government_queries import REPORT
    from test_places import AFTER

    folder.mkdir()
    for name, text in (("before", REPORT), ("after", AFTER)):
        (folder / f"{name}.txt").write_text(text.replace(" | ", "\t"), encoding="utf-8")


@pytest.fixture(scope="session")
def site_server(site_release: Path) -> Iterator[Server]:
    """A server over `site_release` without a limit of requests."""
    with serving(site_release, rate=0) as running:
        yield running


@pytest.fixture(scope="session")
def entities(site_release: Path) -> dict[str, list[str]]:
    """Paths of the entities of `site_release` by kind, fragments left out."""
    store = ox.Store.read_only(str(site_release / "current/store"))
    iris = {q.subject.value for q in store if isinstance(q.subject, ox.NamedNode) and "/id/" in q.subject.value}
    found: dict[str, list[str]] = {}
    for iri in sorted(i.partition("/id/")[2] for i in iris if "#" not in i):
        found.setdefault(iri.partition("/")[0], []).append(iri)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; skipped by name where one of them is missing.

    For one module: Playwright keeps an event loop in the thread, in which later tests could start none.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    options = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=options)
        yield opened
        opened.close()
