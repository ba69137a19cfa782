"""Report → graph: everything that the report states is there, traced to its page, under stable IRIs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hand_made import BASE, BODY, EXPENDITURE, PROJECT, PROJECTS, report, table, yuan
from hypothesis import given
from hypothesis import strategies as st

from kg_builder import vocab
from kg_builder.graph.addends import claimed_sums, table_sums
from kg_builder.graph.documents import documents_graph, report_references
from kg_builder.graph.names import Names
from kg_builder.graph.reports import report_graph
from kg_builder.graph.shared import code_uses, shared_graph
from kg_builder.graph.triples import PREFIXES, Triples, concept, decimal, name
from kg_builder.legal.resolve import resolve
from kg_builder.model import Execution, Project, Report, Result, Target

KEY = "510000-qing-chuan-shi-shui-wu-ju-35ce4fc2-2024-budget-department"
PREFIXED = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def ask(made: Report, query: str) -> list[tuple[str | None, ...]]:
    """The rows of a SELECT over the report's graph as text, in order."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in report_graph(made, None, BASE))
    found = store.query(PREFIXED + query)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return sorted(tuple(row[n].value if row[n] else None for n in names) for row in found)


def test_graph_is_sorted_without_repetition_and_the_same_each_time() -> None:
    graph = report_graph(report(), None, BASE)
    assert graph == report_graph(report(), None, BASE)
    assert [str(t) for t in graph] == sorted({str(t) for t in graph})


def test_every_node_has_an_ascii_iri() -> None:
    graph = report_graph(report(), None, BASE)
    assert len(graph) > 100
    for triple in graph:
        for node in (triple.subject, triple.predicate, triple.object):
            assert not isinstance(node, ox.BlankNode)
            assert not isinstance(node, ox.NamedNode) or node.value.isascii()


def test_report_says_whose_it_is_with_evidence() -> None:
    rows = ask(
        report(),
        """SELECT ?body ?year ?stage ?scope ?digest ?quote ?page WHERE {
          ?r a mz:Report ; mz:reportingBody/rdfs:label ?body ; mz:fiscalYear ?year ; mz:stage/^mz:stage ?r ;
             mz:stage ?stage ; mz:scope ?scope ; mz:sourceDigest ?digest ; mz:hasEvidence ?e .
          ?e mz:evidencePart "year" ; mz:quote ?quote ; prov:wasDerivedFrom/mz:pageNumber ?page }""",
    )
    code = vocab.CODE
    assert rows == [(BODY, "2024", f"{code}stage/budget", f"{code}scope/department", "ab" * 32, "2024年", "1")]


def test_provenance_is_a_page_of_the_report() -> None:
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in report_graph(report(), None, BASE))
    for kind in ("Project", "Observation", "Indicator", "Appropriation", "Statement", "Table", "TextField"):
        records = [q.subject for q in store.quads_for_pattern(None, name("rdf:type"), name(f"mz:{kind}"))]
        assert records, kind
        for record in records:
            pages = [q.object.value for q in store.quads_for_pattern(record, name("prov:wasDerivedFrom"), None)]
            assert pages and all(page.startswith(f"{BASE}id/report/{KEY}#page=") for page in pages)


def test_pages_of_a_second_file_are_other_pages() -> None:
    statement = report().statements[0]
    moved = replace(statement, place=replace(statement.place, source=1))
    sources = (*report().sources, replace(report().sources[0], sha256="cd" * 32))
    made = report(statements=(moved,), sources=sources)
    rows = ask(
        made,
        "SELECT ?page ?file WHERE { ?s a mz:Statement ; prov:wasDerivedFrom ?page . ?page prov:wasDerivedFrom ?file }",
    )
    assert rows == [(f"{BASE}id/report/{KEY}#page=7&source=2", f"{BASE}id/source/{KEY}/2")]


@pytest.mark.parametrize(
    ("printed", "unit", "amount"),
    [("1,098.40", "万元", "10984000"), ("4411. 49", "万元", "44114900"), ("0.00", "元", "0"), ("-3.5", "元", "-3.5")],
)
def test_money_is_exact_yuan_beside_its_printed_text(printed: str, unit: str, amount: str) -> None:
    made = report(statements=(replace(report().statements[0], amount=yuan(printed, unit)),))
    rows = ask(
        made, "SELECT ?amount ?printed WHERE { ?s a mz:Statement ; mz:amount ?amount ; mz:printedAmount ?printed }"
    )
    assert rows == [(amount, printed.replace(" ", "") + unit)]


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimals_keep_their_value_in_canonical_form(value: Decimal) -> None:
    literal = decimal(value)
    assert Decimal(literal.value) == value
    assert "E" not in literal.value and not literal.value.endswith(".")
    assert literal.value == "0" or "." not in literal.value or not literal.value.endswith("0")


