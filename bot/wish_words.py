"""What somebody wants of the union: 怎么加入工会 → union, 我想贷款开个小店 → loan; a job with loans is a job."""

from __future__ import annotations

import re

_UNION = re.compile(
    r"(?:请问|你好,?|我|俺|我们|咱)*(?:想|要|怎么|咋|咋样|怎样|如何|能不能|能|可以|申请|在哪里?|哪里|想问问?"
    r"|办理?)*(?:才能|可以|能)?(?:加?入|参加|加)(?:个|你们|咱们?|一下)?"
    r"(?:工会|职工会|会员|(?<=入)会)(?:会员)?(?:吗|么|呢|啊|要什么|怎么办|咋办|怎么弄|去哪|在哪办?|可以|行|[,。?])*"
    r"|(?:工会|入会)(?:怎么|咋|如何|在哪)(?:加?入|参加|办理?|申请)(?:会)?|how (?:do|can) i join the union"
    r"|i want to join the union"
)
_LOAN = re.compile(
    r"贷款|贷(?:点|些|一?笔|个|几|\d)|借(?:我|俺|我们)?(?:点|些|一?笔|几|\d)?(?:万|千|块|个)*钱|\bloan\b|\bborrow\b"
)
_HOW = re.compile(
    r"想|要|咋|怎么|如何|能|可以|申请|哪|帮|做(?:点|个)?(?:小)?(?:买卖|生意)|开(?:个|家)?\S{0,4}店|创业|周转"
    r"|\b(?:want|need|apply|how)\b"
)
_NO_LOAN = re.compile(
    r"招|专员|经理|客服|顾问|销售|业务|审核|催收|信贷|助贷员|电销|房贷|车贷|还贷|网贷|校园贷|高利贷|欠|还不|不要"
    r"|不想|不用|不贷|别"
    r"|找.{0,6}[活工班]|工资|逾期|被骗|骗"
)


def wish_of(said: str) -> str:
    """`union`, `loan`, or empty for other sentences (folded)."""
    if _UNION.fullmatch(said):
        return "union"
    return "loan" if _LOAN.search(said) and _HOW.search(said) and not _NO_LOAN.search(said) else ""
