"""The fake Bot API, seen by a plain HTTP client: what it takes, what it refuses, and with which words."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.peers.telegram.persons import picture

KNOWN = 5
BUTTONS: dict[str, Any] = {"inline_keyboard": [[{"text": "找工作", "callback_data": "seek"}]]}


async def test_who_calls_and_what(client: Any) -> None:
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
async def test_messages_that_are_refused(client: Any, given: dict[str, Any], status: int, words: str) -> None:
    code, said = await client.call("sendMessage", **given)
    assert code == status
    assert words in said
    assert client.api.chat(KNOWN).heard == []


async def test_longest_text_and_entities_are_not_counted(client: Any) -> None:
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
async def test_buttons_that_are_refused(client: Any, button: Any, words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    code, said = await client.call("sendMessage", chat_id=KNOWN, text="x", reply_markup=markup)
    assert code == 400
    assert words in said


async def test_64_bytes_of_data_and_100_buttons_are_taken(client: Any) -> None:
    rows = [[{"text": "x", "callback_data": "找" * 21 + "a"}] for _ in range(100)]
    await client.sent(reply_markup=json.dumps({"inline_keyboard": rows}))
    more = {"inline_keyboard": [*rows, *rows[:1]]}
    code, said = await client.call("sendMessage", chat_id=KNOWN, text="x", reply_markup=more)
    assert (code, said) == (400, "Bad Request: reply markup is too long")


async def test_edits(client: Any) -> None:
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


async def test_deleted_messages_are_gone_from_the_screen(client: Any) -> None:
    number = await client.sent()
    assert await client.call("deleteMessage", chat_id=KNOWN, message_id=number) == (200, True)
    assert client.api.chat(KNOWN).heard == []
    again = await client.call("deleteMessage", chat_id=KNOWN, message_id=number)
    assert again == (400, "Bad Request: message to delete not found")


async def test_callback_queries_are_answered_once(client: Any) -> None:
    await client.sent(reply_markup=BUTTONS)
    number = await client.api.user(KNOWN).presses("找工作")
    given = {"callback_query_id": number, "text": "好"}
    assert (await client.call("answerCallbackQuery", **given | {"text": "长" * 201}))[1].endswith("MESSAGE_TOO_LONG")
    assert await client.call("answerCallbackQuery", **given) == (200, True)
    assert client.api.chat(KNOWN).alerts == ["好"]
    assert (await client.call("answerCallbackQuery", **given))[1].startswith("Bad Request: query is too old")
    with pytest.raises(AssertionError, match="no button '招人' on the screen"):
        await client.api.user(KNOWN).presses("招人")


async def test_blocked_bot(client: Any) -> None:
    client.api.block(KNOWN)
    code, said = await client.call("sendMessage", chat_id=KNOWN, text="x")
    assert (code, said) == (403, "Forbidden: bot was blocked by the user")
    await client.api.user(KNOWN).says("又来了")
    await client.sent()
    kinds = [next(reversed(update)) for update in client.api.updates.waiting]
    assert kinds == ["message", "my_chat_member", "my_chat_member", "message"]


async def test_commands_actions_and_files(client: Any) -> None:
    bad = [{"command": "Start", "description": "x"}]
    assert (await client.call("setMyCommands", commands=bad))[1] == "Bad Request: BOT_COMMAND_INVALID"
    assert await client.call("setMyCommands", commands=[{"command": "start", "description": "开始"}]) == (200, True)
    assert (await client.call("sendChatAction", chat_id=KNOWN, action="sleeping"))[0] == 400
    assert await client.call("sendChatAction", chat_id=KNOWN, action="typing") == (200, True)
    assert await client.call("getFile", file_id="x") == (400, "Bad Request: invalid file_id")
    code, said = await client.call("sendPhoto", chat_id=KNOWN)
    assert (code, said) == (400, "Bad Request: there is no photo in the request")


async def test_files_by_multipart(client: Any) -> None:
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
