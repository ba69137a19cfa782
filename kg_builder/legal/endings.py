"""What the last words of a title tell: that it is a document, or a contract, minutes, an approval, an application."""

from __future__ import annotations

import re

# …管理办法 · …条例 · …通知 · …规划 · …三十条措施: how names of documents end
_DOCUMENT = re.compile(
    r"(?:(?<![书方兵做想魔手写疗打看说办语文用技佛])法|法典|条例|规定|办法|细则|规则|准则|通则|总则|规程|规范|标准|制度|章程|意见|通知|决定|决议|批复|复函|函|公告|通告"
    r"|命令|指令|令|方案|预案|计划|规划|纲要|要点|措施|政策|指引|指南|目录|大纲|安排|部署|要求|事项|解释|修正案|公约|宪法|党章|议定书"
    r"|导则|定额|守则|机制|流程|规约|体系|意见书|通报|行动|工作法|第?[一二三四五六七八九十百\d]{1,3}条(?:措施|意见|政策)?"
    r"|指导书|职责|支出范围|清单|(?<!使用)(?<!操作)(?<!用户)(?<!宣传)(?<!知识)手册|规划\d{4}|20[2-9][05]|决策部署|讲话精神|号文件?)\Z"
)
# The tables and forms of the report itself: 《部门一般公共预算基本支出预算表》, 项目支出绩效目标申报表
_OWN_TABLE = re.compile(r"(?:收支|收入|支出|公共预算|基金预算|资本经营预算|“?三公”?经费|绩效目标)[^《》]{0,20}表\Z")
# …采购合同 · …会议纪要 · …审批表 · …申请报告 · …评审意见: names of other bases
_OTHER_ENDINGS = (
    ("contract", re.compile(r"(?:合同|协议|协议书|意向书|备忘录|合同书|契约)\Z")),
    ("minutes", re.compile(r"(?:纪要|会议记录|会议决议|议定事项)\Z")),
    (
        "approval",
        re.compile(
            r"(?:审批表|审批单|抄告单|办文单|批办件|交办单|督办单|呈阅件|批示|批件|呈批件|呈批单|签报|审批意见|核准表|批准书|签批件|批办单|阅批件|处理单|传阅单|审核表)\Z"
        ),
    ),
    (
        "application",
        re.compile(
            r"(?:(?:申请|请求|解决|追加|拨付|安排)[^《》]{0,60}(?:经费|资金|费用|补助|款项?|预算)的报告"
            r"|申请表|申请书|申报表|申报书|申请|请示|申请报告|申报材料|的申报)\Z"
        ),
    ),
    (
        "other",
        re.compile(
            r"(?:工资表|工资单|花名册|讲话|(?:评审|审查|验收|论证)意见|报告|报告书|名单|发票|报表|台账|明细表|统计表|责任书|任务书|倡议书|情况说明|测算表|预算表|报价单|说明书|中标通知书|成交通知书)\Z"
        ),
    ),
)


def kind_of_ending(title: str) -> str | None:
    """`document`, a notation of `basisKind`, or None where the last words of a title tell nothing."""
    name = re.sub(r"[(\[][^()\[\]]{0,30}[)\]]\Z", "", title.strip("《》〈〉 、,。;")).strip("《》〈〉")
    for kind, pattern in () if _OWN_TABLE.search(name) else _OTHER_ENDINGS:
        if pattern.search(name):
            return kind
    return "document" if _DOCUMENT.search(name) else None
