"""The kinds of entities, each declared once: its class, page and list, and its place in menu, home page and search.

A new kind is an entry here and the function that makes its page; routes, menu, numbers of the home page, search
results, sitemap and the description of the service follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from server.pages import bodies, documents, projects, records, reports
from server.pages.blocks import EntityPage, Head
from server.pages.projects import ANNUAL, BODY, TOTAL, UNIT, YEAR
from server.pages.view import View


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entity: its class in the ontology, the first part of its IRIs' paths, and what makes its page.

    `sought` is its place among the kinds of which a search finds something equally near, 0 for one that is not sought;
    `by_name` says that what a search finds leads to the list of those of its name. `mapped`: search engines are told of
    its pages.
    """

    name: str
    path: str
    page: Callable[[View, str], EntityPage]
    sought: int = field(default=0, kw_only=True)
    by_name: bool = field(default=False, kw_only=True)
    mapped: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head and the path to its value; a list may be sorted by one whose head names an order.

    `counted` columns hold how many things the path leads to, others the first of its values.
    """

    head: Head
    path: str
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Kind):
    """A kind with a list: the list's address, its words, columns after the name, filters as name → pattern over ?value.

    `title` is what the list is called, `menu` what the menu calls it, `number` what the home page says behind how many
    there are.
    """

    address: str
    title: Head
    menu: Head
    number: Head
    columns: tuple[Column, ...] = ()
    filters: Mapping[str, tuple[Head, str]] = field(default_factory=dict)
    named: str = "rdfs:label"  # what the filter `q` looks into
    source: bool = False  # whether the items are printed on a page


def _counted(zh: str, en: str, path: str, sort: str) -> Column:
    return Column(Head(zh, en, number=True, sort=sort), path, counted=True)


_YEAR = Column(YEAR, "mz:fiscalYear")
_YEAR_FILTER = {"year": (Head("年度", "Year"), "?item mz:fiscalYear ?value .")}
_BODY_FILTER = (
    Head("机构", "Body"),
    "{ ?item mz:administeredBy|mz:implementedBy ?value } UNION { ?item mz:reportedIn/mz:reportingBody ?value }",
)
_REPORT_FILTER = (Head("报告", "Report"), "?item mz:reportedIn ?value .")
_PLACE_FILTER = (Head("地方", "Place"), "?item mz:reportedIn/mz:reportingBody/mz:region ?value .")

KINDS: tuple[Kind, ...] = (
    Listed(
        "Report", "report", reports.report, sought=4, mapped=True,
        address="reports", title=Head("公开报告", "Reports"),
        menu=Head("报告", "Reports"), number=Head("份报告", "reports"),
        columns=(
            Column(Head("机构", "Body"), "mz:reportingBody"),
            _YEAR,
            Column(Head("阶段", "Stage"), "mz:stage"),
            Column(Head("范围", "Scope"), "mz:scope"),
            _counted("表", "Tables", "^mz:reportedIn/mz:tableKind", ""),
            Column(Head("未读", "Unread", number=True, sort="unread"), "mz:unreadCount"),
        ),
        filters={
            **_YEAR_FILTER,
            "body": (Head("机构", "Body"), "?item mz:reportingBody ?value ."),
            "place": (Head("地方", "Place"), "?item mz:reportingBody/mz:region ?value ."),
            "stage": (Head("阶段", "Stage"), "?item mz:stage ?value ."),
        },
    ),
    Listed(
        "Body", "org", bodies.body, sought=2, mapped=True,
        address="departments", title=Head("部门与单位", "Departments and units"),
        menu=Head("机构", "Bodies"), number=Head("个机构", "bodies"),
        columns=(
            Column(Head("机构代码", "Code"), "mz:code"),
            Column(Head("行政区划", "Region"), "mz:region"),
            Column(Head("隶属", "Part of"), "org:subOrganizationOf"),
            _counted("报告", "Reports", "^mz:reportingBody", "reports"),
            _counted("项目", "Projects", "^mz:administeredBy|^mz:implementedBy", "projects"),
        ),
        filters={"region": (Head("行政区划", "Region"), "?item mz:region ?value .")},
    ),
    Listed(
        "Project", "project", projects.project, sought=3, mapped=True,
        address="projects", title=Head("项目", "Projects"),
        menu=Head("项目", "Projects"), number=Head("个项目", "projects"),
        columns=(
            _YEAR,
            Column(BODY, "mz:administeredBy"),
            Column(UNIT, "mz:implementedBy"),
            Column(ANNUAL, "mz:annualAmount"),
            Column(TOTAL, "mz:totalAmount"),
        ),
        filters={
            **_YEAR_FILTER,
            "body": _BODY_FILTER,
            "place": _PLACE_FILTER,
            "document": (Head("引用的文件", "Cites"), "?item mz:hasCitation/mz:citedDocument ?value ."),
            "basis": (Head("立项依据", "Basis"), "?item mz:hasLegalBasis ?value ."),
            "report": _REPORT_FILTER,
        },
        source=True,
    ),
    Listed(
        "LegalDocument", "law", documents.law, sought=1, mapped=True,
        address="laws", title=Head("法律文件", "Legal documents"),
        menu=Head("依据文件", "Documents"), number=Head("份文件", "documents cited"),
        columns=(
            Column(Head("文号", "Number"), "mz:documentNumber"),
            Column(Head("发文年份", "Year", sort="issued"), "mz:issueYear"),
            Column(Head("种类", "Kind"), "mz:documentKind"),
            Column(Head("层级", "Level"), "mz:issuingLevel"),
            _counted("以它为依据的项目", "Projects based on it", "^mz:hasLegalBasis", "cited"),
        ),
        filters={
            "level": (Head("层级", "Level"), "?item mz:issuingLevel ?value ."),
            "kind": (Head("种类", "Kind"), "?item mz:documentKind ?value ."),
        },
        named="rdfs:label|dcterms:title|mz:documentNumber",
    ),
    Listed(
        "Indicator", "indicator", records.indicator, sought=5, by_name=True,
        address="indicators", title=Head("绩效指标", "Indicators"),
        menu=Head("绩效指标", "Targets"), number=Head("项绩效目标", "targets"),
        columns=(
            Column(Head("目标值", "Target", sort="target"), "mz:targetText"),
            Column(Head("种类", "Kind"), "mz:indicatorKind"),
            Column(Head("期限", "Horizon"), "mz:horizon"),
            Column(Head("项目", "Project"), "^mz:hasIndicator"),
            Column(Head("机构", "Body"), "mz:reportedIn/mz:reportingBody"),
        ),
        filters={
            "kind": (Head("种类", "Kind"), "?item mz:indicatorKind ?value ."),
            "horizon": (Head("期限", "Horizon"), "?item mz:horizon ?value ."),
        },
        source=True,
    ),
    Listed(
        "Finding", "finding", records.finding, mapped=True,
        address="quality", title=Head("核对结果", "Findings"),
        menu=Head("核对", "Findings"), number=Head("处核对结果", "findings"),
        columns=(
            Column(Head("程度", "Severity"), "mz:severity"),
            Column(Head("核对规则", "Check"), "mz:check"),
            Column(Head("涉及", "Concerns"), "mz:concerns"),
            Column(Head("机构", "Body"), "mz:reportedIn/mz:reportingBody"),
            Column(Head("报告", "Report"), "mz:reportedIn"),
        ),
        filters={
            "severity": (Head("程度", "Severity"), "?item mz:severity ?value ."),
            "check": (Head("核对规则", "Check"), "?item mz:check ?value ."),
            "body": (Head("机构", "Body"), "?item mz:reportedIn/mz:reportingBody ?value ."),
            "report": _REPORT_FILTER,
        },
        source=True,
    ),
    Kind("Table", "table", reports.table, mapped=True),
    Kind("Observation", "obs", reports.observation),
    Kind("Citation", "citation", records.citation),
    Kind("Appropriation", "appropriation", records.appropriation),
    Kind("Statement", "statement", records.statement),
    Kind("Issuer", "issuer", records.issuer, sought=7),
)  # fmt: skip

PAGES: Mapping[str, Callable[[View, str], EntityPage]] = {kind.path: kind.page for kind in KINDS}
LISTINGS: Mapping[str, Listed] = {kind.address: kind for kind in KINDS if isinstance(kind, Listed)}
