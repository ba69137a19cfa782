"""One section of a page by itself: its table as CSV, its picture as SVG, and as a small page for a frame elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, g, render_template, request
from werkzeug.exceptions import NotFound

from server.front.middleware import HEADERS
from server.pages import charts
from server.pages.blocks import Block, Picture, csv_rows
from server.pages.site import csv_response, language, page_view, unchanged

FORMS = ("csv", "svg", "embed")  # parameters that name a section by its anchor


def asked() -> str:
    """Which form of a section is asked for: one of `FORMS`, nothing for the page itself."""
    return next((form for form in FORMS if form in request.args), "")


def answer(name: str, title: str, sections: Sequence[Block], anchor: str = "", form: str = "") -> Response:
    """The section that the request names in the form that it asks for; NotFound where it has none.

    `name` begins the name of a file, `title` says whose section it is. `anchor` and `form` where they are known
    otherwise than by a parameter.
    """
    form = form or asked()
    anchor = anchor or request.args[form]
    block = next((block for block in sections if block.anchor == anchor), None)
    if block is None:
        raise NotFound
    if form == "csv":
        return csv_response(f"{name}-{anchor}", csv_rows(block.heads, block.rows, language()))
    if block.picture is None or block.picture.kind not in charts.DRAWN:
        raise NotFound
    view = page_view()
    own = view.t(block.title.zh, block.title.en)
    title = own if title in own else " · ".join(filter(None, (title, own)))
    return (_svg if form == "svg" else _embed)(_absolute(block.picture), title, _address(anchor))


def _address(anchor: str) -> str:
    """The page that the section stands on, without the base: topics/three-public?lang=en#bodies."""
    given = [(name, value) for name, value in request.args.items(multi=True) if name not in FORMS]
    return f"{request.path.lstrip('/')}{'?' + urlencode(given) if given else ''}#{anchor}"


def _absolute(picture: Picture) -> Picture:
    """The picture with whole addresses in its links: it stands elsewhere."""
    root, base = g.release.root, g.release.base
    hrefs = [href and base + href.removeprefix(root) for href in picture.data.get("hrefs", ())]
    return replace(picture, data=picture.data | ({"hrefs": hrefs} if hrefs else {}))


def _svg(picture: Picture, title: str, address: str) -> Response:
    response = unchanged("image/svg+xml; charset=utf-8", "svg")
    if response.status_code != 304:
        response.set_data(charts.svg(picture, title, _source(address)))
    return response


def _source(address: str) -> str:
    """来源：http://…/topics/three-public#bodies · 版本 05af57910a91b566."""
    view = page_view()
    source, release = view.t("来源：", "Source: "), view.t("版本", "release")
    return f"{source}{g.release.base}{address} · {release} {g.release.version}"


def _embed(picture: Picture, title: str, address: str) -> Response:
    response = unchanged("text/html; charset=utf-8", "embed")
    policy = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
    response.headers.update({"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"})
    if response.status_code != 304:
        drawn = charts.svg(picture, title, _source(address))
        response.set_data(render_template("embed.html", drawn=drawn, title=title, address=address))
    return response
