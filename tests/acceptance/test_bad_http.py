"""What a browser, or somebody who is none, may send: never a 5xx, never a traceback, nothing twice, all in order."""

from __future__ import annotations

import asyncio
import http.client
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from people import WebPerson, ask, hears, tap, until
from program import Environment, Program, running
from rows import rows

COOKIE = "zhaohuo=" + "c" * 32
JSON = {"Content-Type": "application/json"}


def call(
    program: Program, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    """One raw request: status, body, headers."""
    where = urlsplit(program.url)
    with closing(http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return answer.status, text, dict(answer.headers)


def post(program: Program, body: bytes | dict[str, Any] | list[Any], cookie: str = COOKIE) -> tuple[int, str]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, text, _ = call(program, "POST", "/chat/messages", raw, {**JSON, "Cookie": cookie})
    assert "Traceback" not in text and 'File "' not in text, text
    return status, text


@pytest.fixture
async def person(program: Program) -> AsyncIterator[WebPerson]:
    """Somebody new in front of the page."""
    person = await WebPerson(program).enter()
    yield person
    await person.close()


WRONG = {
    "empty": b"",
    "not JSON": b"{",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "not UTF-8": b'{"id": "a", "text": "\xff\xfe"}',
    "NaN": b'{"id": "a", "location": {"lon": NaN, "lat": Infinity}}',
    "a long number": b'{"id": "a", "choice": ' + b"9" * 5000 + b"}",
    "no id": b'{"text": "x"}',
    "null id": b'{"id": null, "text": "x"}',
    "number id": b'{"id": 7, "text": "x"}',
    "empty id": b'{"id": "", "text": "x"}',
    "long id": json.dumps({"id": "x" * 65, "text": "x"}).encode(),
    "nothing said": b'{"id": "a"}',
    "text is a list": b'{"id": "a", "text": ["x"]}',
    "text is an object": b'{"id": "a", "text": {"a": 1}}',
    "location off the globe": b'{"id": "a", "location": {"lon": 1000, "lat": 0}}',
    "location without lat": b'{"id": "a", "location": {"lon": 100}}',
    "location of words": b'{"id": "a", "location": {"lon": "a", "lat": "b"}}',
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_wrong_body_is_refused_by_name(program: Program, body: bytes) -> None:
    status, text = post(program, body)
    assert status == 400, text
    assert json.loads(text)["error"]


def test_deeply_nested_body_is_refused(prepared_sample: Path, tmp_path: Path, program_environment: Environment) -> None:
    folder = shutil.copytree(prepared_sample, tmp_path / "var")
    with running(Program(folder, program_environment(folder)), quiet=False) as program:
        assert post(program, b"[" * 100_000)[0] == 400


def test_giant_body_is_refused(program: Program) -> None:
    status, _ = post(program, json.dumps({"id": "a", "text": "大" * 1_000_000}).encode())
    assert status == 413


@pytest.mark.parametrize("cookie", ["", "zhaohuo=", "zhaohuo=short", "zhaohuo=" + "x" * 65, "other=" + "x" * 32])
def test_without_cookie(program: Program, cookie: str) -> None:
    assert post(program, {"id": "a", "text": "保安 郑州"}, cookie)[0] == 401
    assert call(program, "GET", "/chat/events", headers={"Cookie": cookie})[0] == 401
    status, text, _ = call(program, "GET", "/chat/history", headers={"Cookie": cookie})
    assert (status, json.loads(text)) == (200, {"items": [], "last": 0})


ROUTES = [
    ("GET", "/nothing", 404),
    ("GET", "/chat/nothing", 404),
    ("GET", "/static/../settings.py", 404),
    ("GET", "/static/%2e%2e/server.py", 404),
    ("GET", "/static/nothing.js", 404),
    ("GET", "/enter/", 404),
    ("GET", "/enter/unknown-token", 410),
    ("GET", "/enter/" + "x" * 5000, 410),
    ("GET", "/chat/messages", 405),
    ("POST", "/chat", 405),
    ("POST", "/chat/events", 405),
    ("PUT", "/chat/messages", 405),
    ("DELETE", "/chat/history", 405),
    ("HEAD", "/chat", 200),
    ("HEAD", "/health", 200),
    ("HEAD", "/", 302),
    ("GET", "/health", 200),
    ("OPTIONS", "/chat/messages", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
def test_routes(program: Program, method: str, path: str, status: int) -> None:
    found, text, headers = call(program, method, path)
    assert found == status
    assert "Traceback" not in text
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "object-src 'none'" in headers["Content-Security-Policy"]


async def test_same_id_twice_is_one_message(program: Program, person: WebPerson) -> None:
    assert [await person.post({"text": "保安 郑州"}, "once") for _ in range(3)] == [202] * 3
    assert await asyncio.gather(*(person.post({"text": "保安 洛阳"}, "once") for _ in range(3))) == [202] * 3
    await hears(person, "郑州 保安")
    await ask(person, "帮助", "回数字就报名")
    assert len(person.heard) == 2, person.heard
    stored = await rows(program, "SELECT count(*) FROM inbox WHERE external_id LIKE '%:once'")
    assert stored == [(1,)]


async def test_the_same_id_of_two_people_is_two_messages(program: Program, person: WebPerson) -> None:
    other = await WebPerson(program).enter()
    try:
        assert await person.post({"text": "保安 郑州"}, "shared") == 202
        assert await other.post({"text": "保安 洛阳"}, "shared") == 202
        await hears(person, "郑州 保安")
        await hears(other, "洛阳 保安")
    finally:
        await other.close()


async def test_two_at_once_are_answered_in_order(person: WebPerson) -> None:
    assert await person.post({"text": "保安 郑州"}) == 202
    places = ["洛阳", "开封", "新乡", "安阳", "许昌"]
    for place in places:
        assert await person.post({"text": f"保安 {place}"}) == 202
    await hears(person, "许昌")
    told = [heard.text.split(" ")[0].split("暂")[0] for heard in person.heard]
    assert told == ["郑州", *places]
    assert [heard.seq for heard in person.heard] == [1, 2, 3, 4, 5, 6]


async def test_many_people_at_once_are_all_acknowledged(program: Program) -> None:
    """Arrivals share commits; nobody is told to come again while the database is there."""
    crowd = [WebPerson(program) for _ in range(12)]
    try:
        await asyncio.gather(*(one.enter() for one in crowd))
        for _ in range(6):
            answers = await asyncio.gather(
                *(one.post({"text": f"保安 {place}"}) for one in crowd for place in ("郑州", "洛阳"))
            )
            assert set(answers) == {202}
        await asyncio.gather(*(until_heard(one, 12) for one in crowd))
    finally:
        await asyncio.gather(*(one.close() for one in crowd))


async def until_heard(person: WebPerson, number: int) -> None:
    await until(lambda: len(person.heard) >= number, lambda: f"{len(person.heard)} of {number} answers")
    assert [heard.seq for heard in person.heard] == list(range(1, number + 1))


async def test_foreign_and_odd_choices(program: Program, person: WebPerson) -> None:
    """A button of somebody else's message, of no message, of a message that never was: it is expired, no more."""
    other = await WebPerson(program).enter()
    try:
        await ask(other, "电焊工 郑州", "回数字报名")
        foreign = other.heard[-1].message
        for choice, message in (
            ("1", foreign),
            ("1", "1"),
            ("1", "x" * 24),
            ("1", "-5"),
            ("9" * 80, ""),
            ("apply:1", foreign),
        ):
            before = len(person.heard)
            assert await person.post({"choice": choice, "message": message}) == 202
            await hears(person, "这个按钮过期了", "找工作", since=before)
        assert await rows(program, f"SELECT count(*) FROM inbox WHERE state != 'handled' AND id < {2**63 - 1}") == [
            (0,)
        ]
        await ask(person, "我的资料", "还没有保存您的资料")
    finally:
        await other.close()


async def test_reconnecting_in_mid_answer(person: WebPerson) -> None:
    """The stream is lost at every reply; resumed behind the last event, none is missing and none comes twice."""
    await ask(person, "电焊工 郑州", "回数字报名")
    for words in ("更多", "帮助", "保安 洛阳", "隐私", "培训"):
        await person.deafen()
        assert await person.post({"text": words}) == 202
        person.listen()
        await person.connected.wait()
        await person.deafen()
        person.listen()
        await asyncio.sleep(0.02)
    await hears(person, "可以报的班")
    assert [heard.seq for heard in person.heard] == list(range(1, 7))


@pytest.mark.parametrize("seen", ["-1", "abc", "99999999999999999999", "1.5", "'", "１"])
async def test_odd_last_event_id(program: Program, person: WebPerson, seen: str) -> None:
    """Nonsense means from the beginning."""
    await ask(person, "帮助", "回数字就报名")
    cookie = {"zhaohuo": next(cookie.value for cookie in person._jar)}
    async with (
        aiohttp.ClientSession(cookies=cookie, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
        session.get(f"{program.url}/chat/events", params={"after": seen}) as stream,
    ):
        assert stream.status == 200
        assert b"id: 1" in await asyncio.wait_for(stream.content.readuntil(b"id: 1"), 10)


async def test_reload_shows_the_same(person: WebPerson) -> None:
    await ask(person, "电焊工 郑州", "回数字报名")
    await tap(person, "1 报名", "报名好了")
    shown = await person.history()
    assert [(item["from"], item["text"]) for item in shown["items"] if item["from"] == "me"] == [
        ("me", "电焊工 郑州"),
        ("me", "1"),
    ]
    assert [item["text"] for item in shown["items"] if item["from"] == "bot"] == [heard.text for heard in person.heard]
    assert shown["last"] == person.last


def test_a_link_lets_one_browser_in(program: Program) -> None:
    link = urlsplit(program.roles["seeker"].link).path
    status, _, headers = call(program, "GET", link)
    assert (status, headers["Location"]) == (302, "/chat")
    given = headers["Set-Cookie"]
    assert "HttpOnly" in given and "SameSite=Lax" in given
    assert call(program, "GET", link)[0] == 410
    assert call(program, "GET", link, headers={"Cookie": given.partition(";")[0]})[0] == 302, (
        "the same browser may again"
    )


def test_an_old_link_lets_nobody_in(program: Program) -> None:
    with closing(sqlite3.connect(program.var_dir / "zhaohuo.db", timeout=10)) as connection:
        connection.execute("UPDATE entry_tokens SET expires_at = '2020-01-01 00:00:00.000000'")
        connection.commit()
    status, text, headers = call(program, "GET", urlsplit(program.roles["newcomer"].link).path)
    assert status == 410
    assert "Set-Cookie" not in headers
    assert "过期" in text


def test_nothing_personal_in_the_log(prepared_sample: Path, tmp_path: Path, program_environment: Environment) -> None:
    """Whatever is said, at the level that is the default: no words, no phone, no cookie in the log."""
    folder = shutil.copytree(prepared_sample, tmp_path / "var")
    command = ("run",)
    with running(Program(folder, program_environment(folder, ZHAOHUO_WEB__PORT="0"), command)) as program:
        secret = "电焊工 郑州 13712349999 王小明密语"
        assert post(program, {"id": "a", "text": secret})[0] == 202
        for body in WRONG.values():
            post(program, body)
        asyncio.run(_handled(program))
        log = program.log() + program.printed()
    for word in ("13712349999", "密语", "王小明", "c" * 32, "电焊工"):
        assert word not in log, log


async def _handled(program: Program) -> None:
    for _ in range(600):
        if await rows(program, "SELECT state FROM inbox ORDER BY id DESC LIMIT 1") == [("handled",)]:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the message was not handled")


def test_no_warning_in_the_log(program: Program) -> None:
    """Last in this module: after bursts and nonsense the program has nothing to complain about."""
    assert "Warning" not in program.log(), program.log()
