"""What somebody says of their work: 还在干呢, 换厂了, 早不干了 as answers to a follow-up; 我找到活了 unasked."""

from __future__ import annotations

import re

from bot.rights_words import right_of
from matching.understand import understand

LONGEST = 24
_STOPPED = re.compile(
    r"(?:不|没)(?:在那里?|在)?(?:干|做|上班|去)了|(?<!想)(?<!要)辞(?:职|了|工)|离职了|离开了|不在(?:那里?|那儿"
    r"|厂里)?了|被(?:辞|开除|裁|劝退)|(?:老板|厂里|公司)"
    r"(?:让|叫|赶|把)我.{0,3}(?:走|回家|回来)|不要我了|没(?:活|班|工作)(?:干|上)?了|干不(?:了|动|下去)|(?:我|俺"
    r"|早就?|已经)走了|黄了|倒闭|停工了"
    r"|\b(?:quit|left|stopped|fired)\b"
)
_CHANGED = re.compile(
    r"(?<![想要能])换了?(?:个|一个|家|到)?(?:地方|工?厂|工作|单位|公司|活儿?|工地|别的?家?|一家|老板|岗位?)(?:干|做"
    r"|上班)*了|换了(?:个|家|一家|一个|地方|工?厂|工作|单位|公司|活)"
    r"|跳槽了|(?:去|到)了?(?:别|其他|另).{0,3}(?:厂|家|地方|单位|公司|工地)|\bchanged (?:job|work)s?\b"
)
_HERE = re.compile(
    r"(?:我|俺)?(?:现在|目前|一直|都|也|当然|肯定)*(?:还|仍|是)*在(?:呢|的|啊|呀|哩|干|做|那|那里|那儿|那边|这|这里"
    r"|这儿|厂里|厂|原来|工地|单位|公司|岗|上班|上|着|干着|做着|老地方|原单位)*"
    r"|(?:干|做|上)得?(?:还|挺|很|蛮)*(?:好|不错|行|可以|顺)(?:的|着呢|呢|啊)*|(?:都|还|挺|蛮|一切|一切都"
    r"|工作)*(?:挺好|好着|还行|还好|不错|可以|顺利|稳定|挺顺)(?:的|呢|着呢|啊|吧)*"
    r"|(?:一直|还|继续)?(?:干|做)着(?:呢|的)?|没(?:走|换|变)(?:呢|地方|工作)?|(?:是|对)(?:的|啊|呀)*|还(?:干|做"
    r"|上班)着?呢?|still (?:here|there|working)(?: there)?"
)
_FOUND = re.compile(
    r"(?:我|俺)?(?:已经|今天|昨天|现在|刚|都|自己)*(?:(?:找到|找着|找好|有)了?(?:个|份|一份)?(?:新?工作|活儿?|班"
    r"|事)(?:儿|干|做|上)*了?"
    r"|(?:去|来|开始)*(?:上班|上岗|入职|上工)了|被录(?:用|取)了)(?:啦|呀|啊)*(?:[,。! ]*谢谢.{0,6})?|i (?:found"
    r"|have found|got) (?:a job|work)"
)


def follow_up_answer(said: str) -> str:
    """The number of a follow-up's answer in a short sentence (folded): 71 still there, 72 changed, 73 stopped."""
    if len(said) > LONGEST or "过年" in said or right_of(said):
        return ""
    if _STOPPED.search(said):
        return "" if understand(said).occupations else "73"
    if _CHANGED.search(said):
        return "72"
    return "71" if _HERE.fullmatch(said) else ""


def found_work(said: str) -> str:
    """Whether somebody tells (folded) of work they have found; `found` or empty."""
    asks = said.endswith(("吗", "么", "没")) or said == "有活"
    return "found" if not asks and _FOUND.fullmatch(said) and said.endswith(_ENDS) else ""


_ENDS = ("了", "啦", "呀", "啊", "谢谢", "工会", "你们", "您", "job", "work")
