"""What is asked of a release → answers of plain values: each figure as printed and in yuan, with its pages.

A figure that is not printed is None, never 0. A list says how many there are in all, so that what is left out is known.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import Template

import pyoxigraph as ox

from server.assistant.site import Questions, Row

MOST = 100  # things of one answer
ROWS = 200  # of the answer to a query
KINDS = {"body": "Body", "project": "Project", "document": "LegalDocument", "report": "Report", "code": "Code",
         "indicator": "Indicator", "issuer": "Issuer"}  # fmt: skip
# …/id/report/KEY#page=12 · …#page=12&source=2
_PAGE = re.compile(r"#page=(\d+)")
_NOTATION = re.compile(r"[\w-]{1,64}", re.ASCII)  # 2080208 · expenditure
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)


@dataclass(frozen=True)
class Page:
    """A page of a report: its number (None where the report has none) and the address that shows it."""

    number: int | None
    address: str


@dataclass(frozen=True)
class Thing:
    """Something found; `hint` tells it apart from others of its name."""

    id: str
    kind: str
    name: str
    hint: str


@dataclass(frozen=True)
class Found:
    """What a search finds: `total` counts all, of which `things` are the best."""

    total: int
    things: list[Thing]


@dataclass(frozen=True)
class Figure:
    """A printed figure: what it is, in yuan and as printed, and where."""

    id: str
    name: str
    yuan: str | None
    printed: str | None
    pages: list[Page]


@dataclass(frozen=True)
class ReportOf:
    """A report of a body; `totals` are the printed totals of its table of all expenditure."""

    id: str
    title: str
    year: str
    stage: str
    scope: str
    totals: list[Figure]


@dataclass(frozen=True)
class Body:
    """A department, unit or government, with its reports, newest first."""

    id: str
    name: str
    code: str | None
    region: str | None
    part_of: str | None
    reports: list[ReportOf]


@dataclass(frozen=True)
class ProjectLine:
    """A project of one year: `yuan` and `printed` are its annual amount, of the stage and scope of its report."""

    id: str
    name: str
    administered_by: str | None
    implemented_by: str | None
    year: str
    stage: str
    scope: str
    yuan: str | None
    printed: str | None
    pages: list[Page]


@dataclass(frozen=True)
class CitedDocument:
    """A document that a project cites: the field and the words in which it does, and their page."""

    id: str
    name: str
    number: str | None
    field: str
    quote: str
    pages: list[Page]


@dataclass(frozen=True)
class Target:
    """A target as printed, and what was reached where a report says so."""

    name: str
    target: str | None
    actual: str | None
    pages: list[Page]


@dataclass(frozen=True)
class Project:
    """A project: its amounts, where the money comes from, what it cites and what it is to reach."""

    line: ProjectLine
    report: str
    total_yuan: str | None
    total_printed: str | None
    money: list[Figure]
    documents: list[CitedDocument]
    targets: list[Target]


@dataclass(frozen=True)
class YearSum:
    """Projects of one year, stage and scope: how many, how many print an amount, and the sum of those.

    Sums of different stages or scopes are not added: a unit's project may stand in its department's report too.
    """

    year: str
    stage: str
    scope: str
    projects: int
    with_amount: int
    yuan: str | None


@dataclass(frozen=True)
class MoneyUnder:
    """The money of the projects that cite a document; `total` counts them all, of which `projects` are some."""

    document: str
    name: str
    number: str | None
    sums: list[YearSum]
    total: int
    projects: list[ProjectLine]


@dataclass(frozen=True)
class Figures:
    """Figures of a report's tables in the order of print; `total` counts all that answer."""

    report: str
    total: int
    figures: list[TableFigure]


@dataclass(frozen=True)
class TableFigure:
    """A printed figure of a table: its table, row, head and year, in yuan and as printed, and its page."""

    id: str
    table: str
    row: str | None
    code: str | None
    column: str | None
    year: str
    yuan: str
    printed: str
    pages: list[Page]


@dataclass(frozen=True)
class Compared:
    """One functional code on both sides.

    `yuan` is None where a side prints no line of the code, or several: `figures` has them, and they may overlap.
    """

    code: str
    name: str
    a_yuan: str | None
    a_figures: list[Figure]
    b_yuan: str | None
    b_figures: list[Figure]
    difference: str | None


