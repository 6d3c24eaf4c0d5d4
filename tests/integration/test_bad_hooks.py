"""The bad input that gateways and strangers send, through the real application on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer
from house import counting_ids, ring
from phones import Phones
from sqlalchemy import func, select

from bot.channels.form_sms import FormSms, FormSmsSettings
from bot.channels.hmac_sms import HmacSms, HmacSmsSettings
from bot.channels.kannel import Kannel, KannelSettings
from bot.channels.telegram import Telegram, TelegramSettings
from bot.inbox import BODY, Inbox
from bot.receiving import ODD, join_late
from bot.wakeups import Wakeups
from models.channels import Channels
from models.database import Database
from models.messages import InboxRow, InboxState, OddArrival
from models.people import Address, Person
from tests.peers.gateway_hmac import signed_headers
from tests.peers.sms_text import Part, cut, header_of
from web.delivered import Delivered
from web.server import MAX_BODY, make_app, make_runner

SECRET = "a-secret-of-the-tests"
PHONE = "+8613800138000"


def the_channels() -> dict[str, Any]:
    usual = {"number": "10690000", "token": SECRET}
    http = {"base_url": "http://127.0.0.1:9", "hook_url": "http://127.0.0.1:9"}
    form = {"account": "a", "password": "p", "base_url": http["base_url"]}
    login = {"username": "u", "password": "p", "hook_url": http["hook_url"]}
    signed = {"app_id": "app", "secret": SECRET, "number": "10690000"}
    bot = {"token": "666:x", "secret": SECRET, "mode": "webhook"}
    return {
        "form": FormSms("form", FormSmsSettings.model_validate({"kind": "form_sms"} | usual | form)),
        "hmac": HmacSms("hmac", HmacSmsSettings.model_validate({"kind": "hmac_sms"} | signed | http)),
        "kannel": Kannel("kannel", KannelSettings.model_validate({"kind": "kannel"} | usual | login)),
        "telegram": Telegram("telegram", TelegramSettings.model_validate({"kind": "telegram"} | bot | http)),
    }


class Server(TestServer):
    """Serves as the program does."""

    async def _make_runner(self, **_options: Any) -> Any:
        return make_runner(self.app)


class Site:
    """The program's hooks, and what is in its tables."""

    def __init__(self, client: Any, database: Database) -> None:
        self.client, self.database = client, database

    async def post(self, channel: str, body: bytes, query: str = "", **headers: str) -> int:
        """The status of one request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.post(f"/hooks/{channel}{query}", data=body, headers=named) as answer:
            text = await answer.text()
            assert "Traceback" not in text
            assert answer.status < 500, text
            return int(answer.status)

    async def signed(self, *events: Any, body: bytes = b"", at: float | None = None) -> int:
        """Signed events, as the HMAC gateway brings them."""
        body = body or json.dumps({"events": events}).encode()
        stamp = at or self.database.clock().timestamp()
        return await self.post("hmac", body, **signed_headers("app", SECRET, body, at=stamp))

    async def form(self, **fields: str) -> int:
        """A form with the right token."""
        return await self.post(
            "form", urlencode(fields).encode(), f"?token={SECRET}", Content_Type="application/x-www-form-urlencoded"
        )

    async def kannel(
        self, body: bytes, coding: str = "2", udh: bytes = b"", sender: str = PHONE, number: str = ""
    ) -> int:
        """An MO as Kannel posts it."""
        Site.count += 1
        query = f"?token={SECRET}&from={quote(sender)}&id={number or Site.count}&udh={quote(udh)}"
        return await self.post("kannel", body, query, X_Kannel_Coding=coding)

    count = 0

    async def update(self, update: Any) -> int:
        """An update as Telegram posts it."""
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        return await self.post("telegram", body, X_Telegram_Bot_Api_Secret_Token=SECRET)

    async def stored(self, state: str = InboxState.WAITING) -> list[str]:
        """The texts that wait, oldest first."""
        async with self.database.read() as session:
            rows = await session.scalars(select(InboxRow).where(InboxRow.state == state).order_by(InboxRow.id))
            bodies = [json.loads(session.keys.open(row.body_sealed or b"", BODY, row.id)) for row in rows]
        return [body.get("text", "-") for body in bodies]

    async def aside(self) -> list[str]:
        """What was put aside."""
        async with self.database.read() as session:
            rows = await session.scalars(select(OddArrival).order_by(OddArrival.id))
            return [session.keys.open(row.body_sealed, ODD, row.id) for row in rows]

    async def people(self) -> int:
        """How many people there are."""
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
async def site(sqlite_url: str, clock: Any) -> AsyncIterator[Site]:
    channels = the_channels()
    facts = Channels({name: channel.facts for name, channel in channels.items()})
    database = Database(sqlite_url, ring(), clock, counting_ids(4), channels=facts)
    wakeups = Wakeups()
    inbox = Inbox(database, wakeups)
    app = make_app(database, inbox, wakeups, Delivered(database), channels, secure=False)
    async with asyncio.TaskGroup() as nursery, TestClient(Server(app)) as client:
        running = nursery.create_task(inbox.run())
        yield Site(client, database)
        running.cancel()
    await database.close()


def mo(number: int, text: Any = "您好", **more: Any) -> dict[str, Any]:
    return {"type": "mo", "id": f"m{number}", "from": PHONE, "to": "10690000", "text": text, **more}


def message(number: Any, text: Any = "您好", **more: Any) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": text, **more},
    }


async def nothing_of_a_stranger_is_kept(site: Site) -> None:
    assert (await site.stored(), await site.aside(), await site.people()) == ([], [], 0)


# forged and replayed

FORGED = ["", "?token=", "?token=wrong", f"?token={SECRET}x", "?token=%ff%fe", "?token=" + "x" * 4000]


@pytest.mark.parametrize("query", FORGED)
async def test_forged_by_token(site: Site, query: str) -> None:
    body = b"type=mo&mobile=13800138000&content=x&moid=1"
    assert await site.post("form", body, query) == 403
    assert await site.post("kannel", b"x", query + ("&" if query else "?") + "from=13800138000&id=1") == 403
    await nothing_of_a_stranger_is_kept(site)


async def test_forged_by_signature_or_header(site: Site) -> None:
    body = json.dumps({"events": [mo(1)]}).encode()
    good = signed_headers("app", SECRET, body, at=site.database.clock().timestamp())
    for wrong in ({}, {"X-Signature": "0" * 64}, {"X-Timestamp": "1"}, {"X-Nonce": "ÿ"}, {"X-Timestamp": "²"}):
        assert await site.post("hmac", body, **(good | wrong if wrong else {})) == 401
    assert await site.post("hmac", body + b" ", **good) == 401
    for secret in ("", "wrong", "ÿ", SECRET + "x"):
        body = json.dumps(message(1)).encode()
        assert await site.post("telegram", body, X_Telegram_Bot_Api_Secret_Token=secret) == 403
    assert await site.post("telegram", body) == 403
    await nothing_of_a_stranger_is_kept(site)


async def test_odd_header_bytes_of_a_stranger(site: Site) -> None:
    """Raw: a client library would not send them."""
    for name in ("X-Timestamp", "X-Nonce", "X-Signature", "X-Telegram-Bot-Api-Secret-Token", "X-Kannel-Coding"):
        for channel in ("hmac", "telegram", "kannel", "form"):
            reader, writer = await asyncio.open_connection("127.0.0.1", site.client.server.port)
            head = f"POST /hooks/{channel} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n{name}: "
            writer.write(head.encode() + b"\xff\xfe\xc3\x28\r\n\r\n{}")
            status = (await reader.readline()).split()[1]
            writer.close()
            assert status in (b"401", b"403", b"400"), (channel, name, status)
    await nothing_of_a_stranger_is_kept(site)


async def test_replayed(site: Site, clock: Any) -> None:
    """The same body again within five minutes is the same message; later it is refused."""
    body = json.dumps({"events": [mo(1), mo(2, "保安")]}).encode()
    headers = signed_headers("app", SECRET, body, at=clock().timestamp())
    for _ in range(3):
        assert await site.post("hmac", body, **headers) == 200
        assert await site.form(type="mo", mobile="13800138000", content="x", moid="7") == 200
        assert await site.kannel(b"y", "0", number="same") == 200
        assert await site.update(message(9)) == 200
    assert sorted(await site.stored()) == sorted(["您好", "保安", "x", "y", "您好"])
    clock.move(minutes=6)
    assert await site.post("hmac", body, **headers) == 401


# bodies


async def test_huge_nested_and_garbled_bodies(site: Site) -> None:
    huge, nested, garbled = b"x" * (MAX_BODY + 1), b"[" * 100_000, b"\xff\xfe\x00"
    for body, status in ((huge, 413), (nested, 400), (garbled, 400), (b"", 400), (b"{", 400)):
        assert await site.post("hmac", body, **signed_headers("app", SECRET, body)) in (status, 401)
        assert await site.signed(body=body or b" ") == status
    for body, status in ((huge, 413), (nested, 200), (garbled, 400), (b"", 400)):
        assert await site.post("form", body, f"?token={SECRET}") == status
    for body, status in ((huge, 413), (nested, 200), (garbled, 200), (b"", 200), (b"{", 200)):
        assert await site.update(body) == status, "refused, it would come again and hold up the rest"
    assert await site.stored() == []
    assert len(await site.aside()) >= 6


async def test_a_body_that_says_it_is_compressed_and_is_not(site: Site) -> None:
    for channel in ("form", "hmac", "kannel", "telegram"):
        assert await site.post(channel, b"no gzip", Content_Encoding="gzip") in (403, 401)
    assert await site.post("nothing", b"no gzip", Content_Encoding="gzip") == 404
    assert await site.client.post("/chat/messages", data=b"x", headers={"Content-Encoding": "gzip"})
    await nothing_of_a_stranger_is_kept(site)


BAD_EVENTS: list[Any] = [
    None, 7, "mo", [], {}, {"type": "mo"}, {"type": "receipt"}, mo(9, None), mo(9, {"a": 1}), mo(9) | {"id": None},
    mo(9) | {"from": 13800138000}, mo(9) | {"from": None}, {"type": "receipt", "client_id": "1", "status": ["x"]},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_EVENTS, ids=str)
async def test_one_bad_event_of_three_costs_the_others_nothing(site: Site, bad: Any) -> None:
    assert await site.signed(mo(1, "一"), bad, mo(3, "三")) == 200
    assert await site.stored() == ["一", "三"]
    assert len(await site.aside()) == 1


HARMLESS: list[Any] = [
    {"type": "news"}, mo(9) | {"from": "10086"}, mo(9) | {"from": "UNION"}, mo(9) | {"from": "10690000"},
    {"type": "receipt", "client_id": "9" * 5000, "status": "delivered"},
    {"type": "receipt", "client_id": str(2**63), "status": "delivered"},
    {"type": "receipt", "client_id": "-1", "status": "delivered"},
    {"type": "receipt", "client_id": "5", "status": "nobody knows"},
]  # fmt: skip


@pytest.mark.parametrize("harmless", HARMLESS, ids=lambda one: str(one)[:60])
async def test_what_leads_to_nothing_costs_the_others_nothing(site: Site, harmless: Any) -> None:
    assert await site.signed(mo(1, "一"), harmless, mo(3, "三")) == 200
    assert await site.stored() == ["一", "三"]
    assert await site.aside() == []


async def test_ids_that_are_long_or_odd_stay_apart(site: Site) -> None:
    long = "x" * 200
    events = [mo(1) | {"id": one} for one in (long + "1", long + "2", "a\0b", "\ud800", "一", 7, "7")]
    assert await site.signed(*events) == 200
    assert len(await site.stored()) == 6, "7 and '7' are one"


async def test_one_bad_receipt_of_three(site: Site) -> None:
    reports = [{"rid": "1", "stat": "DELIVRD"}, "x", {"rid": "x", "stat": "DELIVRD"}, {"rid": "2", "stat": "NEW"}]
    assert await site.form(type="report", reports=json.dumps(reports)) == 200
    assert len(await site.aside()) == 2


async def test_bad_updates_by_webhook_are_put_aside_and_acknowledged(site: Site) -> None:
    bad: list[Any] = [
        {}, [], None, {"update_id": 10**400, "message": {}}, {"update_id": -1},
        {"update_id": 1, "message": {"chat": 7}},
        {"update_id": 2, "callback_query": {}}, {"update_id": 3, "my_chat_member": []},
        message(4, location={"longitude": "x"}) | {"message": {"chat": {"id": "x", "type": "private"}}},
        {"update_id": 6, "message": {"chat": {"id": 5, "type": "private"}, "location": {}}},
    ]  # fmt: skip
    for number, one in enumerate(bad, 1):
        assert await site.update(one) == 200, one
        assert len(await site.aside()) == number, one
    assert await site.update(message(11, "好")) == 200
    assert await site.stored() == ["好"]


# SMS that are no text of a person


async def test_binary_flash_and_empty(site: Site) -> None:
    assert await site.kannel(b"\x01\xff\x80", "1") == 200
    assert await site.stored() == []
    assert await site.kannel("闪信".encode("utf-16-be")) == 200
    assert await site.kannel(b"", "0") == 200
    assert await site.form(type="mo", mobile="13800138000", content="", moid="1") == 200
    assert await site.signed(mo(1, "")) == 200
    assert await site.stored() == ["闪信", "", "", ""]


SENDERS = ["10086", "95588", "4006001234", "10690000", "+8610690000", "UNION", "13800FLOWER", ""]


@pytest.mark.parametrize("sender", SENDERS)
async def test_senders_that_are_no_people_are_acknowledged_and_ignored(site: Site, sender: str) -> None:
    assert await site.kannel("自动回复".encode("utf-16-be"), sender=sender) == 200
    assert await site.form(type="mo", mobile=sender, content="自动回复", moid="1") == 200
    assert await site.signed(mo(1) | {"from": sender}) == 200
    await nothing_of_a_stranger_is_kept(site)


async def test_an_mo_without_an_id_is_refused_and_put_aside(site: Site) -> None:
    assert await site.form(type="mo", mobile="13800138000", content="x", moid="") == 400
    assert await site.post("kannel", b"x", f"?token={SECRET}&from=13800138000") == 400
    assert len(await site.aside()) == 2


# long messages in parts

LONG = "我想找电焊工的工作，有证😀，" * 14


def parts(text: str = LONG, reference: int = 5) -> list[tuple[bytes, bytes]]:
    """(header, body) of each part."""
    pieces = cut(text)
    return [(header_of(Part(reference, len(pieces), n)), piece) for n, piece in enumerate(pieces, 1)]


async def test_parts_out_of_order_are_one_message(site: Site) -> None:
    pieces = parts()
    assert len(pieces) == 4
    for place in (2, 0, 3):
        await site.kannel(pieces[place][1], udh=pieces[place][0])
    assert await site.stored() == []
    await site.kannel(pieces[1][1], udh=pieces[1][0])
    assert await site.stored() == [LONG]


async def test_the_same_part_twice_before_and_after(site: Site, clock: Any) -> None:
    pieces = parts()
    for place in (0, 0, 1, 2, 2, 3, 3, 0):
        await site.kannel(pieces[place][1], udh=pieces[place][0])
    clock.move(minutes=3)
    async with site.database.write() as session:
        assert await join_late(session, "kannel") == 0
    assert await site.stored() == [LONG], "no second message of the parts that came again"


async def test_a_missing_part_is_a_gap_after_two_minutes(site: Site, clock: Any) -> None:
    pieces = parts()
    for place in (3, 0, 1):
        await site.kannel(pieces[place][1], udh=pieces[place][0])
    for seconds, waiting in ((100, 0), (30, 1)):
        clock.move(seconds=seconds)
        async with site.database.write() as session:
            assert await join_late(session, "kannel") == waiting
    (text,) = await site.stored()
    texts = [piece.decode("utf-16-be") for _, piece in pieces]
    assert text == texts[0] + texts[1] + "…" + texts[3]


async def test_an_emoji_cut_in_two_is_whole_again(site: Site) -> None:
    whole = ("找" * 66 + "😀" + "活").encode("utf-16-be")
    halves = [whole[: 67 * 2], whole[67 * 2 :]]
    for number, half in enumerate(halves, 1):
        await site.kannel(half, udh=header_of(Part(9, 2, number)))
    assert await site.stored() == ["找" * 66 + "😀" + "活"]


async def test_parts_of_two_people_and_two_messages_stay_apart(site: Site) -> None:
    for number in (1, 2):
        for sender, word in ((PHONE, "一"), ("+8613900139000", "二")):
            body = (word * 3).encode("utf-16-be")
            await site.kannel(body, udh=header_of(Part(7, 2, number)), sender=sender)
    assert sorted(await site.stored()) == ["一" * 6, "二" * 6]


@pytest.mark.parametrize(
    "part", [{"ref": 1, "total": 10**9, "seq": 1}, {"ref": 1, "total": 2, "seq": 3}, {"total": "x"}, {}, 7, "x", [1]]
)
async def test_a_part_that_can_be_none_is_a_message(site: Site, part: Any) -> None:
    assert await site.signed(mo(1, "好", part=part)) == 200
    assert await site.stored() == ["好"]


@pytest.mark.parametrize(
    "udh", [b"\x00", b"\xff", b"\x05\x00\x03\x01\x00\x01", b"\x05\x00\x03\x01\x02\x03", b"\x00" * 200]
)
async def test_odd_headers_of_a_part(site: Site, udh: bytes) -> None:
    assert await site.kannel("好".encode("utf-16-be"), udh=udh) == 200
    assert await site.stored() == ["好"]


# loops


async def test_an_auto_responder_is_answered_no_more(site: Site, sqlite_url: str, clock: Any) -> None:
    """It answers everything with the same words; after a few answers it hears nothing more, and so says nothing."""
    from phones import phone_database

    database = phone_database(sqlite_url, clock)
    phones = Phones(database)
    answers = 0
    while await phones.says(PHONE, "您好,我正在开会,稍后回复。"):
        answers += 1
        assert answers < 20, "the loop is not broken"
        clock.move(seconds=2)
    assert answers == 6
    clock.move(minutes=6)
    assert await phones.says(PHONE, "电焊工 郑州"), "the person is still answered"
    await database.close()


async def test_strangers_do_not_fill_the_database(site: Site) -> None:
    for number in range(30):
        await site.post("hmac", json.dumps({"events": [mo(number)]}).encode(), X_Signature="x")
    async with site.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Address)) == 0
