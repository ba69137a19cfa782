"""Text of a project → citations → documents: `find_citations`, `Reference.of`, `resolve`, `load_authority`."""

from kg_builder.legal.authority import Authority, load_authority, own_authority
from kg_builder.legal.find import Mention, find_citations
from kg_builder.legal.resolve import Document, Link, Reference, Resolution, Suspicion, resolve

__all__ = [
    "Authority",
    "Document",
    "Link",
    "Mention",
    "Reference",
    "Resolution",
    "Suspicion",
    "find_citations",
    "load_authority",
    "own_authority",
    "resolve",
]
