"""The HMAC kind of SMS gateway keeps to its contract, and breaks it only when ordered to; its log outlives it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from us import Us

from tests.peers.gateway_hmac import HmacGateway, signed_headers
from tests.peers.numbered_gateway import NumberedGateway

PHONE = "13800138000"


@pytest.fixture
async def us() -> AsyncIterator[Us]:
    async with Us() as us:
        yield us


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def signed(us: Us) -> AsyncIterator[HmacGateway]:
    async with HmacGateway(f"{us.url}/hmac") as gateway:
        yield gateway


async def send_signed(session: aiohttp.ClientSession, gateway: Any, at: float | None = None, **given: Any) -> Any:
    message = {
        "to": f"+86{PHONE}",
        "text": "【样例】您好",
        "client_id": "a1",
        "callback": "http://127.0.0.1:1/x",
    } | given
    body = json.dumps(message).encode()
    headers = signed_headers(gateway.app_id, gateway.secret, body, at=at)
    async with session.post(f"{gateway.url}/v1/messages", data=body, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None) if answer.status < 500 else None


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"to": PHONE}, 400, "invalid_number"),
        ({"to": "+861380013800"}, 400, "invalid_number"),
        ({"text": "发票代开"}, 400, "content_rejected"),
        ({"text": " "}, 400, "content_rejected"),
        ({"text": 5}, 400, "invalid_request"),
        ({"more": "x"}, 400, "invalid_request"),
        ({"at": time.time() - 400}, 401, "unauthorized"),
    ],
)
async def test_hmac_refusals(
    session: aiohttp.ClientSession, signed: HmacGateway, given: Any, status: int, error: str
) -> None:
    assert await send_signed(session, signed, **given) == (status, {"error": error})
    assert signed.heard == []


async def test_hmac_signatures(session: aiohttp.ClientSession, signed: HmacGateway) -> None:
    assert await send_signed(session, signed) == (202, {"id": signed.heard[0].id})
    body = b"{}"
    for headers in (
        {},
        signed_headers(signed.app_id, "wrong", body),
        signed_headers("wrong", signed.secret, body),
        signed_headers(signed.app_id, signed.secret, b"other"),
        signed_headers(signed.app_id, signed.secret, body) | {"X-Timestamp": "x"},
    ):
        async with session.post(f"{signed.url}/v1/messages", data=body, headers=headers) as answer:
            assert answer.status == 401
    again = signed_headers(signed.app_id, signed.secret, body, nonce="n1")
    for status in (400, 401):
        async with session.post(f"{signed.url}/v1/messages", data=body, headers=again) as answer:
            assert answer.status == status, "a nonce is good for once"


async def test_hmac_faults(session: aiohttp.ClientSession, signed: HmacGateway) -> None:
    signed.fail_next(1, 502)
    assert await send_signed(session, signed) == (502, None)
    signed.throttle(5)
    assert await send_signed(session, signed) == (429, {"error": "too_fast"})
    signed.throttle(0)
    signed.answer_error_inside("content_rejected")
    assert await send_signed(session, signed) == (200, {"error": "content_rejected"})
    signed.hang(0.1)
    begun = time.monotonic()
    assert (await send_signed(session, signed))[0] == 202
    assert time.monotonic() - begun >= 0.1
    assert signed.phone(PHONE).heard == ["【样例】您好"]


async def test_hmac_calls_us(session: aiohttp.ClientSession, us: Us, signed: HmacGateway) -> None:
    us.refusals = 1
    assert await signed.phone(PHONE).says("电焊工 郑州")
    assert [attempt.status for attempt in signed.attempts] == [503, 200]
    assert us.bodies[0] == us.bodies[1]
    event = us.bodies[1]["events"][0]
    assert (event["type"], event["from"], event["to"], event["text"]) == ("mo", f"+86{PHONE}", "10690", "电焊工 郑州")
    body = json.dumps(us.bodies[1], ensure_ascii=False).encode()
    got = us.headers[1]
    stamp, nonce = float(got["X-Timestamp"]), got["X-Nonce"]
    expected = signed_headers(signed.app_id, signed.secret, body, at=stamp, nonce=nonce)
    assert got["X-Signature"] == expected["X-Signature"]
    assert us.headers[0]["X-Nonce"] != nonce, "every attempt is signed anew"
    await send_signed(session, signed, callback=f"{us.url}/receipts")
    assert await signed.reports(signed.heard[0], "undelivered")
    receipt = us.bodies[-1]["events"][0]
    assert (receipt["type"], receipt["client_id"], receipt["status"]) == ("receipt", "a1", "undelivered")
    text = "一段一段地来，" * 12
    assert await signed.says_in_parts(PHONE, text, order=(2, 1))
    parts = {one["events"][0]["part"]["seq"]: one["events"][0]["text"] for one in us.bodies[-2:]}
    assert parts[1] + parts[2] == text


async def test_numbered_gateway_remembers(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    for run in (1, 2):
        async with NumberedGateway(tmp_path) as gateway:
            status, answer = await send_signed(session, gateway, client_id=f"r{run}")
            assert (status, answer["id"]) == (202, f"L0000000{run}"), "numbers go on where they stopped"
            assert (await send_signed(session, gateway, to="x"))[0] == 400
    assert [(left.n, left.client_id, left.to) for left in gateway.left] == [
        (1, "r1", f"+86{PHONE}"),
        (2, "r2", f"+86{PHONE}"),
    ]
