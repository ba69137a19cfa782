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
    ("国务院292号令", "国务院令第292号"),
    ("国家发展和改革委员会令第44号", "国家发展和改革委员会令第44号"),
    ("教育部 43 号令", "教育部令第43号"),
    ("工业和信息化部2021年第28号令", "工业和信息化部令第28号"),
    ("国家税务总局2019年第31号公告", "国家税务总局公告2019年第31号"),
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
    ("《关于开展〈能力提升工作〉的通知》", "关于开展《能力提升工作》的通知", None),
    ("《建筑设计防火规范》GB50016-2014", "建筑设计防火规范", "GB 50016-2014"),
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
    ("《射线装置分类办法》（2017 年第 66 号公告）", "射线装置分类办法", "公告2017年第66号"),
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
    ("宁财教〔2022〕73号、〔2023〕51号", [(None, "宁财教〔2022〕73号"), (None, "宁财教〔2023〕51号")]),
    ("依据预算法、政府采购法，《甲管理办法》", [("预算法", None), ("政府采购法", None), ("甲管理办法", None)]),
    ("1.全国会计考试考务规则、考场规则、监考规则 2.全国会计考试突发事件应急预案",
     [("全国会计考试考务规则", None), ("考场规则", None), ("监考规则", None), ("全国会计考试突发事件应急预案", None)]),
    (
        "《甲管理条例》，沪人社规〔2021〕6号、沪民规〔2020〕17号",
        [("甲管理条例", None), (None, "沪人社规〔2021〕6号"), (None, "沪民规〔2020〕17号")],
    ),
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
        ("《资金管理意见》（阳政发[2013]28号）第三条第（二）款", ("第三条第(二)款",)),
        ("《预算法》第32条第二款", ("第32条第二款",)),
    ],
)
def test_articles_belong_to_the_citation(text: str, articles: tuple[str, ...]) -> None:
    mention = only(text)
    assert mention.articles == articles
    assert mention.quote.translate({ord("（"): "(", ord("）"): ")"}).endswith(articles[-1])


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
        ("发掘工作严格按照《田野考", "田野考"),
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
    ("省委办公厅 省政府办公厅印发《方案》（晋办发〔2020〕8号）",
     ("中共山西省委办公厅", "山西省人民政府办公厅"), "text"),
    ("财政部 税务总局公告2022年第14号", ("财政部", "国家税务总局"), "text"),
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
    ("苏高法〔2017〕15号", ("江苏省高级人民法院",), "prefix"),
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
        ("鄂州政办发", "", ("鄂州市人民政府办公室",)),
        ("青政办发", "青岛市", ("青岛市人民政府办公厅",)),
        ("青政办发", "", ("青海省人民政府办公厅",)),
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
    assert all(a.end <= b.start or (a.start, a.end) == (b.start, b.end) for a, b in pairwise(mentions))  # a range
    assert all(m.start <= a < b <= m.end for m in mentions for _, a, b in m.parts)
    assert all(m.title or m.number for m in mentions)


@pytest.mark.parametrize(
    "piece", ["《", "》", "《》", "〈《", "《《", "（", "[2019]", "关于", "“关于", "与医院", "等部门"]
)
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
        *[
            "普财〔2023〕1-9号",
            "人大公告第1号",
            "《A》（中办印发）",
            "国家税务总局",
            "《阳泉市财政局",
            "印发《A》应用",
            "服务中心制度",
        ],
    ],
)
def test_long_repetitions_are_read(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    assert all(text[m.start : m.end] == m.quote for m in find_citations(text))


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
