"""The fake Bot API, seen by a plain HTTP client: what it takes, what it refuses, and with which words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.peers.bot_api import FakeBotApi
from tests.peers.telegram.persons import picture

KNOWN = 5
BUTTONS = {"inline_keyboard": [[{"text": "找工作", "callback_data": "seek"}]]}


class Client:
    """Calls the Bot API with JSON."""

    def __init__(self, api: FakeBotApi, session: aiohttp.ClientSession) -> None:
        self.api, self.session = api, session

    async def call(self, method: str, token: str = "", **given: Any) -> tuple[int, Any]:
        """(status, result or description)."""
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        async with self.session.post(url, json=given) as answer:
            body = await answer.json()
        assert body["ok"] is (answer.status == 200)
        assert body["ok"] or body["error_code"] == answer.status
        return answer.status, body["result"] if body["ok"] else body["description"]

    async def sent(self, text: str = "您好", **given: Any) -> int:
        """The number of a message that was taken."""
        status, message = await self.call("sendMessage", chat_id=KNOWN, text=text, **given)
        assert status == 200, message
        return int(message["message_id"])


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(limits=False) as api:
        await api.user(KNOWN).says("/start")
        yield api


@pytest.fixture
async def client(api: FakeBotApi) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(api, session)


async def test_who_calls_and_what(client: Client) -> None:
    assert (await client.call("getMe"))[1]["is_bot"] is True
    assert (await client.call("GETME"))[0] == 200
    assert await client.call("getMe", token="666:wrong") == (401, "Unauthorized")
    assert await client.call("sendGift") == (404, "Not Found: method not found")


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"chat_id": 6, "text": "x"}, 400, "Bad Request: chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, 400, "Bad Request: chat not found"),
        ({"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ({"chat_id": KNOWN}, 400, "Bad Request: message text is empty"),
        ({"chat_id": KNOWN, "text": " \n"}, 400, "Bad Request: text must be non-empty"),
        ({"chat_id": KNOWN, "text": "长" * 4097}, 400, "Bad Request: message is too long"),
        ({"chat_id": KNOWN, "text": "😀" * 2049}, 400, "Bad Request: message is too long"),
        ({"chat_id": KNOWN, "text": "长" * 11000}, 400, "Bad Request: text is too long"),
        ({"chat_id": KNOWN, "text": "a<b", "parse_mode": "HTML"}, 400, "Bad Request: can't parse entities: Unclosed"),
        ({"chat_id": KNOWN, "text": "<p>a</p>", "parse_mode": "HTML"}, 400, 'Unsupported start tag "p" at byte'),
        ({"chat_id": KNOWN, "text": "<b>a", "parse_mode": "HTML"}, 400, "Can't find end tag corresponding to"),
        ({"chat_id": KNOWN, "text": "a</b>", "parse_mode": "HTML"}, 400, "Unmatched end tag at byte offset 1"),
        ({"chat_id": KNOWN, "text": "x", "reply_markup": "{"}, 400, "can't parse reply markup JSON object"),
        ({"chat_id": KNOWN, "text": "x", "reply_markup": [1]}, 400, "object expected as reply markup"),
        ({"chat_id": KNOWN, "text": ["x"]}, 400, "Bad Request"),
    ],
)
async def test_messages_that_are_refused(client: Client, given: dict[str, Any], status: int, words: str) -> None:
    code, said = await client.call("sendMessage", **given)
    assert code == status
    assert words in said
    assert client.api.chat(KNOWN).heard == []


async def test_longest_text_and_entities_are_not_counted(client: Client) -> None:
    await client.sent("长" * 4096)
    await client.sent("<b>" + "长" * 4096 + "</b>", parse_mode="HTML")
    await client.sent("a &lt; b", parse_mode="HTML")
    assert client.api.chat(KNOWN).heard[-1] == "a < b"


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "找" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "Text buttons are unallowed"),
        ({"text": "x"}, "Text buttons are unallowed"),
        ({"callback_data": "x"}, "Can't find field"),
        ({"text": "x", "callback_data": 5}, "must be of type String"),
        ({"text": "x", "url": "example"}, "Wrong HTTP URL"),
        ("x", "must be an Object"),
    ],
)
async def test_buttons_that_are_refused(client: Client, button: Any, words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    code, said = await client.call("sendMessage", chat_id=KNOWN, text="x", reply_markup=markup)
    assert code == 400
    assert words in said


async def test_64_bytes_of_data_and_100_buttons_are_taken(client: Client) -> None:
    rows = [[{"text": "x", "callback_data": "找" * 21 + "a"}] for _ in range(100)]
    await client.sent(reply_markup=json.dumps({"inline_keyboard": rows}))
    more = {"inline_keyboard": [*rows, *rows[:1]]}
    code, said = await client.call("sendMessage", chat_id=KNOWN, text="x", reply_markup=more)
    assert (code, said) == (400, "Bad Request: reply markup is too long")


async def test_edits(client: Client) -> None:
    number = await client.sent("一", reply_markup=BUTTONS)
    edit: dict[str, Any] = {"chat_id": KNOWN, "message_id": number}
    code, said = await client.call("editMessageText", **edit, text="一", reply_markup=BUTTONS)
    assert code == 400
    assert said.startswith("Bad Request: message is not modified: specified new message content")
    assert (await client.call("editMessageText", **edit, text="二"))[0] == 200
    shown = client.api.chat(KNOWN).messages[-1]
    assert (shown.text, shown.buttons, shown.edited > 0) == ("二", [], True)
    assert (await client.call("editMessageReplyMarkup", **edit, reply_markup=BUTTONS))[0] == 200
    assert shown.labels == ["找工作"]
    missing = {**edit, "message_id": 99}
    assert await client.call("editMessageText", **missing, text="x") == (400, "Bad Request: message to edit not found")
    theirs = {**edit, "message_id": 1}
    assert await client.call("editMessageText", **theirs, text="x") == (400, "Bad Request: message can't be edited")
    client.api.clock_offset = 48 * 3600 + 1
    assert await client.call("editMessageText", **edit, text="三") == (400, "Bad Request: message can't be edited")
    code, said = await client.call("deleteMessage", **edit)
    assert said == "Bad Request: message can't be deleted for everyone"


async def test_deleted_messages_are_gone_from_the_screen(client: Client) -> None:
    number = await client.sent()
    assert await client.call("deleteMessage", chat_id=KNOWN, message_id=number) == (200, True)
    assert client.api.chat(KNOWN).heard == []
    again = await client.call("deleteMessage", chat_id=KNOWN, message_id=number)
    assert again == (400, "Bad Request: message to delete not found")


async def test_callback_queries_are_answered_once(client: Client) -> None:
    await client.sent(reply_markup=BUTTONS)
    number = await client.api.user(KNOWN).presses("找工作")
    given = {"callback_query_id": number, "text": "好"}
    assert (await client.call("answerCallbackQuery", **given | {"text": "长" * 201}))[1].endswith("MESSAGE_TOO_LONG")
    assert await client.call("answerCallbackQuery", **given) == (200, True)
    assert client.api.chat(KNOWN).alerts == ["好"]
    assert (await client.call("answerCallbackQuery", **given))[1].startswith("Bad Request: query is too old")
    with pytest.raises(AssertionError, match="no button '招人' on the screen"):
        await client.api.user(KNOWN).presses("招人")


async def test_blocked_bot(client: Client) -> None:
    client.api.block(KNOWN)
    code, said = await client.call("sendMessage", chat_id=KNOWN, text="x")
    assert (code, said) == (403, "Forbidden: bot was blocked by the user")
    await client.api.user(KNOWN).says("又来了")
    await client.sent()
    kinds = [next(reversed(update)) for update in client.api.updates.waiting]
    assert kinds == ["message", "my_chat_member", "my_chat_member", "message"]


async def test_commands_actions_and_files(client: Client) -> None:
    bad = [{"command": "Start", "description": "x"}]
    assert (await client.call("setMyCommands", commands=bad))[1] == "Bad Request: BOT_COMMAND_INVALID"
    assert await client.call("setMyCommands", commands=[{"command": "start", "description": "开始"}]) == (200, True)
    assert (await client.call("sendChatAction", chat_id=KNOWN, action="sleeping"))[0] == 400
    assert await client.call("sendChatAction", chat_id=KNOWN, action="typing") == (200, True)
    assert await client.call("getFile", file_id="x") == (400, "Bad Request: invalid file_id")
    code, said = await client.call("sendPhoto", chat_id=KNOWN)
    assert (code, said) == (400, "Bad Request: there is no photo in the request")


async def test_files_by_multipart(client: Client) -> None:
    url = f"{client.api.url}/bot{client.api.token}"
    for method, field, content, status in (
        ("sendPhoto", "photo", picture(), 200),
        ("sendPhoto", "photo", b"words", 400),
        ("sendDocument", "document", b"words", 200),
        ("sendDocument", "document", b"", 400),
    ):
        form = aiohttp.FormData({"chat_id": str(KNOWN), "caption": "说明", field: "attach://a"})
        form.add_field("a", content, filename="a.bin", content_type="application/octet-stream")
        async with client.session.post(f"{url}/{method}", data=form) as answer:
            assert answer.status == status, await answer.text()
    shown = client.api.chat(KNOWN).messages[-1]
    assert shown.file is not None
    assert (shown.file.content, shown.file.name, shown.text) == (b"words", "a.bin", "说明")
    for caption, status in (("说" * 1024, 200), ("说" * 1025, 400)):
        code, _ = await client.call("sendDocument", chat_id=KNOWN, document=shown.file.id, caption=caption)
        assert code == status


async def test_faults_and_the_calls_that_were_made(client: Client) -> None:
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


async def test_speed_limits(client: Client) -> None:
    client.api.limits.enforced = True
    outcomes = [await client.call("sendMessage", chat_id=KNOWN, text=str(n)) for n in range(6)]
    assert [code for code, _ in outcomes] == [200] * 5 + [429]
    assert outcomes[-1][1] == "Too Many Requests: retry after 1"
    for number in range(100, 140):
        await client.api.user(number).says("/start")
    codes = [(await client.call("sendMessage", chat_id=number, text="x"))[0] for number in range(100, 140)]
    assert codes[:25] == [200] * 25
    assert 429 in codes
