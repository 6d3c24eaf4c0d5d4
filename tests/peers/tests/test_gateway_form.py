"""The form kind of SMS gateway keeps to its contract, and breaks it only when ordered to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from us import Us

from tests.peers.gateway_form import FormGateway

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
async def form(us: Us) -> AsyncIterator[FormGateway]:
    async with FormGateway(f"{us.url}/form") as gateway:
        yield gateway


async def send_form(session: aiohttp.ClientSession, gateway: FormGateway, **given: str) -> Any:
    fields = {"account": gateway.account, "password": gateway.password, "mobile": PHONE, "content": "【样例】您好"}
    fields |= {"extno": "01", "rid": "a1"} | given
    async with session.post(f"{gateway.url}/send", data=fields) as answer:
        return await answer.json() if answer.status == 200 else answer.status


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 0),
        ({"account": "x"}, 1),
        ({"password": "密"}, 1),
        ({"mobile": "1380013800"}, 2),
        ({"mobile": "+8613800138000"}, 2),
        ({"content": "【样例】赌博"}, 3),
        ({"content": "您好【样例】"}, 5),
        ({"content": "【样例】"}, 5),
    ],
)
async def test_form_codes(session: aiohttp.ClientSession, form: FormGateway, given: Any, code: int) -> None:
    answer = await send_form(session, form, **given)
    assert answer["code"] == code
    assert len(form.heard) == (code == 0)
    assert code or answer["msgid"] == form.heard[0].id


@pytest.mark.parametrize("given", [{"rid": "x" * 21}, {"rid": ""}, {"more": "x"}])
async def test_form_that_is_none(session: aiohttp.ClientSession, form: FormGateway, given: Any) -> None:
    assert await send_form(session, form, **given) == 400
    async with session.post(f"{form.url}/send", json={}) as answer:
        assert answer.status == 400


async def test_form_faults_and_balance(session: aiohttp.ClientSession, form: FormGateway) -> None:
    form.throttle(5)
    assert await send_form(session, form) == {"code": 4, "msg": "too fast", "wait": 5}
    form.throttle(0)
    form.answer_error_inside(9)
    form.fail_next(1, 503)
    assert await send_form(session, form) == 503
    assert (await send_form(session, form))["code"] == 9
    form.lose_answers(1)
    with pytest.raises(aiohttp.ClientError):
        await send_form(session, form)
    assert form.phone(PHONE).heard == ["【样例】您好"]
    form.balance = 3
    assert (await send_form(session, form, content="【样例】" + "长" * 70))["code"] == 0
    assert form.segments == 3
    assert (await send_form(session, form))["code"] == 6


async def test_form_calls_us(session: aiohttp.ClientSession, us: Us, form: FormGateway) -> None:
    us.refusals = 1
    assert await form.phone(PHONE).says("电焊工 郑州&+1")
    assert [attempt.body for attempt in form.attempts] == ["later", "ok"]
    assert us.bodies[0] == us.bodies[1], "the same MO again, with the same moid"
    assert (
        us.bodies[1].items() >= {"type": "mo", "content": "电焊工 郑州&+1", "token": form.token, "extno": "01"}.items()
    )
    await send_form(session, form, rid="a1")
    await send_form(session, form, rid="a2")
    first, second = form.heard
    assert await form.reports(first, "UNDELIV")
    expected = {"type": "report", "rid": "a1", "msgid": first.id, "stat": "UNDELIV", "mobile": PHONE}
    assert us.bodies[-1].items() >= expected.items()
    assert await form.reports_many((first, "DELIVRD"), (second, "EXPIRED"))
    listed = json.loads(us.bodies[-1]["reports"])
    assert [(one["rid"], one["stat"]) for one in listed] == [("a1", "DELIVRD"), ("a2", "EXPIRED")]
    us.refusals = 3
    assert not await form.phone(PHONE).says("没人要")
