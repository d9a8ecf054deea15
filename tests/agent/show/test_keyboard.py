"""What is typed is read once it is there; what ends a process is heard until then."""

import builtins
import os
import pty
import signal
import threading
from collections.abc import Iterator

import pytest
from rich.console import Console

from agent.show import keyboard


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The keyboard of a terminal that is this process's input."""
    master, slave = pty.openpty()
    with os.fdopen(slave) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield master
    os.close(master)


def test_nothing_is_read_before_it_is_typed(keys: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal that comes at the question ends the wait; else it would be heard only with the next key."""
    reads, heard = list[str](), list[int]()

    def interrupt(number: int, _: object) -> None:
        heard.append(number)
        if len(heard) > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "input", lambda: reads.append("read") or "yes")
    before = signal.signal(signal.SIGTERM, interrupt)
    main = threading.main_thread().ident
    assert main
    real_select = keyboard.select.select

    def select(*waited: list[int]) -> tuple[list[int], ...]:
        threading.Thread(target=signal.pthread_kill, args=(main, signal.SIGTERM)).start()
        return real_select(*waited)

    monkeypatch.setattr(keyboard.select, "select", select)
    try:
        with pytest.raises(KeyboardInterrupt):
            keyboard.line(Console(), "Apply? ")
        assert (reads, len(heard)) == ([], 2)
        monkeypatch.setattr(keyboard.select, "select", real_select)
        os.write(keys, b"yes\n")
        assert keyboard.line(Console(), "Apply? ") == "yes"
    finally:
        signal.signal(signal.SIGTERM, before)
    assert signal.set_wakeup_fd(-1) == -1
