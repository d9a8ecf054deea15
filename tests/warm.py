"""Python processes that need not import the product: forked off one that has, with everything else their own.

`warm.Popen([sys.executable, "-m", "agent", …])` is `subprocess.Popen` of the same: arguments, environment, folder,
streams, umask, process group, signals and end are those of a process of its own, and it is a child of the test.
What is about start-up itself, about imports or about what is installed starts for real, with `subprocess`; so does
everything where the system is not Linux, or where the environment tells Python something else at its start.
"""

import array
import atexit
import ctypes
import functools
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_PR_SET_CHILD_SUBREAPER = 36
_ALONE = threading.Lock()


class Popen(subprocess.Popen[Any]):
    """As `subprocess.Popen`, for `[sys.executable, "-m" or "-c", …]`."""

    def _execute_child(self, args: Any, executable: Any, preexec_fn: Any, *more: Any) -> None:
        close_fds, pass_fds, cwd, env, _, _, shell, *pipes, _, gid, gids, uid, umask, session, group = more
        usual = (preexec_fn, close_fds, pass_fds, shell, gid, gids, uid, session, group)
        environment = dict(os.environ if env is None else env)
        if usual != (None, True, (), False, None, None, None, False, -1) or not _warms(environment):
            super()._execute_child(args, executable, preexec_fn, *more)  # type: ignore[misc]
            return
        order = {"args": [os.fspath(arg) for arg in args[1:]], "env": environment, "umask": umask}
        order["cwd"] = os.fspath(cwd or Path.cwd())
        p2cread, _, _, c2pwrite, _, errwrite = pipes
        streams = [own if own != -1 else number for number, own in enumerate((p2cread, c2pwrite, errwrite))]
        self.pid = _started(order, streams)
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]


LONGEST_S = 120
"""No process of a test takes so long; one that hangs fails its test."""


def run(args: list[Any], *, text: bool = False, **options: Any) -> subprocess.CompletedProcess[Any]:
    """As `subprocess.run` with its output captured and whatever exit code."""
    given, timeout_s = options.pop("input", None), options.pop("timeout", LONGEST_S)
    pipe = subprocess.PIPE
    stdin = None if given is None else pipe
    with Popen(args, stdin=stdin, stdout=pipe, stderr=pipe, text=text, **options) as process:
        try:
            out, err = process.communicate(given, timeout=timeout_s)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def _warms(env: Mapping[str, str]) -> bool:
    return sys.platform == "linux" and _at_start(env) == _at_start(os.environ)


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    """What Python reads before it runs anything."""
    names = ("PYTHON", "LANG", "LC_")
    return {k: v for k, v in env.items() if k.startswith(names) and k != "PYTHONPATH"}


@functools.cache
def _parent() -> socket.socket:
    """The process that all are forked off, by the line to it; it ends with this one."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ours, its = socket.socketpair()
    ours.settimeout(LONGEST_S)
    command = [sys.executable, "-m", "tests.warm_parent", str(its.fileno())]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": os.devnull}  # each child has its own
    parent = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()])
    its.close()
    atexit.register(parent.wait)
    atexit.register(ours.close)  # this goes first
    return ours


def begin() -> None:
    """Have the parent import while other tests run: the first that wants a process need not wait for it."""
    if _warms(os.environ):
        _parent()


def _started(order: dict[str, Any], streams: list[int]) -> int:
    """The process id of a child that does what it was ordered."""
    told = json.dumps(order).encode()
    with _ALONE:
        line = _parent()
        fds = array.array("i", streams)
        line.sendmsg([len(told).to_bytes(4)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        line.sendall(told)
        if not (pid := int.from_bytes(line.recv(4, socket.MSG_WAITALL))):
            raise RuntimeError("tests.warm_parent started nothing; its stderr says why")
        return pid
