"""What the system's scheduler is given starts `adsteward work --once`, whatever the names of folders are."""

import plistlib
import shlex
from pathlib import Path

import pytest

from agent.fleet.unit_files import unit_file

ODD = Path('/home/a b/100% $HOME; "x"/it\'s')
COMMAND = ["/opt/ad steward", "work", "--once", "--workspace", str(ODD)]


def test_cron_runs_the_command_as_it_is() -> None:
    """A percent sign ends a line of cron unless it is escaped; the shell reads the rest."""
    line = unit_file("cron", COMMAND[:1], ODD)
    minutes, command = line.split(" * * * * ")
    assert (minutes, line.count("\n"), "%" in command.replace("\\%", "")) == ("*/5", 1, False)
    words = shlex.split(command.replace("\\%", "%"))
    assert words[:5] == COMMAND
    assert words[5:] == [f">>{ODD}/state/work.log", "2>&1"]


def test_launchd_gets_a_list_of_words() -> None:
    """A property list alone, so that it can be put in place as it is printed."""
    job = plistlib.loads(unit_file("launchd", COMMAND[:1], ODD).encode())
    assert (job["ProgramArguments"], job["StartInterval"]) == (COMMAND, 300)


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("/srv/ws", "/srv/ws"),
        ("/srv/a b", '"/srv/a b"'),
        ("/srv/100%", '"/srv/100%%"'),
        ('/srv/$X"\\', '"/srv/$$X\\"\\\\"'),
        ("/srv/a;b", '"/srv/a;b"'),
    ],
)
def test_systemd_takes_no_sign_for_its_own(folder: str, written: str) -> None:
    """Specifiers, variables and quotes are escaped; what waits for a person is no failure of the unit."""
    lines = unit_file("systemd", ["/opt/adsteward"], Path(folder)).splitlines()
    assert f"ExecStart=/opt/adsteward work --once --workspace {written}" in lines
    assert "SuccessExitStatus=3 130" in lines
    assert "Persistent=true" in lines
