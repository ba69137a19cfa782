"""The same engine over another SPARQL 1.1 server, which holds the release as `mingzhang publish` put it there.

The guard has read every query before it comes here. Each query names its dataset in the request, so that what else
the server holds is no part of an answer and its own default graph is no matter. Time and rows are limited here too:
when one ends, the connection is closed, and whether the server then stops is its own affair. After each answer the
record of `publish` is asked for the release's version: an answer read while another release was on its way is dropped.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPException

import pyoxigraph as ox
from SPARQLWrapper import CONSTRUCT, JSON, N3, POST, SELECT, URLENCODED, SPARQLExceptions, SPARQLWrapper

from server.engine import results
from server.engine.guard import repeats_a_path
from server.engine.local import Answer, Gone
from server.engine.process import QueryFailed
from server.engine.source import CLOCK, SUBJECTS, Graph, Term, Values, solutions, values_of
from server.engine.worker import Job, counted
from server.negotiate import GRAPH_FORMATS, PREFIXES
from server.settings import Settings

_POLL = 0.05
_CHUNK = 1 << 16
_BATCH = 200  # subjects that are asked about at once
_AHEAD = 1000  # subjects that a page may need
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_VIRTUOSO_ASK = "__ASK_RETVAL"  # what Virtuoso calls the answer of an ASK over several graphs, in place of a boolean
_TRIPLES = ox.RdfFormat.N_TRIPLES  # what the server is asked for
_VIRTUOSO = "Virtuoso"  # how its name begins in the header Server
_MANY = "SELECT (1 AS ?one) {{ GRAPH ?g {{ ?s ?p ?o }} GRAPH ?h {{ ?a ?b ?c }} }} LIMIT {}"
_NO_LIMIT = 1 << 62
_NOWHERE = "urn:uuid:00000000-0000-0000-0000-000000000000"  # the nil UUID: no graph has it
_HELD = results.boolean(True, "json").encode()
_SHARE = 4  # of the memory of one query that its answer may take before it is read


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the server said: the body, and its name where it told it."""

    body: bytes
    server: str


class _Call:
    """One request to the server; `stop` makes its thread leave at the next bytes or at the time limit."""

    def __init__(self, client: SPARQLWrapper, limit: int) -> None:
        self._client, self._limit = client, limit
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    def read(self) -> _Reply:
        """The whole answer."""
        found = bytearray()
        with self._client.query().response as response:
            # Virtuoso cuts answers silently but for these: rows at its own limit, and what it had when time was up.
            if (most := response.headers.get("X-SPARQL-MaxRows", "")).isdecimal():
                raise _over(int(most))
            if response.headers.get("X-SQL-State"):
                raise QueryFailed("deadline", "the query ran into the deadline of the engine behind this service")
            while piece := response.read(_CHUNK):
                found += piece
                if self._stopped.is_set() or len(found) > self._limit:
                    break
        if len(found) > self._limit:
            raise QueryFailed("memory", "the answer is larger than this service takes from its engine")
        return _Reply(bytes(found), response.headers.get("Server", ""))


def _over(rows: int | None = None) -> QueryFailed:
    return QueryFailed("cap", "the result has more rows than are given in one answer", rows=rows)


