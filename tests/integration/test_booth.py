"""The QR picture of a booth: a photo where a channel shows photos, a link everywhere, and what the link opens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from house import address_of, town
from sqlalchemy import select
from stage import REACHES, Stage, bots, spoken, the_dispatcher

from bot.wakeups import Wakeups
from bot.worker import Worker
from models.channels import Channels
from models.database import Database
from models.messages import OutboxRow
from services import outbox, qr
from services.matches import VacancyCache

PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_recruiter_gets_a_link_and_a_passer_by_applies_by_it(database: Database) -> None:
    database.channels.web_url = "https://work.example.org"
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
    stage = Stage(database)
    told = spoken(await stage.say(recruiter.id, "二维码"))
    assert f"https://work.example.org/chat?start=job_{vacancy.id}" in told
    shown = spoken(await stage.say(seeker.id, f"/start job_{vacancy.id}"))
    assert shown.startswith("1. 电焊工 郑州金水") and "回数字报名" in shown
    assert "报名好了：电焊工" in spoken(await stage.say(seeker.id, "1"))


@pytest.mark.parametrize("payload", ["job_0", "job_99999999999999999999", "job_x", "job_", "fair_12", "code_1"])
async def test_a_link_that_leads_nowhere_gets_a_helpful_answer(database: Database, payload: str) -> None:
    async with database.write() as session:
        _, _, seeker = await town(session)
    assert len(spoken(await Stage(database).say(seeker.id, f"/start {payload}"))) > 5


async def test_where_photos_are_shown_it_is_a_photo(database: Database, tmp_path: Path) -> None:
    database.channels = Channels(web_url="https://work.example.org", files=tmp_path)
    async with database.write() as session:
        vacancy, recruiter, _ = await town(session)
    stage = Stage(database)
    reaches = {**REACHES, "webchat": replace(REACHES["webchat"], files=True)}
    stage.worker = Worker(database, the_dispatcher(), bots(), reaches, VacancyCache(), Wakeups())
    await stage.say(recruiter.id, "二维码")
    async with database.read() as session:
        address = await address_of(session, recruiter.id)
        row = (
            await session.scalars(
                select(OutboxRow).where(OutboxRow.address_id == address).order_by(OutboxRow.id.desc()).limit(1)
            )
        ).one()
        path = outbox.read_body(session, row.id, row.body_sealed)["file"]
    assert Path(path).read_bytes().startswith(PNG)
    assert path == str(tmp_path / f"job-{vacancy.id}.png")


def test_drawn_again_it_is_the_same_file(tmp_path: Path) -> None:
    link = qr.vacancy_link(Channels(web_url="https://work.example.org"), 12)
    path = qr.draw(link, tmp_path, "job-12")
    again = qr.draw(link, tmp_path, "job-12")
    assert path == again and path.read_bytes().startswith(PNG)
    assert link == "https://work.example.org/chat?start=job_12"
    assert not list(tmp_path.glob("*.part"))
