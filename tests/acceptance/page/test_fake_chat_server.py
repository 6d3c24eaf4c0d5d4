"""The fake chat server keeps to the protocol itself."""

import asyncio
import json

import aiohttp
import pytest
from fake_chat_server import FIRST_SEQ, Answer, FakeChat


async def events(session: aiohttp.ClientSession, chat: FakeChat, after: int, count: int) -> list[tuple[str, str]]:
    """The first events of a stream as (name, text)."""
    found: list[tuple[str, str]] = []
    name = ""
    async with asyncio.timeout(5), session.get(chat.url + f"/events?after={after}") as response:
        assert response.content_type == "text/event-stream"
        async for raw in response.content:
            field, _, value = raw.decode().strip().partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                found.append((name, json.loads(value).get("text")))
                if len(found) == count:
                    break
    return found


async def test_the_same_id_is_taken_once_and_always_acknowledged() -> None:
    with FakeChat() as chat:
        async with aiohttp.ClientSession() as session:
            for _ in range(3):
                async with session.post(chat.url + "/messages", json={"id": "a", "text": "你好"}) as response:
                    assert (response.status, await response.json()) == (202, {"id": "a"})
            expected = [("message", "你好"), ("message", "收到:你好")]
            assert await events(session, chat, FIRST_SEQ, 2) == expected
            async with session.get(chat.url + "/history") as response:
                history = await response.json()
        mine, answer = history["items"]
        assert (mine["from"], mine["text"], mine["client_id"]) == ("me", "你好", "a")
        assert (answer["from"], answer["text"]) == ("bot", "收到:你好")
        assert history["last"] == FIRST_SEQ + 2


async def test_a_stream_begins_after_the_sequence_asked_for() -> None:
    with FakeChat() as chat:
        message = chat.do(chat.append, "一")
        chat.do(chat.append, "二")
        chat.do(chat.change, message, "一改", [])
        async with aiohttp.ClientSession() as session:
            assert await events(session, chat, FIRST_SEQ + 1, 2) == [("message", "二"), ("edit", "一改")]


async def test_faults_come_when_asked_for() -> None:
    with FakeChat() as chat:
        chat.next_answers.append(Answer(503, headers={"Retry-After": "7"}))
        async with aiohttp.ClientSession() as session:
            async with session.post(chat.url + "/messages", json={"id": "a", "text": "x"}) as response:
                assert (response.status, response.headers["Retry-After"]) == (503, "7")
            assert not chat.items
            chat.do(chat.append, "一")
            chat.cut_in = 0
            with pytest.raises(aiohttp.ClientPayloadError):  # cut in the middle of the event
                await events(session, chat, 0, 1)
            assert await events(session, chat, 0, 1) == [("message", "一")]