@dataclass(frozen=True)
class Comparison:
    """Two reports by functional code of each level, in the same kind of table; `total` counts all codes."""

    a: str
    b: str
    table: str
    total: int
    rows: list[Compared]


@dataclass(frozen=True)
class FindingLine:
    """A failed check: what it says in Chinese and English, what was expected and found, and on which pages."""

    id: str
    severity: str
    check: str
    message_zh: str
    message_en: str
    expected: str | None
    found: str | None
    concerns: list[str]
    report: str
    pages: list[Page]


@dataclass(frozen=True)
class Findings:
    """Failed checks, most serious first; `total` counts all that answer."""

    total: int
    findings: list[FindingLine]


@dataclass(frozen=True)
class Table:
    """The answer to a query: each row has a text for each column, None where nothing is bound."""

    columns: list[str]
    rows: list[list[str | None]]


class WrongCallError(ValueError):
    """A call that cannot be answered: what was expected and what was found."""


def find(ask: Questions, text: str, kind: str, limit: int) -> Found:
    """The things that a text names: names, parts of names, document numbers, codes."""
    _bounded(limit)
    if not text.strip():
        raise WrongCallError("text: expected a name, a number or a code, found nothing")
    if kind and kind not in KINDS:
        raise WrongCallError(f"kind: expected {', '.join(KINDS)} or nothing, found {kind}")
    said = json.loads(ask.site.get("/search.json", {"q": text}))
    called = {name: own for own, name in KINDS.items()}
    groups = [one for one in said["groups"] if not kind or one["kind"] == KINDS[kind]]
    things = [
        Thing(one["id"], called.get(group["kind"], group["kind"]), one["name"], one["hint"])
        for group in groups
        for one in group["items"]
    ]
    return Found(sum(group["count"] for group in groups), things[:limit])


def body(ask: Questions, given: str) -> Body:
    """A body with its reports and the printed totals of each."""
    iri, said = _thing(ask, given, "Body", "?it rdfs:label ?name .", "code", "region", "partof")
    reports = ask.rows(
        Template("""SELECT ?it ?title ?year ?stage ?scope WHERE { ?it mz:reportingBody $body ; dcterms:title ?title ;
          mz:fiscalYear ?year ; mz:stage ?stage ; mz:scope ?scope }
          ORDER BY DESC(?year) ?stage ?scope ?it LIMIT $most""").substitute(body=iri, most=MOST)
    )
    totals: dict[str, list[Figure]] = defaultdict(list)
    for row in ask.rows(_TOTALS.substitute(body=iri)):
        totals[row["report"]].append(_figure(row, row.get("name", "")))
    return Body(
        said["it"],
        said["name"],
        said.get("code"),
        _end(said.get("region")),
        said.get("partof"),
        [ReportOf(r["it"], r["title"], r["year"], _end(r["stage"]) or "", _end(r["scope"]) or "", totals[r["it"]])
         for r in reports],
    )  # fmt: skip


def project(ask: Questions, given: str) -> Project:
    """A project with its money, documents and targets."""
    iri, _ = _thing(ask, given, "Project", "?it rdfs:label ?name .")
    row = ask.rows(_PROJECTS.substitute(which=f"VALUES ?it {{ {iri} }}", order="?it", most=1, start=0))[0]
    money, cited, targets = (ask.rows(one.substitute(project=iri)) for one in (_MONEY, _CITED, _TARGETS))
    once = {r["it"]: r for r in reversed(cited)}
    return Project(
        _line(row),
        row["report"],
        _yuan(row.get("whole")),
        row.get("wholeprinted"),
        [_figure(r, f"{r['name']} ({_end(r['horizon'])})") for r in money],
        [CitedDocument(r["document"], r.get("name", ""), r.get("number"), _end(r["field"]) or "", r["quote"], _pages(r))
         for r in sorted(once.values(), key=lambda r: (r["field"], r["it"]))],
        [Target(r["name"], r.get("target"), r.get("actual"), _pages(r)) for r in targets],
    )  # fmt: skip


