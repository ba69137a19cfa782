"""What a report is once it has been read: frozen values that keep their place on the page.

Every value that can be quoted (an amount, a field, an indicator) carries the `Place` it was read from,
and money carries its printed text beside its value in yuan. Nothing here knows how to read or to publish.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Stage = Literal["budget", "final"]
Scope = Literal["department", "unit", "government"]
Horizon = Literal["annual", "implementation"]
ProjectKind = Literal["project", "whole-department"]
# What parts the cells of a table: lines drawn or in the file, tabs or bars of a text, places of the print alone, or the
# sums of its figures, where a text has lost its cell borders.
Parted = Literal["rules", "tabs", "places", "sums"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in points; the origin is the top left corner of the page as it is shown."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is printed: a page counted from 1, with its box (PDF) or line counted from 1 (text file).

    Of a workbook a page is a sheet; `cell` names the place as its program does: `收入!B5`, of a document `table 3!B5`.
    """

    page: int
    box: Box | None = None
    line: int | None = None
    source: int = 0  # index into Report.sources
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of printed text with its place: a table cell, a line or a form field; line breaks stay as `\\n`."""

    text: str
    place: Place
    red: bool = False  # printed in red, which may stand for a minus
    printed: str | None = None  # as it is printed, where the text has its digits in another form (full width)


@dataclass(frozen=True, slots=True)
class Table:
    """A grid as a reader found it: rows of equal length; None stands where a merged cell covers the position.

    `head` counts the rows on top that are its head, the row that numbers the columns among them; None where the
    reader does not tell them from the others.
    """

    place: Place
    rows: tuple[tuple[Cell | None, ...], ...]
    parted: Parted = "rules"
    head: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of a sheet that is wider than its page: what the sheet holds from `left` to `right` is printed `after`
    so many pages, `shift` points farther left; `lines` are those of that page by itself.
    """

    after: int
    left: float
    right: float
    shift: float
    lines: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its lines in reading order (watermarks left out) and the tables found on it.

    `lines` holds the text of tables too. `size` is width and height in points, None for a text file.
    `faults` says in words what could not be read (an image without text, a broken font map).
    """

    number: int
    lines: tuple[Cell, ...]
    tables: tuple[Table, ...] = ()
    size: tuple[float, float] | None = None
    faults: tuple[str, ...] = ()
    recognised: bool = False  # the page is an image whose text was recognised (OCR): its figures are less sure
    damaged: bool = False  # nothing of the page was read, for a part of it is damaged: what stood there is not known
    torn: bool = False  # what stood before it in print does not stand before it in the file
    told: tuple[str, ...] = ()  # what a person does not see and is left out: hidden rows, columns and sheets
    apart: bool = False  # a double, or a page of another report: it is empty here, and pages go on over it
    turn: int = 0  # degrees by which the page was turned to stand upright as it was read
    parts: tuple[Part, ...] = ()  # of a sheet on several pages: what each prints; all of it has its place on this one


@dataclass(frozen=True, slots=True)
class Source:
    """One input file: its name for people (never used to understand the report), SHA-256 and page count.

    Of a file that holds several reports `pages` counts those of this one, which begins on page `first`.
    `url` and `published` (YYYY-MM-DD) say where and when it was published, as stated beside the file.
    """

    name: str
    sha256: str
    pages: int
    first: int = 1
    url: str | None = None
    published: str | None = None


IDENTITY = ("body", "region", "year", "stage", "scope", "title")  # the parts that print, or somebody, says of a report


@dataclass(frozen=True, slots=True)
class Publication:
    """Where (a URL) and when (YYYY-MM-DD) a file was published and whose report it is, as stated beside the file.

    None where nobody states it. `by` says where the identity is stated: `sources.tsv, line 3`. `region` is a name.
    """

    url: str | None = None
    published: str | None = None
    body: str | None = None
    region: str | None = None
    year: int | None = None
    stage: Stage | None = None
    scope: Scope | None = None
    title: str | None = None
    by: str = ""


UNSTATED = Publication()


@dataclass(frozen=True, slots=True)
class Amount:
    """A printed sum of money: exact yuan, and the text and unit (元, 千元, 万元, 亿元 …) that it was printed with."""

    yuan: Decimal
    printed: str
    unit: str
    place: Place


@dataclass(frozen=True, slots=True)
class Body:
    """A department or unit as named in the report; `code` is the body's budget code (057), not the region's."""

    name: str
    place: Place
    scope: Scope
    code: str | None = None
    aliases: tuple[str, ...] = ()
    parent: str | None = None  # name of the department it belongs to


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report this is, with the printed text that says so for each part, or what is stated beside the file."""

    body: str
    region: str | None  # name of the region as the body's name gives it: 阳泉市, 上海市普陀区, 江苏省
    year: int
    stage: Stage
    scope: Scope
    title: str
    evidence: tuple[tuple[str, Cell], ...]  # (part, printed text), part in body, year, stage, scope, title, region
    # (part, what is stated beside the file): used where the part has no printed text, else against it
    stated: tuple[tuple[str, str], ...] = ()
    stated_by: str = ""
    # Where files of one report differ and none is known to be in force: which one it is, and the keys of the others.
    version: str = ""
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """One printed figure of a table with what its row and column mean.

    `dimensions` pairs a dimension property of the ontology (`functionCode`, `fundingSource`, `expenditureType`,
    `side`, …) with a notation of that property's code list. `row` and `column` count from 1 within the table.
    """

    row: int
    column: int
    label: str  # the row's label as printed, line breaks removed
    heading: str  # the column's head as printed, levels joined by " / "
    dimensions: tuple[tuple[str, str], ...]
    amount: Amount
    total: bool = False  # the row sums up other rows of its table (合计, 总计, 小计)
    organization: str | None = None  # the unit that the row stands under, where it is not the reporting body
    project: str | None = None  # name of the project in the tables of project spending


