"""Citations that were once found wrong, each test named after its fault."""

from __future__ import annotations

import pytest

from kg_builder.legal.find import Mention, find_citations


def only(text: str, region: str = "") -> Mention:
    mentions = find_citations(text, region)
    assert len(mentions) == 1, mentions
    return mentions[0]


def quotes(text: str, region: str = "阳泉市") -> list[str]:
    return [m.quote for m in find_citations(text, region)]


def issuers(text: str, region: str = "阳泉市") -> tuple[str, ...]:
    return only(text, region).issuers


@pytest.mark.parametrize(
    "text",
    [
        "《《中华人民共和国献血法》、《血站管理办法》（卫生部令第44号）",
        "《《血站管理办法》（卫生部令第44号）、《献血法》",
    ],
)
def test_a_doubled_opening_bracket_does_not_swallow_the_next_title(text: str) -> None:
    assert [m.number for m in find_citations(text)].count("卫生部令第44号") == 1
    assert len(find_citations(text)) == 2


def test_a_doubled_closing_bracket_does_not_part_a_title_from_its_number() -> None:
    text = "《关于下达补助资金的通知》》（晋财农〔2022〕55号）"
    assert (only(text).quote, only(text).number) == (text, "晋财农〔2022〕55号")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("《水利部 财政部关于印发养护办法的通知》，阳水农水[2020]31号", "《水利部 财政部关于印发养护办法的通知》"),
        ("《2023－2027年全国干部教育培训规划》，阳组通字[2024]20号", "《2023－2027年全国干部教育培训规划》"),
        ("《信访工作条例》阳信联办[2023]4号", "《信访工作条例》"),
        ("《山西省人民政府办公厅转发省卫生厅意见的通知》，阳卫发〔2018〕63号",
         "《山西省人民政府办公厅转发省卫生厅意见的通知》"),
    ],
)  # fmt: skip
def test_a_number_of_another_office_is_no_number_of_the_title_before_it(text: str, first: str) -> None:
    assert quotes(text)[0] == first
    assert len(quotes(text)) == 2


def test_a_number_of_the_same_office_stays_with_the_title_before_a_comma() -> None:
    text = "《阳泉市财政局关于做好决算工作的通知》，阳财库〔2020〕26号"
    assert quotes(text) == [text]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("市政府抄告单〔2024〕36号", "approval"),
        ("阳泉市人民政府办公室抄告单（阳政办抄〔2023〕15号）", "approval"),
        ("阳政办抄〔2023〕15号抄告单", "approval"),
        ("关于购置警用装备经费的请示（阳公字〔2023〕5号）", "application"),
        ("阳泉市教育局关于解决校车运营补贴资金的报告（阳教字〔2023〕6号）", "application"),
        ("阳消〔2023〕56号请示", "application"),
        ("阳泉市财政投资评审中心评审报告（阳财评审〔2023〕112号）", "other"),
        ("区政府专题会议纪要（2023-41）", "minutes"),
        ("市政府专题会议纪要第23期", "minutes"),
        ("阳政纪〔2022〕15号", "minutes"),
        ("《关于桃河管网改造的会议纪要》〔2024〕12次", "minutes"),
        ("院党委会2023年第7次会议决定", "approval"),
        ("甲市第一人民医院与乙县中医院医联体合作协议", "contract"),
    ],
)
def test_a_form_with_a_number_is_no_regulation(text: str, kind: str) -> None:
    assert (only(text).quote, only(text).basis) == (text, kind)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("JTG H10-2009", "JTG H10-2009"),
        ("DB31/199-2018", "DB31/199-2018"),
        ("DB31/T 329.6-2019", "DB31/T 329.6-2019"),
        ("《某预算定额》（SHA1-31-2016）", "SHA1-31-2016"),
        ("《城镇燃气设计规范》GB50028-2006（2020年版）", "GB 50028-2006"),
    ],
)
def test_a_standard_with_letters_or_a_stroke_keeps_its_whole_number(text: str, number: str) -> None:
    assert (only(text).quote, only(text).number) == (text, number)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("《教育部等五部门关于加强食堂管理的指导意见》", ("教育部",)),
        ("中宣部、文化部等七部委《关于戏曲进乡村的实施方案》", ("中共中央宣传部", "文化部")),
        ("《省委组织部、省人力资源社会保障厅等四部门关于选派工作的通知》",
         ("中共山西省委组织部", "山西省人力资源和社会保障厅")),
    ],
)  # fmt: skip
def test_offices_that_are_only_counted_do_not_hide_those_that_are_named(text: str, names: tuple[str, ...]) -> None:
    assert issuers(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("国家卫生计生委、财政部《关于做好扶助工作的通知》", ("国家卫生和计划生育委员会", "财政部")),
        ("《财政部、国家林草局关于印发资金管理办法的通知》", ("财政部", "国家林业和草原局")),
        ("《财政部 国家疾控局关于修订管理办法的通知》", ("财政部", "国家疾病预防控制局")),
        ("《市场监管总局关于抽检监测计划的通知》", ("国家市场监督管理总局",)),
        ("住建部、发改委、财政部《关于做好改造工作的通知》",
         ("住房和城乡建设部", "国家发展和改革委员会", "财政部")),
        ("省委办公厅、省政府办公厅、省军区《关于加强工作的实施意见》",
         ("中共山西省委办公厅", "山西省人民政府办公厅", "山西省军区")),
        ("《国家卫生健康委办公厅关于印发抽查计划的通知》", ("国家卫生健康委员会办公厅",)),
        ("《国务院安委会办公室关于印发整治方案的通知》", ("国务院安全生产委员会办公室",)),
        ("全国妇联《关于开展关爱行动的通知》", ("中华全国妇女联合会",)),
        ("市文旅局、市退役军人局《关于开展慰问演出的通知》", ("阳泉市文化和旅游局", "阳泉市退役军人事务局")),
    ],
)  # fmt: skip
def test_short_names_of_offices_are_read_in_full(text: str, names: tuple[str, ...]) -> None:
    assert issuers(text) == names


