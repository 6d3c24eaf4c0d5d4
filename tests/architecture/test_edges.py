"""Only the edge commits; nothing below it reads the clock, the environment or the console, or starts loose tasks."""

from __future__ import annotations

import ast
import re

from sources import called, calls, trees

EDGES = re.compile(r"^(app/|web/|bot/(worker|inbox|sender|polling)\.py|jobs/(runner|schedule|sealing|rollup)\.py)")
HOME_OF_TRANSACTIONS = ("models/database.py", "models/migrate.py")
DATABASE = re.compile(r"(^|\.|_)(database|db)$")


def dotted(node: ast.expr) -> str:
    """'self._database' of an attribute chain."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def test_only_the_edge_opens_a_transaction_or_ends_one() -> None:
    offenders = []
    for path, tree in trees().items():
        if EDGES.match(path) or path in HOME_OF_TRANSACTIONS:
            continue
        for call in calls(tree):
            if not isinstance(call.func, ast.Attribute):
                continue
            owner, name = dotted(call.func.value), call.func.attr
            opens = name in ("read", "write") and DATABASE.search(owner)
            ends = name in ("commit", "rollback", "begin") and not call.args
            if opens or ends:
                offenders.append(f"{path}:{call.lineno} {owner}.{name}()")
    assert offenders == []


def test_a_batch_of_messages_is_the_one_transaction_of_its_turns() -> None:
    writes = [
        call
        for call in calls(trees()["bot/worker.py"])
        if called(call) == "write" and dotted(call.func.value).endswith("_database")
    ]  # type: ignore[attr-defined]
    functions = [
        node.name
        for node in ast.walk(trees()["bot/worker.py"])
        if isinstance(node, ast.AsyncFunctionDef) and any(call in writes for call in calls(node))
    ]
    assert "_batch" in functions
    assert "_handle" not in functions


FORBIDDEN = {
    "a clock": re.compile(r"^(datetime\.(now|utcnow|today)|date\.today|time\.time(_ns)?|utc_now)$"),
    "the environment": re.compile(r"^os\.(environ\.get|getenv)$"),
    "the console": re.compile(r"^(print|input)$"),
    "a loose task": re.compile(r"^asyncio\.(create_task|ensure_future)$"),
}
ALLOWED = {
    "a clock": ("models/clock.py", "models/ids.py", "app/"),
    "the environment": ("app/",),
    "the console": ("app/",),
    "a loose task": (),
}


def test_clock_environment_and_console_are_for_the_edge() -> None:
    offenders = [
        f"{path}:{call.lineno} {what}: {ast.unparse(call.func)}"
        for path, tree in trees().items()
        for call in calls(tree)
        for what, pattern in FORBIDDEN.items()
        if pattern.match(ast.unparse(call.func)) and not path.startswith(ALLOWED[what])
    ]
    assert offenders == []


def test_no_migration_or_program_commits_behind_the_sessions_back() -> None:
    raw = [
        f"{path}:{call.lineno}"
        for path, tree in trees().items()
        for call in calls(tree)
        if called(call) in ("execute", "exec_driver_sql", "text")
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and re.match(r"\s*(COMMIT|ROLLBACK|BEGIN)\b", call.args[0].value)
        and path != "models/database.py"
    ]
    assert raw == []
