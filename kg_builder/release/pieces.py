"""One graph → the pieces of the dumps that it fills, so that a release is put together from files that are there.

A gzip file may have many members, Turtle may go on after Turtle with the same prefixes, and lines are lines: the dumps
of all reports are those of each, one after another. A triple is in the union once because the triples of a graph are
parted in two: those about what the report alone describes (`own`), which no other graph has, and those about bodies,
documents and codes, which others may state too (`common`). Only the latter, a small part, are merged. They stand in
the one graph that the reports share, so that no triple is in two graphs: engines that ask all graphs at once would
count such a triple twice, and sums over it would be wrong.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder.kept import is_file, read_kept, write_kept
from kg_builder.release import dumps
from kg_builder.release.dumps import RDF_TYPE

Facts = dict[str, Any]

PART = "part.json"
COMMON = "common.nt"
QUADS = "graph.nq.gz"
FINDINGS = "findings.ttl"
INDEX = "found.json"
PLACES = "places.json"
OWN = {"nt": "own.nt.gz", "ttl": "own.ttl.gz", "jsonld": "own.jsonld.gz"}
REPORT = {"ttl": "report.ttl", "jsonld": "report.jsonld"}


@dataclass(frozen=True)
class Part:
    """One named graph of a release, ready on disk in a folder of its own.

    `part.json` holds what is known of it: `files` (size and SHA-256 of each piece), `counts`, and for a report
    `entry`, which is what the manifest says of it, and `name`, its name under `dumps/reports/`.
    """

    graph: str
    folder: Path

    @cached_property
    def facts(self) -> Facts:
        """What `part.json` says, without `counts`: it is held for each of many thousand reports."""
        return {name: value for name, value in read_facts(self.folder).items() if name != "counts"}

    def counts(self) -> Facts:
        """What `part.json` says of classes and properties, read anew."""
        counts: Facts = read_facts(self.folder)["counts"]
        return counts


def read_facts(folder: Path) -> Facts:
    """What is known of a part; OSError where it was never made, DamagedError where it is not what was written."""
    (line,) = read_kept(folder / PART, folder.name)
    facts: Facts = json.loads(line, object_pairs_hook=_with_shared_keys)
    return facts


def _with_shared_keys(pairs: list[tuple[str, Any]]) -> Facts:
    """The keys of all parts are the same words, held once."""
    return {sys.intern(name): value for name, value in pairs}


def is_whole(folder: Path) -> bool:
    """Whether all files of a part are there as they were written."""
    try:
        files = read_facts(folder)["files"]
        return all(is_file(folder / name, size, digest) for name, (size, digest) in files.items())
    except (OSError, ValueError):
        return False


def write_part(
    lines: Sequence[bytes],
    findings: Sequence[bytes],
    graph: str,
    folder: Path,
    facts: Facts,
    own: str | None,
    index: bytes,
    more: Mapping[str, bytes] | None = None,
    name: str | None = None,
) -> None:
    """Sorted N-Triples lines of a graph → its pieces in the folder, with what it adds to the index.

    `own` is the key of the report: `{base}id/{kind}/{own}…` are the subjects that no other graph describes. None for
    the graph that the reports share, all of which is common. `more` are pieces of other kinds: what it adds to each
    sheet, where everything stands on its pages. `name` is what the folder will be called, where it is
    another name. ValueError where a piece does not read back as written.
    """
    pattern = re.compile(rb"<[^>]*/id/[a-z-]+/" + re.escape(own.encode()) + rb"[/#>]") if own else re.compile(rb"(?!)")
    mine: list[bytes] = []
    common: list[bytes] = []
    for line in lines:
        (mine if pattern.match(line) else common).append(line)
    written = {COMMON: b"".join(common), QUADS: dumps.packed(b"".join(dumps.quads(mine, graph))), INDEX: index}
    if own:
        texts = {"nt": b"".join(mine), "ttl": dumps.turtle_body(_turtle(mine)), "jsonld": _nodes(mine)}
        written |= {OWN[form]: dumps.packed(text) for form, text in texts.items()}
        nodes = [text for text in (_nodes(common), texts["jsonld"]) if text]
        whole = {
            "ttl": _turtle(common) + texts["ttl"],
            "jsonld": dumps.jsonld_head() + dumps.JSONLD_GLUE.join(nodes) + dumps.JSONLD_TAIL,
        }
        _check(whole, len(lines))
        written |= {REPORT[form]: text for form, text in whole.items()}
        written |= more or {}
        written[FINDINGS] = dumps.turtle_body(_turtle(findings))
    for piece, data in written.items():
        (folder / piece).write_bytes(data)
    about = {
        "files": {piece: [len(data), hashlib.sha256(data).hexdigest()] for piece, data in written.items()},
        "quads": len(mine),
        "counts": count(mine),
    }
    write_kept(folder / PART, [{**facts, **about}], name or folder.name)


def shared_part(parts: Sequence[Part], lines: Iterable[bytes], folder: Path) -> Part:
    """The part of the graph that the reports share, filled with the merged lines that their graphs have in common."""
    (bare,) = (part for part in parts if "name" not in part.facts)
    number = 0
    with (folder / QUADS).open("wb") as raw, dumps.member(raw) as file:
        for quad in dumps.quads(lines, bare.graph):
            file.write(quad)
            number += 1
    with (folder / QUADS).open("rb") as packed:
        digest = hashlib.file_digest(packed, "sha256").hexdigest()
    files = bare.facts["files"] | {QUADS: [(folder / QUADS).stat().st_size, digest]}
    about = read_facts(bare.folder) | {"files": files, "quads": number}
    write_kept(folder / PART, [about], folder.name)
    return Part(bare.graph, folder)


def _turtle(lines: Iterable[bytes]) -> bytes:
    text = io.BytesIO()
    dumps.write_turtle(lines, text)
    return text.getvalue()


def _nodes(lines: Iterable[bytes]) -> bytes:
    text = io.BytesIO()
    dumps.write_nodes(lines, text)
    return text.getvalue()


def _check(texts: dict[str, bytes], triples: int) -> None:
    """Read the serialisations of a report back: ValueError where triples are missing."""
    for form, kind in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.STREAMING_JSON_LD)):
        found = sum(1 for _ in ox.parse(texts[form], format=kind))
        if found != triples:
            raise ValueError(f"{form}: expected {triples} triples, found {found}")


def count(lines: Iterable[bytes]) -> Facts:
    """Triples, subjects, instances of each class and uses of each property in sorted lines."""
    triples, subjects = 0, 0
    classes: Counter[bytes] = Counter()
    properties: Counter[bytes] = Counter()
    kind = f"<{RDF_TYPE}>".encode()
    last = b""
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        triples += 1
        subjects += subject != last
        last = subject
        properties[predicate] += 1
        if predicate == kind:
            classes[rest[1:-4]] += 1
    return {
        "triples": triples,
        "subjects": subjects,
        "classes": {name.decode(): number for name, number in sorted(classes.items())},
        "properties": {name[1:-1].decode(): number for name, number in sorted(properties.items())},
    }


def add_counts(total: Facts, more: Facts) -> None:
    """Add the counts of disjoint triples with subjects of their own."""
    for name in ("triples", "subjects"):
        total[name] = total.get(name, 0) + more[name]
    for name in ("classes", "properties"):
        sums = total.setdefault(name, {})
        for iri, number in more[name].items():
            sums[iri] = sums.get(iri, 0) + number
