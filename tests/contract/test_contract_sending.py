"""What leaves: heard once, with its words and choices, and told truly."""

from __future__ import annotations

import asyncio
import re

import pytest
from bench import ROW, Bench, envelope

from bot.channels import sms
from tests.peers.sms_text import segments

SIGNATURE = "【找活】"
EMOJI = "电焊工👨‍🏭 郑州 6000–8000元,包吃住。<b>&amp;</b> * _ ` 100% + ?"


def words(bench: Bench, heard: list[str]) -> list[str]:
    return [text.removeprefix(SIGNATURE) for text in heard] if bench.is_sms else heard


async def heard_whole(sender: Bench, said: str) -> list[str]:
    """The messages that bring all of `said`: a network brings them one by one."""
    heard: list[str] = []
    while sum(len(text) for text in words(sender, heard)) < len(said):
        heard = await sender.heard_all(len(heard) + 1)
    return heard


async def test_a_message_is_heard_once_as_it_is(sender: Bench) -> None:
    said: list[str] = []
    for text in ("您好", EMOJI, "Hello [world] {1} ~ €5", "第一行\n第二行\n\n第四行"):
        await sender.channel.send(envelope(sender.handle, text))
        said.append(text)
        assert words(sender, await sender.heard_all(len(said))) == said


async def test_choices_can_be_reached(sender: Bench) -> None:
    await sender.channel.send(envelope(sender.handle, "哪一天?", "明天", "后天"))
    heard = (await sender.heard())[-1]
    if sender.buttons:
        assert await sender.presses("后天") == {"choice": "#1", "message": str(ROW)}
    else:
        assert re.search("1明天.*2后天", heard), heard


async def test_a_choice_that_repeats_a_line_costs_no_room(sender: Bench) -> None:
    await sender.channel.send(envelope(sender.handle, "1. 焊工 郑州 6000\n2. 电焊 新郑 5500", "1 报名", "2 报名"))
    heard = (await sender.heard())[-1]
    assert sender.buttons or heard.endswith("5500"), heard


async def test_a_long_text_is_cut_at_line_ends_and_nothing_is_lost(sender: Bench) -> None:
    lines = [f"{number}. 电焊工 郑州高新区 月薪6000-8000元 包吃住 😀" for number in range(1, 160)]
    await sender.channel.send(envelope(sender.handle, "\n".join(lines), "更多"))
    heard = words(sender, await sender.heard_all(2))
    found = [line for text in heard for line in text.split("\n")]
    assert found[: len(lines)] == lines
    assert sender.buttons or "更多" in found[-1]


async def test_a_line_longer_than_a_message_is_whole_together(sender: Bench) -> None:
    line = "找活" * 1000 + "😀" * 1500
    await sender.channel.send(envelope(sender.handle, line))
    assert "".join(words(sender, await heard_whole(sender, line))) == line


async def test_what_was_sent_is_told(sender: Bench) -> None:
    sent = await sender.channel.send(envelope(sender.handle, "您好,找活就说一句,比如:电焊工 郑州"))
    heard = await sender.heard()
    if sender.is_sms:
        assert (sent.segments, sent.cost) == (1, 450)
        assert segments(heard[-1]) == 1
    else:
        assert (sent.segments, sent.cost) == (None, None)
        assert sent.external_id and sent.external_id.isdigit()


async def test_segments_are_what_the_operator_bills(sender: Bench) -> None:
    if not sender.is_sms:
        pytest.skip("no segments")
    said = "找活😀" * 120
    sent = await sender.channel.send(envelope(sender.handle, said))
    assert sent.segments == sum(segments(text) for text in await heard_whole(sender, said))
    assert sent.segments > 5


async def test_nothing_to_say_is_nothing_said(sender: Bench) -> None:
    """Retention may have taken the words; a bare signature or a refused call would be no better."""
    await sender.channel.send(envelope(sender.handle, ""))
    await sender.channel.send(envelope(sender.handle, "您好"))
    assert words(sender, await sender.heard()) == ["您好"]


async def test_an_edit_and_a_deletion(sender: Bench) -> None:
    sent = await sender.channel.send(envelope(sender.handle, "一", "报名"))
    target = sent.external_id
    await sender.channel.send(envelope(sender.handle, "二", action="edit", target=target))
    await sender.channel.send(envelope(sender.handle, "", action="edit", target=target))
    if sender.channel.reach.edits:
        assert words(sender, await sender.heard()) == ["二"]
        await sender.channel.send(envelope(sender.handle, "", action="delete", target=target))
        assert await sender.heard() == []
    else:
        heard = words(sender, await sender.heard_all(2))
        assert [text.partition("\n")[0] for text in heard] == ["一", "二"]
        assert await sender.channel.send(envelope(sender.handle, "", action="delete")) is not None


async def test_open_and_close_can_be_repeated(sender: Bench) -> None:
    for _ in range(2):
        await sender.channel.close()
        await sender.channel.open()
        await sender.channel.open()
        await sender.channel.send(envelope(sender.handle, "您好"))
    await sender.channel.close()
    await sender.channel.close()
    assert len(await sender.heard_all(2)) == 2


async def test_messages_that_are_sent_together_are_all_heard(sender: Bench) -> None:
    await asyncio.gather(*(sender.channel.send(envelope(sender.handle, f"第{n}条", id=ROW + n)) for n in range(8)))
    heard = await sender.heard_all(8)
    assert sorted(words(sender, heard)) == sorted(f"第{n}条" for n in range(8))


def test_the_reach_fits_one_segment() -> None:
    assert sms.REACH.characters == 70
