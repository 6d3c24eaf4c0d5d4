"""A batch of messages is one transaction, a turn a savepoint in it: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Router, methods
from aiogram.fsm.context import FSMContext
from aiogram.types import Message
from house import add_person, inbox_states, texts
from sqlalchemy import func, select
from stage import Stage, dispatcher_of

from bot import worker as worker_module
from bot.channels.session import ForbiddenInTurnError
from bot.inbox import Arrival, store
from bot.turn import Turn
from models.audit import AuditEntry, record
from models.conversations import Conversation
from models.database import Database
from models.messages import InboxRow, OutboxRow
from models.people import Consent
from services import people
from services.notices import tell
from services.texts import say

Handler = Callable[..., Awaitable[None]]
NOTICE = say("zh_CN", "home")
SORRY = say("zh_CN", "sorry.parked")


@pytest.fixture(autouse=True)
def whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine may not cut the batches of these stories short."""
    monkeypatch.setattr(worker_module, "BATCH_SECONDS", 60.0)


def stage_of(database: Database, handler: Handler) -> Stage:
    router = Router()
    router.message.register(handler)
    router.callback_query.register(handler)
    return Stage(database, dispatcher_of(router))


async def some_people(database: Database, number: int) -> list[int]:
    async with database.write() as session:
        return [(await add_person(session)).id for _ in range(number)]


async def note(message: Message, turn: Turn, state: FSMContext) -> None:
    """Changes state, data, a business row and an audit row, answers and sends a notice; 'boom' then fails."""
    await state.set_state("Asking:answer")
    data = await state.get_data()
    await state.set_data({"said": [*data.get("said", []), message.text]})
    await message.answer(f"heard {message.text}")
    session = await turn.writing()
    await people.give_consent(session, turn.speaker.id, "keep_profile", message.text or "")
    record(session, actor=turn.speaker.id, action="test.noted", subject=f"people:{turn.speaker.id}")
    await session.flush()
    await tell(session, turn.speaker.id, "home")
    if message.text == "boom":
        raise ValueError("a program error")


async def rows_of(database: Database, person: int) -> tuple[list[str], str | None, list[str], int]:
    """What is there of a person: texts, state, consents' subjects, audit rows."""
    async with database.read() as session:
        state = await session.scalar(select(Conversation.state).where(Conversation.person_id == person))
        consents = await session.scalars(
            select(Consent.subject).where(Consent.person_id == person).order_by(Consent.id)
        )
        audits = await session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.actor_id == person))
    return sorted(await texts(database, person)), state, list(consents), audits or 0


def all_of(*said: str) -> tuple[list[str], str | None, list[str], int]:
    """What is there of a person all of whose turns went well."""
    replies = [f"heard {text}" for text in said]
    return sorted([*replies, *([NOTICE] * len(said))]), "Asking:answer", list(said), 2 * len(said)


async def test_in_a_batch_of_three_the_second_fails_and_the_others_are_as_if_it_had_not_been_there(
    database: Database,
) -> None:
    first, second, third = await some_people(database, 3)
    stage = stage_of(database, note)
    for person, text in ((first, "one"), (second, "boom"), (third, "three")):
        await stage.arrive(person, text)

    assert await stage.worker.drain_once() == 3

    assert await rows_of(database, first) == all_of("one")
    assert await rows_of(database, second) == ([], None, [], 0)
    assert await rows_of(database, third) == all_of("three")
    assert await inbox_states(database) == ["handled", "waiting", "handled"]


async def test_a_failing_turn_is_tried_twice_then_parked_politely_and_the_next_message_works(
    database: Database,
) -> None:
    (person,) = await some_people(database, 1)
    stage = stage_of(database, note)
    await stage.arrive(person, "boom")

    await stage.drain()

    assert await inbox_states(database) == ["parked"]
    assert await rows_of(database, person) == ([SORRY], None, [], 0)
    async with database.read() as session:
        row = (await session.scalars(select(InboxRow))).one()
        assert (row.attempts, row.error) == (2, "ValueError")

    replies = await stage.say(person, "again")

    assert sorted(reply.text for reply in replies) == sorted(["heard again", NOTICE])
    assert await inbox_states(database) == ["parked", "handled"]