class RemoteEngine:
    """Queries over HTTP; `graphs` are the named graphs of a release, `holds` a query that is true while it is there."""

    def __init__(self, url: str, graphs: Iterable[str], settings: Settings, holds: Job | None = None) -> None:
        self.url, self.graphs, self.settings, self._holds = url, tuple(graphs), settings, holds
        self.lanes: dict[str, object] = {}
        self.ended: Counter[str] = Counter()
        places = 2 * settings.workers
        self._most: int | None = None  # triples of one answer of Virtuoso, which cuts those of CONSTRUCT without a word
        self._places = threading.BoundedSemaphore(places)
        self._threads = ThreadPoolExecutor(places + settings.long_queries, "engine")

    def close(self) -> None:
        """End; calls under way are left to themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def run(self, job: Job, deadline: float, gone: Gone, shape: str | None = None) -> Answer:  # noqa: ARG002 - lanes are the server's affair
        """Run a query for at most `deadline` seconds; QueryFailed unless the whole answer is there."""
        outcome = "gone"
        end = time.monotonic() + deadline
        if not self._places.acquire(timeout=min(self.settings.queue_seconds, deadline)):
            raise QueryFailed("busy", "too many queries are running; try again soon")
        try:
            reply = self._fetch(job, end, gone)
            if reply.server.startswith(_VIRTUOSO):
                self._refuse_loss(job, reply, end, gone)
            answer = Answer(_formatted(reply.body, job), iter(()), whole=True)
            if self._holds and _formatted(self._fetch(self._holds, end, gone).body, self._holds) != _HELD:
                raise QueryFailed("publishing", "the engine behind this service is taking in another release")
            outcome = "answered"
        except QueryFailed as failed:
            outcome = failed.kind
            raise
        finally:
            self._places.release()
            self.ended[outcome] += 1
        return answer

    def _refuse_loss(self, job: Job, reply: _Reply, end: float, gone: Gone) -> None:
        """QueryFailed where Virtuoso (7.2.5) is known to leave something out of an answer in silence."""
        if repeats_a_path(job["query"]):
            told = "the engine behind this service (Virtuoso) loses rows of paths with *, + or ?"
            raise QueryFailed("evaluation", f"{told}: write the steps out, as in a|a/a for a+")
        triples = reply.body.count(b"\n") if job["format"] in GRAPH_FORMATS else 0
        if triples and self._most is None:
            self._most = self._learnt(end, gone)
        if self._most is not None and triples > self._most:
            raise _over(self._most)

    def _learnt(self, end: float, gone: Gone) -> int:
        """The server's limit of rows, told where a query has more; without one, more than an answer can have."""
        query = _MANY.format(self.settings.row_cap + 1)
        probe: Job = {"query": query, "default_graphs": None, "named_graphs": None, "union": True, "format": "json",
                      "row_cap": self.settings.row_cap}  # fmt: skip
        try:
            self._fetch(probe, end, gone)
        except QueryFailed as failed:
            if failed.kind == "cap":
                return failed.rows or _NO_LIMIT
            raise
        return _NO_LIMIT

    def _fetch(self, job: Job, end: float, gone: Gone) -> _Reply:
        call = _Call(self._client(job, end - time.monotonic()), self.settings.memory // _SHARE)
        future = self._threads.submit(call.read)
        try:
            return _awaited(future, end, gone)
        except SPARQLExceptions.QueryBadFormed as error:
            raise QueryFailed("syntax", _reason(error)) from error
        except (SPARQLExceptions.SPARQLWrapperException, HTTPException, OSError) as error:
            raise QueryFailed("engine", "the engine behind this service could not answer") from error
        finally:
            call.stop()

    def _client(self, job: Job, seconds: float) -> SPARQLWrapper:
        client = SPARQLWrapper(self.url)
        base = f"BASE <{job['base']}> " if "base" in job else ""
        client.setQuery(base + job["query"])
        # It looks for a verb in every second line of comments too, and one with `add` made an update of the query.
        client.queryType = CONSTRUCT if job["format"] in GRAPH_FORMATS else SELECT
        client.setMethod(POST)
        client.setRequestMethod(URLENCODED)
        client.setOnlyConneg(True)
        client.setReturnFormat(N3 if job["format"] in GRAPH_FORMATS else JSON)
        if job["format"] in GRAPH_FORMATS:  # not Turtle: Virtuoso writes decimals that are whole as integers there
            client.addCustomHttpHeader("Accept", _TRIPLES.media_type)
        client.setTimeout(max(1, int(seconds + 1)))
        default, named = job["default_graphs"], job["named_graphs"]
        if job["union"]:
            default = named = list(self.graphs)
        if default == named == []:  # graphs that are not here: without any the server would take a dataset of its own
            named = [_NOWHERE]
        for graph in default or ():
            client.addDefaultGraph(graph)
        for graph in named or ():
            client.addNamedGraph(graph)
        return client


def _awaited(future: Future[_Reply], end: float, gone: Gone) -> _Reply:
    while not future.done():
        try:
            return future.result(timeout=_POLL)
        except TimeoutError:
            if future.done():
                break
            if time.monotonic() >= end:
                raise QueryFailed("deadline", "the query ran into its deadline") from None
            if gone():
                raise QueryFailed("gone", "the client closed the connection") from None
    return future.result()


def _reason(error: Exception) -> str:
    """What the server says is wrong, in one short line."""
    text = str(error).partition("Response:")[2] or str(error)
    return " ".join(text.replace("\\n", " ").strip(" b'\"\n").split())[:200] or "the engine does not take this query"


def _formatted(data: bytes, job: Job) -> bytes:
    """The server's answer in the format that the client asked for; QueryFailed over the row cap."""
    written = _triples if job["format"] in GRAPH_FORMATS else _results
    try:
        return written(data, job["format"], job["row_cap"])
    except results.OverCapError:
        raise _over() from None
    except (SyntaxError, ValueError) as error:
        raise QueryFailed("engine", "the engine behind this service gave an answer that cannot be read") from error


def _triples(data: bytes, name: str, cap: int) -> bytes:
    form = GRAPH_FORMATS[name].rdf
    triples = (_plain_triple(q.triple) for q in ox.parse(data, format=_TRIPLES))
    if name == "rdf":
        triples = (results.in_xml(triple) for triple in triples)
    prefixes = None if form == ox.RdfFormat.JSON_LD else PREFIXES
    return ox.serialize(counted(triples, cap), format=form, prefixes=prefixes) or b""


def _results(data: bytes, name: str, cap: int) -> bytes:
    parsed = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    if isinstance(parsed, ox.QueryBoolean):
        return results.boolean(bool(parsed), name).encode()
    variables = [v.value for v in parsed.variables]
    if variables == [_VIRTUOSO_ASK]:
        found = any(isinstance(row[0], ox.Literal) and row[0].value != "0" for row in parsed)
        return results.boolean(found, name).encode()
    rows = ([term and _plain(term) for term in row] for row in parsed)
    return "".join(results.ROWS[name](variables, counted(rows, cap))).encode()


def _plain(term: Term) -> Term:
    """A literal as the embedded store would give it back: `"1"^^xsd:boolean` → true, `"1.50"^^xsd:decimal` → 1.5."""
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(_XSD):
        return term
    kind = term.datatype.value.removeprefix(_XSD)
    if kind == "boolean" and term.value in {"0", "1"}:
        return ox.Literal(term.value == "1")
    if kind == "decimal":
        text = f"{Decimal(term.value):f}"
        return ox.Literal(text.rstrip("0").rstrip(".") if "." in text else text, datatype=term.datatype)
    return term


def _plain_triple(triple: ox.Triple) -> ox.Triple:
    return ox.Triple(triple.subject, triple.predicate, _plain(triple.object))


class RemoteSource:
    """What pages read, asked of the server; the triples of a subject are asked for once and kept."""

    def __init__(self, engine: RemoteEngine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._subjects: OrderedDict[str, tuple[list[ox.Quad], Values]] = OrderedDict()

    def query(self, query: str, graphs: Sequence[str] | None = None) -> ox.QuerySolutions:
        """Solutions of a SELECT."""
        return solutions(self._engine, query, graphs)

    def quads_for_pattern(
        self, subject: Term | None, predicate: ox.NamedNode | None, object: Term | None, graph: Graph | None = None
    ) -> Iterator[ox.Quad]:
        """The quads that match."""
        if isinstance(subject, ox.NamedNode):
            found: Iterable[ox.Quad] = self._about(subject)[0]
        else:
            found = self._matching(subject, predicate, object)
        for quad in found:
            wanted = ((predicate, quad.predicate), (object, quad.object), (graph, quad.graph_name))
            if all(term is None or term == own for term, own in wanted):
                yield quad

    def values(self, subject: str) -> Values:
        """What is said of a subject."""
        return self._about(ox.NamedNode(subject))[1]

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """The names of the graphs."""
        return iter([ox.NamedNode(graph) for graph in self._engine.graphs])

    def read_ahead(self, subjects: Iterable[str]) -> None:
        """Ask for the triples of many subjects at once, and of the pages that they are printed on."""
        unknown, pages = self._unknown(subjects), set[str]()
        if len(unknown) > _AHEAD:  # of a query over the whole release, of which a page shows little
            return
        for start in range(0, len(unknown), _BATCH):
            batch = unknown[start : start + _BATCH]
            values = " ".join(str(ox.NamedNode(one)) for one in batch)
            rows = self.query(f"SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ VALUES ?s {{ {values} }} ?s ?p ?o }} }}")
            found: dict[str, list[ox.Quad]] = {one: [] for one in batch}
            for row in rows:
                quad = ox.Quad(row["s"], row["p"], row["o"], row["g"])
                found[row["s"].value].append(quad)
                if quad.predicate.value == _DERIVED and isinstance(quad.object, ox.NamedNode):
                    pages.add(quad.object.value)
            self._remember(found)
        if pages:
            self.read_ahead(pages)

    def _unknown(self, subjects: Iterable[str]) -> list[str]:
        with self._lock:
            return sorted({one for one in subjects if one not in self._subjects})

    def _remember(self, found: dict[str, list[ox.Quad]]) -> None:
        with self._lock:
            self._subjects.update((one, (quads, values_of(quads))) for one, quads in found.items())
            while len(self._subjects) > SUBJECTS:
                self._subjects.popitem(last=False)

    def _about(self, subject: ox.NamedNode) -> tuple[list[ox.Quad], Values]:
        with self._lock:
            if subject.value in self._subjects:
                self._subjects.move_to_end(subject.value)
                return self._subjects[subject.value]
        found = self._matching(subject, None, None)
        self._remember({subject.value: found})
        return found, values_of(found)

    def _matching(self, subject: Term | None, predicate: Term | None, object_: Term | None) -> list[ox.Quad]:
        CLOCK.left()
        given = {"?s": subject, "?p": predicate, "?o": object_}
        pattern = " ".join(name if term is None else str(term) for name, term in given.items())
        rows = self.query(f"SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ {pattern} }} }}")
        return [
            ox.Quad(subject or row["s"], predicate or row["p"], object_ or row["o"], row["g"])  # type: ignore[arg-type]  # a quad of the store
            for row in rows
        ]
