"""Every rule has a case that breaks it, and what is found is what pyshacl finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from check_cases import CASES as MORE_CASES
from check_cases import Case, two_sided
from hand_made import BASE, EXPENDITURE, PROJECT, PROJECTS, report, table, yuan
from rdflib.namespace import SH
from said_cases import ALONE, BESIDE_A_TABLE, Said

from bench.layouts.looks import Look, print_report
from data.paint import FONT_FILE
from kg_builder import vocab
from kg_builder.check import SHAPE, Finding, Rule, check_graph, findings_graph, rules
from kg_builder.graph.reports import report_graph
from kg_builder.graph.triples import Object, name, term_of
from kg_builder.model import BudgetTable, Cell, Owner, Page, Place, Project, Report, Residue, Source, Statement
from kg_builder.readers import read_pages
from kg_builder.templates.prose.narrative import statements_in
from kg_builder.templates.report import parse_report
from kg_builder.text import YUAN_PER

Graph = list[ox.Triple]
RULES = sorted({rule.name for rule in rules()})


def good() -> Graph:
    return report_graph(report(), None, BASE)


def checks(graph: Iterable[ox.Triple]) -> list[str]:
    return sorted({finding.check for finding in check_graph(graph)})


CORE_ONLY = {"appropriation", "citation", "document", "field", "indicator", "observation", "organization", "table"}
CORE_ONLY |= {"project", "statement"}


@cache
def shapes(*, arithmetic: bool) -> rdflib.Graph:
    """The core constraints or the rules in SPARQL of `shapes/`: together they take pyshacl too long."""
    graph = rdflib.Graph()
    for path in sorted(vocab.folder("shapes").glob("*.ttl")):
        if path.stem == "report" or arithmetic == (path.stem not in CORE_ONLY):
            graph.parse(path)
    for triple in list(graph.triples((None, SH.property if arithmetic else SH.sparql, None))):
        graph.remove(triple)
    return graph


def by_pyshacl(graph: Graph) -> set[tuple[str, str]]:
    """What pyshacl finds by the core constraints, as (node, check)."""
    data = rdflib.Graph().parse(data=ox.serialize(graph, format=ox.RdfFormat.N_TRIPLES), format="nt")
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes(arithmetic=False), advanced=True)
    found = set()
    for result in results.subjects(SH.focusNode, None):
        check = results.value(result, SH.sourceConstraint) or results.value(result, SH.sourceShape)
        found.add((str(results.value(result, SH.focusNode)), str(check).removeprefix(SHAPE)))
    return found


def ours(graph: Graph) -> set[tuple[str, str]]:
    return {(f.concerns, f.check) for f in check_graph(graph) if f.check[0].isupper()}


def test_the_good_report_breaks_no_rule_but_the_one_meant() -> None:
    assert checks(good()) == ["Indicator-target", "code-child", "code-name", "empty-level"]


def test_rules_have_messages_in_both_languages_and_unique_names() -> None:
    for rule in rules():
        assert rule.zh and rule.en and rule.zh != rule.en
    assert len({rule.query for rule in rules()}) == len(rules())


@cache
def stated() -> ox.Store:
    store = ox.Store()
    for path in sorted(vocab.folder("shapes").glob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


def words(check: str, curie: str) -> list[str]:
    """The languages in which a rule states something."""
    quads = stated().quads_for_pattern(ox.NamedNode(SHAPE + check), name(curie), None)
    return sorted(str(q.object.language) for q in quads if isinstance(q.object, ox.Literal) and q.object.value)


@pytest.mark.parametrize("check", RULES)
def test_rule_has_label_words_message_and_severity(check: str) -> None:
    for curie in ("rdfs:label", "rdfs:comment", "sh:message"):
        assert words(check, curie) == ["en", "zh"], curie
    severities = list(stated().quads_for_pattern(ox.NamedNode(SHAPE + check), name("sh:severity"), None))
    assert len(severities) == 1


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_rule_that_tells_a_difference_tells_its_tolerance(rule: Rule) -> None:
    selected = rule.query[: rule.query.index("WHERE")]
    assert ("?difference" in selected) == ("?tolerance" in selected) or rule.name in ANY_DIGIT


ANY_DIGIT = {"narrative"}  # compares with every figure of the tables: no one difference


def test_a_rule_without_words_would_be_noticed() -> None:
    assert words("no-such-rule", "rdfs:comment") == []


def test_every_constraint_of_the_shapes_is_run() -> None:
    shapes_with = {
        q.object.value for c in ("sh:property", "sh:sparql") for q in stated().quads_for_pattern(None, name(c), None)
    }
    checks_told = {q.subject.value for q in stated().quads_for_pattern(None, name("rdf:type"), name("mz:Check"))}
    assert shapes_with == checks_told == {SHAPE + check for check in RULES}


# Core constraints: a copy of one good node, broken in one way


def subjects(graph: Graph, curie: str) -> list[ox.NamedNode]:
    return [t.subject for t in graph if t.predicate == name("rdf:type") and t.object == name(curie)]


def broken_copy(graph: Graph, node: ox.NamedNode, path: ox.NamedNode, values: list[Object], tag: str) -> Graph:
    """The triples of `node` under another IRI, those of `path` replaced."""
    copy = ox.NamedNode(f"{node.value}/{tag}")
    kept = [ox.Triple(copy, t.predicate, t.object) for t in graph if t.subject == node and t.predicate != path]
    return kept + [ox.Triple(copy, path, value) for value in values]


WRONG: dict[str, list[Object]] = {
    "minCount": [],
    "maxCount": [term_of("1元"), term_of("2元")],
    "datatype": [ox.Literal("1.5e3", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#double"))],
    "pattern": [ox.Literal("×")],
    "minLength": [ox.Literal("", language="zh")],
    "minInclusive": [term_of(Decimal(-1))],
    "nodeKind": [ox.Literal("a literal")],
}


def core_cases() -> list[tuple[str, str, str, str]]:
    """(check, class, path, component) for each core constraint of `shapes/`."""
    store = ox.Store()
    for path in sorted(vocab.folder("shapes").glob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#>
      SELECT ?shape ?class ?path ?component WHERE {
        ?node sh:targetClass ?class ; sh:property ?shape . ?shape sh:path ?path ; ?component ?value .
        FILTER (STRSTARTS(STR(?component), STR(sh:)) && ?component NOT IN (sh:path, sh:severity, sh:message)) }"""
    rows = ((row["shape"], row["class"], row["path"], row["component"]) for row in store.query(query))
    return sorted((s.value.removeprefix(SHAPE), c.value, p.value, k.value.rpartition("#")[2]) for s, c, p, k in rows)