def test_a_blank_is_no_observation_and_zero_is_one() -> None:
    made = table("expenditure", [("甲", "208", 1)], [("基本支出", ()), ("项目支出", ())], [["0.00", ""]])
    assert ask(report(tables=(made,)), "SELECT ?c ?a WHERE { ?o mz:column ?c ; mz:amount ?a }") == [("1", "0")]


def test_an_empty_table_says_so() -> None:
    empty = replace(PROJECTS, observations=(), note="注：本表无数据")
    rows = ask(report(tables=(empty,)), "SELECT ?empty ?note WHERE { ?t mz:isEmpty ?empty ; mz:note ?note }")
    assert rows == [("true", "注：本表无数据")]


def test_dimensions_are_concepts_and_year_and_stage_can_be_the_figures_own() -> None:
    made = table(
        "expenditure",
        [("卫生健康支出", "210", 1)],
        [("决算数", (("stage", "final"), ("fiscalYear", "2022")))],
        [["1.00"]],
    )
    rows = ask(
        report(tables=(made,)), "SELECT ?f ?s ?y WHERE { ?o mz:functionCode ?f ; mz:stage ?s ; mz:fiscalYear ?y }"
    )
    assert rows == [(f"{vocab.CODE}function/210", f"{vocab.CODE}stage/final", "2022")]


@pytest.mark.parametrize("notation", ["", "公共", "a/b", "a#b"])
def test_a_notation_that_is_none_is_refused(notation: str) -> None:
    with pytest.raises(ValueError):
        concept("function", notation)


def test_a_notation_that_a_closed_list_lacks_is_refused() -> None:
    with pytest.raises(KeyError):
        concept("funding", "nonsense")


def test_units_are_one_body_under_name_and_alias() -> None:
    made = report(projects=(replace(PROJECT, unit=replace(report().bodies[0], name="青川水务")),))
    rows = ask(made, "SELECT ?b WHERE { ?p mz:implementedBy ?b }")
    assert rows == [(f"{BASE}id/org/510000-qing-chuan-shi-shui-wu-ju-35ce4fc2",)]


def test_a_unit_is_part_of_its_department() -> None:
    rows = ask(report(), "SELECT ?u ?d WHERE { ?x org:subOrganizationOf/rdfs:label ?d ; rdfs:label ?u ; a mz:Unit }")
    assert rows == [("青川市水务局机关", BODY)]


def test_project_has_its_money_fields_and_indicators() -> None:
    rows = ask(
        report(),
        """SELECT ?annual ?total ?printed ?source ?text ?indicator ?target ?value WHERE {
          ?p a mz:Project ; mz:annualAmount ?annual ; mz:totalAmount ?total ; mz:printedAnnualAmount ?printed ;
             mz:hasAppropriation ?a ; mz:hasField ?f ; mz:hasIndicator ?i .
          ?a mz:fundingSource ?source ; mz:horizon <https://w3id.org/mingzhang/code/horizon/annual> ; mz:amount ?money .
          ?f mz:field <https://w3id.org/mingzhang/code/field/overview> ; mz:text ?text .
          ?i rdfs:label ?indicator ; mz:targetText ?target ; mz:targetValue ?value FILTER (?money = 20000) }""",
    )
    source = f"{vocab.CODE}funding/central"
    assert rows == [("25000", "75000", "25000元", source, "扩建净水车间。", "供水能力", "≥500吨/日", "500")]


