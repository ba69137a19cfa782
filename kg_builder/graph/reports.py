"""Report → graph. The only place that writes provenance; IRIs are minted by `Names`.

IRIs are `{base}id/{kind}/…`, ASCII, and depend on nothing but the report itself. There are no blank nodes: what has
no page of its own on the web is a fragment of what it belongs to (`…#page=12`, `…#field-legal-basis`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import pyoxigraph as ox

from kg_builder import vocab
from kg_builder.graph.addends import table_sums
from kg_builder.graph.comparisons import add_comparisons, printed_unit
from kg_builder.graph.documents import documents_graph, law_iri, mentions, report_references, suspects
from kg_builder.graph.identities import printed_step
from kg_builder.graph.names import Names
from kg_builder.graph.triples import XSD, Triples, chinese, concept, typed
from kg_builder.legal.find import Mention
from kg_builder.legal.resolve import Reference, Resolution, resolve
from kg_builder.model import Amount, Body, BudgetTable, Cell, Indicator, Observation, Place, Project, Report, Statement
from kg_builder.templates.identity.body_names import is_office, print_variants
from kg_builder.templates.tables.kinds import KINDS
from kg_builder.text import label_key, squeeze

Graph = list[ox.Triple]
_CLASSES = {"department": "mz:Department", "unit": "mz:Unit", "government": "mz:Government"}  # of a body, by scope

_DECIMALS = re.compile(r"\.(\d+)")  # 1,098.40 → 40
# 文物管理中心(博物馆) is the body 文物管理中心; 民政局(本级) is a unit of its own, not the department.
_SECOND_NAME = re.compile(r"\((?!本级|机关|本部|汇总)[^()]*\)$")
_PROJECT_TABLES = [notation for notation, kind in KINDS.items() if kind.projects]


class _ProjectRow(NamedTuple):
    """The total of a row in a table of project spending."""

    iri: ox.NamedNode
    unit: ox.NamedNode
    yuan: Decimal
    step: Decimal  # what the last digit of the figure is worth
    kind: str  # the kind of its table


def report_graph(report: Report, resolution: Resolution | None, base: str) -> Graph:
    """The graph of one report: sorted triples without blank nodes, every IRI under `{base}id/`.

    `resolution` says which documents the citations of all reports mean; they are told by `documents_graph`. Without
    it the report's citations are resolved among themselves, and its graph tells of the documents too.
    """
    own = resolution or resolve(report_references(report))
    graph = _ReportGraph(report, Names(base, report), own).triples()
    return graph if resolution else sorted({*graph, *documents_graph(own, base)}, key=str)


def record_places(report: Report, base: str, resolution: Resolution | None = None) -> dict[str, Place]:
    """The IRI of everything that the report states → its place; boxes on the page are in no graph."""
    made = _ReportGraph(report, Names(base, report), resolution or resolve(report_references(report)))
    made.triples()
    return made.places


class _ReportGraph:
    """The triples of one report in the making."""

    def __init__(self, report: Report, names: Names, resolution: Resolution) -> None:
        self.report, self.names, self.resolution, self.out = report, names, resolution, Triples()
        self.iri = names.of_report()
        self.suspects = suspects(resolution)
        self.places: dict[str, Place] = {}
        self.pages: dict[tuple[int, int], ox.NamedNode] = {}
        self.organizations: dict[str, ox.NamedNode] = {}
        self.named: set[str] = set()  # bodies, by the names that their IRIs are made of
        self.recognised = {(place.source, place.page) for place in report.recognised}
        self.bodies = {label_key(n): body.name for body in report.bodies for n in (body.name, *body.aliases)}
        self.bodies.setdefault(label_key(report.identity.body), report.identity.body)

    def triples(self) -> Graph:
        self.identity()
        self.sources()
        for body in self.report.bodies:
            self.body(body)
        for one, other in print_variants([body.name for body in self.report.bodies]):
            self.out.add(self.names.of_body(one), possiblySame=self.names.of_body(other))
            self.out.add(self.names.of_body(other), possiblySame=self.names.of_body(one))
        for number, table in enumerate(self.report.tables, 1):
            self.table(number, table)
        for key, project in zip(self.names.project_keys, self.report.projects, strict=True):
            self.project(key, project)
        for number, statement in enumerate(self.report.statements, 1):
            self.statement(number, statement)
        for number, remark in enumerate(self.report.remarks, 1):
            iri = self.record(self.names.iri("remark", self.names.key, f"m{number}"), remark.place, "mz:Remark")
            self.out.add(iri, remarkKind=concept("remark", remark.reason), quote=chinese(remark.text))
        self.budget_lines()
        add_comparisons(self.out, self.names)
        for former, new in self.names.moved(sorted({*self.named, self.report.identity.body})):
            self.out.link(former, "dcterms:isReplacedBy", new)
        return list(self.out)

    # What every record has

    def record(self, iri: ox.NamedNode, place: Place, *classes: str) -> ox.NamedNode:
        """The classes of something that the report states, and its provenance."""
        self.places[iri.value] = place
        self.out.types(iri, *classes)
        self.out.add(iri, reportedIn=self.iri, line=place.line, cell=place.cell)
        if (place.source, place.page) in self.recognised:
            self.out.add(iri, recognised=True)
        self.out.link(iri, "prov:wasDerivedFrom", self.page(place))
        return iri

    def page(self, place: Place) -> ox.NamedNode:
        known = self.pages.get((place.source, place.page))
        if known is not None:
            return known
        page = self.pages[place.source, place.page] = self.names.of_page(place)
        self.out.types(page, "mz:Page")
        self.out.add(page, pageNumber=place.page)
        self.out.link(page, "dcterms:isPartOf", self.iri)
        self.out.link(page, "prov:wasDerivedFrom", self.source(place.source))
        return page

    def source(self, number: int) -> ox.NamedNode:
        return self.names.iri("source", self.names.key, number + 1)

    def amount(self, iri: ox.NamedNode, amount: Amount) -> None:
        self.out.add(iri, amount=amount.yuan, printedAmount=amount.printed + amount.unit)

    def organization(self, printed: str | None) -> ox.NamedNode:
        """The body of that name or alias, the reporting body where none is given."""
        printed = printed or self.report.identity.body
        if printed not in self.organizations:
            self.organizations[printed] = self.found_organization(printed)
        return self.organizations[printed]

    def found_organization(self, printed: str) -> ox.NamedNode:
        known = self.bodies.get(label_key(printed)) or self.bodies.get(_SECOND_NAME.sub("", label_key(printed)))
        iri = self.names.of_body(known or printed)
        if known is None:
            self.named_body(iri, printed)
        return iri

    # The report and its files

    def identity(self) -> None:
        out, i = self.out, self.report.identity
        out.types(self.iri, "mz:Report")
        out.link(self.iri, "dcterms:title", chinese(i.title))
        out.link(self.iri, "rdfs:label", chinese(i.title))
        out.add(
            self.iri,
            reportingBody=self.organization(i.body),
            fiscalYear=typed(str(i.year), "gYear"),
            stage=concept("stage", i.stage),
            scope=concept("scope", i.scope),
            pageCount=sum(source.pages for source in self.report.sources),
            ignoredCount=len(self.report.ignored),
            unreadCount=len(self.report.unread),
            faultCount=len(self.report.faults),
        )
        for fault in self.report.faults:
            out.add(self.page(fault.place), readingFault=fault.text)
        out.types(self.names.of_body(i.body), _CLASSES[i.scope])
        for part, cell in i.evidence:
            out.add(self.record(self.evidence(part), cell.place), quote=chinese(squeeze(cell.text)))
        printed = dict(i.evidence)
        for part, text in i.stated:
            out.add(self.evidence(part), stated=chinese(text), statedBy=i.stated_by)
            out.add(self.iri, statedBy=None if part in printed else i.stated_by)
        for key in i.versions:
            out.add(self.iri, otherVersion=self.names.iri("report", key))

    def evidence(self, part: str) -> ox.NamedNode:
        """What a part of the identity rests on: printed text, or what is stated beside the file."""
        iri = ox.NamedNode(f"{self.iri.value}#evidence-{part}")
        self.out.types(iri, "mz:Evidence")
        self.out.add(iri, evidencePart=part, reportedIn=self.iri)
        self.out.add(self.iri, hasEvidence=iri)
        return iri

    def sources(self) -> None:
        for number, source in enumerate(self.report.sources):
            iri = self.source(number)
            self.out.types(iri, "mz:SourceFile")
            self.out.add(iri, fileName=source.name, sourceDigest=source.sha256, pageCount=source.pages)
            self.out.add(self.iri, hasSource=iri, sourceDigest=source.sha256)
            if source.url:
                self.out.link(iri, "dcterms:source", ox.NamedNode(source.url))
            if source.published:
                self.out.link(iri, "dcterms:issued", ox.Literal(source.published, datatype=ox.NamedNode(f"{XSD}date")))

    # Bodies

    def body(self, body: Body) -> None:
        iri = self.names.of_body(body.name)
        self.named_body(iri, body.name, _CLASSES[body.scope])
        self.out.link(iri, "skos:altLabel", *map(chinese, body.aliases))
        self.out.add(iri, code=body.code)
        self.out.link(iri, "prov:wasDerivedFrom", self.page(body.place))
        if body.parent and label_key(body.parent) != label_key(body.name):
            self.out.link(iri, "org:subOrganizationOf", self.organization(body.parent))

    def named_body(self, iri: ox.NamedNode, printed: str, *classes: str) -> None:
        self.named.add(printed)
        self.out.types(iri, "org:FormalOrganization", "mz:Body", *classes)
        self.out.link(iri, "rdfs:label", chinese(printed))
        self.out.add(iri, region=concept("region", self.names.region) if self.names.region else None)

    # Tables

    def table(self, number: int, table: BudgetTable) -> None:
        iri = self.record(self.names.of_table(number), table.place, "mz:Table", "qb:DataSet")
        for curie in ("dcterms:title", "rdfs:label"):
            self.out.link(iri, curie, chinese(table.title))
        self.out.link(iri, "qb:structure", ox.NamedNode(vocab.term(f"structure-{table.kind}")))
        self.out.add(
            iri,
            tableKind=concept("table", table.kind),
            tableNumber=number,
            tableLabel=table.label,
            printedUnit=printed_unit(self.report, number, table),
            precision=_precision([o.amount for o in table.observations]),
            note=chinese(table.note) if table.note else None,
            isEmpty=not table.observations,
        )
        levels = {row.number: row.level for row in table.rows}
        for o in table.observations:
            self.observation(number, o, levels.get(o.row))
        sums = table_sums(table)
        of = self.names.of_observation
        for parts, link in ((sums.by_row, "mz:partOfRow"), (sums.by_column, "mz:partOfColumn")):
            for part, whole in parts.items():
                self.out.link(of(number, *part), link, of(number, *whole))
        for whole, rows in sums.row_evidence.items():
            self.out.add(
                of(number, *whole), rowSumHeld=rows.held, rowSumTested=rows.tested, rowSumRounding=rows.rounding
            )
        for whole, columns in sums.column_evidence.items():
            self.out.add(
                of(number, *whole),
                columnSumHeld=columns.held,
                columnSumTested=columns.tested,
                columnSumRounding=columns.rounding,
            )

    def observation(self, table: int, o: Observation, level: int | None) -> None:
        iri = self.names.of_observation(table, o.row, o.column)
        self.record(iri, o.amount.place, "mz:Observation", "qb:Observation")
        self.out.link(iri, "qb:dataSet", self.names.of_table(table))
        self.amount(iri, o.amount)
        self.out.add(
            iri,
            table=self.names.of_table(table),
            organization=self.organization(o.organization),
            row=o.row,
            column=o.column,
            rowLabel=chinese(o.label) if o.label else None,
            rowLevel=level,
            heading=chinese(o.heading) if o.heading else None,
            isTotal=True if o.total else None,
        )
        self.dimensions(iri, o.dimensions)

    def dimensions(self, iri: ox.NamedNode, dimensions: Iterable[tuple[str, str]]) -> None:
        """The dimensions of a figure; year and stage are the report's where the figure has none of its own."""
        i = self.report.identity
        given = {"fiscalYear": str(i.year), "stage": i.stage, **dict(dimensions)}
        for dimension, notation in given.items():
            scheme = vocab.code_list(dimension)
            value = concept(scheme, notation) if scheme else typed(notation, "gYear")
            self.out.add(iri, **{dimension: value})

    # Projects

    def project(self, key: str, project: Project) -> None:
        iri = self.record(self.project_iri(key), project.place, "mz:Project")
        for page in project.pages:
            place = Place(page, source=project.place.source)
            self.out.link(iri, "prov:wasDerivedFrom", self.page(place))
        self.out.link(iri, "rdfs:label", chinese(project.name))
        money = [project.total, project.annual, *(a.amount for a in project.appropriations)]
        office = project.department if project.department and is_office(project.department.name) else None
        self.out.add(
            iri,
            fiscalYear=typed(str(self.report.identity.year), "gYear"),
            administeredBy=self.department(project),
            administeringOffice=office.name if office else None,
            implementedBy=self.organization(project.unit.name) if project.unit else None,
            attribute=project.attribute,
            category=project.category,
            period=project.period,
            projectKind=concept("projectKind", project.kind),
            executionWeight=project.execution_weight,
            selfScore=project.score,
            precision=_precision([amount for amount in money if amount]),
        )
        for body in filter(None, (None if office else project.department, project.unit)):
            self.out.add(self.organization(body.name), code=body.code)
        self.project_money(iri, key, project)
        parts = field_parts(project)
        for field, cell in project.fields:
            part = parts[field, cell.place]
            text = self.record(ox.NamedNode(f"{iri.value}#field-{part}"), cell.place, "mz:TextField")
            self.out.add(text, field=concept("field", field), text=chinese(cell.text))
            self.out.add(iri, hasField=text)
        for number, indicator in enumerate(project.indicators, 1):
            self.indicator(iri, self.names.iri("indicator", self.names.key, key, f"i{number}"), indicator)
        seen: Counter[tuple[str, int]] = Counter()  # the documents of a range begin at one place
        for field, cell, mention in mentions(project, self.report.identity.region):
            part = parts[field, cell.place]
            seen[part, mention.start] += 1
            count = seen[part, mention.start]
            name = f"{part}-{mention.start}" if count == 1 else f"{part}-{mention.start}-n{count}"
            self.citation(iri, self.names.iri("citation", self.names.key, key, name), part, field, cell, mention)

    def department(self, project: Project) -> ox.NamedNode | None:
        """The department in charge; where the form prints an office of the finance department, the report's own."""
        if project.department is None:
            return None
        if not is_office(project.department.name):
            return self.organization(project.department.name)
        who = self.report.identity
        own = next((b for b in self.report.bodies if label_key(b.name) == label_key(who.body)), None)
        return self.organization(own.parent if own and own.parent and who.scope == "unit" else None)

    def project_iri(self, key: str) -> ox.NamedNode:
        return self.names.iri("project", self.names.key, key)

    def project_money(self, iri: ox.NamedNode, key: str, project: Project) -> None:
        out = self.out
        if project.annual:
            printed = project.annual.printed + project.annual.unit
            out.add(iri, annualAmount=project.annual.yuan, printedAnnualAmount=printed)
        if project.total:
            out.add(iri, totalAmount=project.total.yuan, printedTotalAmount=project.total.printed + project.total.unit)
        if spent := project.execution:
            out.add(
                iri,
                initialAmount=_yuan(spent.initial),
                revisedAmount=_yuan(spent.revised),
                executedAmount=_yuan(spent.executed),
                executionRate=spent.rate,
                executionScore=spent.score,
            )
        seen: Counter[str] = Counter()
        for a in project.appropriations:
            part = f"{a.horizon}-{a.funding}"
            seen[part] += 1
            part = part if seen[part] == 1 else f"{part}-{seen[part]}"
            one = self.names.iri("appropriation", self.names.key, key, part)
            self.record(one, a.amount.place, "mz:Appropriation")
            self.amount(one, a.amount)
            out.add(one, fundingSource=concept("funding", a.funding), horizon=concept("horizon", a.horizon))
            out.add(one, initialAmount=_yuan(a.initial), executedAmount=_yuan(a.executed))
            out.link(one, "rdfs:label", chinese(a.label))
            out.add(iri, hasAppropriation=one)

    def indicator(self, project: ox.NamedNode, iri: ox.NamedNode, indicator: Indicator) -> None:
        self.record(iri, indicator.place, "mz:Indicator")
        self.out.link(iri, "rdfs:label", chinese(indicator.name))
        self.out.add(
            iri,
            indicatorKind=concept("indicator", indicator.kind),
            horizon=concept("horizon", indicator.horizon),
            completed=True if indicator.completed else None,
            weight=indicator.weight,
        )
        if result := indicator.result:
            actual = result.actual
            self.out.add(
                iri,
                actualText=actual.printed if actual else None,
                actualValue=actual.value if actual else None,
                actualUnit=actual.unit if actual else None,
                score=result.score,
                deviation=result.deviation,
            )
        if target := indicator.target:
            self.out.add(
                iri,
                targetText=target.printed,
                comparison=concept("comparison", target.comparison) if target.comparison else None,
                targetValue=target.value,
                targetUpperValue=target.high,
                targetUnit=target.unit,
                deadline=target.deadline,
            )
        self.out.add(project, hasIndicator=iri)

    def citation(
        self, project: ox.NamedNode, iri: ox.NamedNode, part: str, field: str, cell: Cell, mention: Mention
    ) -> None:
        self.record(iri, cell.place, "mz:Citation")
        self.out.types(iri, "oa:Annotation")
        source, span = ox.NamedNode(f"{project.value}#field-{part}"), ox.NamedNode(f"{iri.value}#span")
        self.out.types(span, "mz:Span", "oa:TextPositionSelector")
        self.out.link(span, "oa:start", mention.start)
        self.out.link(span, "oa:end", mention.end)
        self.out.link(iri, "oa:hasTarget", source)
        self.out.link(iri, "rdfs:label", chinese(squeeze(mention.quote)))
        self.out.add(
            iri,
            quote=chinese(squeeze(mention.quote)),
            citedInField=concept("field", field),
            citedTitle=mention.title,
            citedNumber=mention.number,
            span=span,
            basisKind=concept("basisKind", mention.basis) if mention.basis else None,
        )
        for article in mention.articles:
            self.out.add(iri, article=article)
        self.out.add(project, hasCitation=iri)
        if mention.basis is None:
            self.cited(project, iri, field, mention)

    def cited(self, project: ox.NamedNode, iri: ox.NamedNode, field: str, mention: Mention) -> None:
        """The document that a mention means, and the short way from the project where its legal basis is cited."""
        link = self.resolution.links[Reference.of(mention, self.report.identity.region or "")]
        law = law_iri(link.slug, self.names.base) if link.slug else None
        self.out.add(iri, resolution=concept("resolution", link.grade), citedDocument=law)
        for other in self.suspects.get(link.slug or "", ()):
            self.out.add(iri, suspected=None if other in (mention.number, mention.title) else other)
        if law and field == "legal-basis":
            self.out.add(project, hasLegalBasis=law)

    def budget_lines(self) -> None:
        """Link each project to the totals of its rows in the tables of project spending."""
        rows = self.project_rows()
        wanted: dict[str, list[tuple[str, Project]]] = defaultdict(list)
        for key, project in zip(self.names.project_keys, self.report.projects, strict=True):
            wanted[label_key(project.name)].append((key, project))
        for project_name, projects in wanted.items():
            for key, project in projects:
                for row in self.rows_of(project, rows.get(project_name, []), alone=len(projects) == 1):
                    self.out.add(self.project_iri(key), budgetLine=row.iri)

    def project_rows(self) -> dict[str, list[_ProjectRow]]:
        """Project name → the figures in the tables of project spending that no other figure of their row includes."""
        found: dict[str, list[_ProjectRow]] = defaultdict(list)
        for number, table in enumerate(self.report.tables, 1):
            if table.kind not in _PROJECT_TABLES:
                continue
            included = table_sums(table).by_column
            for o in table.observations:
                if o.project and not o.total and (o.row, o.column) not in included:
                    iri = self.names.of_observation(number, o.row, o.column)
                    unit = self.organization(o.organization)
                    row = _ProjectRow(iri, unit, o.amount.yuan, printed_step(o.amount), table.kind)
                    found[label_key(o.project)].append(row)
        return found

    def rows_of(self, project: Project, rows: list[_ProjectRow], *, alone: bool) -> list[_ProjectRow]:
        """The rows that belong to a project of their name: its unit's where there are such.

        A form covers this year's money, the carry-over, or both: the rows that make up its annual amount, else all.
        Of two projects of one name each has those rows alone whose figure is its annual amount.
        """
        unit = self.organization(project.unit.name) if project.unit else None
        rows = [row for row in rows if row.unit == unit] or rows
        if not alone:
            return [row for row in rows if project.annual and row.yuan == project.annual.yuan]
        parts = [[row for row in rows if row.kind == kind] for kind in _PROJECT_TABLES]
        return next((part for part in parts if part and _make_up(part, project.annual)), rows)

    # The narrative

    def statement(self, number: int, statement: Statement) -> None:
        iri = self.record(self.names.iri("statement", self.names.key, f"s{number}"), statement.place, "mz:Statement")
        self.out.add(
            iri,
            topic=concept("topic", statement.topic),
            value=statement.value,
            unit=statement.unit,
            quote=chinese(statement.quote),
        )
        for role, named in (("subject", statement.subject), ("within", statement.within)):
            if named in vocab.concepts("topic"):
                self.out.add(iri, **{role: concept("topic", named)})
            elif named:
                self.out.add(iri, **{f"{role}Label": named})
        if statement.amount:
            self.amount(iri, statement.amount)
            self.out.add(iri, precision=printed_step(statement.amount))
        if statement.dimensions:
            self.dimensions(iri, statement.dimensions)


def _yuan(amount: Amount | None) -> Decimal | None:
    return amount.yuan if amount else None


def field_parts(project: Project) -> dict[tuple[str, Place], str]:
    """The name of each text field within its project: `legal-basis`, `legal-basis-2` where it is printed otherwise."""
    counted: Counter[str] = Counter()
    parts: dict[tuple[str, Place], str] = {}
    for field, cell in project.fields:
        counted[field] += 1
        parts[field, cell.place] = field if counted[field] == 1 else f"{field}-{counted[field]}"
    return parts


def _make_up(rows: list[_ProjectRow], amount: Amount | None) -> bool:
    """Whether the rows add up to the amount, but for the rounding of each."""
    if amount is None:
        return False
    return abs(sum(row.yuan for row in rows) - amount.yuan) <= sum(row.step for row in rows)


def _precision(amounts: list[Amount]) -> Decimal | None:
    """The finest step among the amounts."""
    return min(map(printed_step, amounts), default=None)
