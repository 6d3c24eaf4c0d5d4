"""What somebody says who wants no messages, or wants to be deleted: 别给我发了 → stop, 把我删了吧 → all."""

from __future__ import annotations

import re

_STOP = re.compile(
    r"(?:请|求|求你们?|麻烦|你们?|以后|能不能|可以|都)*(?:别|不要|甭|勿|请勿|不用|不想|不愿|停止)(?:再|老|总|天天"
    r"|一直|继续)*"
    r"(?:(?:给|向|跟)(?:我|俺))?(?:再|老|总)*(?:(?:发|推送?|收到?|看到?)(?:这些|这种|那些|什么|啥|任何|到)*(?:短信"
    r"|消息|信息|通知|岗位|广告|东西)?|打扰我?|骚扰我?|烦我?)"
    r"(?:了|啦|吧|好吗|行吗|可以吗|谢谢|[,。! ])*"
    r"|(?:退订|取消|关闭?|屏蔽)(?:短信|消息|推送|通知|提醒)(?:了|吧)?|把我(?:拉黑|退订)(?:了|吧)*"
    r"|(?:please )?(?:stop|don't|do not) (?:send|text|messag)\w* ?(?:me|messages|me messages)?(?: any ?more)?"
)
_MEANT = re.compile(r"给|跟我|向我|短信|消息|信息|通知|扰|烦|推送|再|退订|拉黑|提醒|me")
_THINGS = r"信息|资料|号码|手机号码?|电话(?:号码?)?|个人|账号|账户|数据|名字|姓名|记录|东西|所有|全部|一切|都|在这里?"
_ALL = re.compile(
    rf"(?:请|我要|我想|想|要|能不能|帮我|麻烦|给我)*(?:(?:把|将)?(?:我|俺)们?(?:的|{_THINGS})*(?:全|都|给我|给"
    rf"|帮我)*(?:删|清)(?:除|掉|了|光|空|去)*"
    rf"|(?:删|清)(?:除|掉|了|空)?(?:我|俺)的?(?:{_THINGS}|的)*|(?:删|清)(?:除|掉|了|空)?(?:个人|全部|所有)?(?:信息"
    rf"|资料|数据|账号)|注销(?:我的?)?(?:账号|账户)?)(?:了|吧|掉|谢谢|可以吗|好吗|[,。! ])*"
    rf"|(?:别|不要|不想|不愿意?)(?:再)?(?:留|存|保存|保留|登记)(?:着|下)?(?:我|俺)的?(?:{_THINGS}|的)+了?"
    rf"|delete (?:me|my (?:data|number|account|information))"
)
_WHICH = re.compile(r"(?:我要|我想|想|要|帮我)?删(?:除|掉|了)?(?:吧|一下)?|delete")


def wants_out(said: str) -> str:
    """`stop`: no message unasked; `all`: everything is to be deleted; empty for other sentences (folded)."""
    if _STOP.fullmatch(said) and _MEANT.search(said):
        return "stop"
    return "all" if _ALL.fullmatch(said) else ""


def deletes_what(said: str) -> str:
    """`which` where somebody says 删除 and nothing else."""
    return "which" if _WHICH.fullmatch(said) else ""