def test_the_short_name_of_an_office_before_a_prefix_is_no_part_of_the_number() -> None:
    assert only("根据市编委阳编发〔2019〕15号文件", "阳泉市").number == "阳编发〔2019〕15号"


def test_a_prefix_that_begins_with_the_kind_of_place_is_the_reporting_citys() -> None:
    assert issuers("市教发〔2023〕41号", "山西省晋中市") == ("晋中市教育局",)


def test_offices_of_the_party_have_prefixes_with_and_without_its_sign() -> None:
    assert issuers("普委组〔2022〕45号", "上海市普陀区") == issuers("普组〔2022〕45号", "上海市普陀区")


@pytest.mark.parametrize(
    "text",
    [
        "阳财预函〔2024〕5号“关于批复2024年部门预算的通知”",
        "“关于印发专项资金管理办法的通知”（阳政发〔2018〕29号）",
        "晋环发〔2020〕16号文印发的《山西省某攻坚战行动计划》",
        "（阳民字〔2021〕58号）文件：《关于落实财政扶持政策的通知》",
        "阳民字〔2021〕58号 文件名称：《关于落实财政扶持政策的通知》",
        "阳财库2022（7）号",
        "苏财规(2021)9号第六条",
    ],
)
def test_a_number_and_its_title_are_one_however_they_are_joined(text: str) -> None:
    assert quotes(text) == [text]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("三是省公安厅、省财政厅《关于加强经费保障的通知》", ("山西省公安厅", "山西省财政厅")),
        ("《某条例》以及市委、市政府《关于质量强市的实施意见》", ("中共阳泉市委", "阳泉市人民政府")),
    ],
)
def test_words_of_a_list_are_no_part_of_an_offices_name(text: str, names: tuple[str, ...]) -> None:
    assert find_citations(text, "阳泉市")[-1].issuers == names


def test_a_committee_of_a_government_is_one_body() -> None:
    assert issuers("《阳泉市人民政府教育督导委员会关于印发工作要点的通知》") == ("阳泉市人民政府教育督导委员会",)


def test_the_partys_committee_has_one_name() -> None:
    assert issuers("《中国共产党上海市普陀区委员会关于加强管理的意见》", "上海市普陀区") == ("中共上海市普陀区委",)


def test_a_market_office_is_no_office_of_a_place_called_market() -> None:
    assert issuers("市场监管局《关于开展抽检工作的通知》") == ("阳泉市市场监督管理局",)


@pytest.mark.parametrize(
    "text",
    [
        "文号：晋财资环〔2023〕14号；文件名：关于下达2023年恢复资金预算的通知",
        "《关于印发公益林管理细则的通知》/晋财农〔2016〕165 号",
    ],
)
def test_a_stroke_or_a_label_joins_a_number_and_its_title(text: str) -> None:
    assert quotes(text.removeprefix("文号：")) == [text.removeprefix("文号：")]


def test_a_number_of_an_office_beside_a_local_law_is_another_document() -> None:
    assert quotes("《无锡市文化促进条例》 锡文广旅发〔2021〕18号", "江苏省无锡市") == [
        "《无锡市文化促进条例》",
        "锡文广旅发〔2021〕18号",
    ]