async def test_what_a_person_said_before_the_failure_is_still_known_after_it(database: Database) -> None:
    (person,) = await some_people(database, 1)
    seen: list[Any] = []

    async def remembering(message: Message, turn: Turn, state: FSMContext) -> None:
        seen.append((await state.get_data()).get("said", []))
        await note(message, turn, state)

    stage = stage_of(database, remembering)
    for text in ("one", "boom", "three"):
        await stage.say(person, text)

    assert seen == [[], ["one"], ["one"], ["one"]]  # 'boom' twice, and neither left a trace


async def test_a_batch_that_fails_to_commit_is_run_again_one_by_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import IntegrityError

    from bot import batch

    everybody = await some_people(database, 3)
    stage = stage_of(database, note)
    for person in everybody:
        await stage.arrive(person, "hello")
    real, sizes = batch.write, []

    async def failing_once(session: Any, done: Any) -> None:
        sizes.append(len(done))
        await real(session, done)
        if len(sizes) == 1:
            raise IntegrityError("commit", {}, Exception("somebody was faster"))

    monkeypatch.setattr(batch, "write", failing_once)

    await stage.drain()

    assert sizes[:2] == [3, 1]
    assert await inbox_states(database) == ["handled"] * 3
    for person in everybody:
        assert await rows_of(database, person) == all_of("hello")


async def test_a_message_that_spoils_every_batch_it_is_in_is_parked_and_the_others_are_answered(
    database: Database,
) -> None:
    """A program error that shows only when the turn is written (data that is no JSON) is a program error too."""
    first, second, third = await some_people(database, 3)

    async def spoiling(message: Message, turn: Turn, state: FSMContext) -> None:
        await note(message, turn, state)
        if message.text == "spoilt":
            await state.set_data({"not": object()})

    stage = stage_of(database, spoiling)
    for person, text in ((first, "one"), (second, "spoilt"), (third, "three")):
        await stage.arrive(person, text)

    await stage.drain()

    assert await inbox_states(database) == ["handled", "parked", "handled"]
    assert await rows_of(database, second) == ([SORRY], None, [], 0)


async def test_each_person_is_answered_in_the_order_of_their_messages_and_once_a_batch(
    database: Database,
) -> None:
    anna, berta = await some_people(database, 2)
    order: list[str] = []

    async def listening(message: Message) -> None:
        order.append(message.text or "")
        await message.answer(f"heard {message.text}")

    stage = stage_of(database, listening)
    for person, text in ((anna, "a1"), (anna, "a2"), (berta, "b1"), (anna, "a3"), (berta, "b2")):
        await stage.arrive(person, text)

    batches = []
    while taken := await stage.worker.drain_once():
        batches.append((taken, order[-taken:]))

    assert batches == [(2, ["a1", "b1"]), (2, ["a2", "b2"]), (1, ["a3"])]
    assert await texts(database, anna) == ["heard a1", "heard a2", "heard a3"]


async def test_a_person_with_two_browsers_has_one_message_in_a_batch(database: Database) -> None:
    from services.access import new_address

    (person,) = await some_people(database, 1)
    stage = stage_of(database, note)
    await stage.arrive(person, "from the first")
    async with database.write() as session:
        other = new_address(session, "webchat", "a second browser", person)
        await session.flush()
        await store(session, [Arrival("webchat", "second:1", other.id, {"text": "from the second"})])

    assert await stage.worker.drain_once() == 1
    assert await stage.worker.drain_once() == 1
    async with database.read() as session:
        answers = await session.scalars(
            select(OutboxRow.answers).where(OutboxRow.answers.is_not(None)).order_by(OutboxRow.id)
        )
        arrived = await session.scalars(select(InboxRow.id).order_by(InboxRow.id))
        assert list(answers) == list(arrived)


