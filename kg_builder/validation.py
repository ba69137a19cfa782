"""An RDF file or a release → its findings, one graph at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TextIO

import pyoxigraph as ox

from kg_builder.check import Finding, check_graph, findings_graph
from kg_builder.release import dumps
from kg_builder.release.standing import damage

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}


class TargetError(Exception):
    """Nothing that can be checked; one line."""


def validate(target: Path, form: str, out: TextIO) -> int:
    """Write the findings of an RDF file or of a folder's current release; returns how many are errors.

    `form` is `text` (a line for each finding) or `ttl` (a SHACL report). TargetError where there is nothing to check.
    """
    errors = 0
    for graph, triples in _graphs(target):
        found = check_graph(triples)
        errors += sum(finding.severity == "error" for finding in found)
        if form == "ttl":
            text = ox.serialize(findings_graph(found, graph), format=ox.RdfFormat.TURTLE, prefixes=dumps.prefixes())
            out.write((text or b"").decode())
        else:
            out.writelines(_line(finding) for finding in found)
    if form == "text":
        out.write(f"{errors} violations\n")
    return errors


def validate_files(folder: Path, out: TextIO) -> int:
    """Write a line for each file of a folder's current release that is not as its manifest says; returns how many.

    The digests of all files are compared, those of the store and of the search index too. TargetError where there is
    no release.
    """
    if not (folder / "current").is_dir():
        raise TargetError(f"{folder}: expected a folder of releases, found no release in it")
    wrong = 0
    for line in damage(folder / "current"):
        out.write(line + "\n")
        wrong += 1
    out.write(f"{wrong} damaged\n")
    return wrong


def _line(finding: Finding) -> str:
    return f"{finding.severity}: {finding.check}: {finding.en} {finding.zh} <{finding.concerns}>\n"


def _graphs(target: Path) -> Iterator[tuple[str, list[ox.Triple]]]:
    """The graphs by IRI; those of a release as they stand in its dump, so that one at a time is held."""
    packed = target / "current/dumps/mingzhang.nq.gz"
    form = _FORMATS.get(target.suffix.removesuffix(".gz"))
    try:
        if target.is_dir():
            with dumps.expanded(packed) as file:
                quads = ox.parse(file, format=ox.RdfFormat.N_QUADS)
                for graph, group in groupby(quads, key=lambda quad: quad.graph_name):
                    if isinstance(graph, ox.NamedNode):
                        yield graph.value, [quad.triple for quad in group]
        elif form is None:
            raise TargetError(
                f"{target}: expected {', '.join(_FORMATS)} or a folder of releases, found another kind of file"
            )
        else:
            with target.open("rb") as file:
                yield target.resolve().as_uri(), [quad.triple for quad in ox.parse(file, format=form)]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise TargetError(f"{target}: expected an RDF file or a release, found no {error.filename}") from error
    except (SyntaxError, ValueError) as error:
        raise TargetError(f"{target}: expected RDF, found: {' '.join(str(error).split())[:200]}") from error
