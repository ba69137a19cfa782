"""A release → the graphs of a SPARQL server, over the Graph Store Protocol: one named graph for each of the release.

Beside them the target keeps a record, the graph `{base}id/published`: the digest of each graph that is there whole
(`dcterms:identifier "sha256:…"`), and the release's version (`owl:versionInfo`). A graph whose digest is recorded is
not sent again; so a second run sends nothing, and one that was broken off goes on where it stopped. The version leaves
the record before the first graph changes and comes back as the last statement of all: whoever reads something and then
finds the version in the record has read that release alone. Source: SPARQL 1.1 Graph Store HTTP Protocol.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote

import pyoxigraph as ox

RECORD = "id/published"
VERSION = ox.NamedNode("http://www.w3.org/2002/07/owl#versionInfo")
DIGEST = ox.NamedNode("http://purl.org/dc/terms/identifier")

_SECONDS = 600
_SPOOL = 1 << 24  # bytes of one graph held in memory
Say = Callable[[str], None]


class PublishError(Exception):
    """A target that does not take the release, or a folder that holds none; one line."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a run did: graphs sent, graphs that were there already, and graphs removed."""

    sent: int
    kept: int
    removed: int


class Target:
    """A Graph Store at a URL, with the name and password of a user where it asks for them."""

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        self.url = url
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if user:
            passwords.add_password(None, url, user, password)
        self._user = user
        self._digest = urllib.request.HTTPDigestAuthHandler(passwords)
        self._open = urllib.request.build_opener(self._digest, urllib.request.HTTPBasicAuthHandler(passwords)).open

    def read(self, graph: str) -> list[ox.Triple]:
        """The triples of a graph; none where there is no such graph."""
        try:
            data = self._call("GET", graph)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise
        return [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)]

    def replace(self, graph: str, triples: IO[bytes] | bytes) -> None:
        """Make a graph consist of these triples (N-Triples)."""
        self._call("PUT", graph, triples)

    def add(self, graph: str, triples: bytes) -> None:
        """Add triples (N-Triples) to a graph."""
        self._call("POST", graph, triples)

    def remove(self, graph: str) -> None:
        """Delete a graph; it may be gone already."""
        try:
            self._call("DELETE", graph)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise

    def _call(self, method: str, graph: str, triples: IO[bytes] | bytes | None = None) -> bytes:
        headers = {"Accept": "text/turtle" if method == "GET" else "*/*"}
        data = triples if triples is None or isinstance(triples, bytes) else triples.read()
        if data is not None:
            headers["Content-Type"] = "text/turtle"  # N-Triples is Turtle, which every server reads
        separator = "&" if "?" in self.url else "?"
        address = f"{self.url}{separator}graph={quote(graph, safe='')}"
        request = urllib.request.Request(address, data, headers, method=method)  # noqa: S310 - the address that the user names
        if data and self._user:
            self._answer_challenge(request)
        with self._open(request, timeout=_SECONDS) as response:
            return cast("bytes", response.read())

    def _answer_challenge(self, request: urllib.request.Request) -> None:
        """Ask for the challenge with nothing in hand, and answer it in the request: a server may close the connection
        on a body that comes without (Virtuoso does at about 1 MB)."""
        empty = urllib.request.Request(request.full_url, b"", dict(request.header_items()), method=request.get_method())  # noqa: S310
        try:
            urllib.request.urlopen(empty, timeout=_SECONDS).close()  # noqa: S310 - the address that the user names
        except urllib.error.HTTPError as error:
            scheme, _, challenge = error.headers.get("WWW-Authenticate", "").partition(" ")
            if error.code == 401 and scheme.lower() == "digest":
                fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(challenge))
                answer = self._digest.get_authorization(request, fields)
                request.add_unredirected_header("Authorization", f"Digest {answer}")