def test_a_self_evaluation_stands_beside_its_targets() -> None:
    result = Result(Target("450吨/日", "eq", Decimal(450), unit="吨/日"), Decimal("8.5"), "检修停机")
    evaluated = replace(
        PROJECT,
        indicators=(replace(PROJECT.indicators[0], weight=Decimal(10), result=result),),
        execution=Execution(yuan("30000", "元"), yuan("25000", "元"), yuan("20000", "元"), Decimal(80), Decimal(8)),
        execution_weight=Decimal(10),
        score=Decimal("92.5"),
    )
    rows = ask(
        report(projects=(evaluated,)),
        """SELECT ?initial ?revised ?executed ?rate ?points ?weight ?all ?kind ?text ?value ?unit ?score ?why WHERE {
          ?p mz:initialAmount ?initial ; mz:revisedAmount ?revised ; mz:executedAmount ?executed ; mz:selfScore ?all ;
             mz:executionRate ?rate ; mz:executionScore ?points ; mz:projectKind ?kind ; mz:hasIndicator ?i .
          ?i mz:weight ?weight ; mz:actualText ?text ; mz:actualValue ?value ; mz:actualUnit ?unit ; mz:score ?score ;
             mz:deviation ?why }""",
    )
    kind = f"{vocab.CODE}projectKind/project"
    assert rows == [
        ("30000", "25000", "20000", "80", "8", "10", "92.5", kind, "450吨/日", "450", "吨/日", "8.5", "检修停机")
    ]


def lines_of(*projects: Project) -> list[tuple[str | None, ...]]:
    return ask(report(projects=projects), "SELECT ?p ?a WHERE { ?p mz:budgetLine/mz:amount ?a }")


def test_project_is_linked_to_the_total_of_its_row_whatever_the_brackets() -> None:
    assert [amount for _, amount in lines_of(PROJECT)] == ["25000"]


def test_two_forms_of_one_name_take_the_row_of_their_own_amount() -> None:
    other = replace(PROJECT, annual=yuan("99", "元"))
    project = f"{BASE}id/project/{KEY}/shui-chang-er-qi-a4cd60e7"
    assert lines_of(PROJECT, other) == [(project, "25000")]


def test_one_form_can_be_the_sum_of_several_rows() -> None:
    rows = [("水厂（二期）", None, 1), ("水厂（二期）", None, 1)]
    made = table("projects-current", rows, [("合计", ())], [["1.00"], ["1.50"]])
    found = ask(report(tables=(made,)), "SELECT (SUM(?a) AS ?sum) WHERE { ?p mz:budgetLine/mz:amount ?a }")
    assert found == [("25000",)]


def test_iris_do_not_change_when_the_report_grows() -> None:
    more = report(projects=(PROJECT, replace(PROJECT, name="河道清淤")), tables=(EXPENDITURE, PROJECTS, EXPENDITURE))
    before, after = ({t.subject for t in report_graph(r, None, BASE)} for r in (report(), more))
    assert before <= after


@given(st.lists(st.sampled_from(["甲", "甲 ", "甲-2", "乙", "家", "家2", "家-2", "佳"]), max_size=8))
def test_projects_of_a_report_have_different_keys(names: list[str]) -> None:
    made = report(projects=tuple(replace(PROJECT, name=n) for n in names))
    assert len(set(Names(BASE, made).project_keys)) == len(names)


def test_a_form_takes_the_rows_that_make_up_its_amount() -> None:
    rows = [("水厂（二期）", None, 1)]
    current = table("projects-current", rows, [("合计", ())], [["2.50"]])
    carried = table("projects-carry-over", rows, [("合计", ())], [["0.80"]])
    query = "SELECT (SUM(?a) AS ?sum) WHERE { ?p mz:budgetLine/mz:amount ?a }"
    for annual, lines in (("25000", "25000"), ("8000", "8000"), ("33000", "33000"), ("99", "33000")):
        made = report(tables=(current, carried), projects=(replace(PROJECT, annual=yuan(annual, "元")),))
        assert ask(made, query) == [(lines,)]


def test_statement_says_what_it_is_of() -> None:
    share = replace(report().statements[0], topic="share", unit="%", subject="vehicles", within="住房保障支出")
    rows = ask(report(statements=(share,)), "SELECT ?s ?w WHERE { ?x mz:subject ?s ; mz:withinLabel ?w }")
    assert rows == [(f"{vocab.CODE}topic/vehicles", "住房保障支出")]


# Citations


def test_citation_has_its_words_span_field_and_document() -> None:
    rows = ask(
        report(),
        """SELECT ?quote ?start ?end ?number ?article ?title WHERE {
          ?p mz:hasLegalBasis ?law ; mz:hasCitation ?c .
          ?c mz:citedDocument ?law ; mz:quote ?quote ; mz:article ?article ; mz:citedNumber ?number ;
             mz:citedInField <https://w3id.org/mingzhang/code/field/legal-basis> ;
             mz:span [ oa:start ?start ; oa:end ?end ] ; oa:hasTarget/mz:text ?text .
          ?law dcterms:title ?title ; mz:documentNumber ?number ; a eli:LegalResource .
          FILTER (STRENDS(?quote, SUBSTR(?text, ?end, 1))) }""",
    )
    (row,) = rows
    quote, start, end, number, article, title = row
    text = dict(PROJECT.fields)["legal-basis"].text
    assert start is not None and end is not None and text[int(start) : int(end)] == quote
    assert (number, article, title) == ("青财综〔2021〕7号", "第三条", "青川市河道管理办法")


