"""Who wants to learn: 想学月嫂, 考个叉车证在哪里, 有没有电脑班 → the courses; work where one learns is work."""

from __future__ import annotations

import re

_NO_LEARNING = "徒|校|生|历|员|院|期|费|位|前|龄|会|过|了|得|着"
_CLASS = re.compile(
    r"培训(?:班|课|吗|没|项目|报名|机构|学校)|(?:想|要|报|参加|申请|免费|哪里?有?|什么|啥)(?:个|点|的|免费)*培训"
    r"|(?:职业)?技[术能]班"
    r"|(?:电脑|学习|电?焊工?|电工|月嫂|厨师|面点|家政|美容|美发|缝纫|叉车|挖机|挖掘机|护理|养老护理|保育|育婴|维修"
    r"|驾驶|烹饪|电商|直播|会计)(?:班|培训)"
    r"(?!长|组|次|中|主)|\b(?:training|course|learn(?:ing)? (?:to|how|a))\b"
)
_LEARNS = re.compile(
    rf"(?:想|要|打算|准备|愿意|免费|哪里?(?:能|可以)?|咋|怎么|能不能|可以)(?:去|来|再)?学(?!{_NO_LEARNING})\S"
    rf"|学(?!{_NO_LEARNING})(?:个|点|门|一门)?\S{{0,6}}(?:要钱|多少钱|要多久|贵不贵|免费吗|免费不|收费|在哪|去哪)"
    rf"|学(?:个|点|门|一门|习)?(?:技术|手艺|技能)"
    r"|(?:想|要|去|报|怎么|咋|哪里?(?:能|可以)?|在哪)(?:名)?考(?!试|虑|勤|核|察|古|研|公|大|编"
    r"|验)[^,。;过了到]{0,7}[证本照]|^考(?:个|一个|取)[^,。;过了到]{0,7}[证本照]"
    r"|[证本](?:怎么|咋|在?哪里?|去哪)考"
)
_WORK = re.compile(
    r"招|找.{0,8}[活厂岗]|找.{0,6}工作|学徒|包教|带薪|[的能边]\S{0,4}(?:活|工作|工厂|岗位)|包吃|月薪|工资|日结|老师"
    r"|讲师|教师|[顾课]问|助教|班主任"
    r"|培训(?:师|员|专员|主管|讲师|助理|经理|费)|岗前"
)


def wants_course(said: str) -> str:
    """`course` where a sentence (folded) asks for one, or empty."""
    if _WORK.search(said):
        return ""
    return "course" if _CLASS.search(said) or _LEARNS.search(said) else ""
