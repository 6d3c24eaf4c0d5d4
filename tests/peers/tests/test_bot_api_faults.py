"""The fake Bot API's faults on order, and its speed limits."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

KNOWN = 5


async def test_faults_and_the_calls_that_were_made(client: Any) -> None:
    api = client.api
    api.fail_next(1, 502)
    assert await client.call("sendMessage", chat_id=KNOWN, text="x") == (502, "Bad Gateway")
    api.fail_next(1, 500, "getUpdates")
    assert (await client.call("getUpdates"))[0] == 500
    api.throttle(0.3)
    assert (await client.call("getMe"))[0] == 200
    for _ in range(2):
        code, said = await client.call("sendMessage", chat_id=KNOWN, text="x")
        assert (code, said) == (429, "Too Many Requests: retry after 1")
    assert [call.early for call in api.calls_of("sendMessage", 429)] == [False, True]
    await asyncio.sleep(0.3)
    api.hang(0.1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.sent("太晚"), 0.05)
    api.hang(0)
    api.lose_answers(1)
    with pytest.raises(aiohttp.ClientError):
        await client.sent("到了")
    assert "到了" in api.chat(KNOWN).heard


async def test_speed_limits(client: Any) -> None:
    client.api.limits.enforced = True
    outcomes = [await client.call("sendMessage", chat_id=KNOWN, text=str(n)) for n in range(6)]
    assert [code for code, _ in outcomes] == [200] * 5 + [429]
    assert outcomes[-1][1] == "Too Many Requests: retry after 1"
    for number in range(100, 140):
        await client.api.user(number).says("/start")
    codes = [(await client.call("sendMessage", chat_id=number, text="x"))[0] for number in range(100, 140)]
    assert codes[:25] == [200] * 25
    assert 429 in codes