@dataclass(frozen=True, slots=True)
class Row:
    """One body row of a budget table: its label, code and level (1 for the outermost), with figures or without."""

    number: int
    label: str
    place: Place
    code: str | None = None
    level: int = 1
    organization: str | None = None
    heading: bool = False  # a unit's or group's heading rather than a line of its own


@dataclass(frozen=True, slots=True)
class BudgetTable:
    """A table of the report, its continuation pages joined.

    `kind` is a notation of the code list `table`, `other` where only the heads were understood.
    An empty table (all figures blank) is kept with its rows and its note (注：本表无数据).
    """

    kind: str
    title: str
    label: str | None  # 预算公开表3, 表三, 公开03表
    unit: str  # 元, 千元, 万元, 百万元, 亿元 …, nothing where none is printed
    place: Place
    rows: tuple[Row, ...]
    observations: tuple[Observation, ...]
    note: str | None = None
    of_government: bool = False  # of a whole government: its kinds of tables add up in other ways than a department's


@dataclass(frozen=True, slots=True)
class Appropriation:
    """Money of a project from one source over one horizon; `funding` is a notation of the code list `funding`.

    Of a self-evaluation `amount` is the budget of the whole year (全年预算数), where print has none the first one;
    `initial` and `executed` are the first budget (年初预算数) and what was spent (全年执行数).
    """

    funding: str
    horizon: Horizon
    label: str
    amount: Amount
    initial: Amount | None = None
    executed: Amount | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A printed target (≥95%, 约30台, 1-3个, 2023年底前, 效果显著) taken apart; the printed text stays whole.

    `comparison` is one of ge, gt, le, lt, eq, approximately, between, by (a deadline), qualitative;
    `high` is the upper bound of `between`; `deadline` an ISO date, year-month or year.
    """

    printed: str
    comparison: str | None = None
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a self-evaluation says of a target: what was reached, the points given, and why it was missed."""

    actual: Target | None = None
    score: Decimal | None = None
    deviation: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One target of a form; `kind` is a notation of the code list `indicator` (output-quantity, …).

    `weight` is what the indicator counts among all (分值, 权重), as printed.
    """

    kind: str
    name: str
    horizon: Horizon
    target: Target | None  # None: the form names the indicator and leaves its value blank
    place: Place
    completed: bool = False  # name or value was cut in print and completed from the other horizon's same indicator
    weight: Decimal | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """How a project's money was spent, as its self-evaluation says; `rate` is in per cent, `score` its points."""

    initial: Amount | None = None
    revised: Amount | None = None
    executed: Amount | None = None
    rate: Decimal | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project as one form or narrative describes it, or all spending of a department (`kind`).

    `fields` pairs a notation of the code list `field` (overview, legal-basis, necessity, safeguards, plan,
    goal-annual, goal-implementation, …) with its text, line breaks of the layout removed.
    """

    name: str
    place: Place
    pages: tuple[int, ...]
    department: Body | None = None
    unit: Body | None = None
    attribute: str | None = None
    category: str | None = None
    period: str | None = None
    total: Amount | None = None
    annual: Amount | None = None
    appropriations: tuple[Appropriation, ...] = ()
    fields: tuple[tuple[str, Cell], ...] = ()
    indicators: tuple[Indicator, ...] = ()
    kind: ProjectKind = "project"
    execution_weight: Decimal | None = None  # points for the execution of the budget: 执行率分值（10）
    execution: Execution | None = None
    score: Decimal | None = None  # of the whole self-evaluation


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure of the narrative; `topic` is a notation of the code list `topic`, `unit` 元, 万元, %, 个, 辆, 平方米…

    `value` is in the printed unit, negative for a decrease; money also has `amount`. `subject` is what a change,
    share or rate is of (a topic's notation, or the printed name of a functional heading), `within` the whole that a
    part was named under. `dimensions` are those of an observation: the level, year and stage of a government's figure.
    """

    topic: str
    value: Decimal
    unit: str
    quote: str  # the clause it stands in, at most 80 characters
    place: Place
    amount: Amount | None = None
    subject: str | None = None
    within: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a piece of print is: a budget table's, a target form's, a list's of projects, or a narrative's.

    `number` counts from 1: a table's place in `Report.tables`, otherwise a project's in `Report.projects`; None where
    no value was made of what printed it.
    """

    kind: Literal["table", "form", "list", "narrative"]
    title: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Residue:
    """Printed text that became no value, with the reason: `ignored` for a stated reason, or `unread`."""

    text: str
    place: Place
    reason: str
    owner: Owner | None = None  # None for what is nobody's own: a remark, a fault of a page


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What other reports print of a figure here (its table, row and column): the last year's, or those of its units.

    `figures` name theirs within `{base}id/obs/`; `amount` is their sum, `rounding` what the printed digits explain, in
    yuan.
    """

    table: int
    row: int
    column: int
    figures: tuple[str, ...]
    amount: Decimal
    rounding: Decimal


@dataclass(frozen=True, slots=True)
class Report:
    """Everything read from one report, from one file or several (tables and text apart)."""

    identity: Identity
    sources: tuple[Source, ...]
    bodies: tuple[Body, ...]
    tables: tuple[BudgetTable, ...]
    projects: tuple[Project, ...]
    statements: tuple[Statement, ...]
    ignored: tuple[Residue, ...] = ()
    unread: tuple[Residue, ...] = ()
    faults: tuple[Residue, ...] = field(default=())  # what a reader could not read: an image page, a broken font
    listed: tuple[str, ...] = ()  # names of the bodies that the report's own list of units names (机构设置)
    remarks: tuple[Residue, ...] = ()  # text that cannot be meant; `reason` is a notation of the code list `remark`
    recognised: tuple[Place, ...] = ()  # pages whose text was recognised in an image
    counterparts: tuple[Counterpart, ...] = ()  # known where the reports of a release are beside it
