"""How long a run takes from its start to its first request to the model, beside one that loads the SDK before all else.

Usage: PYTHONPATH=. python benchmarks/first_request.py [rounds]. Both in turns, in one run; the account is the sandbox at an address
that takes its time for each answer, the model a local server that speaks the Messages API. Exits 1 when loading beside is slower.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.agent.servers import Messages, graph_server, messages_server
from tests.agent.support import ACCOUNT, Sandbox

RUN = "from agent.cli.entry import _guarded; _guarded(['run', 'hello', '--json'])"
WAYS = {"SDK first": f"import anthropic; {RUN}", "SDK beside": RUN}
LATENCIES_S = (0.0, 0.15, 0.4)
ALLOWED = 1.1
"""How much slower than loading it first may be called the same, where the account answers at once."""


class Timed(Messages):
    """Notes when it is asked."""

    def __init__(self, asked: list[float]) -> None:
        super().__init__("hello")
        self.asked = asked

    def reply(self, body: object) -> tuple[int, str, str]:
        """The answer, at once."""
        self.asked.append(time.perf_counter())
        return super().reply(body)


def first_request_s(code: str, env: dict[str, str], asked: list[float]) -> float:
    """Seconds from the start of a process until the model is asked."""
    asked.clear()
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=env, check=True, stdout=subprocess.DEVNULL)
    return asked[0] - started


def measure(latency_s: float, rounds: int) -> dict[str, float]:
    """The fastest for each way: what else the machine does only adds."""
    asked = list[float]()
    script, sandbox = Timed(asked), Sandbox()
    answers = sandbox.transport.handle_request
    sandbox.transport.handle_request = lambda request: time.sleep(latency_s) or answers(request)  # type: ignore[method-assign]
    seen: dict[str, list[float]] = {name: [] for name in WAYS}
    with (
        graph_server(sandbox) as graph,
        messages_server(script) as model,
        tempfile.TemporaryDirectory() as home,
    ):
        env = os.environ | {
            "HOME": home,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "FACEBOOK_ACCESS_TOKEN": "sandbox-token",
            "META_GRAPH_URL": graph,
            "META_AD_ACCOUNT": ACCOUNT,
            "ANTHROPIC_BASE_URL": model,
        }
        for _ in range(rounds):
            for name, code in WAYS.items():
                seen[name].append(first_request_s(code, env, asked))
    return {name: min(times) for name, times in seen.items()}


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(
        f"{'an answer of Meta takes':<26}"
        + "".join(f"{name:>14}" for name in WAYS)
        + f"   (the fastest of {rounds})"
    )
    slower = False
    for latency_s in LATENCIES_S:
        found = measure(latency_s, rounds)
        print(f"{latency_s * 1000:>23.0f} ms" + "".join(f"{found[name]:>12.2f} s" for name in WAYS))
        slower = slower or found["SDK beside"] > found["SDK first"] * ALLOWED
    return int(slower)


if __name__ == "__main__":
    sys.exit(main())
