"""Small talk that wants an answer: 你给我打个电话吧 → call, 谢谢 → thanks."""

from __future__ import annotations

import re

_CALL = re.compile(
    r"(?:那|请|麻烦|你们?|您|老板|工会|单位|能不能|能|可以|可不可以|让|叫|工作人员|有人|你们的人)*"
    r"(?:给(?:我|俺)(?:回|打)(?:个|一个|过|下|回)*电话|(?:打|回)(?:个|一个)?(?:电话)(?:给|联系)(?:我|俺)|打(?:我"
    r"|俺)的?(?:电话|手机)|打给(?:我|俺)"
    r"|回(?:我|俺)(?:个|一个)?电话|(?:电话|打电话)(?:跟|和)?联系(?:我|俺)|(?:跟|和)(?:我|俺)(?:通个|打个)电话)"
    r"(?:过来|一下|说|吧|了|没有?|吗|行吗|行不|好吗|可以吗|啊|呀|谢谢|[,。?! ])*"
    r"|(?:please )?call me(?: back)?(?: please)?|give me a call"
)
_THANKS = re.compile(
    r"(?:好的?|嗯+|行|知道了|明白了|太|非常|多|真是|[,。! ])*(?:谢谢|多谢|感谢|谢了|谢|辛苦|麻烦你们|麻烦您)(?:了|啦"
    r"|啊|哈|你们?|您|咱们|工会|老师|大哥|大姐|同志|领导|哦|谢谢|[,。! ])*"
    r"|thank(?:s| you)(?: (?:very|so) much| a lot)?|thx"
)


def small_talk(said: str) -> str:
    """`call`: somebody is to phone them; `thanks`; or empty for other sentences (folded)."""
    if _CALL.fullmatch(said):
        return "call"
    return "thanks" if _THANKS.fullmatch(said) else ""