CORE = core_cases()


def unitless(*more: Residue) -> Report:
    """A report with a table that names no unit, so that its only figure is unread."""
    lost = Residue("9.00", Place(5), "the table names no unit", Owner("table", "", 1))
    return report(tables=(replace(EXPENDITURE, unit="", observations=()),), projects=(), unread=(lost, *more))


@pytest.mark.parametrize(
    ("made", "accused"),
    [
        (unitless(), True),
        (unitless(Residue("金额:万元", Place(5), "not understood")), False),  # which may be the unit
        (unitless(Residue("…", Place(9), "not understood")), True),
        (report(tables=(replace(EXPENDITURE, unit=""),), projects=()), False),  # its columns name theirs
        (report(tables=(replace(EXPENDITURE, unit="", observations=()),), projects=()), False),
    ],
)
def test_a_table_has_no_unit_only_where_nothing_unread_may_be_it(made: Report, accused: bool) -> None:
    assert ("Table-unit" in checks(report_graph(made, None, BASE))) is accused


def documents() -> Graph:
    """A document and a citation, good in every respect."""
    law, citation = ox.NamedNode(f"{BASE}id/law/x"), ox.NamedNode(f"{BASE}id/citation/x")
    page, whole = ox.NamedNode(f"{BASE}id/report/x#page=1"), ox.NamedNode(f"{BASE}id/report/x")
    code = ox.NamedNode(f"{vocab.CODE}field/legal-basis")
    said: list[tuple[ox.NamedNode, str, Object]] = [
        (law, "rdf:type", name("mz:LegalDocument")),
        (law, "rdfs:label", ox.Literal("青川市河道管理办法", language="zh")),
        (citation, "rdf:type", name("mz:Citation")),
        (citation, "mz:reportedIn", whole),
        (citation, "prov:wasDerivedFrom", page),
        (citation, "mz:quote", ox.Literal("《青川市河道管理办法》", language="zh")),
        (citation, "mz:citedInField", code),
        (citation, "mz:span", ox.NamedNode(f"{citation.value}#span")),
        (citation, "mz:citedDocument", law),
    ]
    return [ox.Triple(s, name(p), o) for s, p, o in said]