async def test_the_same_external_id_is_stored_once_per_channel(database: Database) -> None:
    (person,) = await some_people(database, 1)
    stage = stage_of(database, note)
    await stage.arrive(person, "hello", external="update-7")
    await stage.arrive(person, "hello", external="update-7")
    await stage.drain()
    await stage.arrive(person, "hello", external="update-7")  # a late repeat of what is handled already
    await stage.drain()

    assert await inbox_states(database) == ["handled"]
    assert await rows_of(database, person) == all_of("hello")


ALLOWED = {
    "SendMessage",
    "SendDocument",
    "SendPhoto",
    "EditMessageText",
    "EditMessageReplyMarkup",
    "DeleteMessage",
    "AnswerCallbackQuery",
    "SendChatAction",
}
FORBIDDEN = sorted(
    name
    for name in methods.__all__
    if name not in {*ALLOWED, "Request", "Response", "TelegramMethod", "Type", "TelegramType"}
)


async def test_every_bot_method_that_reaches_the_network_raises_in_a_turn(database: Database) -> None:
    (person,) = await some_people(database, 1)
    let_through: list[str] = []

    async def trying(message: Message) -> None:
        for name in FORBIDDEN:
            method = getattr(methods, name).model_construct()
            try:
                await message.bot.session.make_request(message.bot, method)  # type: ignore[union-attr]
            except ForbiddenInTurnError:
                continue
            let_through.append(name)
        with pytest.raises(ForbiddenInTurnError):
            await message.bot.get_me()  # type: ignore[union-attr]
        with pytest.raises(ForbiddenInTurnError):
            await message.bot.download("a file id")  # type: ignore[union-attr]
        await message.answer("done")

    replies = await stage_of(database, trying).say(person, "hello")

    assert len(FORBIDDEN) > 150
    assert let_through == []
    assert [reply.text for reply in replies] == ["done"]


async def test_a_forbidden_method_fails_the_turn_when_the_handler_does_not_catch_it(database: Database) -> None:
    (person,) = await some_people(database, 1)

    async def banning(message: Message) -> None:
        await message.answer("you are banned")
        await message.chat.ban(1)

    assert [r.text for r in await stage_of(database, banning).say(person, "hello")] == [SORRY]


async def test_an_edit_before_delivery_replaces_the_body(database: Database) -> None:
    (person,) = await some_people(database, 1)

    async def correcting(message: Message) -> None:
        sent = await message.answer("frist")
        await sent.edit_text("first")

    replies = await stage_of(database, correcting).say(person, "hello")

    assert [(r.action, r.text) for r in replies] == [("send", "first")]


async def test_an_edit_of_an_older_message_makes_an_edit_row(database: Database) -> None:
    (person,) = await some_people(database, 1)
    sent: list[Message] = []

    async def editing(message: Message) -> None:
        if sent:
            await sent[0].edit_text("better")
        else:
            sent.append(await message.answer("good"))

    stage = stage_of(database, editing)
    (first,) = await stage.say(person, "one")
    (second,) = await stage.say(person, "two")

    assert (second.action, second.target, second.text) == ("edit", first.id, "better")


async def test_a_message_taken_back_in_its_turn_never_leaves_and_an_older_one_gets_a_delete_row(
    database: Database,
) -> None:
    (person,) = await some_people(database, 1)
    sent: list[Message] = []

    async def deleting(message: Message) -> None:
        if sent:
            await sent[0].delete()
        else:
            slip = await message.answer("a slip")
            await slip.delete()
            sent.append(await message.answer("meant"))

    stage = stage_of(database, deleting)
    (first,) = await stage.say(person, "one")
    (second,) = await stage.say(person, "two")

    assert first.text == "meant"
    assert (second.action, second.target) == ("delete", first.id)


async def test_a_reply_written_for_a_failed_turn_does_not_travel_with_the_next_person(database: Database) -> None:
    """The prototype that kept replies on the session committed them with somebody else's turn."""
    first, second = await some_people(database, 2)
    stage = stage_of(database, note)
    await stage.arrive(first, "boom")
    await stage.arrive(second, "fine")
    await stage.worker.drain_once()
    async with database.read() as session:
        told = await session.scalars(select(OutboxRow.person_id))
        assert set(told) == {second}
