"""What the matcher costs a fresh process before its first answer: seconds and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from statistics import median

from app.settings import ROOT
from benchmarks.figures import Figure, at_most, told
from benchmarks.speed.plan import NAME, Plan
from benchmarks.speed.single import spread

PLAIN = "电焊工 郑州 5000"
# with these every table is read: pinyin, sound, likeness of characters
EVERY_TABLE = ("dianhangong zhengzhou wu qian", "电汉工 郑洲", "baomu beijng", "旮旯犄角 唐山", "cook in shanghai")
PROGRAM = f"""
import json, re, time
begun = time.perf_counter()
import matching.index, matching.rank, matching.understand
imported = time.perf_counter()
matching.understand.understand("{PLAIN}")
loaded = time.perf_counter()
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
plain = peak()
for text in {EVERY_TABLE}:
    matching.understand.understand(text)
print(json.dumps([imported - begun, loaded - imported, plain, time.perf_counter() - loaded, peak()]))
"""


def measure_starting(plan: Plan) -> Iterator[Figure]:
    """Import, lexicon and regions (the first plain sentence), then what pinyin, slips and unknown words load on top.

    As from the second start on: the first one compiles the program's own lines.
    """
    with tempfile.TemporaryDirectory(prefix="zhaohuo-bench-") as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        starts = [_start(environment) for _ in range(plan.starts + 1)][1:]
    imported, loaded, plain, more, every = (list(column) for column in zip(*starts, strict=True))
    yield at_most(NAME, "import_matching", "s", median(imported), 0.3, spread(imported))
    yield at_most(NAME, "load_lexicon_and_regions", "s", median(loaded), 0.5, spread(loaded))
    yield at_most(NAME, "peak_memory_loaded", "MB", median(plain), 80, spread(plain))
    yield told(NAME, "load_every_table", "s", median(more), spread(more))
    yield told(NAME, "peak_memory_every_table", "MB", median(every), spread(every))


def _start(environment: Mapping[str, str]) -> list[float]:
    command = (sys.executable, "-c", PROGRAM)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
