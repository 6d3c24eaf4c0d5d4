"""What people type: cleaned of what cannot be printed, compared without regard to width and case, masked when shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.menus import choices_of, menu, numbered, worded
from bot.typed import typed_choice, yes_or_no
from bot.updates import MAX_CHARACTERS, clean
from models.messages import CONTACT_MARK, Choice
from services.phones import PhoneRefusedError, e164, masked_name, masked_phone


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("电焊工 郑州", "电焊工 郑州"),
        ("  电焊工\n郑州\t5000  ", "电焊工\n郑州\t5000"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        (f"{CONTACT_MARK}13{CONTACT_MARK}", "13"),
        ("\U000f0000\U00100000x", "x"),
        ("\ud800x\udfff", "x"),
        ("\x85\x9f", ""),
        ("\uffff\ufdd0x", "x"),
        ("👨‍👩‍👧 找活", "👨‍👩‍👧 找活"),
        ("", ""),
    ],
)
def test_control_private_and_broken_characters_are_taken_out(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


def test_a_text_of_any_length_is_bounded() -> None:
    assert len(clean("工" * 10_000)) == MAX_CHARACTERS


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_whatever_is_typed_becomes_something_that_can_be_stored_and_shown(typed: str) -> None:
    cleaned = clean(typed)
    cleaned.encode("utf-8")
    assert CONTACT_MARK not in cleaned
    assert all(c in "\n\t" or unicodedata.category(c) not in ("Cc", "Co", "Cs", "Cn") for c in cleaned)
    assert clean(cleaned) == cleaned


MENU = (*numbered(("报名", "a"), ("更多", "b")), Choice("0", "找人", "h"))


@pytest.mark.parametrize("typed", ["1", "１", "①", "一", "选1", "1.", "1、", "第1个", "回复1", "按1", "报名", "1号"])
def test_the_first_choice_in_any_dress(typed: str) -> None:
    assert typed_choice(typed, MENU) == MENU[0]


@pytest.mark.parametrize("typed", ["", " ", "3", "12", "1和3", "1A 2B", "1 2", "报名吧", "10", "-1", "1.5", "一二"])
def test_what_names_no_choice(typed: str) -> None:
    assert typed_choice(typed, MENU) is None


CONSENT = (Choice("1", "同意", "applyok"), Choice("2", "不说", "home"))
INVITED = (*numbered(("同意", "inv:yes:5"), ("不了", "inv:no:5"), start=81),)
JOINS = (Choice("1", "我要入会", "joinunion"), Choice("返回", "返回", "home"))
DELETES = (*numbered(("全部删除", "forget_yes"), ("不删", "home")),)
YES = "好|行|可以|中|愿意|好的|好吧|嗯|成|没问题|OK|yes|是|是的|同意吧|要|我愿意|我同意|行吧|好的。|嗯嗯"
NO = "不|不要|不行|算了|不愿意|不用|不用了|不了|我不同意|no|不，谢谢"


@pytest.mark.parametrize("typed", YES.split("|"))
@pytest.mark.parametrize("choices", [CONSENT, INVITED, JOINS])
def test_a_yes_where_yes_or_no_is_asked(typed: str, choices: tuple[Choice, ...]) -> None:
    assert yes_or_no(typed, choices) == choices[0]


@pytest.mark.parametrize("typed", NO.split("|"))
@pytest.mark.parametrize("choices", [CONSENT, INVITED, JOINS, DELETES])
def test_a_no_where_yes_or_no_is_asked(typed: str, choices: tuple[Choice, ...]) -> None:
    assert yes_or_no(typed, choices) == choices[1]


@pytest.mark.parametrize("typed", ["好", "行", "可以", "是的", "确定", "删", "删吧", "好的", "全删了", "我要删"])
def test_what_deletes_hears_a_clear_yes(typed: str) -> None:
    assert yes_or_no(typed, DELETES) == DELETES[0]


@pytest.mark.parametrize("typed", ["嗯", "中", "成", "ok", "没问题", "要", "愿意", "等等", "删了会怎样"])
def test_what_deletes_hears_no_half_yes(typed: str) -> None:
    assert yes_or_no(typed, DELETES) is None


@pytest.mark.parametrize("typed", [*YES.split("|"), *NO.split("|")])
def test_elsewhere_these_words_name_no_button(typed: str) -> None:
    assert yes_or_no(typed, MENU) is None


@pytest.mark.parametrize("typed", ["好的工作有吗", "行政", "不要夜班", "中牟", "成都", "同意书", "好 电焊工"])
def test_a_wish_is_no_answer(typed: str) -> None:
    assert yes_or_no(typed, CONSENT) is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_the_menu_stumble(typed: str) -> None:
    assert typed_choice(typed, MENU) in (None, *MENU)


def test_a_worded_menu_is_chosen_by_its_words_only() -> None:
    choices = worded(("没干过", "0"), ("跳过", "skip"))
    assert typed_choice("1", choices) is None
    assert typed_choice("没干过", choices) == choices[0]


def test_a_keyboard_gives_back_its_choices_with_their_keys_in_any_rows() -> None:
    for rows in ((), (1, 2), (3,), (2,)):
        assert choices_of(menu(*MENU, rows=rows)) == MENU


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "１３８００１３８０００", "+86 138-0013-8000", "0086 13800138000"]
)
def test_a_number_has_one_form_inside(typed: str) -> None:
    assert e164(typed) == "+8613800138000"


@pytest.mark.parametrize("typed", ["", "没有", "12", "1" * 40, "电焊工"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(PhoneRefusedError):
        e164(typed)


def test_masks_show_what_is_needed_and_no_more() -> None:
    assert masked_phone("+8613800138000") == "138****8000"
    assert [masked_name(name) for name in ("王小明", "李四", "欧", None)] == ["王**", "李*", "欧*", "—"]
