"""What somebody types for a button: its number in any dress, or its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from models.messages import Choice

_NUMBER_WORDS = dict(zip("一二三四五六七八九", "123456789", strict=True)) | {"零": "0", "两": "2"}
_DRESSED_KEY = re.compile(
    r"^(?:选|回|回复|第|按)?\s*([0-9a-z]{1,2}|[一二三四五六七八九零两])\s*(?:个|号|项|条|[.。、,,!!)])?$"
)


def folded(text: str) -> str:
    """Full width to half, lower case, trimmed: what is compared when somebody types a button."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def typed_choice(text: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that the text names: its key in any dress ("１", "1.", "一", "选1"), label, or both ("5都不是")."""
    said = folded(text)
    match = _DRESSED_KEY.match(said)
    key = match[1] if match else said
    key = _NUMBER_WORDS.get(key, key)
    for choice in choices:
        own, label = folded(choice.key), folded(choice.label)
        if said in (own, label, f"{own}{label.removeprefix(own).strip()}", f"{own} {label}") or key == own:
            return choice
    return None


_SURE = r"(?:(?:好|行|可以|是|对|确定|确认|同意|没错|yes|sure|delete)(?:的|吧|了|啊|呀)*)"
_YES = re.compile(
    rf"(?:我|俺)?(?:{_SURE}|(?:好+|行+|中+|成|要|要的|愿意|乐意|嗯+|恩|没问题|没意见|可|得行|要得|ok|okay|y)(?:的|吧"
    rf"|了|啊|呀|呢|嘞)*)"
)
_CLEAR_YES = re.compile(rf"{_SURE}|(?:我)?(?:要|确定|确认|都|全部?|把.{{0,4}})?删(?:除|掉|了|吧|光|完)*")
_NO = re.compile(
    r"(?:我|俺)?(?:不|不要|不行|不用|不了|不同意|不愿意|不可以|不成|不中|不好|不是|不想|不需要|不必|先不|别|别删"
    r"|不删|不入|不干|no|n|nope)"
    r"(?:了|吧|啊|呀|呢|谢谢|,)*|算了(?:吧|不弄了)?|拉倒"
)
_ASKED = re.compile(r"applyok|joinunion|unionat:\d+|sensitive:\w+|(?:inv|seat):yes:\d+|appt:ok:\d+|shop:\d+:yes")
_TAKES_ALL = re.compile(r"forget_yes")
_LEFT = re.compile(r"home|ask:seeker:0:group:skip|(?:inv|seat):no:\d+|appt:cancel:\d+|shop:\d+:no")


def yes_or_no(text: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that 好 or 不要 names, where the choices are those of a yes/no question.

    Which are is known by what they do: 行 and 中 are other words elsewhere. What deletes wants a clear yes.
    """
    said, given = folded(text).rstrip("。.!~ "), tuple(choices)
    asked = next((c for c in given if _ASKED.fullmatch(c.data) or _TAKES_ALL.fullmatch(c.data)), None)
    if asked is None:
        return None
    if (_CLEAR_YES if _TAKES_ALL.fullmatch(asked.data) else _YES).fullmatch(said):
        return asked
    return next((c for c in given if _LEFT.fullmatch(c.data)), None) if _NO.fullmatch(said) else None
