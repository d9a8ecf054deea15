"""`adsteward report`: the report for a client, made by the tool that a chat uses, where the person wants it."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from agent.setup.settings import Options
from agent.setup.stops import ConfigError, Exit
from tools.domain.insights import PRESETS, months_back
from tools.domain.text import visible
from tools.read.figures.spans import wanted

FORMS = ("html", "pdf", "xlsx", "png")
_WEEKS = {"this_week": "this_week_mon_today", "last_week": "last_week_mon_sun"}
_FORMS = "last_week, this_month, last_month, last_30d, last_quarter, 2026-10 or 2026-10-01..2026-10-15"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def report(options: Options, period: str, compare: str, language: str | None) -> int:
    """Make the report and put it where the person wants it. Raises Stop."""
    asked = {"compare": _compared(compare), **_period(period)}
    from agent.cli.opening import (
        open_session,
    )  # loads all that a run needs, after what is seen to be wrong at once
    from agent.show.ending import reported
    from agent.show.table_file import chosen

    output = chosen(options, FORMS)
    asked |= {"file": output.form if output else "html"} | ({"language": language} if language else {})
    session = open_session(options, "none")
    try:
        ran, result = session.tool("make_report", asked, request=f"report {period}")
    finally:
        session.close()
    if ran.exit_code or not isinstance(result, dict):
        return reported(ran, as_json=options.json, **({"result": result} if options.json else {}))
    if output:
        output.copy(Path(result["file"]))
        result["file"] = str(output.path)
    if options.json:
        return reported(ran, as_json=True, result=result)
    from agent.show.screen import Screen

    screen = Screen()
    for line in (*result["summary"], *filter(None, (result.get("note"),))):
        screen.say(visible(line))
    beside = f", compared with {then}" if (then := result.get("compared_with")) else ""
    screen.say(f"{visible(result['file'])}: {result['period']}{beside}.")
    return Exit.DONE


def _period(text: str) -> dict[str, Any]:
    """A period as the tool takes it. Raises ConfigError for one that is none."""
    preset = re.sub(r"[\s-]+", "_", text.strip().lower())
    preset = _WEEKS.get(preset, preset)
    if preset in PRESETS and preset != "maximum":
        return {"date_preset": preset}
    if _MONTH.fullmatch(text):
        first = date.fromisoformat(f"{text}-01")
        return {"since": str(first), "until": str(months_back(first, -1) - timedelta(days=1))}
    since, dots, until = text.partition("..")
    if not dots:
        raise ConfigError(f"--period {visible(text)}: write a period such as {_FORMS}.")
    try:
        first, last = date.fromisoformat(since.strip()), date.fromisoformat(until.strip())
    except ValueError:
        raise ConfigError(f"--period {visible(text)}: write days as in 2026-10-01..2026-10-15.") from None
    if first > last:
        raise ConfigError(
            f"--period {visible(text)}: the first day is after the last; write {last}..{first}."
        )
    return {"since": str(first), "until": str(last)}


def _compared(text: str) -> str:
    """What to compare with, as the tool takes it. Raises ConfigError."""
    try:
        return "none" if text.strip().lower() == "none" else wanted(text)
    except ValueError as error:
        raise ConfigError(f"--compare {visible(text)}: {error}, or none.") from None
