"""The national night, in a process of its own so that its memory is only its own: python -m benchmarks.speed.night."""

from __future__ import annotations

import gc
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.settings import ROOT
from benchmarks.engine import Engine, answers
from benchmarks.figures import Figure, Note, at_most, told
from benchmarks.market import TODAY, seekers, vacancies
from benchmarks.speed.batch import CORES, part_of
from benchmarks.speed.plan import MILLION, NAME
from matching import kernel
from matching.sides import Crowd

NIGHT_SEEKERS, NIGHT_VACANCIES = 10 * MILLION, MILLION
NIGHT_CHUNK = 500_000


def measure_night() -> Iterator[Figure | Note]:
    """Ten million seekers, a million vacancies, in a process of its own."""
    command = (sys.executable, "-m", "benchmarks.speed.night", str(NIGHT_SEEKERS), str(NIGHT_VACANCIES))
    told_by = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    _, took, keeping, megabytes = json.loads(told_by)
    yield Note(NAME, "night: a parsed wish is kept as eight numbers when it comes in; what that costs is told apart")
    yield at_most(NAME, "night_10m_x_1m_from_kept_wishes", "s", took, 60)
    yield told(NAME, "night_10m_wishes_kept", "s", keeping)
    yield at_most(NAME, "night_10m_x_1m_peak", "MB", megabytes, 6_000)


def night(people: int, jobs: int) -> tuple[int, float, float, float]:
    """Seekers answered, seconds of matching, seconds of keeping their wishes as numbers, peak megabytes."""
    engine, crowd, keeping = Engine(vacancies(jobs)), Crowd(TODAY), 0.0
    for first in range(0, people, NIGHT_CHUNK):
        drawn = list(seekers(min(NIGHT_CHUNK, people - first), seed=first))
        begun = time.perf_counter()
        crowd.extend(drawn)
        keeping += time.perf_counter() - begun
    gc.freeze()  # as the program does: the index need not be walked over
    compiled = kernel.is_there()
    answers(part_of(engine.asked_by(seekers(1)), 1), compiled=compiled)  # compiling is not counted
    begun = time.perf_counter()
    asked = crowd.ask(engine.index)
    with ThreadPoolExecutor(CORES) as pool:
        done = len(answers(asked, compiled=compiled, executor=pool))
    took = time.perf_counter() - begun
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("utf-8"))
    return done, took, keeping, int(peak[1]) / 1024 if peak else 0.0


if __name__ == "__main__":
    print(json.dumps(night(int(sys.argv[1]), int(sys.argv[2]))))