@pytest.mark.parametrize(("check", "target", "path", "component"), CORE)
def test_core_rule_finds_what_breaks_it(check: str, target: str, path: str, component: str) -> None:
    graph = good() + documents()
    node = next(t.subject for t in graph if t.predicate == name("rdf:type") and t.object.value == target)
    copy = broken_copy(graph, node, ox.NamedNode(path), WRONG[component], "broken")
    found = [f for f in check_graph(graph + copy) if f.concerns.endswith("/broken")]
    assert check in {f.check for f in found}
    assert all(f.path in (path, None) for f in found), "no other constraint on a value may break"


@pytest.mark.parametrize("unit", YUAN_PER)
def test_every_unit_of_money_that_is_read_is_one(unit: str) -> None:
    """A table in 千元 was said to have no unit of money."""
    made = report(tables=(replace(EXPENDITURE, unit=unit),), projects=())
    assert "Table-unit" not in {f.check for f in check_graph(report_graph(made, None, BASE))}


def test_a_constraint_that_is_not_asked_would_have_found_nothing() -> None:
    core = [rule for rule in rules() if rule.core]
    always = [replace(rule, core=None) for rule in core]
    graph = good() + documents()
    for check, target, path, component in CORE[::3]:
        node = next(t.subject for t in graph if t.predicate == name("rdf:type") and t.object.value == target)
        mixed = graph + broken_copy(graph, node, ox.NamedNode(path), [*WRONG[component], term_of(True)], check)
        assert check_graph(mixed, core) == check_graph(mixed, always)


def test_core_results_are_those_of_pyshacl() -> None:
    graph = good() + documents()
    broken = list(graph)
    for number, (_, target, path, component) in enumerate(CORE):
        node = next(t.subject for t in graph if t.predicate == name("rdf:type") and t.object.value == target)
        broken += broken_copy(graph, node, ox.NamedNode(path), WRONG[component], f"{component}-{number}")
    found = ours(broken)
    assert found == by_pyshacl(broken)
    assert len(found) > len(CORE)


def test_every_component_in_use_has_its_wrong_value() -> None:
    assert {component for *_, component in CORE} <= WRONG.keys()


# Arithmetic: one printed figure changed


def changed(made: BudgetTable, row: int, column: int, printed: str) -> BudgetTable:
    """The table with another figure printed at one place."""
    figures = tuple(
        replace(o, amount=yuan(printed, made.unit)) if (o.row, o.column) == (row, column) else o
        for o in made.observations
    )
    assert figures != made.observations
    return replace(made, observations=figures)


SIDES = [("收入", (("side", "revenue"),)), ("支出", (("side", "expenditure"),))]
SUMMARY = table(
    "budget-summary",
    [("一、一般公共预算", None, 1), ("合计", None, 1)],
    SIDES,
    [["9.00", "9.00"], ["9.00", "9.00"]],
    title="2024年预算收支总表",
)
REVENUE = table(
    "revenue",
    [("合计", None, 1), ("社会保障和就业支出", "208", 1)],
    [("本年收入 / 合计", ()), ("上年结转", (("provision", "carry-over"),))],
    [["9.00", "1.00"], ["9.00", "1.00"]],
)
EXPENDITURE_9 = table("expenditure", [("合计", None, 1)], [("合计", ())], [["9.00"]])
FISCAL_SUMMARY = table("fiscal-summary", [("合计", None, 1)], SIDES, [["8.00", "8.00"]])
GENERAL = table("general-public-expenditure", [("合计", None, 1)], [("合计", ())], [["8.00"]])
WITH_FUND = replace(
    FISCAL_SUMMARY,
    observations=(
        *FISCAL_SUMMARY.observations,
        replace(
            FISCAL_SUMMARY.observations[0],
            row=2,
            total=False,
            dimensions=(("side", "revenue"), ("fundingSource", "government-fund")),
        ),
    ),
)
SPENT = replace(EXPENDITURE, kind="general-public-expenditure")
BASIC = table("general-public-basic", [("合计", None, 1)], [("合计", ())], [["6.00"]])


