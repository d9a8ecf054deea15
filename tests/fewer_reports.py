"""Workers of pytest-xdist tell only what somebody reads: that a test began, ended or was set up well takes a tenth of a short one."""

from typing import Any

import pytest

UNREAD = ("logstart", "logfinish")


def tell_less(config: pytest.Config) -> None:
    """Have this worker, if it is one, send nothing that is neither shown nor counted; not where all is asked for."""
    asked = config.option
    if asked.verbose > 0 or asked.durations is not None or asked.xmlpath:
        return
    for worker in config.pluginmanager.get_plugins():
        if type(worker).__name__ == "WorkerInteractor":
            _tell_less(worker)


def _tell_less(worker: Any) -> None:
    send = worker.sendevent

    def sendevent(name: str, **told: Any) -> None:
        if name not in UNREAD and not (name == "testreport" and _says_nothing(told["data"])):
            send(name, **told)

    worker.sendevent = sendevent


def _says_nothing(report: dict[str, Any]) -> bool:
    """Whether it is about what was before or after a test, went well and printed nothing."""
    return report["when"] != "call" and report["outcome"] == "passed" and not report["sections"]
