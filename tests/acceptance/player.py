"""Plays the conversations of `tests/dialogues` over a channel of the running program.

A dialogue is data that anybody can read; `tests/dialogues/README.md` says what may stand in it.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml
from people import (
    HEARING_SECONDS,
    Heard,
    Person,
    TerminalPerson,
    WebPerson,
    ask,
    button_key,
    line_number,
    matches,
    tap,
    until,
)
from program import Program, Role
from stdnum.cn import uscc

FOLDER = Path(__file__).resolve().parents[1] / "dialogues"
REGULARS = ("staff", "supervisor", "officer", "recruiter")
CHANNELS = ("web", "terminal")  # what `./zhaohuo test` plays; the phones come with --all
PHONES = ("sms", "telegram")
STEP_WORDS = {"who", "say", "press", "choose", "below", "times", "expect", "not", "only", "contact", *PHONES}
NEVER = (re.compile(r"Traceback|[:：·] ?None|\{\w*\}"), re.compile("下岗失业|农民工|困难"))
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
AT_ONCE = 12
AT_ONCE_WITH_STAFF = 6
PATIENCE_WITH_DEFECT = 5.0
Outcomes = dict[tuple[str, str], BaseException | None]
_plays = itertools.count(1)


@dataclass(frozen=True)
class Step:
    """Somebody does something (or only waits) and hears something."""

    who: str
    expect: tuple[str, ...]
    never: tuple[str, ...] = ()
    say: str | Mapping[str, Any] | None = None
    press: str | None = None
    choose: str | None = None
    below: str = ""
    only: tuple[str, ...] = ()
    contact: bool = False
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what is heard on one channel

    def __str__(self) -> str:
        """As it stands in the file."""
        said = self.say if self.say is not None else self.press or self.choose or "…"
        return f"{self.who}: {str(said)[:60]}"


@dataclass(frozen=True)
class Dialogue:
    """One file."""

    name: str
    steps: tuple[Step, ...]
    channels: tuple[str, ...]
    defect: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """Who takes part and is new."""
        return tuple(dict.fromkeys(step.who for step in self.steps if step.who not in REGULARS))

    @property
    def regulars(self) -> tuple[str, ...]:
        """Who takes part of the sample's people."""
        return tuple(dict.fromkeys(step.who for step in self.steps if step.who in REGULARS))


@cache
def read_dialogues(folder: Path = FOLDER) -> list[Dialogue]:
    """Every dialogue; a misspelt word in a file is an error."""
    return [_read(file) for file in sorted(folder.glob("*.yaml"))]


def _read(file: Path) -> Dialogue:
    raw = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
    assert set(raw) <= {"title", "channels", "defect", "given", "steps"}, f"{file.name}: {set(raw)}"
    steps = [step for given in raw.get("given", ()) for step in _given(file, given)]
    steps += [_step(file.name, step) for step in raw["steps"]]
    return Dialogue(file.stem, tuple(steps), tuple(raw.get("channels", (*CHANNELS, *PHONES))), raw.get("defect", ""))


def _given(file: Path, given: Mapping[str, Any]) -> Iterable[Step]:
    """What happened before: a file of `given/` with its gaps filled."""
    text = (file.parent / "given" / f"{given['story']}.yaml").read_text("utf-8")
    for name, value in given.items():
        text = text.replace(f"<{name}>", str(value))
    return [_step(str(given["story"]), step) for step in yaml.load(text, yaml.CSafeLoader)]


def _step(file: str, raw: Mapping[str, Any]) -> Step:
    assert set(raw) <= STEP_WORDS, f"{file}: {set(raw) - STEP_WORDS}"
    assert raw.get("expect"), f"{file}: a step expects something: {raw}"
    say = raw.get("say")
    if isinstance(say, str) and "times" in raw:
        say = (say * int(raw["times"]))[: int(raw["times"])]
    return Step(
        who=raw["who"],
        say=say,
        press=None if raw.get("press") is None else str(raw["press"]),
        choose=raw.get("choose"),
        below=raw.get("below", ""),
        expect=_list(raw["expect"]),
        never=_list(raw.get("not", ())),
        only=_list(raw.get("only", ())),
        contact=bool(raw.get("contact")),
        instead={channel: _list(raw[channel]) for channel in PHONES if channel in raw},
    )


