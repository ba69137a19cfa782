"""Manifest → `catalog.ttl`: the release described in DCAT-AP 3, VoID and PROV.

No blank nodes and no clock: every node has an IRI under `{base}catalog#`; the same release gives the same bytes.
Sources: DCAT-AP 3.0 (catalogue, dataset, distribution, data service), VoID (partitions), PROV-O (the build).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder import vocab
from kg_builder.build.inputs import LICENCE
from kg_builder.release import dumps
from kg_builder.release.data_package import PACKAGE
from kg_builder.release.dumps import XSD
from kg_builder.release.sources import SOURCES

_NAMESPACES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_MEDIA = "http://www.iana.org/assignments/media-types/"
_THEMES = {"ECON": "Economy and finance", "GOVE": "Government and public sector"}  # of the EU's list of data themes
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_KEYWORDS = (("财政预算", "budget"), ("预算公开", "fiscal transparency"), ("政府支出", "public spending"))
_STABLE = _AUTHORITY + "planned-availability/STABLE"
_ATTRIBUTION = "http://purl.org/adms/licencetype/Attribution"
_CHINA = _AUTHORITY + "country/CHN"
# suffix → IANA media type, file type of the EU authority list
_TYPES = {
    "nq": ("application/n-quads", "RDF_N_QUADS"),
    "nt": ("application/n-triples", "RDF_N_TRIPLES"),
    "ttl": ("text/turtle", "RDF_TURTLE"),
    "jsonld": ("application/ld+json", "JSON_LD"),
}
_MEDIA_TYPES = {**_TYPES, "csv": ("text/csv", "CSV"), "json": ("application/json", "JSON")}

Manifest = dict[str, Any]
Term = ox.NamedNode | ox.Literal


def write_catalog(manifest: Manifest, path: Path) -> None:
    """Describe the release of the manifest in Turtle at `path`; `files` must list all dumps with size and SHA-256."""
    lines = dumps.sorted_triples(_Description(manifest).triples())
    with path.open("wb") as file:
        triples = ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)
        ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=_NAMESPACES)


def _iri(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(_NAMESPACES[prefix] + local)


def _number(value: int, datatype: str = "integer") -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))


def _described(path: str) -> tuple[str, str]:
    """What a file of `dumps/` holds, in Chinese and English."""
    name, _, suffix = path.removesuffix(".gz").rpartition("/")[2].partition(".")
    if path == PACKAGE:
        return "各表的 Frictionless 数据包", "The Frictionless data package of the tables"
    if suffix == "csv":
        return f"全部报告的表 {name}", f"The table {name} of all reports"
    if path.startswith("dumps/reports/"):
        return "一份报告的全部三元组", "All triples of one report"
    if suffix == "nq":
        return "全部报告的三元组，每份报告一个命名图", "The triples of all reports, one named graph for each"
    return "全部报告的三元组，不分图", "The triples of all reports without their graphs"


def _names(zh: str, en: str) -> list[ox.Literal]:
    return [ox.Literal(zh, language="zh"), ox.Literal(en, language="en")]


class _Description:
    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._base: str = manifest["base"]
        self._files = {file["path"]: file for file in manifest["files"]}
        self._catalog, self._whole = self._node("catalog"), self._node("dataset")
        self._publisher: dict[str, str] = manifest["publisher"]
        self._licence = ox.NamedNode(self._publisher["licence"])

    def _node(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._base}catalog#{name}")

    def triples(self) -> Iterator[ox.Triple]:
        yield from self._head()
        yield from self._dataset_of_all()
        for entry in self._manifest["reports"]:
            yield from self._dataset_of_report(entry)
        yield from self._partitions()
        yield from self._service()
        yield from self._build()
        yield from self._named_elsewhere()

    def _about(self, subject: ox.NamedNode, *facts: tuple[str, Term | list[Term]]) -> Iterator[ox.Triple]:
        for name, values in facts:
            for value in values if isinstance(values, list) else [values]:
                yield ox.Triple(subject, _iri(name), value)

    def _head(self) -> Iterator[ox.Triple]:
        datasets = [self._report(entry) for entry in self._manifest["reports"]]
        publisher = self._node("publisher")
        yield from self._about(
            self._catalog,
            ("rdf:type", _iri("dcat:Catalog")),
            ("dcterms:title", self._title()),
            ("dcterms:description", [*_names(
                "由公开的政府预算、决算报告转换成的关联数据，每个数字都指向原报告的页码。",
                "Linked data made from disclosed government budgets and accounts; each figure points to its page.",
            )]),
            ("dcterms:publisher", publisher),
            ("dcterms:license", self._licence),
            ("dcterms:language", [*self._languages()]),
            ("dcterms:spatial", ox.NamedNode(_CHINA)),
            ("foaf:homepage", ox.NamedNode(self._base)),
            ("dcat:themeTaxonomy", ox.NamedNode(_AUTHORITY + "data-theme")),
            ("dcat:dataset", [self._whole, *datasets]),
            ("dcat:service", self._node("sparql")),
        )  # fmt: skip
        yield from self._about(
            publisher,
            ("rdf:type", _iri("foaf:Agent")),
            ("foaf:name", self._own("name") or [*_names("明账", "Mingzhang")]),
        )
        if "contact" in self._publisher:
            name = self._own("name") or [*_names("明账", "Mingzhang")]
            reached = "vcard:hasEmail" if self._publisher["contact"].startswith("mailto:") else "vcard:hasURL"
            yield from self._about(
                self._node("contact"),
                ("rdf:type", [_iri("vcard:Kind"), _iri("vcard:Organization")]),
                ("vcard:fn", name),
                (reached, ox.NamedNode(self._publisher["contact"])),
            )
        yield from self._about(self._licence, ("rdf:type", _iri("dcterms:LicenseDocument")))
        if self._licence.value == LICENCE:
            yield from self._about(self._licence, ("dcterms:type", ox.NamedNode(_ATTRIBUTION)))

    def _own(self, key: str) -> list[Term]:
        """What the publisher says of itself, in the language that its characters tell."""
        text = self._publisher.get(key, "")
        return [ox.Literal(text, language="en" if text.isascii() else "zh")] if text else []

    def _title(self) -> list[Term]:
        return self._own("title") or [
            *_names("明账：政府预算公开关联数据", "Mingzhang: linked data of budget disclosures")
        ]

    def _found_by(self, subject: ox.NamedNode, *more: ox.Literal) -> Iterator[ox.Triple]:
        """What a portal sorts by: themes, keywords, and whom to ask."""
        yield from self._about(
            subject,
            ("dcat:theme", [ox.NamedNode(f"{_AUTHORITY}data-theme/{theme}") for theme in _THEMES]),
            ("dcat:keyword", [*(name for pair in _KEYWORDS for name in _names(*pair)), *more]),
        )
        if "contact" in self._publisher:
            yield from self._about(subject, ("dcat:contactPoint", self._node("contact")))

    def _languages(self) -> list[ox.NamedNode]:
        return [ox.NamedNode(f"{_AUTHORITY}language/{code}") for code in ("ZHO", "ENG")]

    def _shared(self, subject: ox.NamedNode) -> Iterator[ox.Triple]:
        yield from self._about(
            subject,
            ("rdf:type", [_iri("dcat:Dataset"), _iri("void:Dataset"), _iri("prov:Entity")]),
            ("dcterms:publisher", self._node("publisher")),
            ("dcterms:license", self._licence),
            ("dcterms:language", ox.NamedNode(_AUTHORITY + "language/ZHO")),
            ("dcat:version", ox.Literal(self._manifest["version"])),
            ("prov:wasGeneratedBy", self._node("build")),
        )

    def _dataset_of_all(self) -> Iterator[ox.Triple]:
        counts = self._manifest["counts"]
        years = [entry["year"] for entry in self._manifest["reports"]]
        period = self._node(f"years-{min(years)}-{max(years)}")
        yield from self._shared(self._whole)
        yield from self._found_by(self._whole)
        yield from self._period(period, min(years), max(years))
        yield from self._about(
            self._whole,
            ("dcterms:title", [*_names("全部报告", "All reports")]),
            ("dcterms:description", [*_names(
                f"{counts['reports']}份报告，{counts['triples']}条三元组。",
                f"{counts['reports']} reports, {counts['triples']} triples.",
            )]),
            ("dcterms:identifier", ox.Literal(f"{self._base}catalog#dataset")),
            ("dcterms:spatial", ox.NamedNode(_CHINA)),
            ("dcterms:temporal", period),
            ("void:subset", [self._report(entry) for entry in self._manifest["reports"]]),
            ("void:sparqlEndpoint", ox.NamedNode(self._base + "sparql")),
            ("void:uriSpace", ox.Literal(self._base + "id/")),
            ("void:triples", _number(counts["triples"])),
            ("void:entities", _number(counts["subjects"])),
            ("void:distinctSubjects", _number(counts["subjects"])),
            ("void:properties", _number(len(counts["properties"]))),
            ("void:classes", _number(len(counts["classes"]))),
        )  # fmt: skip
        for suffix in _TYPES:
            yield from self._distribution(self._whole, f"dumps/mingzhang.{suffix}.gz")
        for path in sorted(self._files):
            if path.endswith((".csv", PACKAGE)):
                yield from self._distribution(self._whole, path)

    def _report(self, entry: Manifest) -> ox.NamedNode:
        return self._node(f"report-{entry['name']}")

    def _dataset_of_report(self, entry: Manifest) -> Iterator[ox.Triple]:
        dataset, year = self._report(entry), entry["year"]
        period = self._node(f"year-{year}")
        yield from self._shared(dataset)
        yield from self._found_by(dataset, ox.Literal(entry["body"], language="zh"))
        yield from self._period(period, year, year)
        yield from self._about(
            dataset,
            ("dcterms:title", ox.Literal(entry["title"], language="zh")),
            ("dcterms:description", [*_names(
                f"{entry['body']}{year}年报告的关联数据，{entry['triples']}条三元组。",
                f"Linked data of one report for {year}, {entry['triples']} triples.",
            )]),
            ("dcterms:identifier", ox.Literal(entry["report"])),
            ("prov:wasDerivedFrom", [ox.NamedNode(f"urn:sha256:{source['sha256']}") for source in entry["sources"]]),
            ("dcterms:spatial", self._place(entry)),
            ("dcterms:temporal", period),
            ("foaf:primaryTopic", ox.NamedNode(entry["report"])),
            ("void:triples", _number(entry["triples"])),
        )  # fmt: skip
        for suffix in ("ttl", "jsonld"):
            yield from self._distribution(dataset, f"dumps/reports/{entry['name']}.{suffix}")

    def _period(self, period: ox.NamedNode, first: int, last: int) -> Iterator[ox.Triple]:
        yield from self._about(
            period,
            ("rdf:type", _iri("dcterms:PeriodOfTime")),
            ("dcat:startDate", ox.Literal(f"{first}-01-01", datatype=_iri("xsd:date"))),
            ("dcat:endDate", ox.Literal(f"{last}-12-31", datatype=_iri("xsd:date"))),
        )

    def _place(self, entry: Manifest) -> ox.NamedNode:
        """The region of a report's body, as the ontology has it; the country where print tells none."""
        return ox.NamedNode(f"{vocab.CODE}region/{entry['region']}" if entry["region"] else _CHINA)

    def _distribution(self, dataset: ox.NamedNode, path: str) -> Iterator[ox.Triple]:
        file, packed = self._files[path], path.endswith(".gz")
        media, kind = _MEDIA_TYPES[path.removesuffix(".gz").rpartition(".")[2]]
        distribution, checksum = self._node(path), self._node(f"{path}-sha256")
        address = ox.NamedNode(self._base + path)
        yield from self._about(dataset, ("dcat:distribution", distribution), ("void:dataDump", address))
        yield from self._about(
            distribution,
            ("rdf:type", _iri("dcat:Distribution")),
            ("dcterms:title", ox.Literal(path.rpartition("/")[2])),
            ("dcterms:description", [*_names(*_described(path))]),
            ("dcatap:availability", ox.NamedNode(_STABLE)),
            ("dcterms:license", self._licence),
            ("dcterms:format", ox.NamedNode(f"{_AUTHORITY}file-type/{kind}")),
            ("dcat:accessURL", address),
            ("dcat:downloadURL", address),
            ("dcat:mediaType", ox.NamedNode(_MEDIA + media)),
            ("dcat:byteSize", _number(file["size"], "nonNegativeInteger")),
            ("spdx:checksum", checksum),
        )
        if packed:
            yield from self._about(distribution, ("dcat:compressFormat", ox.NamedNode(_MEDIA + "application/gzip")))
        yield from self._about(
            checksum,
            ("rdf:type", _iri("spdx:Checksum")),
            ("spdx:algorithm", _iri("spdx:checksumAlgorithm_sha256")),
            ("spdx:checksumValue", ox.Literal(file["sha256"], datatype=_iri("xsd:hexBinary"))),
        )

    def _partitions(self) -> Iterator[ox.Triple]:
        counts = self._manifest["counts"]
        for kind, link, key, total in (
            ("class", "void:classPartition", "void:class", "void:entities"),
            ("property", "void:propertyPartition", "void:property", "void:triples"),
        ):
            for iri, count in counts["classes" if kind == "class" else "properties"].items():
                part = self._node(f"{kind}-{re.sub(r'[^A-Za-z0-9]+', '-', iri.partition('//')[2])}")
                yield from self._about(self._whole, (link, part))
                yield from self._about(part, (key, ox.NamedNode(iri)), (total, _number(count)))

    def _named_elsewhere(self) -> Iterator[ox.Triple]:
        """The classes of what authority lists name, which DCAT-AP asks for where the list is not loaded."""
        types = [*_MEDIA_TYPES.values()]
        media = [_MEDIA + kind for kind, _ in types] + [_MEDIA + "application/gzip"]
        for iris, kind in (
            ([language.value for language in self._languages()], "dcterms:LinguisticSystem"),
            (media, "dcterms:MediaType"),
            ([f"{_AUTHORITY}file-type/{name}" for _, name in types], "dcterms:MediaTypeOrExtent"),
            ([*(f"{_AUTHORITY}data-theme/{theme}" for theme in _THEMES), _STABLE, _ATTRIBUTION], "skos:Concept"),
            ([_CHINA, *(self._place(entry).value for entry in self._manifest["reports"])], "dcterms:Location"),
            ([_AUTHORITY + "data-theme"], "skos:ConceptScheme"),
            ([self._base], "foaf:Document"),
            ([_PROTOCOL], "dcterms:Standard"),
        ):
            for iri in iris:
                yield from self._about(ox.NamedNode(iri), ("rdf:type", _iri(kind)))
        scheme = ox.NamedNode(_AUTHORITY + "data-theme")
        yield from self._about(scheme, ("dcterms:title", ox.Literal("Data theme", language="en")))
        labels = {f"{_AUTHORITY}data-theme/{theme}": label for theme, label in _THEMES.items()}
        for iri, label in {**labels, _STABLE: "Stable", _ATTRIBUTION: "Attribution"}.items():
            yield from self._about(ox.NamedNode(iri), ("skos:prefLabel", ox.Literal(label, language="en")))

    def _service(self) -> Iterator[ox.Triple]:
        yield from self._about(
            self._node("sparql"),
            ("rdf:type", _iri("dcat:DataService")),
            ("dcterms:title", [*_names("SPARQL 查询端点", "SPARQL endpoint")]),
            ("dcterms:license", self._licence),
            ("dcterms:publisher", self._node("publisher")),
            ("dcterms:conformsTo", ox.NamedNode(_PROTOCOL)),
            ("dcat:endpointURL", ox.NamedNode(self._base + "sparql")),
            ("dcat:endpointDescription", ox.NamedNode(self._base + "sparql")),
            ("dcat:servesDataset", self._whole),
        )
        yield from self._found_by(self._node("sparql"))

    def _build(self) -> Iterator[ox.Triple]:
        software, build = self._manifest["software"], self._node("build")
        agent = self._node("software")
        inputs = [(file, ox.NamedNode(f"urn:sha256:{file['sha256']}")) for file in self._manifest["inputs"]]
        yield from self._about(
            build,
            ("rdf:type", _iri("prov:Activity")),
            ("prov:wasAssociatedWith", agent),
            ("prov:used", [node for _, node in inputs]),
        )
        yield from self._about(
            agent,
            ("rdf:type", [_iri("prov:SoftwareAgent"), _iri("prov:Agent")]),
            ("foaf:name", ox.Literal(software["name"])),
            ("schema:softwareVersion", ox.Literal(software["version"])),
            ("spdx:checksum", self._node("software-sha256")),
        )
        yield from self._about(
            self._node("software-sha256"),
            ("rdf:type", _iri("spdx:Checksum")),
            ("spdx:algorithm", _iri("spdx:checksumAlgorithm_sha256")),
            ("spdx:checksumValue", ox.Literal(software["code"], datatype=_iri("xsd:hexBinary"))),
        )
        held = {Path(path).stem: [path] for path in self._files if path.startswith(f"{SOURCES}/")}
        for file, node in inputs:
            yield from self._about(node, ("rdf:type", _iri("prov:Entity")), ("rdfs:label", ox.Literal(file["name"])))
            for path in held.get(file["sha256"], ()):
                place = ox.NamedNode(f"{self._manifest['base']}{path}")
                yield from self._about(node, ("prov:atLocation", place))
                yield from self._about(place, ("rdf:type", _iri("prov:Location")), ("rdfs:label", ox.Literal(path)))