@pytest.mark.parametrize("field", ["overview", "safeguards"])
def test_a_legal_basis_is_cited_in_its_own_field_only(field: str) -> None:
    made = report(projects=(replace(PROJECT, fields=((field, dict(PROJECT.fields)["legal-basis"]),)),))
    assert ask(made, "SELECT ?law WHERE { ?c mz:citedDocument ?law }")
    assert not ask(made, "SELECT ?law WHERE { ?p mz:hasLegalBasis ?law }")


def test_a_contract_is_no_legal_basis() -> None:
    cell = replace(dict(PROJECT.fields)["legal-basis"], text="依据与青川市水务集团签订的《河道清淤服务合同》。")
    made = report(projects=(replace(PROJECT, fields=(("legal-basis", cell),)),))
    assert ask(made, "SELECT ?kind WHERE { ?c mz:basisKind ?kind }") == [(f"{vocab.CODE}basisKind/contract",)]
    assert not ask(made, "SELECT ?law WHERE { { ?p mz:hasLegalBasis ?law } UNION { ?c mz:citedDocument ?law } }")


def test_documents_are_told_once_for_all_reports_where_there_is_a_resolution() -> None:
    resolution = resolve(report_references(report()))
    alone = {str(t) for t in report_graph(report(), None, BASE)}
    together = {str(t) for t in report_graph(report(), resolution, BASE)}
    documents = {str(t) for t in documents_graph(resolution, BASE)}
    assert documents and not documents & together
    assert alone == together | documents


# Which figures add up


def test_rows_and_columns_that_add_up() -> None:
    sums = table_sums(EXPENDITURE)
    assert sums.by_row[2, 1] == sums.by_row[6, 1] == (1, 1)
    assert sums.by_row[3, 1] == (2, 1)
    assert sums.by_row[4, 1] == sums.by_row[5, 1] == (3, 1)
    assert sums.by_row[5, 2] == (3, 2)
    assert sums.by_column[1, 2] == sums.by_column[1, 3] == (1, 1)
    assert (1, 1) not in sums.by_row and (1, 1) not in sums.by_column


BASIC, PERSONNEL = (("expenditureType", "basic"),), (("expenditureType", "personnel"),)
PUBLIC, PROJECT_TYPE = (("expenditureType", "public"),), (("expenditureType", "project"),)
GENERAL, FUND = (("fundingSource", "general-public"),), (("fundingSource", "government-fund"),)
ACCOUNT, CARRY = (("fundingSource", "fiscal-account"),), (("fundingSource", "carry-over"),)


@pytest.mark.parametrize(
    ("heads", "parts"),
    [
        ([("合计", ()), ("基本支出", BASIC), ("项目支出", PROJECT_TYPE)], {2: 1, 3: 1}),
        # two levels in one row of heads
        (
            [
                ("合计", ()),
                ("基本支出", BASIC),
                ("人员经费", PERSONNEL),
                ("公用经费", PUBLIC),
                ("项目支出", PROJECT_TYPE),
            ],
            {2: 1, 3: 2, 4: 2, 5: 1},
        ),
        # heads over heads
        ([("合计", ()), ("基本支出 / 小计", BASIC), ("基本支出 / 人员经费", PERSONNEL)], {2: 1, 3: 2}),
        ([("合计", ()), ("财政拨款 / 一般公共预算", GENERAL), ("财政专户管理资金", ACCOUNT)], {2: 1, 3: 1}),
        # what stands beside the group is no part of the group's total
        ([("本年收入 / 合计", ()), ("本年收入 / 政府性基金", FUND), ("上年结转", CARRY)], {2: 1}),
        # a part of a column says nothing of the rest
        ([("合计", ()), ("其中：政府性基金", FUND)], {}),
        # no head says that it is a sum
        ([("金额", ()), ("政府性基金", FUND)], {}),
        # two heads say so
        ([("合计", ()), ("合计", ()), ("政府性基金", FUND)], {}),
    ],
)
def test_columns_add_up_by_heads_and_concepts(heads: list[tuple[str, tuple[()]]], parts: dict[int, int]) -> None:
    made = table("expenditure", [("甲", None, 1)], heads, [["1"] * len(heads)])
    assert {part: whole for (_, part), (_, whole) in claimed_sums(made)["column"].items()} == parts


