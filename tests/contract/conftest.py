"""The benches as fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from bench import Bench
from bench_sms import PATIENCE
from benches import BENCHES

from bot.channels import telegram_out

SENDING = [one for one in BENCHES if one.sends]
CALLED = [one for one in BENCHES if one.calls_us]


def _params(benches: list[type[Bench]], *, needs_peer: bool) -> list[Any]:
    marks = [pytest.mark.peers] if needs_peer else []
    return [pytest.param(one, marks=marks if one.real else [], id=one.__name__) for one in benches]


@pytest.fixture(autouse=True)
def no_wait_for_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiogram waits a quarter of a second at each close for TLS, which no peer here speaks."""

    async def close(session: AiohttpSession) -> None:
        if session._session is not None:
            await session._session.close()

    monkeypatch.setattr(AiohttpSession, "close", close)


@pytest.fixture(params=_params(list(BENCHES), needs_peer=False))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """A kind of channel without its peer."""
    return request.param(tmp_path)  # type: ignore[no-any-return]


@pytest.fixture(params=_params(SENDING, needs_peer=False))
def sending(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A kind that sends, impatiently, without its peer."""
    monkeypatch.setattr(telegram_out, "SECONDS", PATIENCE)
    return request.param(tmp_path)  # type: ignore[no-any-return]


@pytest.fixture(params=_params(CALLED, needs_peer=False))
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """A kind that is called, without its peer: `channel` reads what a test makes up."""
    bench: Bench = request.param(tmp_path)
    bench.channel = bench.make("http://127.0.0.1:9")
    return bench


@pytest.fixture(params=_params(list(BENCHES), needs_peer=True))
async def running(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """A kind of channel with its peer."""
    bench: Bench = request.param(tmp_path)
    async with bench.started():
        yield bench


@pytest.fixture(params=_params(SENDING, needs_peer=True))
async def sender(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """A kind that sends, with its peer."""
    bench: Bench = request.param(tmp_path)
    async with bench.started():
        yield bench
