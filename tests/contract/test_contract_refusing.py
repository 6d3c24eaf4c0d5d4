"""What arrives at a hook and is no message: refused by name or put aside, never an error of ours."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from bench import Bench
from bench_telegram import update
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Hook, Reading, RefusedRequest, Verdict
from bot.channels.kinds import KINDS

BODIES = {
    "empty": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"events": "\xff\xfe"}',
    "a percent of no UTF-8": b"type=mo&mobile=13800138000&moid=1&content=%D5%D2%BB%EE",
    "deeply nested": b"[" * 100_000,
    "deeply nested objects": b'{"events":' * 50_000,
    "deep reports": b"type=report&reports=" + b"[" * 100_000,
    "many fields": b"a=1&" * 1000,
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "a long number": b'{"update_id": ' + b"9" * 5000 + b"}",
    "infinity": b'{"update_id": 1e999, "events": [{"type": "mo", "id": Infinity}]}',
    "events are words": b'{"events": "mo"}',
    "events are an object": b'{"events": {"type": "mo"}}',
    "NUL": b"\0\0\0\0",
    "a zip": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_odd_bodies(door: Bench, body: bytes) -> None:
    try:
        reading = await door.channel.read(door.proven(body))
    except RefusedRequest as refusal:
        assert 400 <= refusal.status < 500
        assert refusal.outcome in Verdict
    else:
        assert isinstance(reading, Reading)
        json.dumps([dict(heard.body) for heard in reading.heard])  # it can be stored


@pytest.mark.parametrize("body", [*BODIES.values()], ids=BODIES)
async def test_who_does_not_know_the_secret_is_refused_whatever_is_said(door: Bench, body: bytes) -> None:
    for hook in door.forged(body):
        with pytest.raises(RefusedRequest) as caught:
            await door.channel.read(hook)
        assert caught.value.outcome in (Verdict.REFUSED_SECRET, Verdict.REFUSED_SIGNATURE, Verdict.REFUSED_REPLAY)
        assert caught.value.status in (401, 403)
        assert not caught.value.keep, "nothing of a stranger is kept"


async def test_a_channel_that_nobody_calls_refuses_every_call(bench: Bench) -> None:
    if bench.calls_us:
        pytest.skip("it is called")
    channel = bench.make("http://127.0.0.1:9")
    for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "a-secret-of-the-tests"}):
        with pytest.raises(RefusedRequest):
            await channel.read(Hook({}, headers, update(message={}), 0.0))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_hook_opens_without_a_secret(kind: type) -> None:
    """A secret that is missing or short is refused at the start."""
    given = {"base_url": "http://x", "account": "a", "password": "p", "number": "1", "username": "u", "app_id": "a"}
    given |= {"hook_url": "http://x", "mode": "webhook"}
    secrets = [
        name for name in ("secret", "token") if name in kind.model_fields and kind.__name__ != "TelegramSettings"
    ]
    if kind.__name__ == "TelegramSettings":
        secrets, given["token"] = ["secret"], "666:x"
    known = {name: value for name, value in given.items() if name in kind.model_fields}
    word = kind.model_fields["kind"].annotation.__args__[0]
    for name in secrets:
        for short in ("", "short", "fifteen-letters"):
            with pytest.raises(ValueError, match="16"):
                kind(kind=word, **known | {name: short})
        kind(kind=word, **known | {name: "sixteen-letters-"})


@given(body=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
async def test_any_bytes(body: bytes) -> None:
    from pathlib import Path

    from benches import BENCHES

    for one in BENCHES:
        if one.calls_us:
            bench = one(Path("/nowhere"))
            channel = bench.make("http://127.0.0.1:9")
            with suppress(RefusedRequest):
                await channel.read(bench.proven(body))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "id",
                    "from",
                    "text",
                    "client_id",
                    "status",
                    "part",
                    "ref",
                    "total",
                    "seq",
                    "message",
                    "chat",
                    "callback_query",
                    "my_chat_member",
                    "new_chat_member",
                    "location",
                    "contact",
                    "document",
                    "rid",
                    "stat",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(what=ODD)
@settings(max_examples=150, deadline=None)
async def test_any_json(what: object) -> None:
    from pathlib import Path

    from bench_sms import HmacBench
    from bench_telegram import WebhookBench

    for one, body in (
        (HmacBench, json.dumps({"events": [what, what]})),
        (WebhookBench, json.dumps({"update_id": 1, "message": what})),
        (WebhookBench, json.dumps(what)),
    ):
        bench = one(Path("/nowhere"))
        channel = bench.make("http://127.0.0.1:9")
        with suppress(RefusedRequest):
            reading = await channel.read(bench.proven(body.encode()))
            for heard in reading.heard:
                json.dumps(dict(heard.body)).encode()
                assert 0 < len(heard.external_id) <= 128 and heard.external_id.isprintable()
