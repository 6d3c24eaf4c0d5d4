"""The best of many for many: numpy is the reference, numba answers the same where it is installed.

Work is cut by province for any executor of concurrent.futures; who finds too few at home looks in the whole nation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching import kernel
from matching.aspects import ASPECTS, OCCUPATION, POINTS, Keys, short
from matching.blocks import SLOT, placed
from matching.places import NATION
from matching.scopes import joined
from matching.search import Found, best_in, under
from matching.sides import Numbers, Queries, Side

PARTS = 8
WORTH_COMPILING = 20_000  # queries: compiling takes some seconds
PRIME = np.int64(1_000_003)


@dataclass(frozen=True, slots=True)
class Answers:
    """For each query a row: slots of the best (-1 where there are no more), their scores, how many, the step used.

    Scores are hundredths of points; the step counts the scopes of the query from 0, -1 where nothing was found.
    """

    slots: Numbers
    scores: Numbers
    totals: Numbers
    steps: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.slots)

    def take(self, places: npt.NDArray[np.intp]) -> Answers:
        return Answers(self.slots[places], self.scores[places], self.totals[places], self.steps[places])


def answer(
    queries: Queries, side: Side, *, top: int, executor: Executor | None = None, compiled: bool | None = None
) -> Answers:
    """The best of a side for each query; those who ask the same are asked once."""
    fast = kernel.is_there() and len(queries) >= WORTH_COMPILING if compiled is None else compiled
    first, again = different(queries)
    once = _taken(queries, first)
    found = _answer(once, side, top, fast) if executor is None else _in_shards(once, side, top, fast, executor)
    return found.take(again)


def different(queries: Queries) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where each different query first stands, and which of these each query equals; the like stand together."""
    columns = (queries.asked, queries.scopes, *queries.kinds.T)
    mark = np.zeros(len(queries), np.int64)
    for column in columns:
        mark = mark * PRIME + column
    _, first, again = np.unique(mark, return_index=True, return_inverse=True)
    if any((column != column[first][again]).any() for column in columns):  # two different queries of one mark
        _, first, again = np.unique(np.stack(columns, 1), axis=0, return_index=True, return_inverse=True)
    order = np.lexsort((queries.scopes[first], queries.asked[first]))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return first[order], place[again.ravel()]


def _taken(queries: Queries, places: npt.NDArray[np.intp]) -> Queries:
    return replace(queries, kinds=queries.kinds[places], asked=queries.asked[places], scopes=queries.scopes[places])


def _answer(queries: Queries, side: Side, top: int, fast: bool) -> Answers:
    """One shard."""
    return _by_kernel(queries, side, top) if fast and len(queries) else by_numpy(queries, side, top)


def _by_kernel(queries: Queries, side: Side, top: int) -> Answers:
    asked = [under(side.blocks, *asked) for asked in queries.every_asked]
    refused = [queries.refused.get(number, ()) for number in range(len(asked))]
    slots, keys, totals, steps = kernel.best_of(
        (queries.kinds, queries.asked, queries.scopes),
        kernel.flat_wishes(asked, side.blocks),
        kernel.flat_scopes(queries.every_scopes),
        kernel.flat_refused(refused),
        side.blocks,
        [queries.tables[aspect.name] for aspect in (OCCUPATION, *ASPECTS)],
        kernel.Scratch(1 + int(side.blocks.rows[:, SLOT].max(initial=-1)) if side.doubles or queries.refused else 0),
        top=top,
        enough=enough(queries, top),
        doubles=side.doubles,
    )
    return Answers(slots, np.where(keys < 0, 0, keys >> POINTS).astype(np.int32), totals, steps)


def enough(queries: Queries, top: int) -> int:
    """How many must be found before no wider scope is looked in."""
    return top if queries.fill else 1


