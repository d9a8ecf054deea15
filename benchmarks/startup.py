"""How long `adsteward --help` takes beside a bare interpreter, measured in turns in one run.

Usage: python benchmarks/startup.py [rounds]. Exits 1 when help costs more than 100 ms on top.
"""

import resource
import subprocess
import sys
import time
from statistics import median

BARE = [sys.executable, "-c", "pass"]
HELP = [sys.executable, "-c", "from agent.cli.entry import _guarded; _guarded(['--help'])"]
SDK = [sys.executable, "-c", "import anthropic"]
ALLOWED_MS = 100


def measure(command: list[str]) -> tuple[float, float]:
    """Wall and processor time of one run, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, cpu * 1000


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    commands = {"bare python": BARE, "adsteward --help": HELP, "import anthropic": SDK}
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seen[name].append(measure(command))
    wall = {name: median(w for w, _ in times) for name, times in seen.items()}
    print(f"{'':<18}{'wall ms':>9}{'cpu ms':>9}{'x bare':>8}   (median of {rounds})")
    for name, times in seen.items():
        ratio = wall[name] / wall["bare python"]
        print(f"{name:<18}{wall[name]:>9.0f}{median(c for _, c in times):>9.0f}{ratio:>8.1f}")
    extra = wall["adsteward --help"] - wall["bare python"]
    print(f"help costs {extra:.0f} ms on top of the interpreter (allowed: {ALLOWED_MS})")
    return int(extra > ALLOWED_MS)


if __name__ == "__main__":
    sys.exit(main())
