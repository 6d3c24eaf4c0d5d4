"""Telegram asked for updates: what cannot be read, or not be had, holds up nothing that is good."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from bench import OddPeer, Said
from bench_telegram import US, PollingBench

from bot.channels.base import SendError, ThrottledError, TryLaterError
from bot.sender import Sender
from bot.wakeups import Wakeups
from models.database import Database
from models.keys import KeyRing
from tests.peers.serving import until


def updates(*said: Any) -> Said:
    return Said(200, json.dumps({"ok": True, "result": said}))


def message(number: Any, text: str = "您好", **more: Any) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": US, "type": "private"}, "text": text, **more}}


BAD: list[Any] = [
    None, 7, [], {}, {"update_id": "x"}, {"update_id": 2}, {"update_id": 2, "message": {"chat": 1}},
    {"update_id": 2, "callback_query": None}, {"update_id": 2**70, "message": {}}, {"update_id": True, "message": []},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=str)
async def test_one_bad_update_of_three(tmp_path: Path, bad: Any) -> None:
    async with OddPeer(updates(message(1, "一"), bad, message(3, "三"))) as peer:
        channel: Any = PollingBench(tmp_path).make(peer.url)
        offset, reading = await channel.fetch(0)
        await channel.close()
    assert [heard.body["text"] for heard in reading.heard] == ["一", "三"]
    assert offset == 4, "none of them comes again"


ANSWERS = ["{}", '{"ok": true}', '{"ok": true, "result": 7}', '{"ok": false}', "[]", "null", "<html>", "[" * 5000]


@pytest.mark.parametrize("body", ANSWERS)
async def test_an_answer_that_is_none_is_tried_again(tmp_path: Path, body: str) -> None:
    async with OddPeer(Said(200, body)) as peer:
        channel: Any = PollingBench(tmp_path).make(peer.url)
        with pytest.raises(TryLaterError):
            await channel.fetch(0)
        await channel.close()


async def test_asking_is_throttled_too(tmp_path: Path) -> None:
    body = '{"ok": false, "error_code": 429, "parameters": {"retry_after": 7}}'
    async with OddPeer(Said(429, body)) as peer:
        channel: Any = PollingBench(tmp_path).make(peer.url)
        with pytest.raises(ThrottledError) as caught:
            await channel.fetch(0)
        assert caught.value.seconds == 7
        with pytest.raises(SendError):
            await channel.open()
        await channel.close()


async def test_a_file_that_is_not_to_be_had_holds_up_nobody_for_ever(tmp_path: Path) -> None:
    """What is before it is stored at once; after five tries its sender is told, and the rest goes on."""
    bench = PollingBench(tmp_path)
    async with bench.started():
        api, person = bench.api, bench.api.user(US)
        await person.says("一")
        await person.sends_document("岗位.xlsx", b"PK")
        await person.says("三")
        api.fail_next(20, 502, "getFile")
        channel: Any = bench.channel
        offset, reading = await channel.fetch(bench.offset)
        assert [heard.body for heard in reading.heard] == [{"text": "一"}]
        tries = 1
        while True:
            try:
                offset, reading = await channel.fetch(offset)
                break
            except TryLaterError:
                tries += 1
                assert tries < 10
        assert tries == 4
        assert [heard.body for heard in reading.heard] == [{"unsupported": "document"}, {"text": "三"}]


async def test_a_file_that_is_refused_is_named_at_once(tmp_path: Path) -> None:
    bench = PollingBench(tmp_path)
    async with bench.started():
        await bench.api.user(US).sends_document("岗位.xlsx", b"PK")
        bench.api.fail_next(1, 400, "getFile")
        channel: Any = bench.channel
        _, reading = await channel.fetch(bench.offset)
    assert [heard.body for heard in reading.heard] == [{"unsupported": "document"}]


async def test_a_channel_that_wants_patience_when_it_is_opened_stops_no_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Channel:
        name, polls, opened = "telegram", False, 0
        pace: Any = PollingBench(tmp_path).make("http://127.0.0.1:9").pace

        async def open(self) -> None:
            Channel.opened += 1
            raise ThrottledError(0.05)

    database = Database(f"sqlite+aiosqlite:///{tmp_path}/x.db", KeyRing.generate())
    sender = Sender(database, Channel(), Wakeups())  # type: ignore[arg-type]

    async def taken() -> bool:
        return True

    monkeypatch.setattr(sender, "_take", taken)
    monkeypatch.setattr("bot.sender.LOOK_SECONDS", 0.01)
    async with asyncio.TaskGroup() as nursery:
        running = nursery.create_task(sender.run())
        await until(lambda: Channel.opened > 1 or running.done(), "it never tried again")
        assert not running.done()
        running.cancel()
    await database.close()
