"""What somebody says whose life or body is in danger: 我不想活了 → life, 老公打我 → family, 工头打我 → work."""

from __future__ import annotations

import re

_LIFE = re.compile(
    r"(?<![没别])不(?:想|愿|愿意|打算)(?:再|继续)?活(?![动儿计干泼路])"
    r"|活(?:着|下去)(?:也|真|都|还|又|实在|这么|太|就)*(?:没|有)(?:有|什么|啥|多大|个)*(?:意思|意义|劲|用|盼头|希望)"
    r"|活着(?:也|真|都|实在|这么|太|好|很)*(?:累|苦|难受|痛苦|受罪)|(?<!干)活(?:得没(?:意思|劲)|够了|腻了)|生不如死"
    r"|轻生"
    r"|(?<![得别])(?:想|打算)(?:去|要)?死(?!你|他|她|我|家|心|磕|守|等|活)|死了?(?:算了|得了|拉倒|干净|一了百了)"
    r"|(?:还|都)?不如死"
    r"|一死了之|寻死|寻短见|(?<!别)想不开|(?:结束|了结).{0,3}(?:生命|自己|这辈子|一生)|自杀|自尽|自残|割腕|跳(?:楼"
    r"|河|江|海自)(?!价|机|甩|大)"
    r"|上吊(?![车篮装顶灯具运])|喝(?:了|过)?(?:农药|百草枯|敌敌畏)|服毒|吃了?.{0,3}安眠药|遗书"
    r"|\b(?:kill(?:ing)? myself|suicid\w*|want(?:ed)? to die|end my life|don't want to live)\b"
)
_HIS = r"(?!的?(?:电话|手机|微信|工资|钱|工钱|卡|账|银行|号|支付|这|那|主意|广告|招呼))"
_BEATEN = re.compile(
    rf"(?<![再给能会别])打(?:了|骂|伤了?|过|死)?(?:我|俺){_HIS}(?!们?[这那家厂店公工])"
    r"|被(?:人|[^,。;、 ]{1,6})?(?:殴打|毒打|打骂|打伤|[打揍](?:了(?!折|[欠借]|电话|回)|得|成[重残]|$|[,。!;]))"
    r"|家暴|家庭暴力|挨(?:了)?[打揍]|动手打(?:人|我|俺|了)|拳打脚踢|毒打|(?<!不)虐待(?:我|俺)|被.{0,4}虐待"
    r"|(?:老板|工头|包工头|班长|组长|主管|保安|经理|领导)[^,。;招]{0,3}(?:打人|揍[人我俺]|打工人)"
    r"|\b(?:beats?|hits?|beating|hitting) me\b|\bdomestic violence\b"
)
_FAMILY = re.compile(
    r"老公|丈夫|男人|男的|对象|男朋友|男友|前夫|女友|女朋友|老婆|媳妇|婆婆|公公|家暴|家庭暴力|家里人|我?[爸妈爹娘]"
    r"|父|母|儿子|孩子他|我家那"
    r"|\b(?:husband|boyfriend|family|wife|domestic)\b"
)
_ADVERT = re.compile(r"诚聘|急聘|招[聘收工人]|招\S{0,8}[名人个位]|干预|预防|防止|防自|热线|咨询师|心理师|辅导|救助站")


def crisis_of(said: str) -> str:
    """`life`, `family`, `work`, or empty where a sentence (folded) tells of no danger; an advert does not."""
    if _LIFE.search(said):
        return "" if _ADVERT.search(said) else "life"
    if _BEATEN.search(said) and not _ADVERT.search(said):
        return "family" if _FAMILY.search(said) else "work"
    return ""