def citing(text: str, project: str) -> Project:
    """A project whose legal basis is the text."""
    cell = replace(dict(PROJECT.fields)["legal-basis"], text=text)
    return replace(PROJECT, name=project, fields=(("legal-basis", cell),))


def stating(printed: str) -> Statement:
    """A statement of total expenditure in 万元."""
    return replace(report().statements[0], topic="expenditure-total", amount=yuan(printed))


MISPRINT = (
    citing("《青川市河道管理办法》（青财综〔2021〕88号）", "甲"),
    citing("《青川市河道管理办法》（青财综〔2021〕188号）", "乙"),
)
MONEY = replace(PROJECT, annual=yuan("26000", "元"))
UNREADABLE = Residue("the page is an image", Place(3), "the page is an image")
CASES: list[Case] = [
    *MORE_CASES,
    ("unreadable-page", report(), None),
    ("unreadable-page", report(faults=(UNREADABLE,)), (None, "3")),
    # check, report, (expected, found) in yuan, None where nothing is wrong
    ("rows", report(tables=(EXPENDITURE,)), None),
    ("rows", report(tables=(changed(EXPENDITURE, 6, 2, "4.00"),)), ("70000", "60000")),
    ("rows", report(tables=(changed(EXPENDITURE, 4, 3, "40.00"),)), ("400000", "40000")),
    # rounding: two addends may be off by two hundredths of 万元, not by three
    ("rows", report(tables=(changed(PROJECTS, 2, 2, "1.52"),)), None),
    ("rows", report(tables=(changed(PROJECTS, 2, 2, "1.53"),)), ("40300", "40000")),
    ("columns", report(tables=(changed(EXPENDITURE, 1, 2, "6.03"),)), ("100300", "100000")),
    ("columns", report(tables=(changed(EXPENDITURE, 1, 2, "6.02"),)), None),
    ("balance", report(tables=(SUMMARY,)), None),
    ("balance", report(tables=(changed(SUMMARY, 2, 2, "8.00"),)), ("90000", "80000")),
    ("expenditure-in-summary", report(tables=(SUMMARY, EXPENDITURE_9)), None),
    ("expenditure-in-summary", report(tables=(SUMMARY, EXPENDITURE)), ("90000", "100000")),
    ("revenue-in-summary", report(tables=(SUMMARY, REVENUE)), None),
    ("revenue-in-summary", report(tables=(SUMMARY, changed(REVENUE, 1, 1, "7.00"))), ("90000", "70000")),
    ("general-public-in-summary", report(tables=(FISCAL_SUMMARY, GENERAL)), None),
    ("general-public-in-summary", report(tables=(SUMMARY, GENERAL)), None),
    # a summary of several funds in one column has no total of this one
    ("general-public-in-summary", report(tables=(WITH_FUND, changed(GENERAL, 1, 1, "7.00"))), None),
    ("general-public-in-summary", report(tables=(FISCAL_SUMMARY, changed(GENERAL, 1, 1, "7.00"))), ("80000", "70000")),
    ("basic-in-expenditure", report(tables=(EXPENDITURE, BASIC)), None),
    ("basic-in-expenditure", report(tables=(EXPENDITURE, changed(BASIC, 1, 1, "7.00"))), ("60000", "70000")),
    ("basic-in-expenditure", report(tables=(EXPENDITURE, changed(BASIC, 1, 1, "5.00"))), None),  # and other money's
    ("basic-in-expenditure", report(tables=(EXPENDITURE, SPENT, changed(BASIC, 1, 1, "5.00"))), ("60000", "50000")),
    ("annual-sources", report(), None),
    ("annual-sources", report(projects=(MONEY,)), ("25000", "26000")),
    ("total-sources", report(projects=(replace(PROJECT, total=yuan("75001", "元")),)), None),
    ("total-sources", report(projects=(replace(PROJECT, total=yuan("75002", "元")),)), ("75000", "75002")),
    ("Project-annual-given", report(), None),
    ("Project-annual-given", report(projects=(replace(PROJECT, annual=None, kind="whole-department"),)), None),
    ("Project-annual-given", report(projects=(replace(PROJECT, annual=None),)), None),  # a list without money
    (
        "Project-annual-given",
        report(projects=(replace(PROJECT, annual=None), replace(PROJECT, name="乙工程")), tables=(EXPENDITURE,)),
        (None, None),
    ),
    (
        "Project-annual-given",  # a table of projects prints it
        report(projects=(replace(PROJECT, annual=None), replace(PROJECT, name="乙工程"))),
        None,
    ),
    ("annual-within-total", report(), None),
    ("annual-within-total", report(projects=(replace(PROJECT, total=yuan("24000", "元")),)), ("24000", "25000")),
    ("narrative", report(statements=(stating("10.00"), stating("10.0"), stating("0"))), None),
    ("narrative", report(statements=(stating("11.00"),), tables=(two_sided(),)), (None, "110000")),
    ("narrative", report(statements=(stating("11.00"),), tables=()), None),
    ("narrative", report(statements=(stating("11.00"),)), None),  # with what is left for the next year, it may be
    ("misprint", report(), None),
    ("misprint", report(projects=MISPRINT), ("青财综〔2021〕188号", "青财综〔2021〕88号")),
    ("budget-lines", report(), None),
    ("budget-lines", report(projects=(MONEY,)), ("25000", "26000")),
]


