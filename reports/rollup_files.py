"""The roll-up on disk: a folder of arrays for each segment, and a manifest that names what belongs together."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from reports.columns import TYPES, Columns, Segment
from reports.looks import Look, facts_apart, kept_facts, unit_fact
from reports.vocabulary import FACTS, kind_words

MANIFEST, LOCK = "manifest.json", "lock"
ARRAYS = (*TYPES, "names", "codes")
NUMBERS = ("persons", "watermark", "read", "lately")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """What was read of the ledger: the base, the tail that came since, and how far."""

    base: Segment
    tail: Segment
    persons: int
    watermark: int  # the highest id read
    read: int  # entries read, reversals among them
    lately: int  # of them those of the last hour before the watermark

    @property
    def columns(self) -> Columns:
        """To count from."""
        segments = tuple(segment for segment in (self.base, self.tail) if len(segment))
        return Columns(segments=segments, persons=self.persons)


@cache
def signature() -> str:
    """Of what is kept of an entry: where it changes, the ledger is read anew."""
    kept = {kind: [sorted(kept_facts(kind)), facts_apart(kind), unit_fact(kind)] for kind in sorted(kind_words())}
    text = json.dumps([kept, TYPES]) + FACTS.read_text("utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def load(folder: Path) -> Rollup | None:
    """What was kept there; None where there is nothing, or nothing that this program can use."""
    said = _manifest(folder)
    if said.get("signature") != signature():
        return None
    try:
        base, tail = (_load_segment(folder / said[name], folder / said[f"{name}_gone"]) for name in ("base", "tail"))
    except (OSError, ValueError, KeyError, EOFError):
        return None
    return Rollup(base=base, tail=tail, **{name: said[name] for name in NUMBERS})


def save(folder: Path, rollup: Rollup) -> None:
    """Keep it there, unless another process is about it. What was there before stays for those who read it."""
    with suppress(OSError), _alone(folder):
        before = _manifest(folder)
        number = before.get("number", 0) + 1
        said: dict[str, Any] = {"signature": signature(), "number": number}
        for name, segment in (("base", rollup.base), ("tail", rollup.tail)):
            said[name] = segment.home or f"{name}-{number}"
            said[f"{name}_gone"] = f"{name}-gone-{number}.npy"
            if segment.home is None:
                _save_segment(folder / said[name], segment)
            np.save(folder / said[f"{name}_gone"], segment.gone)
        said |= {name: getattr(rollup, name) for name in NUMBERS}
        fresh = folder / f"{MANIFEST}.new"
        fresh.write_text(json.dumps(said), "utf-8")
        fresh.replace(folder / MANIFEST)
        _forget(folder, {str(value) for value in (*said.values(), *before.values())})


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder's lock. Raises BlockingIOError where another process does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _manifest(folder: Path) -> Mapping[str, Any]:
    with suppress(OSError, ValueError):
        said: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        return said
    return {}


def _forget(folder: Path, needed: set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in {*needed, MANIFEST, LOCK}:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _save_segment(folder: Path, segment: Segment) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, array in {**segment.arrays, "names": segment.names, "codes": segment.codes}.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "kinds.json").write_text(json.dumps(segment.kinds), "utf-8")
    for kind in segment.kinds:
        looks = [[sorted(look.groups), look.facts] for look in segment.looks(kind)]
        (folder / f"{kind}.json").write_text(json.dumps(looks, ensure_ascii=False), "utf-8")


def _load_segment(folder: Path, gone: Path) -> Segment:
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in ARRAYS}
    names, codes = arrays.pop("names"), arrays.pop("codes")
    kinds = json.loads((folder / "kinds.json").read_text("utf-8"))

    @cache
    def looks(kind: str) -> Sequence[Look]:
        if kind not in kinds:
            return ()
        said = json.loads((folder / f"{kind}.json").read_text("utf-8"))
        return [Look(kind, frozenset(groups), facts) for groups, facts in said]

    return Segment(
        arrays=arrays,
        kinds={kind: (first, last) for kind, (first, last) in kinds.items()},
        looks=looks,
        names=names,
        codes=codes,
        gone=np.load(gone),
        home=folder.name,
    )
