"""Rules of the conversation: every state has its handler, filters are asynchronous, handlers know no channel."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest
from aiogram import Dispatcher, Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.utils.magic_filter import MagicFilter
from sources import trees

from bot import states
from bot.dispatcher import make_dispatcher
from bot.handlers import start


@pytest.fixture(scope="module")
def routers() -> list[Router]:
    """The product's routers; aiogram lets them be attached once in a process."""
    parent = start.router.parent_router
    dispatcher = parent if isinstance(parent, Dispatcher) else make_dispatcher()
    return list(dispatcher.chain_tail)


def every_filter(routers: list[Router]) -> Iterator[tuple[str, object]]:
    for router in routers:
        for observer in router.observers.values():
            for handler in observer.handlers:
                for each in handler.filters or ():
                    yield f"{router.name}.{handler.callback.__name__}", each.callback


def declared() -> set[State]:
    groups = [group for _, group in inspect.getmembers(states, inspect.isclass) if issubclass(group, StatesGroup)]
    return {state for group in groups for state in group.__all_states__}


def test_every_state_has_a_handler_for_words(routers: list[Router]) -> None:
    handled: set[State] = set()
    for router in routers:
        for handler in router.message.handlers:
            for each in handler.filters or ():
                match each.callback:
                    case State() as state:
                        handled.add(state)
                    case StateFilter() as several:
                        handled |= {state for state in several.states if isinstance(state, State)}
    assert len(declared()) > 5
    assert {state.state for state in declared() - handled} == set()


def test_every_state_that_is_set_is_declared() -> None:
    used = {
        ast.unparse(call.args[0])
        for path, tree in trees().items()
        if path.startswith("bot/")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "set_state"
        and call.args
    }
    names = {(state.state or "").replace(":", ".") for state in declared()}
    assert used - names <= {"None", "state"}


def test_no_filter_is_synchronous(routers: list[Router]) -> None:
    """aiogram runs a synchronous filter in a thread."""
    slow = []
    for where, each in every_filter(routers):
        if isinstance(each, MagicFilter):
            slow.append(f"{where}: F")
        elif isinstance(each, Filter):
            if not inspect.iscoroutinefunction(type(each).__call__):
                slow.append(f"{where}: {type(each).__name__}")
        elif not isinstance(each, State) and not inspect.iscoroutinefunction(each):
            slow.append(f"{where}: {each!r}")
    assert slow == []


def test_no_handler_is_synchronous(routers: list[Router]) -> None:
    names = [
        f"{router.name}.{handler.callback.__name__}"
        for router in routers
        for observer in router.observers.values()
        for handler in observer.handlers
        if not inspect.iscoroutinefunction(handler.callback)
    ]
    assert names == []


def test_no_dispatcher_error_handler_hides_an_exception_from_the_turn(routers: list[Router]) -> None:
    """`error` and aiogram's own filters for it would swallow what the turn must see."""
    assert [router.name for router in routers for _ in router.errors.handlers] == []


def test_there_is_an_answer_to_anything(routers: list[Router]) -> None:
    last = routers[-1]
    assert any(not handler.filters for handler in last.message.handlers)
    assert any(not handler.filters for handler in last.callback_query.handlers)


def test_magic_filters_scenes_and_html_are_not_used() -> None:
    found = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aiogram"):
                found += [f"{path}: {a.name}" for a in node.names if a.name in ("F", "Scene", "ParseMode", "html")]
            if isinstance(node, ast.keyword) and node.arg == "parse_mode":
                found.append(f"{path}: parse_mode")
    assert found == []


def test_handlers_see_no_channel_and_channels_no_handler() -> None:
    wrong = [
        f"{path} imports {node.module}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (
            (path.startswith("bot/handlers/") and (node.module or "").startswith("bot.channels"))
            or (path.startswith("bot/channels/") and (node.module or "").startswith("bot.handlers"))
        )
    ]
    assert wrong == []