def money_under(ask: Questions, given: str, year: str, limit: int, start: int) -> MoneyUnder:
    """The projects that cite a document with their money, the largest amounts first."""
    _bounded(limit, start)
    iri, said = _thing(ask, given, "LegalDocument", "?it rdfs:label|dcterms:title ?name .", "number")
    which = f"?it mz:hasCitation/mz:citedDocument {iri} ." + _of_year(year)
    counted = ask.rows(_SUMS.substitute(which=which))
    lines = ask.rows(_PROJECTS.substitute(which=which, order="DESC(?yuan) ?it", most=limit, start=start))
    return MoneyUnder(
        said["it"], said["name"], said.get("number"),
        [YearSum(r["year"], _end(r["stage"]) or "", _end(r["scope"]) or "", int(r["projects"]), int(r["known"]),
                 _yuan(r["sum"]) if int(r["known"]) else None) for r in counted],
        sum(int(r["projects"]) for r in counted),
        [_line(r) for r in lines],
    )  # fmt: skip


def figures(ask: Questions, given: str, text: str, code: str, table: str, limit: int, start: int) -> Figures:
    """Figures of a report's tables: those whose row or head holds a text, of a code, of a kind of table."""
    _bounded(limit, start)
    iri, said = _thing(ask, given, "Report", "?it dcterms:title ?name .")
    which = f"?it mz:reportedIn {iri} ; mz:table ?table . "
    if table:
        which += f"?table mz:tableKind codetable:{_notation('table', table)} . "
    if code:
        found = _notation("code", code)
        which += f"""VALUES ?concept {{ codefunction:{found} codeeconomic:{found} codegovernment:{found} }}
          ?it mz:functionCode|mz:economicCode|mz:governmentEconomicCode ?concept . """
    if text.strip():
        which += f"""OPTIONAL {{ ?it mz:heading ?headed }} OPTIONAL {{ ?it mz:rowLabel ?labelled }}
          FILTER(CONTAINS(CONCAT(COALESCE(?labelled, ""), " ", COALESCE(?headed, "")), {ox.Literal(text.strip())})) """
    total = int(
        ask.rows(_CODES + f"SELECT (COUNT(DISTINCT ?it) AS ?n) WHERE {{ ?it a mz:Observation . {which} }}")[0]["n"]
    )
    rows = ask.rows(_CODES + _FIGURES.substitute(which=which, most=limit, start=start))
    return Figures(
        said["it"], total,
        [TableFigure(r["it"], r["title"], r.get("label"), r.get("printedcode"), r.get("head"), r["year"],
                     _yuan(r["yuan"]) or "", r["printed"], _pages(r)) for r in rows],
    )  # fmt: skip


def compare(ask: Questions, a: str, b: str, table: str, limit: int) -> Comparison:
    """Two reports by functional code: the lines of each one's own year and stage, in the column of the whole."""
    _bounded(limit)
    kind = _notation("table", table)
    sides: list[dict[str, list[Row]]] = []
    iris: list[str] = []
    for given in (a, b):
        iri, said = _thing(ask, given, "Report", "?it dcterms:title ?name .")
        iris.append(said["it"])
        lines: dict[str, list[Row]] = defaultdict(list)
        for row in ask.rows(_CODES + _LINES.substitute(report=iri, kind=kind)):
            lines[row["concept"]].append(row)
        if not lines:
            there = ask.rows(
                f"SELECT DISTINCT ?kind WHERE {{ ?t mz:reportedIn {iri} ; mz:tableKind ?kind }} ORDER BY ?kind"
            )
            names = ", ".join(_end(r["kind"]) or "" for r in there) or "none"
            raise WrongCallError(
                f"{given}: expected lines with functional codes in a table {kind}; it has the tables {names}"
            )
        sides.append(lines)
    codes = sorted({*sides[0], *sides[1]})
    rows = [_compared(one, *(side.get(one, []) for side in sides)) for one in codes]
    return Comparison(iris[0], iris[1], kind, len(rows), rows[:limit])


def _compared(concept: str, left: Sequence[Row], right: Sequence[Row]) -> Compared:
    a, b = (Decimal(side[0]["yuan"]) if len(side) == 1 else None for side in (left, right))
    difference = None if a is None or b is None else _plain(b - a)
    name = next((r["name"] for r in (*left, *right) if "name" in r), "")
    printed = [[_figure(r, r.get("label", "")) for r in side] for side in (left, right)]
    yuan = [None if one is None else _plain(one) for one in (a, b)]
    return Compared(_end(concept) or "", name, yuan[0], printed[0], yuan[1], printed[1], difference)


