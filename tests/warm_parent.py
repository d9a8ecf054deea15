"""The process that imported the product once; `tests.warm` orders children of it."""

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import threading
from typing import Any

import agent
import sandbox
import tools

LATER = ("anthropic", "tests.agent.hosts.hosts", "tests.tools.examples")
"""What is imported only when it is needed, and by many."""


def _import_all() -> None:
    for package in (agent, sandbox, tools):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)
    for name in LATER:
        importlib.import_module(name)


def _next_order(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """What is to be done, with stdin, stdout and stderr; ends the process when nobody orders any more."""
    head, streams, _, _ = socket.recv_fds(line, 4, 3)
    if not head:
        os._exit(0)
    length, told = int.from_bytes(head), b""
    while len(told) < length:
        told += line.recv(length - len(told))
    return json.loads(told), streams


def _wait_for_order(line: socket.socket) -> dict[str, Any]:
    """Returns in each child, with what it is to do; its parent stays here."""
    while True:
        order, streams = _next_order(line)
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            if child := os.fork():  # an orphan goes to the process of the tests, as its child
                os.write(writing, child.to_bytes(4))
                os._exit(0)
            for fd in (line.detach(), reading, writing):
                os.close(fd)
            for number, fd in enumerate(streams):
                os.dup2(fd, number)
                os.close(fd)
            return order
        os.close(writing)
        os.waitpid(between, 0)
        line.sendall(os.read(reading, 4) or bytes(4))
        for fd in (reading, *streams):
            os.close(fd)


def _become(order: dict[str, Any]) -> None:
    """The folder, environment, streams and path of a process that was just started."""
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    if order["umask"] >= 0:
        os.umask(order["umask"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, (name, mode) in enumerate((("stdin", "rb"), ("stdout", "wb"), ("stderr", "wb"))):
        was = getattr(sys, name)
        unbuffered = was.write_through and mode == "wb"
        binary = open(number, mode, buffering=0 if unbuffered else -1, closefd=False)  # noqa: SIM115
        lines = binary.isatty() or name == "stderr"
        text = io.TextIOWrapper(binary, was.encoding, was.errors, "\n", lines, was.write_through)
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)


def _run(args: list[str]) -> None:
    """As `python ARGS` does it."""
    if args[0] == "-m":
        sys.path[0] = os.getcwd()  # noqa: PTH109
        sys.argv = args[1:]
        runpy.run_module(args[1], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = ""
        sys.argv = ["-c", *args[2:]]
        exec(compile(args[1], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102


def _end(code: int) -> None:
    """End as Python does, but leave it to the system to take thousands of imported modules down."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)  # Python knows what to say then
    os._exit(code)


def main() -> None:
    """Import, wait for orders, and be what was ordered."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = socket.socket(fileno=int(sys.argv[1]))
    _import_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)  # as in the tests: see conftest
    order = _wait_for_order(line)
    _become(order)
    try:
        _run(order["args"])
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        _end(ended.code or 0)
    _end(0)


if __name__ == "__main__":
    main()
