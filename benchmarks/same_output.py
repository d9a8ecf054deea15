"""Runs the same commands in two checkouts and compares all that came of them: python benchmarks/same_output.py OLD NEW.

Compared are exit codes, both outputs, every row of the journal and of the sandbox, recordings, transcripts and
all other files of the workspace. Commands run at fixed moments of a clock that stands still
(same_output_clock.py), so times, figures and ids of what is made are compared as they are. What is drawn at
random (ids and digests of change sets, ids of runs, markers) or depends on the machine (folders, ports, process
ids, milliseconds) becomes a placeholder, numbered by first appearance: the same thing, the same placeholder.

When a scenario differs, OLD runs once more: lines in which OLD differs from itself are left out on both sides,
and are printed. The interpreter is that of OLD for both sides, or of --python.
"""

import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from same_output_asked import Scenario, Step
from same_output_given import write_files
from same_output_lines import NUMBERED, content, kept, normal, shapes, without
from same_output_scenarios import SCENARIOS

START = datetime(2026, 11, 12, 14, 5, tzinfo=UTC)
STEP = timedelta(minutes=1)
"""How far each command of a scenario begins after the one before."""
MOST_S = 300
RUNNER = Path(__file__).with_name("same_output_clock.py")


class Side(NamedTuple):
    """One checkout and the folder that its scenarios run in."""

    name: str
    checkout: Path
    python: Path
    root: Path
    more: tuple[str, ...] = ()
    """Names of values that it alone keeps: they are left out."""


# Running


def run(side: Side, number: int, scenario: Scenario) -> list[str]:
    """Run a scenario and give all that came of it as lines without ids."""
    home = side.root / side.name / f"{number:02}"
    (home / "tmp").mkdir(parents=True)
    (home / "ws").mkdir()
    write_files(home / "files")
    said: list[str] = []
    with served(side, home, scenario, said) as address:
        for place, step in enumerate(scenario.steps):
            said += carried_out(side, home, place, filled(step, home, said), address)
    said += [line for path in kept(home) for line in content(path, home)]
    shutil.rmtree(home, ignore_errors=True)
    for name in side.more:
        said = [re.sub(rf', "{name}": "[^"]*"', "", line) for line in said if f" {name}: " not in line]
    return normal("\n".join(said).replace(str(home), "<home>").replace(str(side.checkout), "<checkout>"))