@pytest.mark.parametrize(("check", "made", "money"), CASES)
def test_rule_finds_what_breaks_it_alone(check: str, made: Report, money: tuple[str | None, str | None] | None) -> None:
    graph = report_graph(made, None, BASE)
    found = [(f.expected, f.found) for f in check_graph(graph) if f.check == check]
    assert found[:1] == ([money] if money else [])


FAILING = {check: made for check, made, money in reversed(CASES) if money}  # the first failing case of each rule


@pytest.mark.parametrize("check", FAILING)
def test_rule_is_that_of_pyshacl(check: str) -> None:
    """A rule at a time on its own small report: pyshacl asks each query again for each node."""
    made = FAILING[check]
    graph = [*report_graph(made, None, BASE)]
    rule = rdflib.URIRef(SHAPE + check)
    chosen = rdflib.Graph() + shapes(arithmetic=True)
    for triple in list(chosen.triples((None, SH.sparql, None))):
        if triple[2] != rule:
            chosen.remove(triple)
    data = rdflib.Graph().parse(data=ox.serialize(graph, format=ox.RdfFormat.N_TRIPLES), format="nt")
    _, results, _ = pyshacl.validate(data, shacl_graph=chosen, advanced=True)
    focus = {str(results.value(result, SH.focusNode)) for result in results.subjects(SH.sourceConstraint, rule)}
    assert focus
    assert focus == {f.concerns for f in check_graph(graph) if f.check == check}


def broken_by(said: Said, tables: tuple[BudgetTable, ...]) -> set[str]:
    """The rules that the statements of a sentence break, read from its print."""
    stage, year, text, _ = said
    statements = statements_in([Page(1, (Cell(text, Place(1, line=1)),))], year=year)
    made = report(statements=statements, tables=tables, projects=())
    made = replace(made, identity=replace(made.identity, year=year, stage=stage))  # type: ignore[arg-type]  # budget, final
    return {f.check for f in check_graph(report_graph(made, None, BASE)) if "/statement/" in f.concerns}


IN_ALL = table("budget-summary", [("支出总计", None, 1)], [("支出 / 预算数", (("side", "expenditure"),))], [["10.00"]])


@pytest.mark.parametrize("said", ALONE, ids=lambda said: said[2][:24])
def test_sentence_contradicts_itself_or_not(said: Said) -> None:
    assert broken_by(said, ()) == set(filter(None, said[3].split(",")))


@pytest.mark.parametrize("said", BESIDE_A_TABLE, ids=lambda said: said[2][:24])
def test_sentence_contradicts_a_table_or_not(said: Said) -> None:
    assert broken_by(said, (EXPENDITURE, IN_ALL)) == set(filter(None, said[3].split(",")))


