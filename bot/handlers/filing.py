"""Story: 填报 — a supervisor looks at the draft, answers what stands in its way, and submits with a code."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, FSInputFile, Message

from bot.filters import HasText, IsStaff, Pressed, Said
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import region_of
from bot.menus import menu, numbered
from bot.states import Filing
from bot.turn import Turn
from bot.typed import folded
from matching.places import full_name
from models.offices import Role
from models.states import FilingState
from reports.calendar import reports_before_us
from reports.checks import Finding
from reports.comparison import Change
from reports.errors import ReportRefusedError
from reports.filed import as_filed
from reports.filing import Draft, draft, newest, submit, waiting_for
from reports.filing import Said as SaidOf
from reports.form_files import load_form
from reports.forms import Item
from reports.layout import Filer
from reports.measures import Figure
from reports.paper import write_paper
from reports.periods import read_period
from reports.report import Report
from reports.rollup import backlog
from reports.sheets import shown
from services.filing_notices import tell_above
from services.joining import redeem_filing_code, send_filing_code

router = Router(name="filing")
words = Router(name="filing.words")
for one in (router.message, router.callback_query, words.message):
    one.filter(IsStaff())
TOO_MANY = 200_000  # entries not rolled up yet: minutes, in which nobody else would be answered
SHOWN = 6
_WORDS = re.compile(r"[\u4e00-\u9fff]{2}|[a-zA-Z]{3}")  # a bare 1, 无 or ? explains nothing
ANSWERS = ("zero", "no_such_work")
ZEROS = ("0", "零", "〇")


@words.message(Said("filing"))
@router.callback_query(Pressed("file"))
async def reports(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """What is to be filed, what waits for an answer, when it is due."""
    await state.set_state(None)
    session, region, pairs = turn.session, region_of(turn), []
    lines = [turn.say("filing.title", place=full_name(region))]
    for form, period in reports_before_us(turn.today):
        filing = await newest(session, form.code, region, period.word)
        how = turn.say(f"filing.state.{filing.state}" if filing else "filing.state.none")
        if filing is None and period.due is not None and turn.today > period.due:
            how = turn.say("filing.state.late")
        name = name_of(form.code, period.word)
        lines.append(turn.say("filing.line", name=name, due=period.due, state=how))
        pairs.append((turn.say("filing.open", name=name), f"fopen:{form.code}:{period.word}"))
    for found, label in ((FilingState.SUBMITTED, "filing.waits"), (FilingState.ACCEPTED, "filing.to_lock")):
        for filing in (await waiting_for(session, region, found))[:SHOWN]:
            name = name_of(filing.form, filing.period)
            pairs.append((turn.say(label, place=full_name(filing.region), name=name), f"fans:{filing.id}"))
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


def name_of(form: str, period: str) -> str:
    """技能培训促就业行动 2014年年度统计; 2014年阳光就业行动, which has one report a year."""
    found = load_form(form)
    span, title = read_period(found, period), found.title.removeprefix("{year}年").removesuffix("情况统计表")
    if not found.deadlines[0].word:
        return span.name
    return f"{title.replace('全国工会', '')} {span.name}"


@router.callback_query(Pressed("fopen"))
async def opened(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The draft: its first figures, the paper itself, and what stands in the way."""
    message = message_of(query)
    if await backlog(turn.session) > TOO_MANY:
        await message.answer(turn.say("filing.rolling_up"), reply_markup=menu(back_choice(turn, "file")))
        return
    form, period = args
    ready = await draft(turn.session, form, region_of(turn), period)
    said = (await state.get_data()).get("filing") or {}
    if (said.get("form"), said.get("period")) != (form, period):
        said = {"form": form, "period": period, "empty": {}, "words": {}, "narrative": ""}
    await state.update_data(filing=said)
    lines = [name_of(form, period), *_figures(turn, ready), *_in_the_way(turn, ready)]
    pairs = [(turn.say("filing.submit"), "fnext")] if may_submit(turn, ready) else []
    pairs += [
        (turn.say("filing.look_into", guard=turn.say(f"claim.{claim.guard}")), f"fclaim:{claim.code}")
        for claim in ready.claims[:SHOWN]
    ]
    choices = (*numbered(*pairs), back_choice(turn, "file"))
    if turn.reach.files and turn.session.channels.files is not None:
        paper = _paper(_to_sign(ready), turn.session.channels.files)
        await message.answer_document(FSInputFile(paper), caption=turn.say("filing.paper"))
    await message.answer("\n".join(lines), reply_markup=menu(*choices))


def may_submit(turn: Turn, ready: Draft) -> bool:
    """A supervisor of the office, after the cut-off, with no check failed and nothing suspected."""
    waits = ready.before is not None and ready.before.state == FilingState.SUBMITTED
    stands = ready.report.provisional or ready.failed or ready.claims or waits
    return turn.speaker.role == Role.SUPERVISOR and not stands


def told_figure(item: Item, figure: Figure) -> str:
    """1 已开展职业技能培训 519 人: money as the form has it."""
    return f"{item.code} {item.name} {shown(figure, item.unit)} {item.unit}"


