"""What the system's own scheduler is told, so that `adsteward work --once` runs every few minutes."""

import plistlib
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

System = Literal["systemd", "launchd", "cron"]
EVERY_MIN = 5
LABEL = "adsteward.work"


def unit_file(system: System, program: Sequence[str], workspace: Path) -> str:
    """The text for one system, with where it belongs; it holds no secret."""
    command = [*program, "work", "--once", "--workspace", str(workspace)]
    made = {"systemd": _systemd, "launchd": _launchd, "cron": _cron}
    return made[system](command, workspace / "state" / "work.log")


def _systemd(command: Sequence[str], _: Path) -> str:
    line = " ".join(_quoted(part) for part in command)
    return f"""\
# ~/.config/systemd/user/adsteward-work.service
[Unit]
Description=What is due of adsteward's schedules

[Service]
Type=oneshot
# Optional: ANTHROPIC_API_KEY=… and the like; the token is better kept by `adsteward login`.
EnvironmentFile=-%h/.config/adsteward.env
ExecStart={line}
# 3: a change set waits for a person. 130: stopped.
SuccessExitStatus=3 130

# ~/.config/systemd/user/adsteward-work.timer
[Unit]
Description=Look every {EVERY_MIN} minutes

[Timer]
OnCalendar=*:0/{EVERY_MIN}
Persistent=true

[Install]
WantedBy=timers.target

# Two files; then: systemctl --user daemon-reload && systemctl --user enable --now adsteward-work.timer
# While nobody is logged in as well: loginctl enable-linger
"""


def _launchd(command: Sequence[str], log: Path) -> str:
    """Only the plist, so that it can be put into ~/Library/LaunchAgents as it is."""
    job = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "StartInterval": EVERY_MIN * 60,
        "RunAtLoad": True,
        "StandardOutPath": str(log),
        "StandardErrorPath": str(log),
    }
    return plistlib.dumps(job).decode()


def _cron(command: Sequence[str], log: Path) -> str:
    line = f"{shlex.join(command)} >>{shlex.quote(str(log))} 2>&1".replace("%", "\\%")
    return f"*/{EVERY_MIN} * * * * {line}\n"


def _quoted(part: str) -> str:
    """A word of systemd's command line, in which some signs have a meaning of their own."""
    text = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if text != part or " " in part or "'" in part or ";" in part else text
