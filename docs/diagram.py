"""The classes of the ontology and the properties between them → an SVG: `python docs/diagram.py`.

Where a class stands is told here; everything else is read from `ontology/mingzhang.ttl`. `tests/test_ontology.py` holds
that the picture is the ontology's and that every class is in it or left out for a reason.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from html import escape
from pathlib import Path

import pyoxigraph as ox

TOP = Path(__file__).resolve().parent.parent
OUT = TOP / "server" / "static" / "ontology.svg"
MZ = "https://w3id.org/mingzhang/ontology#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

# Class → column and row.
PLACES = {
    "SourceFile": (0, 0), "Report": (0, 1.5), "Evidence": (0, 3), "Remark": (0, 4),
    "Page": (1.2, 0), "Body": (1.2, 3), "Department": (1.2, 4.6), "Unit": (2, 4.6),
    "Table": (2.2, 0), "Statement": (2.2, 1.5), "Project": (2.4, 3),
    "Observation": (3.6, 0), "Check": (3.6, 1.3),
    "Appropriation": (3.6, 2.1), "TextField": (3.6, 3.6), "Indicator": (3.6, 4.5),
    "Finding": (4.8, 1.3), "Citation": (4.8, 2.9), "Span": (4.8, 4.3),
    "LegalDocument": (6, 3.9), "Issuer": (6, 2.2),
}  # fmt: skip
LEFT_OUT = {
    "Item": "stands above all that is disclosed",
    "Record": "stands above all that a report states; each is reportedIn a Report and derived from a Page",
    "CodeName": "belongs to the code lists",
    "Government": "is a Body as Department and Unit are",
}
STEP_X, STEP_Y, WIDTH, HEIGHT, MARGIN = 200, 108, 136, 46, 24


def diagram() -> str:
    """The picture as SVG text."""
    store = ox.Store()
    store.bulk_load(path=str(TOP / "ontology/mingzhang.ttl"), format=ox.RdfFormat.TURTLE)
    across = max(x for x, _ in PLACES.values()) * STEP_X + WIDTH + 2 * MARGIN
    down = max(y for _, y in PLACES.values()) * STEP_Y + HEIGHT + 2 * MARGIN
    edges = "".join(_edge(one, other, names) for (one, other), names in sorted(_links(store).items()))
    boxes = "".join(_box(name, _label(store, name, "zh")) for name in sorted(PLACES))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down:.0f}" '
        'font-family="system-ui, sans-serif" font-size="12">\n<title>明账本体 Mingzhang ontology</title>\n'
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>\n{edges}{boxes}</svg>\n'
    )


def _links(store: ox.Store) -> dict[tuple[str, str], list[str]]:
    """(domain, range) → the properties between two classes of the picture, `subclass` among them."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "domain"), None):
        for target in store.quads_for_pattern(quad.subject, ox.NamedNode(RDFS + "range"), None):
            found[_local(quad.object), _local(target.object)].append(_local(quad.subject))
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "subClassOf"), None):
        found[_local(quad.subject), _local(quad.object)].append("subclass of")
    return {pair: sorted(names) for pair, names in found.items() if set(pair) <= PLACES.keys() and len(set(pair)) > 1}


def _local(term: object) -> str:
    return term.value.removeprefix(MZ) if isinstance(term, ox.NamedNode) else ""


def _label(store: ox.Store, name: str, language: str) -> str:
    labels = store.quads_for_pattern(ox.NamedNode(MZ + name), ox.NamedNode(RDFS + "label"), None)
    return next(q.object.value for q in labels if isinstance(q.object, ox.Literal) and q.object.language == language)


def _corner(name: str) -> tuple[float, float]:
    x, y = PLACES[name]
    return MARGIN + x * STEP_X, MARGIN + y * STEP_Y


def _edge(one: str, other: str, names: list[str]) -> str:
    """An arrow between the borders of two boxes with the names of the properties in its middle."""
    (x0, y0), (x1, y1) = ((x + WIDTH / 2, y + HEIGHT / 2) for x, y in (_corner(one), _corner(other)))
    dx, dy = x1 - x0, y1 - y0
    cut = min(WIDTH / 2 / abs(dx) if dx else 1, HEIGHT / 2 / abs(dy) if dy else 1)
    ax, ay, bx, by = x0 + dx * cut, y0 + dy * cut, x1 - dx * cut, y1 - dy * cut
    mx, my = (ax + bx) / 2, (ay + by) / 2 - 6 * (len(names) - 1)
    lines = "".join(
        f'<tspan x="{mx:.0f}" dy="{0 if n == 0 else 12}">{escape(name)}</tspan>' for n, name in enumerate(names)
    )
    halo = 'fill="none" stroke="#fff" stroke-width="3"'
    texts = "".join(
        f'<text x="{mx:.0f}" y="{my:.0f}" text-anchor="middle" font-size="10" {style}>{lines}</text>'
        for style in (halo, 'fill="#334"')
    )
    return (
        f'<line x1="{ax:.0f}" y1="{ay:.0f}" x2="{bx:.0f}" y2="{by:.0f}" stroke="#99a" marker-end="url(#a)"/>{texts}\n'
    )


def _box(name: str, zh: str) -> str:
    x, y = _corner(name)
    middle = x + WIDTH / 2
    return (
        f'<a href="/ontology#{name}"><rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="5" '
        f'fill="#f4f6fb" stroke="#446"/><text x="{middle:.0f}" y="{y + 19:.0f}" text-anchor="middle" fill="#112">'
        f'{escape(zh)}</text><text x="{middle:.0f}" y="{y + 36:.0f}" text-anchor="middle" fill="#446">'
        f"{escape(name)}</text></a>\n"
    )


if __name__ == "__main__":
    OUT.write_text(diagram(), encoding="utf-8")
    sys.stdout.write(f"{OUT.relative_to(TOP)}\n")