def test_a_total_that_heads_its_rows_includes_what_stands_below_it() -> None:
    rows = [("青川市水务局", None, 1), ("机关", None, 2), ("清淤", None, 3), ("河堤", None, 3), ("水文站", None, 2)]
    made = table("projects-current", rows, [("合计", ())], [["1"]] * 5)
    figures = tuple(replace(o, total=o.row in (1, 2, 5)) for o in made.observations)
    claims = claimed_sums(replace(made, observations=figures))["row"]
    assert {part: whole for (part, _), (whole, _) in claims.items()} == {2: 1, 3: 2, 4: 2, 5: 1}


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        # the total last
        ([("甲", None, 1), ("乙", None, 1), ("合计", None, 1)], {1: 3, 2: 3}),
        # a total of the year, then the total of all
        (
            [("甲", None, 1), ("本年支出合计", None, 1), ("结转下年", None, 1), ("支出总计", None, 1)],
            {1: 2, 2: 4, 3: 4},
        ),
        # no total: nothing but the codes
        ([("甲", "208", 1), ("乙", "20805", 2), ("丙", "210", 1), ("丁", "2210201", 3)], {2: 1}),
        # levels without codes
        ([("合计", None, 1), ("单位", None, 2), ("项目", None, 3), ("项目二", None, 3)], {2: 1, 3: 2, 4: 2}),
        # subtotals under side heads
        (
            [
                ("合计", None, 1),
                ("拨款 / 小计", None, 1),
                ("拨款 / 甲", None, 2),
                ("拨款 / 乙", None, 2),
                ("丙", None, 1),
            ],
            {2: 1, 3: 2, 4: 2, 5: 1},
        ),
        # a part of a row says nothing of the rest
        ([("合计", None, 1), ("甲", None, 1), ("其中：乙", None, 2)], {2: 1}),
        # a total at the head with another below: not said which rows it takes
        ([("合计", None, 1), ("甲", None, 1), ("支出总计", None, 1)], {}),
    ],
)
def test_rows_add_up_by_codes_and_levels(rows: list[tuple[str, str | None, int]], parts: dict[int, int]) -> None:
    made = table("expenditure", rows, [("合计", ())], [["1"]] * len(rows))
    assert {part: whole for (part, _), (whole, _) in claimed_sums(made)["row"].items()} == parts


# What all reports share


def test_code_uses_and_the_names_they_add() -> None:
    graph = shared_graph(code_uses(report()))
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in graph)
    row = f"""{PREFIXED} SELECT ?label ?year WHERE {{
      ?n mz:nameOf <{vocab.CODE}function/20805> ; rdfs:label ?label ; mz:seenInYear ?year }}"""
    assert [(r["label"].value, r["year"].value) for r in store.query(row)] == [("养老支出", "2024")]
    assert graph == shared_graph(code_uses(report()))
    assert not any(isinstance(n, ox.BlankNode) for t in graph for n in (t.subject, t.object))


def test_shared_graph_tells_of_regions_in_use_and_above_only() -> None:
    subjects = {t.subject.value for t in shared_graph(code_uses(report()))}
    assert f"{vocab.CODE}region/510000" in subjects
    assert f"{vocab.CODE}region/140300" not in subjects


def test_an_unknown_code_joins_its_list() -> None:
    made = table("expenditure", [("新科目", "2080577", 3)], [("合计", ())], [["1.00"]])
    graph = shared_graph(code_uses(report(tables=(made,))))
    code = ox.NamedNode(f"{vocab.CODE}function/2080577")
    assert ox.Triple(code, name("skos:broader"), ox.NamedNode(f"{vocab.CODE}function/20805")) in graph
    assert ox.Triple(code, name("skos:prefLabel"), ox.Literal("新科目", language="zh")) in graph


def test_triples_come_once_and_sorted() -> None:
    out = Triples()
    for _ in range(2):
        out.link(ox.NamedNode("http://a"), "rdfs:label", "b", "a")
    assert [t.object.value for t in out] == ["a", "b"]
