"""Graph → findings. The rules stand in `shapes/` and nowhere else; here they are run.

SHACL defines each of its core constraints by a SPARQL query (SHACL, 4 Core Constraint Components), and its SPARQL-based
constraints are queries already. Both run in Oxigraph over a whole report at once, hundreds of times as fast as
node by node; the tests hold that the results are those of pyshacl.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal, NamedTuple

import pyoxigraph as ox

from kg_builder import vocab
from kg_builder.graph.iri import digest
from kg_builder.graph.triples import Term, Triples, chinese, concept, name, term_of

Severity = Literal["error", "warning", "info"]
Focus = ox.NamedNode | ox.BlankNode  # graphs of ours have no blank nodes, files of others may

SHAPE = "https://w3id.org/mingzhang/shapes#"
_SEVERITY: dict[str, Severity] = {"Violation": "error", "Warning": "warning", "Info": "info"}
_AMOUNTS = {"expected", "found", "difference"}
_YUAN = "元"  # of a difference whose rule selects no ?unit
_RANK = {"error": 0, "warning": 1, "info": 2}

# A core constraint → the SPARQL that finds what breaks it; {c} class, {p} path, {v} the constraint's value.
_EACH = "SELECT ?this ?value WHERE {{ ?this a {c} ; {p} ?value . FILTER ({test}) }}"
_CORE: dict[str, str] = {
    "minCount": "SELECT ?this WHERE {{ ?this a {c} . OPTIONAL {{ ?this {p} ?value }} }} "
    "GROUP BY ?this HAVING (COUNT(DISTINCT ?value) < {v})",
    "maxCount": "SELECT ?this WHERE {{ ?this a {c} ; {p} ?value }} "
    "GROUP BY ?this HAVING (COUNT(DISTINCT ?value) > {v})",
    "datatype": _EACH.replace("{test}", "!isLiteral(?value) || DATATYPE(?value) != {v}"),
    "pattern": _EACH.replace("{test}", "isBlank(?value) || !REGEX(STR(?value), {v})"),
    "minLength": _EACH.replace("{test}", "STRLEN(STR(?value)) < {v}"),
    "minInclusive": _EACH.replace("{test}", "!COALESCE(?value >= {v}, false)"),
    "nodeKind": _EACH.replace("{test}", "!{v}(?value)"),
}
# Of each class and path: what the values are (a datatype, whether they are IRIs), how many, and of how many subjects.
# Most core constraints are seen to hold from that alone.
_USES = """SELECT ?class ?path ?kind (COUNT(?this) AS ?values) (COUNT(DISTINCT ?this) AS ?subjects)
WHERE { ?this a ?class ; ?path ?value . BIND (COALESCE(DATATYPE(?value), isIRI(?value)) AS ?kind) }
GROUP BY ?class ?path ?kind"""
_NODE_KIND = {"IRI": "isIRI", "Literal": "isLiteral"}
_NOT_CONSTRAINTS = {"path", "severity", "message"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One check of `shapes/`: its local name, the query that finds what breaks it, and what it says then."""

    name: str
    query: str
    severity: Severity
    zh: str
    en: str
    path: str | None = None
    target: str | None = None  # IRI of the class that the query's ?this has to be of, where the query does not say so
    core: tuple[str, str, str] | None = None  # class, component and value of a core constraint on the path


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check: which rule, about what, what it expected and found, with the pages that it stands on.

    `difference` and `tolerance` are in `unit` (元; % for shares and rates; 个, 辆). `concerns` is an IRI, or `_:…` for
    a blank node of a file that is not ours; `value` is the value that breaks a rule about single values; `against` the
    IRI of the other record that it disagrees with.
    """

    check: str
    severity: Severity
    concerns: str
    zh: str
    en: str
    report: str | None
    pages: tuple[str, ...]
    expected: str | None = None
    found: str | None = None
    difference: Decimal | None = None
    tolerance: Decimal | None = None
    value: str | None = None
    path: str | None = None
    against: str | None = None
    unit: str | None = None

    @property
    def key(self) -> str:
        """What makes this finding the same in every build."""
        return "|".join((self.check, self.concerns, self.value or ""))


def check_graph(graph: Iterable[ox.Triple], chosen: Iterable[Rule] | None = None) -> list[Finding]:
    """Everything in the graph of a report that breaks one of the rules, most serious first, in a stable order.

    `chosen` are the rules to run, all where none are given.
    """
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in graph)
    uses = _uses(store)
    run = [rule for rule in (rules() if chosen is None else chosen) if not _surely_holds(rule, uses)]
    found = [finding for rule in run for finding in _findings(rule, store)]
    return sorted(set(found), key=lambda f: (_RANK[f.severity], f.key))


class _Use(NamedTuple):
    kind: str
    values: int
    subjects: int


_Uses = dict[tuple[str, str], list[_Use]]  # class, path


def _uses(store: ox.Store) -> _Uses:
    found: _Uses = defaultdict(list)
    for row in _solutions(store, _USES):
        use = _Use(row["kind"].value, int(row["values"].value), int(row["subjects"].value))
        found[row["class"].value, row["path"].value].append(use)
    return found


class _Constraint(NamedTuple):
    """The value of a core constraint, the uses of its path, and how many things are of its class."""

    value: str
    found: list[_Use]
    subjects: int

    @property
    def is_one(self) -> bool:
        return self.value == "1" and len(self.found) == 1


_SURELY: dict[str, Callable[[_Constraint], bool]] = {  # component → whether it holds for certain
    "minCount": lambda c: not c.subjects or (c.is_one and c.found[0].subjects == c.subjects),
    "maxCount": lambda c: not c.found or (c.is_one and c.found[0].values == c.found[0].subjects),
    "datatype": lambda c: all(use.kind == c.value for use in c.found),
    "nodeKind": lambda c: not c.found or (c.value == "isIRI" and all(use.kind == "true" for use in c.found)),
}


def _surely_holds(rule: Rule, uses: _Uses) -> bool:
    """Whether nothing in the graph can break a core constraint, as far as its uses say; else its query has to."""
    if rule.core is None or rule.path is None:
        return False
    target, component, value = rule.core
    found = uses.get((target, rule.path), [])
    subjects = sum(use.subjects for use in uses.get((target, vocab.RDF_TYPE.value), ()))
    holds = _SURELY.get(component)
    return holds(_Constraint(value, found, subjects)) if holds else not found


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of `shapes/`, by name."""
    store = ox.Store()
    for path in sorted(vocab.folder("shapes").glob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    found: list[Rule] = []
    for quad in store.quads_for_pattern(None, name("sh:targetClass"), None):
        shape = _Node(store, _named(quad.subject))
        for node in shape.nodes("property"):
            found += _core_rules(node, str(quad.object))
        found += (_sparql_rule(node, _named(quad.object).value) for node in shape.nodes("sparql"))
    for quad in store.quads_for_pattern(None, name("sh:targetSubjectsOf"), name("rdf:type")):  # whatever its class
        found += (_sparql_rule(node) for node in _Node(store, _named(quad.subject)).nodes("sparql"))
    return tuple(sorted(found, key=lambda rule: (rule.name, rule.query)))


@dataclass(frozen=True, slots=True)
class _Node:
    """One node of the shapes."""

    store: ox.Store
    iri: ox.NamedNode

    def values(self, local: str) -> list[Term]:
        return [q.object for q in self.store.quads_for_pattern(self.iri, name(f"sh:{local}"), None)]

    def nodes(self, local: str) -> list[_Node]:
        return [_Node(self.store, _named(value)) for value in self.values(local)]

    def text(self, local: str) -> str:
        return next(value.value for value in self.values(local) if isinstance(value, ox.Literal))

    def message(self, language: str) -> str:
        return next(m.value for m in self.values("message") if isinstance(m, ox.Literal) and m.language == language)

    def rule(self, query: str, path: str | None = None, target: str | None = None) -> Rule:
        severity = _SEVERITY[_local(self.values("severity")[0])]
        return Rule(_local(self.iri), query, severity, self.message("zh"), self.message("en"), path, target)


def _core_rules(node: _Node, target: str) -> Iterator[Rule]:
    """One rule for each constraint of a property shape; ValueError for a component that has no query here."""
    (path,) = node.values("path")
    for quad in node.store.quads_for_pattern(node.iri, None, None):
        local = quad.predicate.value.removeprefix(name("sh:").value)
        if not quad.predicate.value.startswith(name("sh:").value) or local in _NOT_CONSTRAINTS:
            continue
        if local not in _CORE:
            raise ValueError(f"{node.iri}: no query for sh:{local}")
        value = _NODE_KIND[_local(quad.object)] if local == "nodeKind" else str(quad.object)
        query = _CORE[local].format(c=target, p=path, v=value)
        plain = quad.object.value if isinstance(quad.object, ox.Literal) else value.strip("<>")
        yield replace(node.rule(query, _named(path).value), core=(target.strip("<>"), local, plain))


def _sparql_rule(node: _Node, target: str | None = None) -> Rule:
    """The query of a SPARQL constraint as it stands, for all nodes at once instead of one `$this` at a time.

    The class is looked up for what is found: written into the query, it has Oxigraph begin with every node of it.
    """
    declared = [prefix for prefixes in node.nodes("prefixes") for prefix in prefixes.nodes("declare")]
    prologue = sorted(f"PREFIX {p.text('prefix')}: <{p.text('namespace')}>\n" for p in declared)
    return node.rule("".join(prologue) + node.text("select"), target=target)


def _named(term: Term) -> ox.NamedNode:
    """The IRI; TypeError for anything else, as shapes have no blank nodes."""
    if not isinstance(term, ox.NamedNode):
        raise TypeError(f"not an IRI: {term}")
    return term


def _local(iri: Term) -> str:
    return str(iri).strip("<>").rpartition("#")[2]


def _solutions(store: ox.Store, query: str) -> ox.QuerySolutions:
    solutions = store.query(query)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError(f"no SELECT query: {query}")
    return solutions


def _findings(rule: Rule, store: ox.Store) -> Iterator[Finding]:
    solutions = _solutions(store, rule.query)
    variables = [variable.value for variable in solutions.variables]
    for solution in solutions:
        row = {v: value for v in variables if (value := solution[v]) is not None}
        texts = {v: value.value for v, value in row.items() if isinstance(value, ox.NamedNode | ox.Literal)}
        this = row["this"]
        if isinstance(this, ox.NamedNode | ox.BlankNode) and _is_of(this, rule.target, store):
            yield _finding(rule, this, texts, store)  # a literal has no class and is no focus node


def _is_of(node: Focus, target: str | None, store: ox.Store) -> bool:
    return target is None or ox.Quad(node, name("rdf:type"), ox.NamedNode(target)) in store


def _finding(rule: Rule, this: Focus, row: dict[str, str], store: ox.Store) -> Finding:
    def number(variable: str) -> Decimal | None:
        if variable not in row:
            return None
        found = Decimal(row[variable])
        # A quotient's 18 digits are more than any print tells, and than some engines keep.
        return found if found == (short := round(found, 6)) else short

    def said(message: str) -> str:
        return re.sub(r"\{\?(\w+)\}", lambda variable: shown(variable[1]), message)

    def shown(variable: str) -> str:
        text = row.get(variable, "")
        # Amounts with separators; a code or a year stands in rules without a difference.
        is_number = "difference" in row and variable in _AMOUNTS and re.fullmatch(r"-?\d+(?:\.\d+)?", text)
        return f"{Decimal(text):,}" if is_number else text

    against = ox.NamedNode(row["against"]) if "against" in row else None
    places = [this, against] if against else [this]
    pages = {o.value for node in places for o in _objects(store, node, "prov:wasDerivedFrom") if "#page=" in o.value}
    return Finding(
        rule.name,
        rule.severity,
        this.value if isinstance(this, ox.NamedNode) else str(this),
        said(rule.zh),
        said(rule.en),
        row.get("report") or next((report.value for report in _objects(store, this, "mz:reportedIn")), None),
        tuple(sorted(pages)),
        row.get("expected"),
        row.get("found"),
        number("difference"),
        number("tolerance"),
        row.get("value"),
        row.get("path", rule.path),
        against.value if against else None,
        row.get("unit", _YUAN) if "difference" in row else None,
    )


def _objects(store: ox.Store, subject: Focus, curie: str) -> list[ox.NamedNode]:
    values = (quad.object for quad in store.quads_for_pattern(subject, name(curie), None))
    return [value for value in values if isinstance(value, ox.NamedNode)]


def findings_graph(findings: Iterable[Finding], report: str) -> list[ox.Triple]:
    """The findings of one report, given by its IRI, as linked data and as its `sh:ValidationReport`.

    The validation report is `{base}id/finding/{report}`, a finding `{base}id/finding/{report}/{check}-{digest}`.
    """
    out = Triples()
    whole = ox.NamedNode(report.replace("/id/report/", "/id/finding/"))
    results = [_describe(out, finding, whole) for finding in findings]
    out.types(whole, "sh:ValidationReport")
    out.link(whole, "sh:conforms", term_of(not results))
    out.link(whole, "sh:result", *results)
    out.add(whole, reportedIn=ox.NamedNode(report))
    return list(out)


_SHACL: dict[Severity, str] = {severity: shacl for shacl, severity in _SEVERITY.items()}


def _focus(concerns: str) -> Focus:
    return ox.BlankNode(concerns[2:]) if concerns.startswith("_:") else ox.NamedNode(concerns)


def _describe(out: Triples, finding: Finding, whole: ox.NamedNode) -> ox.NamedNode:
    iri = ox.NamedNode(f"{whole.value}/{finding.check.lower()}-{digest(finding.key)}")
    check, concerns = ox.NamedNode(SHAPE + finding.check), _focus(finding.concerns)
    messages = (chinese(finding.zh), ox.Literal(finding.en, language="en"))
    out.types(iri, "mz:Finding", "sh:ValidationResult")
    out.link(iri, "sh:resultSeverity", name("sh:" + _SHACL[finding.severity]))
    out.link(iri, "sh:sourceShape", check)
    out.link(iri, "sh:focusNode", concerns)
    out.link(iri, "sh:resultMessage", *messages)
    out.link(iri, "rdfs:label", *messages)
    out.link(iri, "prov:wasDerivedFrom", *map(ox.NamedNode, finding.pages))
    if finding.path:
        out.link(iri, "sh:resultPath", ox.NamedNode(finding.path))
    return out.add(
        iri,
        severity=concept("severity", finding.severity),
        check=check,
        concerns=concerns,
        expected=finding.expected,
        found=finding.found if finding.found is not None else finding.value,
        difference=finding.difference,
        tolerance=finding.tolerance,
        unit=finding.unit,
        against=ox.NamedNode(finding.against) if finding.against else None,
        reportedIn=ox.NamedNode(finding.report) if finding.report else None,
    )
