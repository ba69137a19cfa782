"""Accept header → format, by RFC 9110 section 12.5.1, and the formats that the service speaks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

PREFIXES = {
    "mz": "https://w3id.org/mingzhang/ontology#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its short name, media type as sent, and the media types and names it answers to."""

    name: str
    media_type: str
    accepts: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def content_type(self) -> str:
        """The Content-Type header; all text is UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


@dataclass(frozen=True, slots=True)
class GraphFormat(Format):
    """A format of RDF with Oxigraph's name for it."""

    rdf: ox.RdfFormat


_RESULTS = (
    Format("json", "application/sparql-results+json", ("application/json",), ("json", "srj")),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), ("xml", "srx")),
    Format("csv", "text/csv", (), ("csv",)),
    Format("tsv", "text/tab-separated-values", (), ("tsv",)),
)
_GRAPHS = (
    GraphFormat("ttl", "text/turtle", ("application/x-turtle",), ("ttl", "turtle"), ox.RdfFormat.TURTLE),
    GraphFormat("nt", "application/n-triples", ("text/plain",), ("nt", "ntriples"), ox.RdfFormat.N_TRIPLES),
    GraphFormat(
        "rdf", "application/rdf+xml", ("application/xml", "text/xml"), ("rdf", "rdfxml", "xml"), ox.RdfFormat.RDF_XML
    ),
    GraphFormat(
        "jsonld", "application/ld+json", ("application/json",), ("jsonld", "json-ld", "json"), ox.RdfFormat.JSON_LD
    ),
)
RESULT_FORMATS: Mapping[str, Format] = {f.name: f for f in _RESULTS}
GRAPH_FORMATS: Mapping[str, GraphFormat] = {f.name: f for f in _GRAPHS}
HTML = Format("html", "text/html", ("application/xhtml+xml",), ("html",))


@lru_cache(maxsize=512)
def _ranges(accept: str) -> list[tuple[str, str, float]]:
    """Media ranges with their quality; parameters other than q, and what is no media range, are passed over."""
    found: list[tuple[str, str, float]] = []
    for item in accept.lower().split(","):
        media, *parameters = (part.strip() for part in item.split(";"))
        main, slash, sub = media.partition("/")
        if not slash or not main or not sub:
            continue
        quality = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        try:
            value = float(quality)
        except ValueError:
            continue
        found.append((main, sub, 0.0 if math.isnan(value) else min(max(value, 0.0), 1.0)))
    return found


_ACCEPT = 4096  # signs of an Accept header that are read


def _quality(media_type: str, ranges: list[tuple[str, str, float]]) -> tuple[float, int]:
    """Quality of a media type and how closely it is named (2 exactly, 1 by type, 0 by */*, -1 not at all)."""
    main, _, sub = media_type.partition("/")
    matches = [
        (2 if s == sub else 1 if m == main else 0, q)
        for m, s, q in ranges
        if (m, s) in {(main, sub), (main, "*"), ("*", "*")}
    ]
    if not matches:
        return 0.0, -1
    closeness, quality = max(matches, key=lambda match: match[0])
    return quality, closeness


def best(accept: str | None, offered: Iterable[Format]) -> Format | None:
    """The offered format that the client likes most, the earlier of equals; None where it takes none of them."""
    formats = list(offered)
    ranges = _ranges((accept or "")[:_ACCEPT])
    if not ranges:
        return formats[0]
    ranked: list[tuple[float, int, int, Format]] = []
    for position, item in enumerate(formats):
        aliases = [_quality(media, ranges) for media in item.accepts]
        exact = [
            alias for alias in aliases if alias[1] == 2
        ]  # text/* does not mean text/xml where XML is sent otherwise
        quality, closeness = max([_quality(item.media_type, ranges), *exact], key=lambda n: (n[1], n[0]))
        if quality > 0:
            ranked.append((quality, closeness, -position, item))
    return max(ranked, key=lambda r: r[:3])[3] if ranked else None


def by_name(name: str, offered: Iterable[Format]) -> Format | None:
    """The offered format of a `format=` parameter: a short name or a media type."""
    wanted = name.strip().lower()
    return next((f for f in offered if wanted in f.names or wanted in (f.media_type, *f.accepts)), None)
