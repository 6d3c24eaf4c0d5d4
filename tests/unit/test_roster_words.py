"""What the cells of offices' rosters mean, and what nobody guesses at."""

from __future__ import annotations

from datetime import date

import pytest

from models.people import Group
from services.id_numbers import IdNumberRefusedError, born_on, id_number, is_female
from services.rosters.kinds import KINDS, said_above
from services.rosters.words import (
    COURSE_TYPES,
    LEVELS,
    STAGES,
    contract_of,
    days_in,
    first_of,
    groups_of,
    is_dropped,
    is_passed,
    issuer_of,
)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2014-03-01", ["2014-03-01"]),
        ("2014/3/1", ["2014-03-01"]),
        ("２０１４．３．１", ["2014-03-01"]),
        ("20140301", ["2014-03-01"]),
        ("41699", ["2014-03-01"]),
        ("2014-03-01 00:00:00", ["2014-03-01"]),
        ("2014年2月", ["2014-02-28~"]),
        ("2014.12", ["2014-12-31~"]),
        ("2014年3月1日至3月15日", ["2014-03-01", "2014-03-15"]),
        ("2014年3月1-15日", ["2014-03-01", "2014-03-15"]),
        ("2014.3.28—4.6", ["2014-03-28", "2014-04-06"]),
        ("3月15日", []),
        ("2014-13-01", []),
        ("2014-02-30", []),
        ("2014", []),
        ("随便", []),
    ],
)
def test_days(text: str, days: list[str]) -> None:
    assert [f"{day}{'' if exact else '~'}" for day, exact in days_in(text)] == days


@pytest.mark.parametrize(
    ("kind", "term", "contract"),
    [
        ("", "一年", ("fixed", 12, True)),
        ("固定期限", "2014.3.1-2015.2.28", ("fixed", 12, True)),
        ("固定期限", "2014.3.1-2015.2.27", ("fixed", 11, True)),
        ("固定期限", "2014年3月-2015年2月", ("fixed", 12, True)),
        ("固定期限", "2014.1-2014.12", ("fixed", 12, True)),
        ("劳务派遣合同", "两年", ("fixed", 24, True)),
        ("", "2014年3月1日至2017年2月28日", ("fixed", 36, True)),
        ("", "两年半", ("fixed", 30, True)),
        ("", "1.5年", ("fixed", 18, True)),
        ("", "十八个月", ("fixed", 18, True)),
        ("是", "12", ("fixed", 12, True)),
        ("无固定期限", "", ("open_ended", None, True)),
        ("", "长期", ("open_ended", None, True)),
        ("劳务协议", "半年", ("service", None, True)),
        ("以完成一定工作任务为期限", "", ("task", None, True)),
        ("", "", (None, None, True)),
        ("未签", "", (None, None, True)),
        ("否", "无", (None, None, True)),
        ("", "看情况", (None, None, False)),
        ("", "2015.2.28-2014.3.1", (None, None, False)),
    ],
)
def test_contracts(kind: str, term: str, contract: tuple[object, ...]) -> None:
    assert contract_of(kind, term) == contract


@pytest.mark.parametrize(
    ("text", "groups", "unknown"),
    [
        ("下岗失业人员", [Group.LAID_OFF], []),
        ("农民工、在职职工", [Group.MIGRANT, Group.ON_THE_JOB], []),
        ("困难职工家庭高校毕业生", [Group.HARDSHIP_GRADUATE], []),
        ("困难农民工", [Group.HARDSHIP_MIGRANT], []),
        ("困难单亲女职工", [Group.SINGLE_PARENT_MOTHER], []),
        ("高校毕业生", [], []),
        ("无", [], []),
        ("神仙", [], ["神仙"]),
    ],
)
def test_groups(text: str, groups: list[Group], unknown: list[str]) -> None:
    assert groups_of(text) == (groups, unknown)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("初级（五级）", "junior"),
        ("国家职业资格四级", "intermediate"),
        ("高级工", "senior"),
        ("二级/技师", "technician"),
        ("高级技师", "senior_technician"),
        ("培训合格", "none"),
        ("超级", None),
    ],
)
def test_levels(text: str, level: str | None) -> None:
    assert first_of(LEVELS, text) == level


@pytest.mark.parametrize(
    ("issuer", "paper", "who"),
    [
        ("郑州市人社局", "", "labour"),
        ("市总工会", "", "other"),
        ("", "职业资格证书", "labour"),
        ("", "培训合格证", "other"),
        ("", "焊工证", None),
        ("无", "焊工证", None),
    ],
)
def test_issuers(issuer: str, paper: str, who: str | None) -> None:
    assert issuer_of(issuer, paper) == who


def test_stages_types_and_results() -> None:
    words = {"大一": "tertiary", "高一": "secondary", "五年级": "compulsory", "某技师学院": "secondary", "幼儿园": None}
    assert {word: first_of(STAGES, word) for word in words} == words
    assert first_of(COURSE_TYPES, "月嫂") == "home_service"
    assert [is_passed(word) for word in ("合格", "不合格", "59", "60", "缺考", "待定")] == [
        True,
        False,
        False,
        True,
        False,
        None,
    ]
    assert [is_dropped(word) for word in ("未结业", "中途退出", "合格")] == [True, True, False]


def test_what_stands_above_the_header_holds_for_all_but_is_no_person() -> None:
    kind = KINDS["training"]
    line = "培训机构（盖章）：样例技校　　培训工种: 电焊工　姓名：样例陈  填报日期：2014年3月"
    assert said_above([line], kind) == {"institution": "样例技校", "trade": "电焊工"}


def test_id_numbers() -> None:
    good = "11010519491231002X"
    assert id_number(" 11010519491231002x ") == good
    assert (born_on(good), is_female(good)) == (date(1949, 12, 31), True)
    for bad in ("110105194912310021", "11010519491331002X", "110105491231002", "", "not a number", good[:-1]):
        with pytest.raises(IdNumberRefusedError) as refused:
            id_number(bad)
        assert not bad or bad not in str(refused.value)
