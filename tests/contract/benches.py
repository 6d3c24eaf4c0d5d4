"""Every kind of channel and its benches: a new kind is a line here, or the suite fails."""

from __future__ import annotations

from bench import Bench
from bench_sms import FileBench, FormBench, HmacBench, KannelBench
from bench_telegram import PollingBench, WebhookBench

BENCHES: tuple[type[Bench], ...] = (
    PollingBench,
    WebhookBench,
    FormBench,
    HmacBench,
    FileBench,
    KannelBench,
)
