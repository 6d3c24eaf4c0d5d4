"""Every failure of a peer is one of the closed family, and never anything else."""

from __future__ import annotations

import itertools
from contextlib import nullcontext

import pytest
from bench import Bench, OddPeer, Said, Trouble, envelope
from bench_sms import FORBIDDEN, patience

from bot.channels.base import RefusedError, SendError, ThrottledError, TryLaterError, UnreachableError
from tests.peers.serving import free_port

FAMILY: dict[Trouble, tuple[type[SendError], str]] = {
    Trouble.SERVER_ERROR: (TryLaterError, "gateway_error"),
    Trouble.HANGS: (TryLaterError, ""),
    Trouble.AWAY: (TryLaterError, ""),
    Trouble.THROTTLED: (ThrottledError, "throttled"),
    Trouble.ERROR_INSIDE: (TryLaterError, "gateway_error"),
    Trouble.BABBLES: (TryLaterError, "gateway_babbles"),
    Trouble.UNREACHABLE: (UnreachableError, ""),
    Trouble.REFUSED: (RefusedError, ""),  # content_refused, or gateway_refused by a bare status
    Trouble.WRONG_LOGIN: (TryLaterError, "gateway_login"),
}
PAGE = Said(200, "<html>502 Bad Gateway</html>")


async def fails(sending: Bench, trouble: Trouble) -> SendError:
    """What sending raises."""
    handle = sending.nobody if trouble is Trouble.UNREACHABLE else sending.handle
    text = FORBIDDEN if trouble is Trouble.REFUSED else "您好"
    with pytest.raises(SendError) as caught:
        await sending.channel.send(envelope(handle, text))
    return caught.value


async def provoke(sending: Bench, trouble: Trouble) -> SendError:
    """By the peer itself where it can be ordered, else by one that answers as it would."""
    if trouble is Trouble.AWAY:
        sending.channel = sending.make(f"http://127.0.0.1:{free_port()}")
        return await fails(sending, trouble)
    if not sending.real:
        async with sending.started():
            if await sending.order(trouble):
                return await fails(sending, trouble)
    said = PAGE if trouble is Trouble.BABBLES else sending.says_to_all(trouble)
    assert said is not None, f"the bench neither makes {trouble} nor says why it cannot"
    async with OddPeer(said) as peer:
        sending.channel = sending.make(peer.url)
        with patience(sending.channel) if sending.is_sms else nullcontext():
            return await fails(sending, trouble)


@pytest.mark.parametrize("trouble", Trouble, ids=lambda trouble: trouble.name)
async def test_failures(sending: Bench, trouble: Trouble) -> None:
    if trouble in sending.cannot:
        pytest.skip(sending.cannot[trouble])
    error = await provoke(sending, trouble)
    await sending.channel.close()
    kind, reason = FAMILY[trouble]
    assert type(error) is kind, repr(error)
    assert error.reason == reason or not reason
    if isinstance(error, ThrottledError):
        assert 6 <= error.seconds <= 8
    for word in ("sample-password", "a-secret-of-the-tests", "666:", "13800138000"):
        assert word not in str(error) + error.reason, "a reason is a code"


STATUSES = (300, 302, 304, 400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 501, 502, 503, 504, 599)
BODIES = ("", "<html>", "{}", "[]", "null", "1", '{"ok": false}', '{"code": null}', '{"error": {}}', '{"result": []}')


async def test_whatever_is_answered_is_of_the_family_or_a_yes(sending: Bench) -> None:
    """No status and no body brings out anything else: a sender that dies of one would stop a channel."""
    if set(sending.cannot) == set(Trouble):
        pytest.skip("nobody answers")
    async with OddPeer(Said()) as peer:
        sending.channel = sending.make(peer.url)
        for status, body in itertools.product((200, 202, *STATUSES), BODIES):
            peer.said = Said(status, body)
            try:
                await sending.channel.send(envelope(sending.handle))
            except SendError as error:
                assert error.reason.isidentifier()
            else:
                assert 200 <= status < 300, f"{status} is no yes"
        await sending.channel.close()


WAITS = ("nan", "inf", "-1", "1e400", "", "Wed, 21 Oct 2026 07:28:00 GMT", "0")


async def test_odd_pauses_are_bounded(sending: Bench) -> None:
    if not sending.is_sms or set(sending.cannot) == set(Trouble):
        pytest.skip("its pauses are numbers, or there are none")
    async with OddPeer(Said()) as peer:
        sending.channel = sending.make(peer.url)
        for wait in WAITS:
            peer.said = Said(429, "{}", (("Retry-After", wait),))
            with pytest.raises(ThrottledError) as caught:
                await sending.channel.send(envelope(sending.handle))
            assert 0 < caught.value.seconds <= 3600
        await sending.channel.close()