def publish(folder: Path, target: Target, say: Say) -> Published:
    """Make the target hold the release in `folder` (DIR/current) and nothing of an older one; PublishError."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        base, version = str(manifest["base"]), str(manifest["version"])
        found = [(graph, digest) for graph, digest, _ in graphs(folder)]
        digests = dict(found)
        if len(digests) < len(found):
            raise ValueError("a graph in several pieces")
    except (OSError, ValueError, KeyError) as error:
        raise PublishError(f"{folder}: expected a release, found {error}") from error
    try:
        return _Run(target, base, version, digests, say).run(folder)
    except urllib.error.HTTPError as error:
        raise PublishError(f"{target.url}: expected a Graph Store, found HTTP status {error.code}") from error
    except (OSError, SyntaxError) as error:
        raise PublishError(f"{target.url}: expected a Graph Store, found: {error}") from error


@dataclass
class _Run:
    target: Target
    base: str
    version: str
    digests: dict[str, str]
    say: Say

    def run(self, folder: Path) -> Published:
        record = self.base + RECORD
        told = self.target.read(record)
        before = _digests(told)
        if before == self.digests and _versions(told) == [self.version]:
            return Published(0, len(before), 0)
        same = {graph for graph, digest in self.digests.items() if before.get(graph) == digest}
        left = before.keys() - self.digests.keys()
        # What stays, and what is to be removed: a run that is broken off knows of it the next time.
        self.target.replace(record, _entries({g: before[g] for g in sorted(same | left)}))
        for graph in sorted(left):
            self.target.remove(graph)
            self.say(f"removed {graph}")
        sent = 0
        for graph, digest, triples in graphs(folder):
            if graph not in same:
                self.target.replace(graph, triples)
                self.target.add(record, _entries({graph: digest}))
                sent += 1
                self.say(f"sent {sent} of {len(self.digests) - len(same)}: {graph}")
        self.target.replace(record, _entries(self.digests))
        self.target.add(record, _lines([ox.Triple(ox.NamedNode(self.base), VERSION, ox.Literal(self.version))]))
        return Published(sent, len(same), len(left))


def _digests(record: list[ox.Triple]) -> dict[str, str]:
    return {
        t.subject.value: t.object.value
        for t in record
        if t.predicate == DIGEST and isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.Literal)
    }


def _versions(record: list[ox.Triple]) -> list[str]:
    return [t.object.value for t in record if t.predicate == VERSION and isinstance(t.object, ox.Literal)]


def _entries(digests: dict[str, str]) -> bytes:
    return _lines(ox.Triple(ox.NamedNode(g), DIGEST, ox.Literal(d)) for g, d in sorted(digests.items()))


def _lines(triples: Iterator[ox.Triple] | list[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def graphs(folder: Path) -> Iterator[tuple[str, str, IO[bytes]]]:
    """Name, digest and N-Triples of each graph of a release, in the order of its N-Quads: each in one piece there."""
    with _quads(folder) as lines:
        for graph, group in groupby(lines, key=_graph_of):
            with tempfile.SpooledTemporaryFile(_SPOOL) as file:
                digest = hashlib.sha256()
                for line in group:
                    triple = line[: line.rindex(b" <")] + b" .\n"
                    digest.update(triple)
                    file.write(triple)
                file.seek(0)
                yield graph.decode(), f"sha256:{digest.hexdigest()}", cast("IO[bytes]", file)


@contextmanager
def _quads(folder: Path) -> Iterator[IO[bytes]]:
    path = folder / "dumps/mingzhang.nq"
    if path.exists():
        with path.open("rb") as plain:
            yield plain
    else:
        with gzip.open(path.with_name(path.name + ".gz"), "rb") as packed:
            yield cast("IO[bytes]", packed)


def _graph_of(line: bytes) -> bytes:
    """`<s> <p> <o> <g> .` → g; an IRI holds no space, and the graph is the last of the line."""
    return line[line.rindex(b" <") + 2 : line.rindex(b">")]
