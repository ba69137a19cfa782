"""Citations in text: tables of printed forms with what is to be read from them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.legal.find import Mention, find_citations


def read(text: str, region: str = "") -> list[tuple[str | None, str | None]]:
    return [(m.title, m.number) for m in find_citations(text, region)]


def only(text: str, region: str = "") -> Mention:
    mentions = find_citations(text, region)
    assert len(mentions) == 1, mentions
    return mentions[0]


NUMBERS = [
    ("晋财综〔2024〕210号", "晋财综〔2024〕210号"),
    ("阳财综[2025]4号", "阳财综〔2025〕4号"),
    ("阳政办发（2022）76号", "阳政办发〔2022〕76号"),
    ("阳政办发(2022)76号", "阳政办发〔2022〕76号"),
    ("晋财行【2019】195号", "晋财行〔2019〕195号"),
    ("财教［2013］116号", "财教〔2013〕116号"),
    ("财社〖2019〗12号", "财社〔2019〕12号"),
    ("国办发﹝2013﹞96号", "国办发〔2013〕96号"),
    ("人社部发„2017‟48号", "人社部发〔2017〕48号"),
    ("阳政发【 2019】6号", "阳政发〔2019〕6号"),
    ("阳政发【\n2019】6号", "阳政发〔2019〕6号"),
    ("国 发 〔2016〕 36 号", "国发〔2016〕36号"),
    ("晋政发〔2016]12号", "晋政发〔2016〕12号"),
    ("晋政办发2015年96号", "晋政办发〔2015〕96号"),
    ("阳财字〔2019〕第5号", "阳财字〔2019〕5号"),
    ("财教〔二〇一三〕116号", "财教〔2013〕116号"),
    ("晋财教〔２０２２〕１６１号", "晋财教〔2022〕161号"),
    ("2003年国务院令第381号", "国务院令第381号"),
    ("国务院令第 381 号", "国务院令第381号"),
    ("中华人民共和国国务院令第381号", "国务院令第381号"),
    ("国务院第381号令", "国务院令第381号"),
    ("主席令第四十六号", "主席令第46号"),
    ("民政部令第24号", "民政部令第24号"),
    ("山西省人民政府令第200号", "山西省人民政府令第200号"),
    ("财政部公告2023年第1号", "财政部公告2023年第1号"),
    ("GB/T 36721-2018", "GB/T 36721-2018"),
    ("厅字〔2018〕20号", "厅字〔2018〕20号"),
    ("普投资规范（2023）1号", "普投资规范〔2023〕1号"),
]


@pytest.mark.parametrize(("printed", "number"), NUMBERS)
def test_number_alone(printed: str, number: str) -> None:
    mention = only(printed)
    assert (mention.number, mention.title, mention.quote) == (number, None, printed)


@pytest.mark.parametrize(
    ("before", "prefix"),
    [
        ("根据", "晋财行"),
        ("依据阳泉市政府", "阳政发"),
        ("按照山西省财政厅、山西省物价局", "晋财综"),
        ("精神和", "普发改投"),
        ("经中共阳泉市委机构编制委员会", "阳编字"),
        ("中国共产党阳泉市委员会办公室文件", "阳办发"),
        ("财政部", "财教"),
        ("2019年印发的", "国办发"),
        ("以及市委组织部", "阳组通字"),
    ],
)
def test_number_is_cut_free_of_the_words_before_it(before: str, prefix: str) -> None:
    assert only(f"{before}{prefix}〔2019〕6号文件").number == f"{prefix}〔2019〕6号"


ONE_CITATION = [
    ("《博物馆条例》", "博物馆条例", None),
    ("《博物馆管理办法》（文物博发〔2019〕5号）", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("《博物馆管理办法》文物博发〔2019〕5号", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("《博物馆管理办法》，文物博发〔2019〕5号", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("《博物馆管理办法》\n（文物博发 〔2019〕5号）", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("文物博发〔2019〕5号《博物馆管理办法》", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("文物博发〔2019〕5号文件《博物馆管理办法》", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("文物博发〔2019〕5号+《博物馆管理办法》", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("（文物博发〔2019〕5号）《博物馆管理办法》", "博物馆管理办法", "文物博发〔2019〕5号"),
    ("《关于做好免费开放工作的通知（阳财教〔2022〕3号）》", "关于做好免费开放工作的通知", "阳财教〔2022〕3号"),
    ("《阳财教〔2022〕3号关于做好免费开放工作的通知》", "关于做好免费开放工作的通知", "阳财教〔2022〕3号"),
    ("《阳民字[2014]7号》", None, "阳民字〔2014〕7号"),
    ("财政部关于印发《博物馆资金管理办法》的通知（财教〔2021〕8号）",
     "财政部关于印发《博物馆资金管理办法》的通知", "财教〔2021〕8号"),
    ("《财政部关于印发<博物馆资金管理办法>的通知》（财教〔2021〕8号）",
     "财政部关于印发《博物馆资金管理办法》的通知", "财教〔2021〕8号"),
    ("《财政部关于印发〈博物馆资金管理办法〉的通知》", "财政部关于印发《博物馆资金管理办法》的通知", None),
    ("《财政部关于印发《博物馆资金管理办法》的通知》", "财政部关于印发《博物馆资金管理办法》的通知", None),
    ("《关于印发博物馆资金管理办法》的通知", "关于印发博物馆资金管理办法的通知", None),
    ("关于转发《财政部关于资金管理的意见》的通知（沪财行〔2008〕36号）",
     "关于转发《财政部关于资金管理的意见》的通知", "沪财行〔2008〕36号"),
    ("关于贯彻《财政部关于资金管理的意见》的实施意见", "关于贯彻《财政部关于资金管理的意见》的实施意见", None),
    ("《数字经济政策十五条》实施细则", "《数字经济政策十五条》实施细则", None),
    ("山西省实施《中华人民共和国档案法》办法", "山西省实施《中华人民共和国档案法》办法", None),
    ("国务院关于深化预算管理制度改革的决定", "国务院关于深化预算管理制度改革的决定", None),
    ("阳泉市财政局关于做好决算工作有关事项的通知（阳财库〔2020〕26号）",
     "阳泉市财政局关于做好决算工作有关事项的通知", "阳财库〔2020〕26号"),
    ("晋民发〔2014〕24号山西省民政厅财政厅关于加强资金管理的通知",
     "山西省民政厅财政厅关于加强资金管理的通知", "晋民发〔2014〕24号"),
    ("阳民字〔2017〕10号阳泉市福利院食堂资金管理办法", "阳泉市福利院食堂资金管理办法", "阳民字〔2017〕10号"),
    ("阳泉市档案馆财务审核审批管理办法", "阳泉市档案馆财务审核审批管理办法", None),
    ("《城市管理办法》（2003年国务院令第381号）", "城市管理办法", "国务院令第381号"),
    ("财政部令第94号《政府购买服务管理办法》", "政府购买服务管理办法", "财政部令第94号"),
    ("《人民调解服务规范》（GB/T 36721-2018）", "人民调解服务规范", "GB/T 36721-2018"),
    ("阳泉市人民政府关于同意《污水处理二期工程PPP项目实施方案》的批复",
     "阳泉市人民政府关于同意《污水处理二期工程PPP项目实施方案》的批复", None),
    ("《中国教育现代化2035》", "中国教育现代化2035", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "number"), ONE_CITATION)
def test_title_and_number_are_one_citation(text: str, title: str | None, number: str | None) -> None:
    mention = only(text)
    assert (mention.title, mention.number, mention.basis) == (title, number, None)
    assert mention.quote == text


SEVERAL = [
    ("阳办发〔2022〕14号+关于印发《三年行动计划（2022-2024年）》的通知《政策十五条》实施细则",
     [("关于印发《三年行动计划（2022-2024年）》的通知", "阳办发〔2022〕14号"), ("《政策十五条》实施细则", None)]),
    ("《甲管理办法》（国办发〔2019〕57号）《乙实施方案》（阳政办发〔2020〕10号）",
     [("甲管理办法", "国办发〔2019〕57号"), ("乙实施方案", "阳政办发〔2020〕10号")]),
    ("国办发〔2019〕57号《甲管理办法》阳政办发〔2020〕10号《乙实施方案》",
     [("甲管理办法", "国办发〔2019〕57号"), ("乙实施方案", "阳政办发〔2020〕10号")]),
    ("《预算法》《会计法》、《甲管理办法》（财预〔2020〕10号）",
     [("预算法", None), ("会计法", None), ("甲管理办法", "财预〔2020〕10号")]),
    ("根据沪府规【2016】168号文关于同意《控制性详细规划》的批复和普发改投【2017】89号文《关于可研报告的批复》",
     [("关于同意《控制性详细规划》的批复", "沪府规〔2016〕168号"), ("关于可研报告的批复", "普发改投〔2017〕89号")]),
    ("晋财教〔2023〕5号、6号", [(None, "晋财教〔2023〕5号"), (None, "晋财教〔2023〕6号")]),
    ("依据预算法、政府采购法，《甲管理办法》", [("预算法", None), ("政府采购法", None), ("甲管理办法", None)]),
    ("1.全国会计考试考务规则、考场规则、监考规则 2.全国会计考试突发事件应急预案",
     [("全国会计考试考务规则", None), ("考场规则", None), ("监考规则", None), ("全国会计考试突发事件应急预案", None)]),
    ("《甲管理办法、《乙实施方案》", [("甲管理办法", None), ("乙实施方案", None)]),
    ("《关于印发《甲管理办法》的通知（晋财预〔2019〕5号）及《乙实施方案》",
     [("关于印发甲管理办法的通知", "晋财预〔2019〕5号"), ("乙实施方案", None)]),
    ("《会议费管理办法》（晋财教〔2022〕184号 阳财教〔2022〕71号）",
     [("会议费管理办法", "晋财教〔2022〕184号"), (None, "阳财教〔2022〕71号")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SEVERAL)
def test_several_in_a_row(text: str, expected: list[tuple[str | None, str | None]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《中华人民共和国文物保护法》第十条规定", ("第十条",)),
        ("《某某资金管理办法》（沪商规（2024）2号）第四条、", ("第四条",)),
        ("《会计法》第三条、第四条", ("第三条", "第四条")),
        ("《预算法》第32条第二款", ("第32条第二款",)),
    ],
)
def test_articles_belong_to_the_citation(text: str, articles: tuple[str, ...]) -> None:
    mention = only(text)
    assert mention.articles == articles
    assert mention.quote.endswith(articles[-1])


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("《项目管理办法（暂行）》", "暂行"),
        ("《预算管理一体化规范（试行\n）》", "试行"),
        ("《项目管理办法》（试行）", "试行"),
        ("《中华人民共和国会计法》（2017年修正）", "2017年修正"),
        ("《会计考试暂行规定》", None),
    ],
)
def test_edition_stands_apart(text: str, edition: str | None) -> None:
    mention = only(text)
    assert mention.edition == edition
    assert "（" not in (mention.title or "")


def test_a_year_may_be_the_only_number() -> None:
    mention = only("《会计专业技术资格考试暂行规定》（2000年）")
    assert (mention.number, mention.year, mention.quote[-7:]) == (None, 2000, "（2000年）")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("根据财教〔2019〕6号《关于印发工程项", "关于印发工程项"),
        ("阳泉市财政局关于做好", "阳泉市财政局关于做好"),
        ("严格按照规范程序的通知》（阳办函〔2024〕9号）", "严格按照规范程序的通知"),
        ("财政部关于修订发布《政府和社会资本合作综合信", "财政部关于修订发布政府和社会资本合作综合信"),
    ],
)
def test_cut_titles_are_marked(text: str, title: str) -> None:
    mention = only(text)
    assert mention.cut
    assert mention.title is not None
    assert title.endswith(mention.title)


ISSUERS = [
    ("阳泉市民政局、阳泉市财政局《关于减免费用的通知》（阳民发【2024】26号）",
     ("阳泉市民政局", "阳泉市财政局"), "text"),
    ("财政部民政部《补助资金管理办法》", ("财政部", "民政部"), "text"),
    ("山西省民政厅山西省财政厅《补助资金管理办法》", ("山西省民政厅", "山西省财政厅"), "text"),
    ("《山西省民政厅财政厅关于加强管理的通知》", ("山西省民政厅", "山西省财政厅"), "text"),
    ("中共阳泉市委办公室 阳泉市人民政府办公室《走访慰问活动安排》",
     ("中共阳泉市委办公室", "阳泉市人民政府办公室"), "text"),
    ("落实省委办公厅、省政府办公厅《实施意见》（晋办发〔2021〕15号）",
     ("中共山西省委办公厅", "山西省人民政府办公厅"), "text"),
    ("依据中共阳泉市委机构编制委员会办公室文件《通知》（阳编办〔2020〕1号）",
     ("中共阳泉市委机构编制委员会办公室",), "text"),
    ("国务院颁布的《救助管理办法》", ("国务院",), "text"),
    ("省高级人民法院、省财政厅《关于书记员的通知》（苏高法〔2017〕15号）",
     ("江苏省高级人民法院", "江苏省财政厅"), "text"),
    ("关于转发《财政部关于经费的意见》的通知（沪财行〔2008〕36号）", ("上海市财政局",), "prefix"),
    ("阳泉市大数据应用局关于报送项目的通知（阳大数据发〔2020〕29号）", ("阳泉市大数据应用局",), "text"),
    ("财社〔2014〕1号", ("财政部",), "prefix"),
    ("财办〔2019〕35号", ("财政部办公厅",), "prefix"),
    ("国办发〔2019〕5号", ("国务院办公厅",), "prefix"),
    ("晋政办发〔2005〕4号", ("山西省人民政府办公厅",), "prefix"),
    ("晋发〔2018〕39号", ("中共山西省委",), "prefix"),
    ("苏财行〔2014〕6号", ("江苏省财政厅",), "prefix"),
    ("浙政发〔2016〕12号", ("浙江省人民政府",), "prefix"),
    ("京财预〔2019〕2号", ("北京市财政局",), "prefix"),
    ("沪教委规〔2020〕2号", ("上海市教育委员会",), "prefix"),
    ("普财〔2008〕30号", ("上海市普陀区财政局",), "prefix"),
    ("阳考办发〔2022〕11号", (), None),
    ("苏高法〔2017〕15号", (), None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "issuers", "source"), ISSUERS)
def test_issuers(text: str, issuers: tuple[str, ...], source: str | None) -> None:
    mention = only(text)
    assert (mention.issuers, mention.issuers_from) == (issuers, source)


@pytest.mark.parametrize(
    ("prefix", "region", "issuer"),
    [
        ("阳府", "阳江市", ("阳江市人民政府",)),
        ("阳财", "阳泉市", ("阳泉市财政局",)),
        ("阳财", "江苏省", ()),
        ("平政办发", "阳泉市", ("平定县人民政府办公室",)),
        ("宁财预", "南京市", ("南京市财政局",)),
        ("宁财预", "", ("宁夏回族自治区财政厅",)),
        ("苏政发", "苏州市", ("江苏省人民政府",)),
    ],
)
def test_the_region_decides_what_a_short_name_means(prefix: str, region: str, issuer: tuple[str, ...]) -> None:
    assert only(f"{prefix}〔2020〕3号", region).issuers == issuer


OTHER_BASES = [
    ("供热合同", [("contract", "供热合同")]),
    ("与物业公司签订的《劳务派遣协议》", [("contract", "《劳务派遣协议》")]),
    ("《劳务派遣协议》、市政府专题会议纪要、工资表",
     [("contract", "《劳务派遣协议》"), ("minutes", "市政府专题会议纪要"), ("other", "工资表")]),
    ("我局和电信公司签订运维合同。", [("contract", "运维合同")]),
    ("采购合同NO.10-352 服务合同YC2020-002C", [("contract", "采购合同NO.10-352"), ("contract", "服务合同YC2020-002C")]),
    ("物业服务合同（合同编号：2022-015）", [("contract", "物业服务合同（合同编号：2022-015）")]),
    ("阳泉市市级专项资金审批表", [("approval", "阳泉市市级专项资金审批表")]),
    ("根据生活困难补助标准审批表执行", [("approval", "生活困难补助标准审批表")]),
    ("市领导批示、单位申请报告", [("approval", "市领导批示"), ("application", "单位申请报告")]),
    ("市长办公会议纪要〔2022〕15号", [("minutes", "市长办公会议纪要〔2022〕15号")]),
    ("《关于追加经费的请示》《阳民字[2014]7号》", [("application", "《关于追加经费的请示》《阳民字[2014]7号》")]),
    ("《在全省宣传工作会议上的讲话》", [("other", "《在全省宣传工作会议上的讲话》")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OTHER_BASES)
def test_bases_of_another_kind_are_no_regulations(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(m.basis, m.quote) for m in find_citations(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "2025年补助资金共计9600元",
        "大楼始建于1985年，位于（2019）5号楼，面积2000平方米，总投资（2020）300万元",
        "全院电费预计15万元，水费预计6万元",
        "按照相关法律法规规定和有关文件精神执行",
        "按照审计厅对专项资金审计提出的意见要求，申请资金",
        "依据中央、省市关于全面实施绩效管理的有关精神和规定。",
        "完善管理办法，严格执行财务制度，制定实施方案",
        "按照合同约定支付，合同价为54万元",
        "项目因资金不足签订合同，从银行贷款",
        "去年市政府已批示，今年安排资金",
        "编辑出版《阳泉文史》杂志，排演大型晋剧《傅山进京》，举办《丝路遗珍》展览",
        "撰写《馆藏文物保护成果报告》。",
        "征订《人民日报》，购置《谈治国理政》学习资料",
        "采用方法、做法，编制全市年度建设规划",
        "根据单位实际工作开展需要",
    ],
)
def test_text_that_cites_nothing_gives_nothing(text: str) -> None:
    assert find_citations(text) == []


_PIECES = st.sampled_from(
    [
        *[
            "《",
            "》",
            "〈",
            "〉",
            "关于",
            "印发",
            "的通知",
            "管理办法",
            "财教",
            "〔2019〕",
            "（2019）",
            "5号",
            "、",
            "，",
            "。",
        ],
        *[
            " ",
            "\n",
            "国务院令第381号",
            "根据",
            "阳泉市财政局",
            "合同",
            "签订",
            "第十条",
            "（试行）",
            "晋政发〔2020〕3号",
        ],
        *["A", "1.", "会议纪要", "预算法"],
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=60))
def test_spans_slice_the_text_and_stay_apart(text: str) -> None:
    mentions = find_citations(text)
    assert all(text[m.start : m.end] == m.quote and m.quote == m.quote.strip() for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(m.start <= a < b <= m.end for m in mentions for _, a, b in m.parts)
    assert all(m.title or m.number for m in mentions)


@pytest.mark.parametrize("piece", ["《", "》", "《》", "〈《", "（", "[2019]", "关于"])
def test_a_megabyte_of_brackets_or_one_word_is_read(piece: str) -> None:
    assert find_citations(piece * (1_000_000 // len(piece))) == []


@pytest.mark.parametrize(
    "piece",
    [
        *[
            "关于的通知、",
            "的通知",
            "令第1号",
            "阳政发",
            "财政部、",
            "合同",
            "签订合同",
            "中华人民共和国",
            "《关于印发《",
        ],
        *["阳泉市人民政府", "规则、考场规则", "阳泉市规则、", "党组决定", "公告2019年第1号", "《A》"],
    ],
)
def test_long_repetitions_are_read(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    assert all(text[m.start : m.end] == m.quote for m in find_citations(text))