def findings(ask: Questions, concerning: str, severity: str, limit: int, start: int) -> Findings:
    """Failed checks, of a body's reports, of a report or of all."""
    _bounded(limit, start)
    which = ""
    if concerning:
        iri, _ = _thing(ask, concerning, "Body|Report", "?it rdfs:label|dcterms:title ?name .")
        which = f"{{ ?it mz:reportedIn {iri} }} UNION {{ ?it mz:reportedIn/mz:reportingBody {iri} }} "
    if severity:
        if severity not in _SEVERITIES:
            raise WrongCallError(f"severity: expected {', '.join(_SEVERITIES)} or nothing, found {severity}")
        which += f"?it mz:severity codeseverity:{severity} . "
    total = int(ask.rows(_CODES + f"SELECT (COUNT(DISTINCT ?it) AS ?n) WHERE {{ ?it a mz:Finding . {which} }}")[0]["n"])
    rows = ask.rows(_CODES + _FINDINGS.substitute(which=which, most=limit, start=start))
    return Findings(
        total,
        [FindingLine(r["it"], _end(r["severity"]) or "", r["check"].rpartition("#")[2], r.get("zh", ""),
                     r.get("en", ""), r.get("expected"), r.get("found"), sorted(r["concerned"].split()), r["report"],
                     _pages(r))
         for r in rows],
    )  # fmt: skip


def query(ask: Questions, text: str) -> Table:
    """The whole answer to a SELECT or ASK; WrongCallError where it has more than `ROWS` rows."""
    columns, rows = ask.table(text)
    if len(rows) > ROWS:
        raise WrongCallError(
            f"the answer has {len(rows)} rows, more than {ROWS}: add LIMIT, or count and sum in the query"
        )
    return Table(columns, [[row.get(name) for name in columns] for row in rows])


# Parts of queries

_CODES = "".join(
    f"PREFIX code{name}: <https://w3id.org/mingzhang/code/{scheme}/>\n"
    for name, scheme in {"table": "table", "function": "function", "economic": "economic", "severity": "severity",
                         "government": "governmentEconomic"}.items()
)  # fmt: skip
_SEVERITIES = ("error", "warning", "info")
_GATHERED = '(GROUP_CONCAT(DISTINCT STR(?page); separator=" ") AS ?pages)'
_PROJECTS = Template(f"""SELECT ?it ?name ?report ?year ?stage ?scope ?yuan ?printed ?whole ?wholeprinted
  (MIN(?office) AS ?administering) (MIN(?unit) AS ?implementing) {_GATHERED} WHERE {{
  {{ SELECT DISTINCT ?it WHERE {{ ?it a mz:Project . $which }} }}
  ?it rdfs:label ?name ; mz:fiscalYear ?year ; mz:reportedIn ?report . ?report mz:stage ?stage ; mz:scope ?scope .
  OPTIONAL {{ ?it mz:annualAmount ?yuan }} OPTIONAL {{ ?it mz:printedAnnualAmount ?printed }}
  OPTIONAL {{ ?it mz:totalAmount ?whole }} OPTIONAL {{ ?it mz:printedTotalAmount ?wholeprinted }}
  OPTIONAL {{ ?it mz:administeredBy/rdfs:label ?office }} OPTIONAL {{ ?it mz:implementedBy/rdfs:label ?unit }}
  OPTIONAL {{ ?it prov:wasDerivedFrom ?page }} }}
  GROUP BY ?it ?name ?report ?year ?stage ?scope ?yuan ?printed ?whole ?wholeprinted
  ORDER BY DESC(BOUND(?yuan)) $order LIMIT $most OFFSET $start""")
_SUMS = Template("""SELECT ?year ?stage ?scope (COUNT(?it) AS ?projects) (COUNT(?money) AS ?known) (SUM(?money) AS ?sum)
  WHERE { { SELECT DISTINCT ?it WHERE { ?it a mz:Project . $which } } ?it mz:reportedIn ?report ; mz:fiscalYear ?year .
  ?report mz:stage ?stage ; mz:scope ?scope . OPTIONAL { ?it mz:annualAmount ?money } }
  GROUP BY ?year ?stage ?scope ORDER BY DESC(?year) ?stage ?scope""")
_MONEY = Template(f"""SELECT ?it ?yuan ?printed ?name ?horizon {_GATHERED} WHERE {{
  $project mz:hasAppropriation ?it . ?it mz:fundingSource ?source ; mz:horizon ?horizon .
  ?source skos:prefLabel ?name FILTER(LANG(?name) = "zh")
  OPTIONAL {{ ?it mz:amount ?yuan }} OPTIONAL {{ ?it mz:printedAmount ?printed }}
  OPTIONAL {{ ?it prov:wasDerivedFrom ?page }} }}
  GROUP BY ?it ?yuan ?printed ?name ?horizon ORDER BY ?horizon ?it""")
