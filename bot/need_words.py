"""What a family in need says in a sentence of its own: 老公住院花了八万,能帮帮我吗 → medical."""

from __future__ import annotations

import re

from matching.understand import understand

_NUMBER = r"[\d一二三四五六七八九十两几好多]+"
_WITHOUT = (
    r"花(?:了|掉)?(?:不少|好些|好多|很多|太多|那么多|这么多|一大笔)|"
    rf"[没缺差]有?(?:钱|收入)|钱不够|[花用]光|[花用欠借差]了?{_NUMBER}(?:多|来)?[万千百块]|不起"
    rf"|[交拿凑付]不[上出齐够]|欠债|负债"
    r"|借遍|困难|难处|压力大|负担|怎么办|咋办|咋整|没办法|走投无路|借.{0,3}钱|钱太多|撑不[住下]|求求"
    r"|cannot (?:pay|afford)|can't (?:pay|afford)|no money"
)
_HELP = (
    r"帮[帮助扶]|帮(?:一?下|我|俺|忙)|[能求请].{0,5}帮|资助|慰问|有(?:没有|什么|啥)?补[助贴]|补[助贴](?:金|吗|么|没)"
    r"|救[助济]|助学金|助学.{0,4}(?:咋|怎么|如何|报|在?哪|办)|报名?.{0,2}助学|报销|减免|申请|\bhelp\b|\baid\b"
    r"|\bsubsidy\b"
)
_WANTS = re.compile(f"{_WITHOUT}|{_HELP}")
_ILL = re.compile(
    r"住(?:了|着|过)?院|看病|治病|生病|有病|得了?\S{0,4}病|[大重]病|病[倒重危]|手术|开刀|医[药疗]费|药费|药钱"
    r"|[化放]疗|透析|癌|白血病|尿毒"
    r"|肿瘤|硬化|瘫|脑梗|脑出血|中风|心梗|车祸|摔[伤断]|重症|残疾|\b(?:hospital|ill|sick|surgery)\b"
)
_CHILD = r"孩子|儿子|女儿|闺女|姑娘|娃|弟弟|妹妹"
_SCHOOL = r"学费|学杂费|上学|读书|念书|大学|高中|高三|考上|录取|开学|清华|北大"
_STUDY = re.compile(
    rf"学杂费|助学|(?:{_CHILD}).{{0,8}}(?:{_SCHOOL})|(?:{_SCHOOL}).{{0,8}}(?:{_CHILD})|上大学.{{0,6}}(?:钱|学费)"
    r"|\b(?:school|tuition|college|university)\b"
)
_WIDOWED = (
    r"(?:老公|丈夫|男人|爱人|当家的|媳妇|老婆|他爸|他妈|他爹)(?:早就?|都|刚|去年|今年|前年)*"
    r"(?:没了|走了(?!一)|去世|过世|死了|不在了|病故|不在人世)"
)
_GRAVE = re.compile(
    rf"(?:{_CHILD}|[爸妈爹娘]|父亲|母亲|老公|老婆|媳妇|丈夫|爱人|老伴|老头|婆婆|公公|岳[父母])"
    r"(?:他|得了?|是|查出|患|有|现在|去年|今年|也|的)*"
    r"(?:尿毒|白血病|癌|.癌|恶性|肿瘤|偏?瘫|脑梗|脑出血|脑瘤|重病|大病|肝硬化|植物人|再障|骨髓)"
)
_POOR = re.compile(
    r"揭不开锅|一屁股债|断粮|吃不[上起饱]|没(?:钱吃|饭吃|米了|米下)|活不(?:下去|起|成|了)|过不(?:下去|成)"
    r"|日子.{0,4}(?:难过|不好过|没法过)"
    rf"|[交付拿出]不[起上出](?:房租|水电费?|电费|取暖费|生活费|饭钱)|{_WIDOWED}.{{0,12}}(?:{_CHILD})"
    rf"|(?:{_CHILD}).{{0,8}}{_WIDOWED}"
    r"|没钱(?:过年|过日子|生活|[买交]\S)"
    r"|家[里中庭]?(?:生活|条件|情况)?(?:现在|实在|确实|真的?|很|太|特别|非常|比较|有点?|[遇碰][到上]了?)*(?:困难|穷"
    r"|贫困|难处|难事)"
    r"|生活(?:实在|确实|真的?|很|太|特别|非常|比较|有点|有)*困难|(?:困难|生活|特困|临时|大病|医疗).?(?:救助|救济|慰问)"
    r"|(?:困难|特困|大病|临时).?补[助贴]|(?:困难|特困)职工|低保"
    r"|家里?(?:遭|着|失|被)了?(?:灾|火|水?淹)|房子.{0,3}(?:烧|塌|淹)|火.{0,4}烧了"
    r"|\bfamily\b.*\b(?:hardship|poor|in need)\b"
)
_OTHER_WISH = re.compile(
    r"招|应聘|工伤|老板|(?:工?厂|公司|单位)里?不|请.{0,2}假|离职|[找想要](?:一?[个份])?\S{0,9}(?:活|工作|岗位|事做|班)"
    r"|[想要](?:去?做|去?干|当|学|报(?!名?.{0,2}(?:金秋)?助学))|什么(?:活)?都能干|培训|学技术|创业"
)


def need_of(said: str) -> str:
    """`medical`, `tuition`, `living`, or empty where a sentence (folded) tells of no need.

    An illness or a school alone is none: 照顾住院老人 is work; a grave one in the own family is.
    """
    if _WANTS.search(said):
        if _ILL.search(said):
            return "medical"
        if _STUDY.search(said):
            return "tuition"
    if _GRAVE.search(said):
        return "medical"
    return "living" if _POOR.search(said) else ""


def wants_other(said: str) -> bool:
    """Whether a sentence (folded) asks for work, a course or its rights, or for leave: that comes before any aid."""
    if _OTHER_WISH.search(said):
        return True
    understood = understand(said[:200])
    return bool(understood.occupations or (understood.region and understood.wage))