def _figures(turn: Turn, ready: Draft) -> list[str]:
    known = [code for code, figure in ready.report.items.items() if figure is not None]
    items = ready.report.form.items
    told = [told_figure(items[code], ready.report.items[code]) for code in known if "." not in code]
    return [turn.say("filing.figures", known=len(known), all=len(ready.report.items)), *told[:SHOWN]]


def _in_the_way(turn: Turn, ready: Draft) -> list[str]:
    lines = []
    if ready.before is not None:
        lines.append(turn.say(f"filing.state.{ready.before.state}") + (f"：{ready.before.reason or ''}").rstrip("："))
    if ready.late:
        lines.append(turn.say("filing.late", n=ready.late))
    if ready.changed:
        lines.append(turn.say("filing.differs", n=len(ready.changed), items="、".join(ready.changed[:SHOWN])))
    if ready.report.provisional:
        lines.append(turn.say("filing.provisional", day=ready.report.period.cutoff))
    lines += [finding.message for finding in ready.report.findings[:SHOWN]]
    lines += [turn.say("filing.claim", code=claim.code, n=len(claim.entries)) for claim in ready.claims[:SHOWN]]
    if ready.before is None or ready.before.state == FilingState.RETURNED:
        lines.append(turn.say("filing.to_say", nulls=len(ready.nulls), jumps=len(ready.doubts)))
        items = ready.report.form.items
        names = "、".join(items[code].name for code in list(ready.doubts)[:SHOWN])
        lines += [turn.say("filing.doubted", names=names)] if names else []
        if turn.speaker.role != Role.SUPERVISOR:
            lines.append(turn.say("filing.supervisor_only"))
    return lines


def _to_sign(ready: Draft) -> Report:
    """What was filed, where it stands; else what would be filed now."""
    filed = ready.before
    return as_filed(filed) if filed is not None and filed.state != FilingState.RETURNED else ready.report


