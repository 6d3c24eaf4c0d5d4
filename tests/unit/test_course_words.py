"""Who wants to learn is heard; work, adverts and schools are not."""

import pytest

from bot.course_words import wants_course
from bot.typed import folded

HEARD = """我想学个技术|免费学技术|想学月嫂|想学开挖机|学电焊要钱不|报个电工培训班|有没有免费的培训班
    有没有电脑班|考个叉车证在哪里|想学厨师|我想学电脑|想考电工证|怎么考焊工证|叉车证怎么考
    我想学月嫂，没钱交学费|哪里能学挖掘机|有培训班吗|想参加培训|报电脑班|想学点手艺|有什么免费培训
    我要报考电工证|学厨师多少钱|有没有月嫂班|技能班有吗|电焊培训 郑州|想学开车|失业 想学个技术"""
NOT_HEARD = """电焊工 郑州 5000|学徒工 郑州|招学徒|想找个学技术的活|包教包会的厂|大学食堂 阿姨
    离学校近的工作，孩子上学要接送|上夜班|长白班|白班保安|培训师 郑州|培训专员|会计 大学毕业|有电工证
    考过叉车证|已经考了电工证|在学校食堂|中学老师|电工班长|月嫂 郑州 8000|考勤员|驾校教练|学历不高
    带薪培训的工作|招月嫂2名 免费培训|学过厨师 郑州|会开挖机|我学会了电焊|考研辅导老师|电脑维修 洛阳
    幼儿园老师|想学校附近上班"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize("said", sentences(HEARD))
def test_a_wish_to_learn_is_heard(said: str) -> None:
    assert wants_course(folded(said)) == "course"


@pytest.mark.parametrize("said", sentences(NOT_HEARD))
def test_what_is_no_wish_to_learn(said: str) -> None:
    assert wants_course(folded(said)) == ""
