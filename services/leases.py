"""The lease of a channel: one process at a time sends on it, so its pace, its order and its pauses are one."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from sqlalchemy import select, update

from models.database import ReadSession, Session
from models.messages import ChannelLease

LIVES = timedelta(seconds=15)


def holder_name() -> str:
    """This process, so that its successor on the same machine can see that it is dead."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


async def take(session: Session, channel: str, holder: str) -> bool | None:
    """Take or renew the lease. True: newly taken, what is in flight belongs to nobody; False: renewed; None: another's.

    Another's lease is free when its time is over, or at once when its process was on this machine and is dead.
    """
    row = await session.get(ChannelLease, channel, with_for_update=True)
    if row is None:
        session.add(ChannelLease(channel=channel, holder=holder, until=session.now + LIVES))
        await session.flush()
        return True
    if row.holder != holder and row.until > session.now and not _is_dead(row.holder):
        return None
    renewed = row.holder == holder
    row.holder, row.until = holder, session.now + LIVES
    return not renewed


async def release(session: Session, channel: str, holder: str) -> None:
    """Leave the lease to whoever comes next."""
    await session.execute(
        update(ChannelLease)
        .where(ChannelLease.channel == channel, ChannelLease.holder == holder)
        .values(until=session.now)
    )


async def pause(session: Session, channel: str, seconds: float) -> None:
    """The channel asked for patience: nobody calls it before that is over, a successor neither.

    A shorter pause never ends a longer one.
    """
    until = session.now + timedelta(seconds=seconds)
    shorter = ChannelLease.paused_until.is_(None) | (ChannelLease.paused_until < until)
    await session.execute(
        update(ChannelLease).where(ChannelLease.channel == channel, shorter).values(paused_until=until)
    )


async def paused_until(session: ReadSession, channel: str) -> datetime | None:
    """Until when the channel is to be left in peace."""
    return await session.scalar(select(ChannelLease.paused_until).where(ChannelLease.channel == channel))


def _is_dead(holder: str) -> bool:
    host, _, number = holder.rpartition(":")
    if host != socket.gethostname()[:60] or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