def without_a_case(checks: Iterable[str], cases: Iterable[Case]) -> set[str]:
    """The rules that no case keeps or no case breaks; those of one value are broken one by one above.

    No report of ours can hold an ill-formed value: tests/test_lexical_space.py breaks that rule.
    """
    failing, passing = ({check for check, _, money in cases if bool(money) == wrong} for wrong in (True, False))
    return set(checks) - (failing & passing) - {check for check, *_ in CORE} - {"lexical-space"}


def test_every_rule_has_a_case() -> None:
    assert without_a_case(RULES, CASES) == set()


@pytest.mark.parametrize("check", ["change-beyond", "rows"])
@pytest.mark.parametrize("wrong", [True, False])
def test_a_rule_without_a_good_or_a_failing_case_would_be_noticed(check: str, wrong: bool) -> None:
    fewer = [case for case in CASES if case[0] != check or bool(case[2]) != wrong]
    assert without_a_case(RULES, fewer) == {check}


# Invented reports, printed and read: their sums add up

AS_INVENTED = {"table-required", "projects-in-expenditure"}  # fewer tables than are due, projects of their own
ADDING_UP = ("shanghai-budget", "shanghai-final", "jiangsu-final", "shanxi-budget")


@pytest.mark.skipif(not FONT_FILE.exists(), reason="the font of fonts-wqy-microhei is not installed")
@pytest.mark.parametrize("family", ADDING_UP)
@pytest.mark.parametrize("look", [Look(), Look(rules="none", full_width=True)], ids=["plain", "without rules"])
def test_an_invented_report_that_adds_up_has_no_error(family: str, look: Look, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    print_report(family, look, 3, path)
    pages = read_pages(path)
    read = parse_report(pages, Source(path.name, "0" * 64, len(pages)))
    found = check_graph(report_graph(read, None, BASE))
    assert {f.check for f in found if f.severity != "info"} <= AS_INVENTED, [f.en for f in found]


# Findings


def wrong() -> list[Finding]:
    return check_graph(report_graph(report(projects=(MONEY,)), None, BASE))


def test_finding_says_what_where_and_by_how_much() -> None:
    finding = next(f for f in wrong() if f.check == "annual-sources")
    assert (finding.severity, finding.difference, finding.tolerance) == ("error", Decimal(1000), Decimal(2))
    assert "26,000 元" in finding.zh and "26,000 yuan" in finding.en
    assert [page.rpartition("#")[2] for page in finding.pages] == ["page=10", "page=9"]
    assert finding.report and finding.concerns.startswith(finding.report.replace("/report/", "/project/"))


def test_most_serious_findings_come_first() -> None:
    ranks = [("error", "warning", "info").index(f.severity) for f in wrong()]
    assert ranks == sorted(ranks) and len(set(ranks)) > 1


def test_findings_are_linked_data_and_one_validation_report() -> None:
    found = wrong()
    (whole,) = {f.report for f in found if f.report}
    graph = findings_graph(found, whole)
    assert graph == findings_graph(list(reversed(found)), whole)
    results = [t.object for t in graph if t.predicate == name("sh:result")]
    assert len(results) == len(found) == len(set(results)) == len(subjects(graph, "mz:Finding"))
    said = {t.predicate for t in graph if t.subject == results[0]}
    for curie in ("mz:severity", "mz:check", "mz:concerns", "mz:reportedIn", "prov:wasDerivedFrom", "sh:focusNode"):
        assert name(curie) in said
    conforms = [t.object.value for t in graph if t.predicate == name("sh:conforms")]
    assert conforms == ["false"]


def test_no_finding_is_a_report_that_conforms() -> None:
    graph = findings_graph([], f"{BASE}id/report/x")
    assert [t.object.value for t in graph if t.predicate == name("sh:conforms")] == ["true"]


def test_a_blank_node_of_a_foreign_file_is_checked_too() -> None:
    node = ox.BlankNode("b1")
    found = check_graph([ox.Triple(node, name("rdf:type"), name("mz:LegalDocument"))])
    assert [(f.check, f.concerns) for f in found] == [("LegalDocument-label", "_:b1")]
    told = findings_graph(found, f"{BASE}id/report/x")
    assert [t.object for t in told if t.predicate == name("sh:focusNode")] == [node]