_CITED = Template(f"""SELECT ?it ?document ?name ?number ?field ?quote {_GATHERED} WHERE {{
  $project mz:hasCitation ?it . ?it mz:citedDocument ?document ; mz:citedInField ?field ; mz:quote ?quote .
  OPTIONAL {{ ?document rdfs:label ?name }} OPTIONAL {{ ?document mz:documentNumber ?number }}
  OPTIONAL {{ ?it prov:wasDerivedFrom ?page }} }}
  GROUP BY ?it ?document ?name ?number ?field ?quote ORDER BY ?field ?it ?name ?number""")
_TARGETS = Template(f"""SELECT ?it ?name ?target ?actual {_GATHERED} WHERE {{
  $project mz:hasIndicator ?it . ?it rdfs:label ?name . OPTIONAL {{ ?it mz:targetText ?target }}
  OPTIONAL {{ ?it mz:actualText ?actual }} OPTIONAL {{ ?it prov:wasDerivedFrom ?page }} }}
  GROUP BY ?it ?name ?target ?actual ORDER BY ?it""")
# The whole of a table: no other figure of its row or column holds it.
_TOTALS = Template(f"""SELECT ?report ?it ?name ?yuan ?printed {_GATHERED} WHERE {{ ?report mz:reportingBody $body ;
  mz:fiscalYear ?year ; mz:stage ?stage . ?table mz:reportedIn ?report ; dcterms:title ?name ;
  mz:tableKind <https://w3id.org/mingzhang/code/table/expenditure> . ?it mz:table ?table ; mz:fiscalYear ?year ;
  mz:stage ?stage ; mz:isTotal true ; mz:amount ?yuan ; mz:printedAmount ?printed ; prov:wasDerivedFrom ?page .
  FILTER NOT EXISTS {{ ?it mz:partOfColumn ?right }} FILTER NOT EXISTS {{ ?it mz:partOfRow ?below }} }}
  GROUP BY ?report ?it ?name ?yuan ?printed ORDER BY ?it""")
_FIGURES = Template(f"""SELECT ?it ?title ?label ?printedcode ?head ?year ?yuan ?printed {_GATHERED} WHERE {{
  {{ SELECT DISTINCT ?it WHERE {{ ?it a mz:Observation . $which }} }}
  ?it mz:table ?in ; mz:fiscalYear ?year ; mz:amount ?yuan ; mz:printedAmount ?printed ; mz:row ?row ;
    mz:column ?place . ?in dcterms:title ?title ; mz:tableNumber ?number . OPTIONAL {{ ?it mz:rowLabel ?label }}
  OPTIONAL {{ ?it mz:rowCode ?printedcode }} OPTIONAL {{ ?it mz:heading ?head }}
  OPTIONAL {{ ?it prov:wasDerivedFrom ?page }} }}
  GROUP BY ?it ?title ?label ?printedcode ?head ?year ?yuan ?printed ?number ?row ?place
  ORDER BY ?number ?row ?place ?it LIMIT $most OFFSET $start""")
# In the column that no other holds.
_LINES = Template(f"""SELECT ?concept ?name ?label ?it ?yuan ?printed {_GATHERED} WHERE {{
  $report mz:fiscalYear ?year ; mz:stage ?stage . ?table mz:reportedIn $report ; mz:tableKind codetable:$kind .
  ?it mz:table ?table ; mz:functionCode ?concept ; mz:fiscalYear ?year ; mz:stage ?stage ; mz:amount ?yuan ;
    mz:printedAmount ?printed ; prov:wasDerivedFrom ?page . OPTIONAL {{ ?it mz:rowLabel ?label }}
  FILTER NOT EXISTS {{ ?it mz:partOfColumn ?whole }}
  OPTIONAL {{ ?concept skos:prefLabel ?name FILTER(LANG(?name) = "zh") }} }}
  GROUP BY ?concept ?name ?label ?it ?yuan ?printed ORDER BY ?concept ?it""")