def _list(raw: Any) -> tuple[str, ...]:
    return (str(raw),) if isinstance(raw, str | int) else tuple(str(one) for one in raw)


def credit_code(number: int) -> str:
    """A valid 统一社会信用代码 of an invented firm."""
    stem = f"914101{number:011}"
    return stem + str(uscc.calc_check_digit(stem))


def wrong(code: str) -> str:
    """The same with a slip in its last character."""
    return code[:-1] + ("X" if code[-1] != "X" else "Y")


def values_of_play() -> dict[str, str]:
    """What is new in every play: a firm with its code, a pay by which its vacancy is known, a phone number."""
    number = next(_plays)
    code = credit_code(88_000_000 + number)
    low = 6003 + 13 * number
    return {
        "firm": f"样例第{number}号商行",
        "code": code,
        "wrong_code": wrong(code),
        "pay": f"{low}-{low + 1000}",
        "low": str(low),
        "phone": f"137{21_000_000 + number}",
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values of this play into a text: '<pay>'."""
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text


class Phones(Protocol):
    """Where people with a phone come from."""

    def newcomer(self) -> Person:
        """Somebody who was never here."""

    async def regular(self, program: Program, role: Role) -> Person:
        """Somebody of the sample."""


@dataclass
class Stage:
    """A channel of a running program, with the people of the sample, whom every dialogue shares."""

    program: Program
    channel: str
    regulars: dict[str, Person] = field(default_factory=dict)
    phones: Phones | None = None
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    _phones: itertools.count[int] = field(default_factory=lambda: itertools.count(13_988_000_000))

    async def newcomer(self) -> Person:
        """Somebody who was never here."""
        if self.channel == "web":
            return await WebPerson(self.program).enter()
        if self.phones is not None:
            return self.phones.newcomer()
        return await TerminalPerson(self.program, str(next(self._phones))).enter()

    async def open(self, names: Iterable[str]) -> None:
        """Let the sample's people in."""
        for name in names:
            if name in self.regulars:
                continue
            role = self.program.roles[name]
            if self.phones is not None:
                self.welcome(name, await self.phones.regular(self.program, role))
            elif self.channel == "web":
                self.welcome(name, await WebPerson(self.program).enter(role.link))
            else:
                self.welcome(name, await TerminalPerson(self.program, role.phone).enter())

    def welcome(self, name: str, person: Person) -> None:
        """Somebody of the sample is there."""
        self.regulars[name] = person
        self._locks[name] = asyncio.Lock()

    async def close(self) -> None:
        """Everybody leaves."""
        for person in self.regulars.values():
            await person.close()

    def lock(self, name: str) -> asyncio.Lock:
        """A person of the sample holds one conversation at a time."""
        return self._locks[name]


async def play(dialogue: Dialogue, stage: Stage, values: Mapping[str, str] | None = None) -> None:
    """From the first step to the last. Raises AssertionError with the step and what was heard."""
    values = values or values_of_play()
    async with AsyncExitStack() as stack:
        people: dict[str, Person] = dict(stage.regulars)
        newcomers = await asyncio.gather(*(stage.newcomer() for _ in dialogue.people))
        for name, person in zip(dialogue.people, newcomers, strict=True):
            people[name] = person
            stack.push_async_callback(person.close)
        seen: dict[str, int] = dict.fromkeys(people, 0)
        held = ""
        async with AsyncExitStack() as turn:
            for number, step in enumerate(dialogue.steps, 1):
                if step.only and stage.channel not in step.only:
                    continue
                if held != step.who:
                    await turn.aclose()
                    held = step.who if step.who in REGULARS else ""
                    if held:
                        await turn.enter_async_context(_floor(stage, held, people[held], seen))
                where = f"{dialogue.name}, step {number}, {step}"
                patience = PATIENCE_WITH_DEFECT if dialogue.defect else HEARING_SECONDS
                await _play(heard_on(step, stage.channel), people[step.who], seen, values, where, patience)


def heard_on(step: Step, channel: str) -> Step:
    """The step with what is heard on this channel: a list in an SMS is short, no number is shown in Telegram."""
    return replace(step, expect=step.instead[channel]) if channel in step.instead else step


@asynccontextmanager
async def _floor(stage: Stage, name: str, person: Person, seen: dict[str, int]) -> AsyncIterator[None]:
    async with stage.lock(name):
        seen[name] = max(seen[name], len(person.heard)) if seen[name] == 0 else seen[name]
        yield


async def _play(
    step: Step, person: Person, seen: dict[str, int], values: Mapping[str, str], where: str, patience: float
) -> None:
    start = seen[step.who] if step.who not in REGULARS or not _acts(step) else len(person.heard)
    await _act(step, person, values, where)
    expected = [fill(words, values) for words in step.expect]

    def missing() -> list[str]:
        text = said(person.heard[start:])
        return [words for words in expected if not matches(words, text)]

    def why() -> str:
        return f"{where}\n  not heard: {missing()}\n  heard: {said(person.heard[start:])}"

    await until(lambda: not missing(), why, patience)
    await person.settle()
    text = said(person.heard[start:])
    for words in step.never:
        assert not matches(fill(words, values), text), f"{where}\n  heard, but must not be: {words}\n  {text}"
    for pattern in NEVER:
        assert not pattern.search(text), f"{where}\n  {pattern.pattern}\n  {text}"
    assert step.contact or not PHONE.search(text), f"{where}\n  a phone number: {text}"
    seen[step.who] = len(person.heard)


def _acts(step: Step) -> bool:
    return step.say is not None or step.press is not None or step.choose is not None


def said(heard: Iterable[Heard]) -> str:
    """Replies as text."""
    return "\n".join(str(one) for one in heard)


async def _act(step: Step, person: Person, values: Mapping[str, str], where: str) -> None:
    if isinstance(step.say, str):
        await person.say(fill(step.say, values))
    elif step.say is not None:
        await person.say(step.say)
    elif step.choose is not None:
        words = fill(step.choose, values)
        number = await until(
            lambda: line_number(person.heard, words),
            lambda: f"{where}\n  no line with {words}: {said(person.heard[-2:])}",
        )
        key, message = await _button(person, number, "", where)
        await person.press(key, message)
    elif step.press is not None:
        key, message = await _button(person, fill(step.press, values), fill(step.below, values), where)
        await person.press(key, message)


async def _button(person: Person, label: str, below: str, where: str) -> tuple[str, str]:
    found: tuple[str, str] = await until(
        lambda: button_key(person.heard, label, below),
        lambda: f"{where}\n  no button {label}: {said(person.heard[-2:])}",
    )
    return found


async def clear_desk(staff: WebPerson) -> None:
    """The office sends back what the sample left on its desk: the digest shows only five of a kind."""
    while True:
        await ask(staff, "早报", "早报")
        todo = [label for _, label in staff.heard[-1].buttons if label.startswith("核对")]
        if not todo:
            break
        await tap(staff, todo[0], "退回")
        await tap(staff, "退回", "退回了")


async def play_all(program: Program, wanted: list[tuple[Dialogue, str]]) -> Outcomes:
    """All of them, several at once as people do; the outcome of each."""
    outcomes: Outcomes = {}
    async with AsyncExitStack() as stack:
        staff = await WebPerson(program).enter(program.roles["staff"].link)
        stack.push_async_callback(staff.close)
        async with asyncio.timeout(60):
            await clear_desk(staff)
        for channel in CHANNELS:
            dialogues = [dialogue for dialogue, on in wanted if on == channel]
            if dialogues:
                stage = Stage(program, channel)
                stack.push_async_callback(stage.close)
                if channel == "web":
                    stage.welcome("staff", staff)
                await stage.open([name for name in REGULARS if any(name in d.regulars for d in dialogues)])
                outcomes |= await play_on(stage, dialogues)
    return outcomes


async def play_on(stage: Stage, dialogues: list[Dialogue]) -> Outcomes:
    """The dialogues of one channel, the long ones first; few of those that need the office wait at its desk."""
    outcomes: Outcomes = {}
    floor, desk = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE_WITH_STAFF)

    async def one(dialogue: Dialogue) -> None:
        async with desk if dialogue.regulars else floor:
            try:
                await play(dialogue, stage)
                outcomes[dialogue.name, stage.channel] = None
            except Exception as error:
                outcomes[dialogue.name, stage.channel] = error

    async with asyncio.TaskGroup() as group:
        for dialogue in sorted(dialogues, key=lambda d: (not d.regulars, -len(d.steps))):
            group.create_task(one(dialogue))
    return outcomes
