"""Story: going on elsewhere, on another phone or in another app, by six digits."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsCode, Pressed, Said, StartPayload
from bot.handlers.common import home_menu, message_of
from bot.turn import Turn
from services import joining

words = Router(name="elsewhere.words")
router = Router(name="elsewhere")


@words.message(Said("elsewhere"))
@router.callback_query(Pressed("elsewhere"))
async def give_code(event: Message | CallbackQuery, turn: Turn) -> None:
    """换手机: six digits, good for ten minutes."""
    code = await joining.make_code(await turn.writing(), turn.speaker.id)
    await message_of(event).answer(turn.say("elsewhere.code", code=code))


@router.message(StartPayload("code"))
@router.message(IsCode())
async def take_code(message: Message, turn: Turn, code: str) -> None:
    """The six digits, typed or behind a link: this address speaks as that person from now on."""
    session = await turn.writing()
    try:
        person = await joining.join_by_code(session, turn.address_id, code)
    except joining.NoSuchCodeError:
        await message.answer(turn.say("elsewhere.wrong"), reply_markup=home_menu(turn))
    except joining.TooManyGuessesError:
        await message.answer(turn.say("elsewhere.too_many"), reply_markup=home_menu(turn))
    except joining.TwoRecordsError:
        await message.answer(turn.say("elsewhere.two"), reply_markup=home_menu(turn))
    else:
        turn.speaker.language = person.language
        turn.joined = person.id != turn.speaker.id
        await message.answer(turn.say("elsewhere.joined"))