def _paper(report: Report, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{report.form.code}-", suffix=".docx", delete=False) as file:
        path = Path(file.name)
    write_paper(report, "docx", path, full_name(report.region), Filer())
    return path


@router.callback_query(Pressed("fnext"))
async def begun(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """Submit: the first thing that is still to be said."""
    await next_step(message_of(query), turn, state)


async def _filing(turn: Turn, state: FSMContext) -> tuple[dict[str, Any], Draft] | None:
    """What was said so far, and the draft as it is now."""
    said = (await state.get_data()).get("filing")
    if not said:
        return None
    return said, await draft(turn.session, said["form"], region_of(turn), said["period"])


async def next_step(message: Message, turn: Turn, state: FSMContext) -> None:
    """Ask for the next thing: nulls, jumps, the summary, the code."""
    found = await _filing(turn, state)
    if found is None:
        await message.answer(turn.say("desk.gone"), reply_markup=menu(back_choice(turn, "file")))
        return
    said, ready = found
    items = ready.report.form.items
    await state.set_state(None)
    if blank := [code for code in ready.nulls if code not in said["empty"]]:
        await state.set_state(Filing.blank)
        names = "、".join(items[code].name for code in blank)
        pairs = numbered(*((turn.say(f"filing.all_{answer}"), f"fempty:all:{answer}") for answer in ANSWERS))
        if said.get("each"):
            names, data = items[blank[0]].name, f"fempty:{blank[0]}"
            pairs = numbered(*((turn.say(f"filing.{answer}"), f"{data}:{answer}") for answer in ANSWERS))
        else:
            pairs += numbered((turn.say("filing.each"), "fempty:each:"), start=3)
        text = turn.say("filing.blank", n=len(blank), names=names)
        await message.answer(text, reply_markup=menu(*pairs, back_choice(turn, "file")))
    elif silent := _silent(said, ready):
        await state.set_state(Filing.words)
        text = _doubt(turn, ready.doubts[silent[0]], len(silent) - 1)
        await message.answer(text, reply_markup=menu(back_choice(turn, "file")))
    elif not said["narrative"]:
        await state.set_state(Filing.narrative)
        await message.answer(turn.say("filing.narrative"), reply_markup=menu(back_choice(turn, "file")))
    else:
        await send_filing_code(await turn.writing(), turn.speaker.id)
        await state.update_data(filing={**said, "seen": ready.figures_hash})
        await state.set_state(Filing.code)
        await message.answer(turn.say("filing.code"), reply_markup=menu(back_choice(turn, "file")))


def _doubt(turn: Turn, doubt: Change | Finding, left: int) -> str:
    if isinstance(doubt, Finding):
        return turn.say("filing.doubt", message=doubt.message, left=left)
    then, now = (shown(figure, doubt.item.unit) for figure in (doubt.then, doubt.now))
    return turn.say("filing.jump", name=f"{doubt.item.code} {doubt.item.name}", then=then, now=now, left=left)


@router.callback_query(Pressed("fempty"))
async def confirmed(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """0 or 无此项业务: for all that is blank, or one by one."""
    await _confirm(turn, state, args[0], args[-1])
    await next_step(message_of(query), turn, state)


@router.message(StateFilter(Filing.blank), HasText())
async def confirmed_in_words(message: Message, turn: Turn, state: FSMContext) -> None:
    """'全部是0', '都没有': what is meant is plain; what is not is asked again."""
    words = folded(message.text or "")
    said = (await state.get_data()).get("filing") or {}
    answer = (
        "no_such_work" if "没有" in words or "无" in words else "zero" if words.strip("都全部是为 。") in ZEROS else ""
    )
    if answer:
        await _confirm(turn, state, "next" if said.get("each") else "all", answer)
    await next_step(message, turn, state)


async def _confirm(turn: Turn, state: FSMContext, which: str, answer: str) -> None:
    found = await _filing(turn, state)
    if found is None:
        return
    said, ready = found
    blank = [code for code in ready.nulls if code not in said["empty"]]
    if which == "each":
        said["each"] = True
    elif answer in ANSWERS:
        chosen = {"all": blank, "next": blank[:1]}.get(which, [which])
        said["empty"] |= dict.fromkeys(chosen, answer)
    await state.update_data(filing=said)


@router.message(StateFilter(Filing.words), HasText())
async def explained(message: Message, turn: Turn, state: FSMContext) -> None:
    """A word of explanation for what went up or down by more than half."""
    found = await _filing(turn, state)
    if found is not None:
        said, ready = found
        word = (message.text or "").strip()[:200]
        if not _WORDS.search(word):
            await message.answer(turn.say("filing.in_words"), reply_markup=menu(back_choice(turn, "file")))
            return
        silent = _silent(said, ready)
        said["words"] |= dict.fromkeys(silent[:1], word)
        await state.update_data(filing=said)
        if len(silent) > 1 and not said.get("each_word"):
            pairs = numbered((turn.say("filing.same"), "fsame:all"), (turn.say("filing.each"), "fsame:each"))
            text = turn.say("filing.same_word", n=len(silent) - 1)
            await message.answer(text, reply_markup=menu(*pairs, back_choice(turn, "file")))
            return
    await next_step(message, turn, state)


@router.callback_query(Pressed("fsame"))
async def same_word(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The word that was said last explains the others too, or each has its own."""
    found = await _filing(turn, state)
    if found is not None and found[0]["words"]:
        said, ready = found
        if args[0] == "all":
            said["words"] |= dict.fromkeys(_silent(said, ready), list(said["words"].values())[-1])
        else:
            said["each_word"] = True
        await state.update_data(filing=said)
    await next_step(message_of(query), turn, state)


def _silent(said: dict[str, Any], ready: Draft) -> list[str]:
    """The items that still want a word."""
    return [code for code in ready.doubts if code not in said["words"]]


@router.message(StateFilter(Filing.narrative), HasText())
async def narrated(message: Message, turn: Turn, state: FSMContext) -> None:
    """The summary that is filed with the figures."""
    said, text = (await state.get_data()).get("filing") or {}, (message.text or "").strip()
    if len(_WORDS.findall(text)) < 2:
        await message.answer(turn.say("filing.in_words"), reply_markup=menu(back_choice(turn, "file")))
        return
    await state.update_data(filing={**said, "narrative": text[:5000]})
    await next_step(message, turn, state)


def _code_in(text: str) -> str:
    """'验证码是265540' → '265540'."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", folded(text))
    return found[0] if found else folded(text)


@router.message(StateFilter(Filing.code), HasText())
async def coded(message: Message, turn: Turn, state: FSMContext) -> None:
    """The code: the report is frozen and the office above hears of it."""
    found = await _filing(turn, state)
    session = await turn.writing()
    if found is None or not await redeem_filing_code(session, turn.speaker.id, _code_in(message.text or "")):
        await state.set_state(None)
        again = numbered((turn.say("filing.submit"), "fnext"))
        await message.answer(turn.say("filing.wrong_code"), reply_markup=menu(*again, back_choice(turn, "file")))
        return
    said, ready = found
    await state.set_state(None)
    if ready.figures_hash != said["seen"]:
        form, period = said["form"], said["period"]
        opening = numbered((turn.say("filing.open", name=name_of(form, period)), f"fopen:{form}:{period}"))
        await message.answer(turn.say("filing.changed"), reply_markup=menu(*opening, back_choice(turn, "file")))
        return
    words_ = SaidOf(narrative=said["narrative"], confirmed=said["empty"], explained=said["words"])
    try:
        filing = await submit(session, ready, words_, by=turn.speaker.id)
    except ReportRefusedError:
        await message.answer(turn.say("filing.refused"), reply_markup=menu(back_choice(turn, "file")))
        return
    await state.update_data(filing=None)
    await tell_above(session, filing, name_of(filing.form, filing.period))
    text = turn.say("filing.done", n=filing.revision, hash=filing.hash.hex()[:12])
    if turn.reach.files and turn.session.channels.files is not None:
        paper = _paper(as_filed(filing), turn.session.channels.files)
        await message.answer_document(FSInputFile(paper), caption=turn.say("filing.to_sign"))
    await message.answer(text, reply_markup=menu(*numbered((turn.say("filing.again"), "file")), back_choice(turn)))
