"""Every kind of channel is in the suite, and every bench says what it cannot do."""

from __future__ import annotations

from bench import Bench, Trouble
from benches import BENCHES

from bot.channels.kinds import KINDS
from bot.reach import Reach
from models.channels import ChannelFacts


def test_every_kind_has_a_bench() -> None:
    assert {bench.kind for bench in BENCHES} == set(KINDS), "a kind without a bench: add one to tests/contract"


def test_a_channel_says_what_it_can_do(bench: Bench) -> None:
    channel = bench.make("http://127.0.0.1:9")
    assert channel.name
    assert isinstance(channel.reach, Reach)
    assert isinstance(channel.facts, ChannelFacts)
    assert channel.facts.domestic == channel.reach.domestic
    assert channel.pace.per_second > 0 and channel.pace.at_once > 0
    assert channel.facts.by_phone == bench.is_sms


def test_what_a_kind_cannot_do_is_explained(bench: Bench) -> None:
    assert all(isinstance(trouble, Trouble) and why for trouble, why in bench.cannot.items())
