"""What a phone says arrives as it was said, under one id, and so do receipts."""

from __future__ import annotations

import pytest
from bench import ROW, Bench

from bot.channels.base import Verdict
from models.messages import OutboxState

TEXTS = ["电焊工 郑州", "１", "退订", "电焊工👨‍🏭 🇨🇳", "Hello @$ {x} €", "T", "1和3"]


async def test_what_is_said_arrives(running: Bench) -> None:
    for text in TEXTS:
        reading = await running.says(text)
        (heard,) = reading.heard
        assert heard.body["text"] == text
        assert heard.handle == running.handle
        assert heard.external_id
        assert heard.part is None
        assert (reading.receipts, reading.left, reading.odd) == ((), (), ())
        assert reading.outcome is Verdict.STORED


async def test_the_same_twice_is_the_same_and_another_is_another(running: Bench) -> None:
    first = await running.says("您好")
    again = await running.repeats()
    assert [one.external_id for one in again.heard] == [one.external_id for one in first.heard]
    second = await running.says("您好")
    assert {one.external_id for one in second.heard}.isdisjoint(one.external_id for one in first.heard)


async def test_receipts(running: Bench) -> None:
    if not running.has_receipts:
        pytest.skip("it has no receipts")
    for row, good, state in ((ROW, True, OutboxState.DELIVERED), (ROW + 1, False, OutboxState.FAILED)):
        (receipt,) = (await running.receipt(row, good=good)).receipts
        assert (receipt.row_id, receipt.state) == (row, state)
        assert bool(receipt.reason) is not good


SENDERS = [
    ("13800138000", Verdict.STORED),
    ("+8613800138000", Verdict.STORED),
    ("8613800138000", Verdict.STORED),
    ("008613800138000", Verdict.STORED),
    ("+86 138-0013-8000", Verdict.STORED),
    ("１３８００１３８０００", Verdict.STORED),
    ("10086", Verdict.IGNORED_SHORT_CODE),
    ("106900001234", Verdict.IGNORED_SHORT_CODE),
    ("95588", Verdict.IGNORED_SHORT_CODE),
    ("4006001234", Verdict.IGNORED_SHORT_CODE),
    ("UNION", Verdict.IGNORED_NAME),
    ("13800FLOWER", Verdict.IGNORED_NAME),
    ("找活", Verdict.IGNORED_NAME),
    ("", Verdict.IGNORED_NAME),
    ("+", Verdict.IGNORED_NAME),
    ("'; DROP TABLE inbox; --", Verdict.IGNORED_NAME),
]


@pytest.mark.parametrize(("sender", "verdict"), SENDERS)
async def test_who_may_write(door: Bench, sender: str, verdict: Verdict) -> None:
    if not door.is_sms:
        pytest.skip("Telegram names who writes")
    reading = await door.channel.read(door.proven_mo(sender, "您好"))
    assert reading.outcome is verdict
    assert [one.handle for one in reading.heard] == (["+8613800138000"] if verdict is Verdict.STORED else [])


@pytest.mark.parametrize("own", ["13800138000", "+8613800138000", "8613800138000"])
@pytest.mark.parametrize("sender", ["13800138000", "+8613800138000", "8613800138000"])
async def test_our_own_number_is_a_loop_however_it_is_written(door: Bench, own: str, sender: str) -> None:
    if not door.is_sms:
        pytest.skip("a bot hears no bot")
    channel = door.make("http://127.0.0.1:9", number=own)
    reading = await channel.read(door.proven_mo(sender, "您好"))
    assert (reading.outcome, reading.heard) == (Verdict.IGNORED_OWN_NUMBER, ())
