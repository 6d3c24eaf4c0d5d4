"""A real Kannel between phones and us: what people send arrives, what we send is heard, receipts come back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.peers.kannel import Kannel
from tests.peers.serving import LocalServer, until
from tests.peers.smsc.smsc import SmppPhone

pytestmark = pytest.mark.peers
SEEKER = "13800138000"


class Us(LocalServer):
    """What our service is to Kannel: it takes MO and receipts, and answers with nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, str]] = []
        self.codings: list[str] = []
        self.receipts: list[tuple[str, int]] = []

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        yield web.post("/mo", self.take)
        yield web.get("/dlr", self.receive)

    async def take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        coding = request.headers.get("X-Kannel-Coding", "0")
        self.codings.append(coding)
        text = raw.decode({"2": "utf-16-be", "1": "latin-1"}.get(coding, "utf-8"))
        self.heard.append((request.query["from"], text))
        return web.Response()

    async def receive(self, request: web.Request) -> web.Response:
        self.receipts.append((request.query["id"], int(request.query["status"])))
        return web.Response()

    async def send(self, kannel: Kannel, to: str, text: str, number: str) -> int:
        receipt = f"{self.url}/dlr?id={number}&status=%d"
        given = {"username": kannel.username, "password": kannel.password, "to": to, "text": text}
        given |= {"coding": "2", "charset": "UTF-8", "dlr-mask": "31", "dlr-url": receipt}
        async with aiohttp.ClientSession() as session, session.get(kannel.sendsms_url, params=given) as answer:
            return answer.status

    def final(self, number: str) -> int:
        return next((status for of, status in self.receipts if of == number and status in (1, 2, 16)), 0)


@pytest.fixture
async def us() -> AsyncIterator[Us]:
    async with Us() as us:
        yield us


@pytest.fixture
async def kannel(us: Us, tmp_path: Path) -> AsyncIterator[Kannel]:
    async with Kannel(f"{us.url}/mo?from=%p&to=%P&id=%I", tmp_path) as kannel:
        yield kannel


async def test_conversation_with_receipts(us: Us, kannel: Kannel) -> None:
    phone = kannel.phone(SEEKER)
    await phone.says("电焊工 郑州😀")
    await until(lambda: us.heard, "the MO did not arrive")
    await phone.says("1")
    await until(lambda: len(us.heard) == 2, "the second MO did not arrive")
    assert us.heard == [(SEEKER, "电焊工 郑州😀"), (SEEKER, "1")]
    long = "【样例】" + "1. 电焊工 月薪6000-8000元 郑州\n" * 8
    assert await us.send(kannel, SEEKER, long, "a1") == 202
    assert await phone.hears("电焊工") == long
    assert await us.send(kannel, "13800138077", "您好", "b1") == 202
    await until(lambda: us.final("a1") and us.final("b1"), "no receipts")
    assert (us.final("a1"), us.final("b1")) == (1, 2)
    assert kannel.phone("13800138077").heard == ["您好"]
    assert phone.heard == [long], "nothing of Kannel's own is said to anybody"


async def test_throttled_number_hears_nothing(us: Us, kannel: Kannel) -> None:
    assert await us.send(kannel, "13800138088", "您好", "c1") == 202
    phone = kannel.phone("13800138088")
    assert isinstance(phone, SmppPhone)
    await until(lambda: phone.smsc.submitted, "it was never submitted")
    assert not phone.smsc.submitted[0].accepted
    assert phone.heard == []


async def test_parts_flash_and_binary(us: Us, kannel: Kannel) -> None:
    phone = kannel.phone(SEEKER)
    assert isinstance(phone, SmppPhone)
    text = "我想找电焊工的工作，有证，" * 12
    await phone.says_in_parts(text, order=(3, 1, 2))
    await until(lambda: us.heard, "the parts did not arrive")
    await phone.says_in_flash("闪信")
    await phone.sends_binary(b"\x01\xff\x80")
    await until(lambda: len(us.heard) == 3, "flash or binary did not arrive")
    assert us.heard[0] == (SEEKER, text)
    assert (SEEKER, "闪信") in us.heard
    assert us.codings[1:].count("1") == 1


async def test_a_part_that_never_comes(us: Us, kannel: Kannel) -> None:
    phone = kannel.phone(SEEKER)
    assert isinstance(phone, SmppPhone)
    await phone.says_in_parts("缺了一段的长短信，" * 12, order=(1,))
    await phone.says("好")
    await until(lambda: us.heard, "nothing arrived")
    assert us.heard == [(SEEKER, "好")]


@pytest.mark.parametrize("sender", ["10086", "10690", "UNION"])
async def test_senders_that_are_no_people(us: Us, kannel: Kannel, sender: str) -> None:
    await kannel.phone(sender).says("自动回复")
    await until(lambda: us.heard, "nothing arrived")
    assert us.heard == [(sender, "自动回复")]


async def test_empty_text(us: Us, kannel: Kannel) -> None:
    await kannel.phone(SEEKER).says("")
    await until(lambda: us.heard, "nothing arrived")
    assert us.heard == [(SEEKER, "")]


async def test_parts_one_by_one(us: Us, tmp_path: Path) -> None:
    async with Kannel(f"{us.url}/mo?from=%p&udh=%u", tmp_path, combine_parts=False) as kannel:
        phone = kannel.phone(SEEKER)
        assert isinstance(phone, SmppPhone)
        await phone.says_in_parts("一段一段地来，" * 12, order=(2, 1))
        await until(lambda: len(us.heard) == 2, "not both parts arrived")
    assert "".join(text for _, text in reversed(us.heard)) == "一段一段地来，" * 12


async def test_options_are_in_the_configuration(us: Us, tmp_path: Path) -> None:
    written = Kannel("http://x/", tmp_path, omit_empty=False, kannel_headers=False).configuration()
    assert re.findall(r"(?:omit-empty|accept-x-kannel-headers) = (\w+)", written) == ["false", "false"]


async def test_round_trip_with_fakesmsc(us: Us, tmp_path: Path) -> None:
    async with Kannel(f"{us.url}/mo?from=%p", tmp_path, smsc="fakesmsc") as kannel:
        phone = kannel.phone(SEEKER)
        await phone.says("电焊工 郑州")
        await until(lambda: us.heard, "the MO did not arrive")
        long = "【样例】" + "仓库分拣员 月薪6000元，" * 9
        assert await us.send(kannel, SEEKER, long, "f1") == 202
        assert await phone.hears("仓库") == long
        await until(lambda: us.final("f1"), "no receipt")
    assert us.heard == [(SEEKER, "电焊工 郑州")]
