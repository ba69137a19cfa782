"""The documents that projects cite: which fields are read for citations, and documents → graph."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg_builder.graph.iri import slug
from kg_builder.graph.triples import Triples, chinese, concept, typed
from kg_builder.legal.authority import Match
from kg_builder.legal.find import Mention, find_citations
from kg_builder.legal.normalise import loose_key, title_keys
from kg_builder.legal.resolve import Document, Reference, Resolution
from kg_builder.model import Cell, Project, Report

# Fields that are read for citations; goals, periods and provisions name no basis.
CITING_FIELDS = ("legal-basis", "safeguards", "necessity", "overview", "plan")


def mentions(project: Project, region: str | None) -> Iterator[tuple[str, Cell, Mention]]:
    """Every citation of a project with its field (a notation of the code list `field`) and the field's text."""
    for field, cell in project.fields:
        if field in CITING_FIELDS:
            for mention in find_citations(cell.text, region or ""):
                yield field, cell, mention


def report_references(report: Report) -> frozenset[Reference]:
    """What `resolve` needs of a report's citations; contracts, minutes and forms are no documents."""
    region = report.identity.region
    return frozenset(
        Reference.of(mention, region or "")
        for project in report.projects
        for _, _, mention in mentions(project, region)
        if mention.basis is None
    )


def law_iri(slug_of_document: str, base: str) -> ox.NamedNode:
    """`{base}id/law/jin-cai-zong-2024-210`."""
    return ox.NamedNode(f"{base}id/law/{slug_of_document}")


def documents_graph(resolution: Resolution, base: str) -> list[ox.Triple]:
    """All documents of a resolution, with former IRIs as the same, candidates and suspected misprints as such."""
    out = Triples()
    for document in resolution.documents.values():
        _describe(out, document, base)
    for suspicion in resolution.suspicions:
        laws = [law_iri(one, base) for one in suspicion.slugs]
        if suspicion.kind == "numbers":
            out.add(laws[0], suspectedSame=laws[1])
        else:
            for title in suspicion.found:
                out.add(laws[0], unlikeTitle=title)
    return list(out)


def suspects(resolution: Resolution) -> dict[str, tuple[str, ...]]:
    """Slug of a document → the numbers or titles of which one, seen elsewhere, may be a misprint of the other."""
    found: dict[str, tuple[str, ...]] = {}
    for suspicion in resolution.suspicions:
        for one in suspicion.slugs:
            found[one] = tuple(sorted({*found.get(one, ()), *suspicion.found}))
    return found


def _describe(out: Triples, document: Document, base: str) -> None:
    law = law_iri(document.slug, base)
    out.types(law, "mz:LegalDocument", "eli:LegalResource")
    label = document.title or document.number or document.slug
    out.link(law, "rdfs:label", chinese(label))
    if document.title:
        out.link(law, "dcterms:title", chinese(document.title))
    out.add(
        law,
        documentNumber=document.number,
        issueYear=typed(str(document.issue_year), "gYear") if document.issue_year else None,
        documentKind=concept("documentKind", document.kind),
        issuingLevel=concept("issuingLevel", document.level) if document.level else None,
        edition=document.edition,
        superseded=True if document.superseded else None,
    )
    for issuer in document.issuers:
        out.add(law, issuedBy=_issuer(out, issuer, base))
    for alias in document.aliases:
        former = law_iri(alias, base)
        out.link(former, "owl:sameAs", law)
        out.link(former, "dcterms:isReplacedBy", law)
    if document.authority:
        _authority(out, law, document.authority, base)


def _issuer(out: Triples, issuer: str, base: str) -> ox.NamedNode:
    iri = ox.NamedNode(f"{base}id/issuer/{slug(issuer)}")
    out.types(iri, "mz:Issuer", "org:Organization")
    out.link(iri, "rdfs:label", chinese(issuer))
    former = ox.NamedNode(f"{base}id/issuer/{slug(issuer, former=True)}")
    if former != iri:
        out.link(former, "dcterms:isReplacedBy", iri)
    return iri


def _authority(out: Triples, law: ox.NamedNode, match: Match, base: str) -> None:
    """What a list of laws knows of the document; of a near miss only that it may be meant."""
    entry = match.entry
    out.add(law, authorityGrade=concept("resolution", match.grade))
    if match.grade == "candidate":
        meant = law_iri(slug(loose_key(title_keys(entry.title)[-1])), base)
        out.types(meant, "mz:LegalDocument", "eli:LegalResource")
        out.link(meant, "rdfs:label", chinese(entry.title))
        out.add(law, candidate=meant)
        return
    if entry.first_promulgated:
        out.add(law, firstPromulgated=entry.first_promulgated)
    if entry.versions:
        out.add(law, newestVersion=entry.versions[-1])
