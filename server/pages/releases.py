"""The releases that are kept: a list with what each changed, what is gone since, and their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Response, render_template, request, send_file
from werkzeug.exceptions import NotFound

from server.kept import KeptRelease
from server.negotiate import GRAPH_FORMATS, HTML, best
from server.pages import columns, terms
from server.pages.blocks import BLANK, Block, Cell, Fact, Head
from server.pages.site import PATH, Withdrawn, blueprint, kept_releases, page_view
from server.pages.view import View
from server.problems import Problem

_KINDS = {
    "reports": Head("报告", "Reports"),
    "documents": Head("依据文件", "Documents"),
    **{name: called for name, (called, _) in columns.TABLES.items()},
}
_HOW = {
    "changed": Head("改变", "changed"), "went": Head("消失", "went"), "came": Head("新增", "came"),
    "moved": Head("移动", "moved"),
}  # fmt: skip
# What a report or document says of itself, and how much of it was read, beside the columns of the tables.
_WORDS = {
    "title": ("标题", "title"), "sources": ("文件", "files"), "amount_yuan": ("金额（元）", "amount (yuan)"),
    "printed_amount": ("原文", "as printed"), "annual_yuan": ("年度金额（元）", "annual amount (yuan)"),
    "total_yuan": ("总额（元）", "total amount (yuan)"), "body": ("机构", "body"), "year": ("年度", "year"),
    "page": ("页", "page"), "read_tables": ("读出的表", "tables read"),
    "read_projects": ("读出的项目", "projects read"),
    "read_observations": ("读出的数字", "figures read"), "read_unread": ("未读", "unread"),
}  # fmt: skip
_HIDDEN = {"report", "observation", "project", "citation", "indicator", "finding", "document"}
_PATCH = "changes.rdfp.gz"
_FILES = ("manifest.json", "changes.json", _PATCH)


@blueprint.get("/releases")
def releases() -> Response:
    """The releases that are kept, the newest first, each with what it changed of the one before."""
    view = page_view()
    rows = [_row(view, kept) for kept in kept_releases().all()]
    heads = (
        Head("版本", "Release"),
        Head("发布", "Published", number=True),
        Head("报告数", "Reports in it", number=True),
        *(replace(_KINDS[kind], number=True) for kind in _SHORT),
    )
    block = Block("releases", Head("各版本", "Releases"), heads, rows)
    return _page(render_template("releases.html", block=block))


_SHORT = ("reports", "projects", "documents", "observations", "findings")


def _row(view: View, kept: KeptRelease) -> list[Cell]:
    now = view.t("现用", "served now") if kept.version == view.release.version else ""
    return [
        Cell(kept.version, view.local(f"releases/{kept.version}"), note=now),
        Cell(kept.published.strftime("%Y-%m-%d %H:%M UTC"), number=True),
        Cell(f"{kept.manifest.get('counts', {}).get('reports', 0):,}", number=True),
        *(Cell(_numbers(kept.changes, kind), number=True) for kind in _SHORT),
    ]


def _numbers(changes: Mapping[str, Any] | None, kind: str) -> str:
    """+12 −3 ~5; a dash where nobody compared."""
    counts = (changes or {}).get("counts", {}).get(kind)
    if counts is None:
        return BLANK.text
    return f"+{counts['came']:,} −{counts['went']:,} ~{counts['changed']:,}"


@blueprint.get("/releases/<version>")
def release(version: str) -> Response:
    """What a release changed of the one before, and its files."""
    view, kept = page_view(), _kept(version)
    told = kept.changes or {}
    shown: Mapping[str, Sequence[Mapping[str, Any]]] = told.get("shown", {})
    blocks = [_changes(view, kind, shown[kind], told["counts"][kind]) for kind in _KINDS if shown.get(kind)]
    files = [*_FILES, *(file["path"] for file in kept.manifest.get("files", []))]
    files = [name for name in files if not name.startswith(("dumps/reports/", "sources/"))]
    page = render_template(
        "release.html", kept=kept, told=told, kinds=_KINDS, how=_HOW, blocks=blocks,
        files=[name for name in files if (kept.folder / name).is_file()],
    )  # fmt: skip
    return _page(page)


@blueprint.get("/releases/<version>/<path:path>")
def release_file(version: str, path: str) -> Response:
    """A file of a kept release as its manifest lists it, or what stood at `id/…` in that release."""
    kept = _kept(version)
    if path.startswith("id/"):
        view, entity = page_view(), path.removeprefix("id/")
        state = _state(view, kept, entity)
        if not state:
            raise NotFound
        return _page(_last_state(view, kept, None, entity, state))
    if path not in _FILES and all(file["path"] != path for file in kept.manifest.get("files", [])):
        raise NotFound
    if path.startswith("sources/"):  # people's names are covered in what is shown, and stand open in the files
        raise NotFound
    if not (kept.folder / path).is_file():  # the first release changed nothing
        raise NotFound
    return send_file(kept.folder / path, conditional=True)


def _kept(version: str) -> KeptRelease:
    found = next((kept for kept in kept_releases().all() if kept.version == version), None)
    if found is None:
        raise NotFound
    return found


def _page(html: str) -> Response:
    """A page that depends on more than the release that is served: it is never kept."""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _changes(view: View, kind: str, shown: Sequence[Mapping[str, Any]], counts: Mapping[str, int]) -> Block:
    """The first changes of a kind, those of values before what came and went."""
    order = list(_HOW)
    rows = [
        [
            Cell(view.t(_HOW[change["how"]].zh, _HOW[change["how"]].en)),
            Cell(change["name"] or change["id"], view.local(change["id"])),
            Cell(change["body"]),
            Cell(change["year"]),
            Cell(values=tuple(_differences(view, change))) if change["how"] == "changed" else _amount(change),
            Cell(change["page"], number=True),
        ]
        for change in sorted(shown, key=lambda change: order.index(change["how"]))
    ]
    heads = (
        Head("怎样", "How"), Head("什么", "What"), Head("机构", "Body"), Head("年度", "Year"),
        Head("原来 → 现在", "Before → after"), Head("页", "Page", number=True),
    )  # fmt: skip
    total = counts["changed"] + counts["went"] + counts["came"]
    return Block(kind, _KINDS[kind], heads, rows, total=total, complete=total == len(rows))


def _amount(change: Mapping[str, Any]) -> Cell:
    state = change["after"] or change["before"]
    yuan = next((state[n] for n in ("amount_yuan", "annual_yuan") if state.get(n)), None)
    return BLANK if yuan is None else Cell(yuan=Decimal(yuan))


def _differences(view: View, change: Mapping[str, Any]) -> list[Cell]:
    before, after = change["before"], change["after"]
    names = [name for name in {**before, **after} if name not in _HIDDEN]
    return [
        Cell(f"{_word(view, name)}: {before.get(name, BLANK.text)} → {after.get(name, BLANK.text)}") for name in names
    ]


def _word(view: View, name: str) -> str:
    if name in _WORDS:
        return view.t(*_WORDS[name])
    term = columns.column(name, "string").term
    return (terms.label(term, view.language) if term else None) or name


@blueprint.get("/feeds/releases.atom")
def releases_feed() -> Response:
    """Atom feed of the releases that are kept, each with what it changed in numbers and as RDF Patch for mirrors."""
    view = page_view()
    entries = [
        {
            "iri": f"{view.base}releases/{kept.version}",
            "title": view.t(f"版本 {kept.version}", f"Release {kept.version}"),
            "updated": kept.published.strftime(_ATOM),
            "summary": _said(view, kept),
            "enclosure": f"{view.base}releases/{kept.version}/{_PATCH}" if (kept.folder / _PATCH).is_file() else "",
        }
        for kept in kept_releases().all()
    ]
    updated = entries[0]["updated"] if entries else view.release.modified.strftime(_ATOM)
    title = view.t("明账：各版本的变化", "Mingzhang: changes of releases")
    page = render_template("feed.xml", name="releases", title=title, entries=entries, updated=updated)
    response = _page(page)
    response.content_type = "application/atom+xml; charset=utf-8"
    return response


_ATOM = "%Y-%m-%dT%H:%M:%SZ"


def _said(view: View, kept: KeptRelease) -> str:
    """报告 +1 −0 ~2；项目 …: what a release changed, in one line."""
    told = kept.changes
    if told is None or "counts" not in told:
        return view.t("没有可比较的前一版本", "nothing to compare with")
    kinds = [(head, _numbers(told, kind)) for kind, head in _KINDS.items() if kind in told["counts"]]
    return view.t("；", "; ").join(f"{view.t(head.zh, head.en)} {numbers}" for head, numbers in kinds)


# What is gone


@blueprint.app_errorhandler(Withdrawn)
def last_state(gone: Withdrawn) -> Response:
    """410 for an entity that the release has no more: when it went, and its last state."""
    view, kept, after = page_view(), gone.last, gone.after
    if best(request.headers.get("Accept"), [*GRAPH_FORMATS.values(), HTML]) is not HTML:
        when = f", gone since {after.published:%Y-%m-%d}" if after else ""
        where = f"{view.base}releases/{kept.version}/id/{gone.path}"
        detail = f"this was last in release {kept.version}{when}; its last state is at {where}"
        return Problem(410, "withdrawn", detail, members={"release": kept.version, "last": where}).response()
    page = _page(_last_state(view, kept, after, gone.path, _state(view, kept, gone.path)))
    page.status_code = 410
    return page


def _state(view: View, kept: KeptRelease, path: str) -> list[Fact]:
    """All that a kept release says of an entity."""
    if not PATH.fullmatch(path) or kept.source is None:
        return []
    return view.reading(kept.source).facts(f"{kept.base}id/{path}")


def _last_state(view: View, kept: KeptRelease, after: KeptRelease | None, path: str, state: list[Fact]) -> str:
    old = view.reading(kept.source) if kept.source else view
    iri = f"{kept.base}id/{path}"
    return render_template(
        "gone.html", kept=kept, after=after, gone=after is not None or not view.exists(iri), path=path, iri=iri,
        title=old.label(iri), state=state,
    )  # fmt: skip
