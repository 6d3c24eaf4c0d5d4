"""Call me, thank you; jobs with a telephone are jobs."""

import pytest

from bot.everyday_words import small_talk
from bot.typed import folded

HEARD = {
    "call": """老板给我打电话了没|打电话给我|你给我打个电话吧|给我回电话|能给我打个电话吗|请打我电话|打我手机
        回我电话吧|让老板给我打电话|call me back|电话联系我|你们打给我吧|可以给我打电话吗""",
    "thanks": "谢谢|谢谢你们|好的谢谢|多谢|太感谢了|谢谢工会|感谢|辛苦了|嗯，谢谢|thank you|谢谢了|谢谢，谢谢",
}
NOT_HEARD = """电话客服 郑州|打电话的工作|电话销售|呼叫中心|招电话员3名|谢谢，电焊工 郑州|打电话|给我找个活
    给我看看岗位|话务员|打我卡上|电话维修|老谢饭店 招厨师|谢师宴 服务员|给我打个折"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind in HEARD for said in sentences(HEARD[kind])])
def test_it_is_heard(kind: str, said: str) -> None:
    assert small_talk(folded(said).rstrip("。.!~?")) == kind


@pytest.mark.parametrize("said", sentences(NOT_HEARD))
def test_what_is_none(said: str) -> None:
    assert small_talk(folded(said)) == ""
