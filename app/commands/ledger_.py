"""The ledger's seal: verify tells changed, missing and unsealed entries; seal seals now what is not sealed yet."""

from __future__ import annotations

import argparse
import asyncio

from app.database import ready_database
from app.settings import load_settings
from jobs.sealing import keep_heads, read_heads, seal_all
from services.verifying import Verdict, verify

TOLD = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument("action", choices=("verify", "seal"), help="verify exits 1 when something is wrong")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    settings = load_settings(options.config)
    async with ready_database(settings) as database:
        if options.action == "seal":
            await seal_all(database, everything=True)
            await keep_heads(database, settings.heads_file)
        async with database.read() as session:
            verdict = await verify(session, read_heads(settings.heads_file))
    _tell(verdict)
    return 0 if verdict.is_clean else 1


def _tell(verdict: Verdict) -> None:
    print(f"{verdict.entries} entries, {verdict.blocks} blocks, {verdict.chains} chains")
    if verdict.young:
        print(f"{verdict.young} entries of the last minute wait for their seal")
    wrong = (
        ("changed", verdict.changed),
        ("missing (by id)", verdict.missing),
        ("unsealed for more than a minute", verdict.unsealed),
        ("broken", verdict.broken),
    )
    for name, found in wrong:
        for one in found[:TOLD]:
            print(f"{name}: {one}")
        if len(found) > TOLD:
            print(f"{name}: and {len(found) - TOLD} more")
    print("the ledger is as it was sealed" if verdict.is_clean else "THE LEDGER IS NOT AS IT WAS SEALED")