_FINDINGS = Template(f"""SELECT ?it ?severity ?check ?zh ?en ?expected ?found ?report {_GATHERED}
  (GROUP_CONCAT(DISTINCT STR(?thing); separator=" ") AS ?concerned) WHERE {{
  {{ SELECT DISTINCT ?it WHERE {{ ?it a mz:Finding . $which }} }}
  ?it mz:severity ?severity ; mz:check ?check ; mz:reportedIn ?report .
  BIND(IF(?severity = codeseverity:error, 0, IF(?severity = codeseverity:warning, 1, 2)) AS ?place)
  OPTIONAL {{ ?it rdfs:label ?zh FILTER(LANG(?zh) = "zh") }} OPTIONAL {{ ?it rdfs:label ?en FILTER(LANG(?en) = "en") }}
  OPTIONAL {{ ?it mz:expected ?expected }} OPTIONAL {{ ?it mz:found ?found }}
  OPTIONAL {{ ?it mz:concerns ?thing }} OPTIONAL {{ ?it prov:wasDerivedFrom ?page }} }}
  GROUP BY ?it ?severity ?check ?zh ?en ?expected ?found ?report ?place
  ORDER BY ?place ?it LIMIT $most OFFSET $start""")
_MORE = {"code": "mz:code", "region": "mz:region", "partof": "org:subOrganizationOf/rdfs:label",
         "number": "mz:documentNumber"}  # fmt: skip


def _thing(ask: Questions, given: str, kinds: str, named: str, *more: str) -> tuple[str, Row]:
    """The thing of an id, as it stands in a query, with its name and more; WrongCallError where there is none."""
    path = given.strip().removeprefix(ask.base).removeprefix("/")
    expected = " or ".join(called for called, name in KINDS.items() if name in kinds.split("|"))
    told = f"expected the id of a {expected}, such as the tool find gives, found {given[:200]}"
    if not path.startswith("id/"):
        raise WrongCallError(told)
    try:
        node = ox.NamedNode(ask.base + path)
    except ValueError:
        raise WrongCallError(told) from None
    optional = " ".join(f"OPTIONAL {{ ?it {_MORE[name]} ?{name} }}" for name in more)
    classes = " ".join(f"mz:{name}" for name in kinds.split("|"))
    found = ask.rows(f"SELECT * WHERE {{ VALUES ?it {{ {node} }} VALUES ?class {{ {classes} }} ?it a ?class . "
                     f"{named} {optional} }} ORDER BY ?name LIMIT 1")  # fmt: skip
    if not found:
        raise WrongCallError(told)
    return str(node), found[0]


def _bounded(limit: int, start: int = 0) -> None:
    if not 1 <= limit <= MOST:
        raise WrongCallError(f"limit: expected a number from 1 to {MOST}, found {limit}")
    if not 0 <= start <= 1_000_000:
        raise WrongCallError(f"start: expected a number from 0, found {start}")


def _of_year(year: str) -> str:
    if not year:
        return ""
    if not _YEAR.fullmatch(year):
        raise WrongCallError(f"year: expected four digits or nothing, found {year}")
    gyear = ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")
    return f" ?it mz:fiscalYear {ox.Literal(year, datatype=gyear)} ."


def _notation(name: str, given: str) -> str:
    if not _NOTATION.fullmatch(given):
        raise WrongCallError(f"{name}: expected a notation of the code list, such as 2080208, found {given[:100]}")
    return given


# Values


def _line(row: Mapping[str, str]) -> ProjectLine:
    stage, scope = (_end(row[name]) or "" for name in ("stage", "scope"))
    return ProjectLine(row["it"], row["name"], row.get("administering"), row.get("implementing"), row["year"], stage,
                       scope, _yuan(row.get("yuan")), row.get("printed"), _pages(row))  # fmt: skip


def _figure(row: Mapping[str, str], name: str) -> Figure:
    return Figure(row["it"], name, _yuan(row.get("yuan")), row.get("printed"), _pages(row))


def _pages(row: Mapping[str, str]) -> list[Page]:
    """The pages of a row, in order."""
    return sorted(map(_page, row.get("pages", "").split()), key=lambda p: (p.number or 0, p.address))


def _page(address: str) -> Page:
    number = _PAGE.search(address)
    return Page(int(number[1]) if number else None, address)


def _end(iri: str | None) -> str | None:
    """The notation at the end of a concept's IRI."""
    return iri and iri.rpartition("/")[2]


def _yuan(text: str | None) -> str | None:
    return None if text is None else _plain(Decimal(text))


def _plain(number: Decimal) -> str:
    """A number without an exponent and without zeros behind its point: 400000.0 → 400000."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