def by_numpy(queries: Queries, side: Side, top: int) -> Answers:
    """The reference: one query after another."""
    count = len(queries)
    slots, scores = np.full((count, top), -1, np.int32), np.zeros((count, top), np.int32)
    totals, steps = np.zeros(count, np.int32), np.full(count, -1, np.int8)
    tables = [_short_rows(queries.tables[aspect.name]) for aspect in (OCCUPATION, *ASPECTS)]
    for number in range(count):
        found = _one(queries, side, tables, number, top)
        size = len(found.slots)
        slots[number, :size] = found.slots
        scores[number, :size] = [key >> POINTS for key in found.keys]
        totals[number], steps[number] = found.total, found.step
    return Answers(slots, scores, totals, steps)


def _short_rows(table: Keys) -> list[Keys]:
    """The rows of a table as `best_in` reads them."""
    return [short(row) for row in table]


def _one(queries: Queries, side: Side, tables: Sequence[Sequence[Keys]], number: int, top: int) -> Found:
    kinds = (0, *queries.kinds[number].tolist())
    own = [rows[kind] for rows, kind in zip(tables, kinds, strict=True)]
    asked, steps = int(queries.asked[number]), queries.every_scopes[queries.scopes[number]]
    wanted, refused = under(side.blocks, *queries.every_asked[asked]), queries.refused.get(asked, ())
    return best_in(
        side.blocks, wanted, steps, own, top, refused=refused, doubles=side.doubles, enough=enough(queries, top)
    )


def _in_shards(queries: Queries, side: Side, top: int, fast: bool, executor: Executor) -> Answers:
    """First each province with what lies near it, then those who found too few with the whole nation."""
    answers = Answers(
        np.full((len(queries), top), -1, np.int32),
        np.zeros((len(queries), top), np.int32),
        np.zeros(len(queries), np.int32),
        np.full(len(queries), -1, np.int8),
    )
    shared = isinstance(executor, ThreadPoolExecutor)  # threads read what lies in memory: nothing is cut or sent
    tasks = []
    for members in _by_province(queries):
        part = _at_home(_taken(queries, members))
        sent = (part, side) if shared else (_compact(part), _near(part, side))
        tasks.append((members, executor.submit(_answer, *sent, top, fast)))
    _gather(answers, tasks)
    left = np.flatnonzero(answers.totals < enough(queries, top))
    parts = np.array_split(left, min(PARTS, len(left)) or 1)
    rest = [_taken(queries, part) for part in parts]
    sent_on = [executor.submit(_answer, part if shared else _compact(part), side, top, fast) for part in rest]
    _gather(answers, list(zip(parts, sent_on, strict=True)))
    return answers


def _compact(queries: Queries) -> Queries:
    """The same questions with only the rows of tables that they use: less to send."""
    kinds, tables = queries.kinds.copy(), dict(queries.tables)
    for column, aspect in enumerate(ASPECTS):
        used, kinds[:, column] = np.unique(queries.kinds[:, column], return_inverse=True)
        tables[aspect.name] = queries.tables[aspect.name][used]
    return replace(queries, kinds=kinds, tables=tables)


def _gather(answers: Answers, tasks: Sequence[tuple[npt.NDArray[np.intp], Future[Answers]]]) -> None:
    for members, task in tasks:
        found = task.result()
        for name in ("slots", "scores", "totals", "steps"):
            getattr(answers, name)[members] = getattr(found, name)


def _by_province(queries: Queries) -> Iterator[npt.NDArray[np.intp]]:
    """The queries of a few provinces each; those who ask the nation at once are left for it."""
    homes = np.array(queries.homes)[queries.scopes]
    provinces = np.unique(homes[homes != NATION])
    for some in np.array_split(provinces, min(PARTS, len(provinces)) or 1):
        yield np.flatnonzero(np.isin(homes, some))


def _at_home(queries: Queries) -> Queries:
    """The same queries without their last scope, the nation."""
    return replace(queries, every_scopes=[steps[:-1] or steps for steps in queries.every_scopes])


def _near(queries: Queries, side: Side) -> Side:
    """What of a side these queries can reach."""
    used = np.unique(queries.scopes).tolist()
    ranges = joined(pair for number in used for step in queries.every_scopes[number] for pair in step.ranges)
    return replace(side, blocks=side.blocks.cut(placed(ranges)))