def test_a_regulation_without_brackets_keeps_the_order_behind_it() -> None:
    assert quotes("教育督导条例（国务院令第624号）") == ["教育督导条例（国务院令第624号）"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("依据市政府办公室〔2023〕18号抄告单", ["approval"]),
        ("签订的特许经营协议及补充协议", ["contract", "contract"]),
        ("根据甲路街道党工委会议决定", ["approval"]),
        ("平定县教育和科技局关于申请拨付工程尾款的请示；", ["application"]),
        ("阳政办〔2021〕会纪第5号", ["minutes"]),
    ],
)
def test_forms_without_brackets_are_found_whole(text: str, kinds: list[str]) -> None:
    assert [m.basis for m in find_citations(text, "阳泉市")] == kinds


def test_a_verb_that_ends_like_a_document_does_not_cut_a_title() -> None:
    text = "山西省教育厅 山西省发改委关于进一步规范中小学服务性收费管理有关问题的通知（晋教财〔2020〕48号）"
    assert quotes(text) == [text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("晋财教<2022>82号", "晋财教〔2022〕82号"),
        ("晋财教《2022》82号", "晋财教〔2022〕82号"),
        ("阳教发〔2021〕〕18号", "阳教发〔2021〕18号"),
        ("农业农村部公告第194号", "农业农村部公告第194号"),
        ("农业农村部第250号公告", "农业农村部公告第250号"),
        ("山西省人民政府公告（2024年第3号）", "山西省人民政府公告2024年第3号"),
        ("阳泉市第十五届人大常委会公告第5号", "阳泉市人民代表大会常务委员会公告〔十五届〕第5号"),
        ("DG/TJ08-19-2023", "DG/TJ08-19-2023"),
    ],
)
def test_unusual_prints_of_numbers(text: str, number: str) -> None:
    assert (only(text).quote, only(text).number) == (text, number)


def test_the_name_of_a_street_or_district_is_no_part_of_the_number() -> None:
    assert [m.number for m in find_citations("真如镇街道真府办〔2021〕3号，吴中区吴政办〔2021〕33号")] == [
        "真府办〔2021〕3号",
        "吴政办〔2021〕33号",
    ]


def test_an_abbreviation_that_a_text_introduces_is_no_second_citation() -> None:
    assert quotes("《阳泉市教育事业发展规划》（以下简称《规划》）") == ["《阳泉市教育事业发展规划》"]


def test_what_a_standard_belongs_to_is_no_document() -> None:
    assert quotes("上海市工程建设规范《园林绿化养护技术规程》（DG/TJ08-19-2023）") == [
        "《园林绿化养护技术规程》（DG/TJ08-19-2023）"
    ]


def test_a_title_and_a_number_parted_by_white_space_only_are_one() -> None:
    text = "中共阳泉市委 阳泉市人民政府 关于推进乡村振兴的实施意见 阳发〔2022〕2号"
    assert quotes(text) == [text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("《农村公路养护管理办法》（交通运输部令2015年第22号）", "交通运输部令第22号"),
        ("国家市场监管总局《检验机构资质认定管理办法》（总局令第163号）", "国家市场监督管理总局令第163号"),
    ],
)
def test_an_order_is_its_offices_however_it_is_printed(text: str, number: str) -> None:
    assert only(text, "阳泉市").number == number


def test_the_number_before_a_contract_is_another_documents() -> None:
    found = find_citations("普房管规范〔2023〕1号《廉租住房租金配租合同》", "上海市普陀区")
    assert [(m.basis, m.number) for m in found] == [(None, "普房管规范〔2023〕1号"), ("contract", None)]


def test_offices_counted_with_digits_do_not_hide_those_that_are_named() -> None:
    assert issuers("《住房和城乡建设部等15部门关于加强绿地建设的通知》") == ("住房和城乡建设部",)


def test_a_committee_of_a_district_is_named_with_its_city() -> None:
    assert issuers("《中共普陀区委办公室印发〈关于党建工作的意见〉的通知》", "上海市普陀区") == (
        "中共上海市普陀区委办公室",
    )


def test_what_a_contract_settles_is_no_document() -> None:
    assert quotes("项目完成时间按合同规定") == []


def test_a_word_after_the_first_number_does_not_end_a_list_of_numbers() -> None:
    found = find_citations("阳教发〔2023〕第15号文、第16号文", "阳泉市")
    assert [m.number for m in found] == ["阳教发〔2023〕15号", "阳教发〔2023〕16号"]


def test_what_the_project_makes_is_no_basis() -> None:
    assert quotes("委托设计院编制《可行性研究报告》、《初步设计》、《环境影响报告书》") == []


@pytest.mark.parametrize("text", ["某市救助管理站《", "阳泉市救助管理站《《《", "山西省财政厅《关"])
def test_a_bracket_that_opens_nothing_is_no_citation(text: str) -> None:
    assert find_citations(text, "阳泉市") == []


def test_a_number_beside_a_bracket_that_opens_nothing_has_no_title() -> None:
    mention = only("晋财综〔2024〕210号《", "阳泉市")
    assert (mention.title, mention.number) == (None, "晋财综〔2024〕210号")