def carried_out(side: Side, home: Path, place: int, step: Step, address: str) -> list[str]:
    """Run one command; gives what it was, its exit code and what it wrote."""
    process = subprocess.Popen(
        command(side, place, step.args),
        env=environment(side, home, address),
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="backslashreplace",
    )
    answers = answered(process, step) if step.answers else ""
    try:
        out, err = process.communicate("" if step.answers else step.stdin, timeout=MOST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    return [
        f"=== {place + 1}: adsteward {' '.join(step.args)}",
        f"exit code {process.returncode}",
        *(f"out| {line}" for line in (answers + out).split("\n")),
        *(f"err| {line}" for line in err.split("\n")),
    ]


def answered(process: subprocess.Popen[str], step: Step) -> str:
    """What a server said until it had answered everything; then it may see the end of its input."""
    said, left = "", step.answers
    if process.stdin and process.stdout:
        watch = threading.Timer(MOST_S, process.kill)
        watch.start()
        process.stdin.write(step.stdin)
        process.stdin.flush()
        while left and (line := process.stdout.readline()):
            said += line
            left -= '"id":' in line
        watch.cancel()
    return said


def command(side: Side, place: int, args: Iterable[str]) -> list[str]:
    moment = (START + place * STEP).isoformat()
    return [str(side.python), str(RUNNER), moment, str(side.checkout), *args]


def environment(side: Side, home: Path, address: str) -> dict[str, str]:
    """Nothing of ours but the path: no tokens, no settings."""
    own = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "TZ": "UTC", "LANG": "C.UTF-8", "COLUMNS": "100"}
    own |= {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", "PYTHONPATH": str(side.checkout)}
    return own | ({"META_GRAPH_URL": address} if address else {})


def filled(step: Step, home: Path, said: list[str]) -> Step:
    """Put in what the marks in a step stand for."""
    outputs = "\n".join(line for line in said if line.startswith(("out| ", "err| ")))
    ids = list(dict.fromkeys(re.findall(NUMBERED["set"], outputs))) or ["cs-none"]
    videos = re.findall(r'"video_id": "(\d+)"|"id": "(2385\d+)"', outputs) or [("0", "")]
    marks = {"WS": home / "ws", "STATE": home / "sandbox.sqlite", "FILES": home / "files", "HOME": home}
    named = {**marks, "FIRST": ids[0], "CS": ids[-1], "VIDEO": "".join(videos[0])}

    def put(text: str) -> str:
        return re.sub("%([A-Z]+)%", lambda mark: str(named[mark[1]]), text)

    return Step(tuple(map(put, step.args)), put(step.stdin), step.answers)


@contextmanager
def served(side: Side, home: Path, scenario: Scenario, said: list[str]) -> Iterator[str]:
    """Serve the sandbox with the scenario's faults; gives its address, or nothing when there are none."""
    if scenario.faults is None:
        yield ""
        return
    (home / "faults.json").write_text(json.dumps(scenario.faults), encoding="utf-8")
    options = ("--port", "0", "--clock", START.isoformat(), "--state", str(home / "sandbox.sqlite"))
    args = command(side, 0, ("sandbox", *options, "--faults", str(home / "faults.json")))
    with (home / "tmp" / "server").open("w+") as errors:
        server = subprocess.Popen(
            args, env=environment(side, home, ""), cwd=home, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            first = server.stdout.readline() if server.stdout else ""
            found = re.search(r"http://[\d.]+:\d+", first)
            said.append(f"out| {first}" if found else f"the sandbox did not start: {first}")
            yield found[0] if found else "http://127.0.0.1:1"
        finally:
            server.terminate()
            server.communicate(timeout=MOST_S)
            errors.seek(0)
            said.append(f"server| {errors.read()}")


# Comparing


def compare(
    numbered: tuple[int, Scenario], sides: tuple[Side, Side], given: argparse.Namespace
) -> tuple[bool, str]:
    """Run a scenario on both sides; gives whether they are the same, and what to print."""
    number, scenario = numbered
    old = remembered(sides[0], number, scenario, given.memory)
    new = run(sides[1], number, scenario)
    left_out: set[str] = set()
    if old != new:
        left_out = shapes(old, run(sides[0]._replace(name="two"), number, scenario))
        old, new = without(old, left_out), without(new, left_out)
    masked = f" (left out, as OLD differs from itself: {len(left_out)} kinds of lines)" if left_out else ""
    said = [f"{'same' if old == new else 'DIFFERENT':<9} {scenario.name}: {len(old)} lines{masked}"]
    said += [f"    left out: {line[:200]}" for line in sorted(left_out)]
    found = difflib.unified_diff(old, new, "OLD", "NEW", n=2, lineterm="")
    said += [f"    {line[:300]}" for line in [*found][: given.lines]]
    return old == new, "\n".join(said)


def remembered(side: Side, number: int, scenario: Scenario, memory: Path | None) -> list[str]:
    """What the old side says; kept in the folder, if there is one, for the next time."""
    if memory is None:
        return run(side, number, scenario)
    path = memory / f"{zlib.crc32(f'{side.checkout} {scenario}'.encode()):010}.txt"
    if not path.exists():
        memory.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(run(side, number, scenario)), encoding="utf-8", newline="")
    return path.read_bytes().decode().split("\n")


def main() -> int:
    """Compare all scenarios, or those whose name has a word in it; 1 when one of them differs."""
    given = arguments()
    python = (given.python or given.old / ".venv/bin/python").absolute()
    chosen = [(number, scenario) for number, scenario in enumerate(SCENARIOS) if given.only in scenario.name]
    same = []
    with tempfile.TemporaryDirectory(prefix="same-output-", ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        sides = (
            Side("old", given.old.resolve(), python, root),
            Side("new", given.new.resolve(), python, root, tuple(given.more)),
        )
        with ThreadPoolExecutor(2) as both:
            for is_same, text in both.map(lambda one: compare(one, sides, given), chosen):
                print(text, flush=True)
                same.append(is_same)
    print(f"{sum(same)} of {len(same)} scenarios the same, {len(same) - sum(same)} different.")
    return 0 if all(same) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--python", type=Path, help="interpreter with the dependencies; OLD/.venv/bin/python")
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    parser.add_argument(
        "--more", action="append", default=[], help="a value that NEW keeps with its records and OLD does not"
    )
    parser.add_argument("--lines", type=int, default=60, help="how many lines of each difference to show")
    parser.add_argument(
        "--memory", type=Path, help="folder that keeps what OLD said: half the time from then on"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
