"""`compose.yaml` starts what there is, with options that there are; the same processes run in `test_many_workers.py`."""

from pathlib import Path

import click
import yaml

from agent.cli.entry import cli
from agent.setup.environment import VARIABLES

COMPOSE = yaml.safe_load((Path(__file__).parent.parent / "compose.yaml").read_text(encoding="utf-8"))


def parsed(arguments: list[str]) -> None:
    """Raises click's UsageError for what the command line does not take."""
    command: click.Command = cli
    while isinstance(command, click.Group) and arguments and arguments[0] in command.commands:
        command, arguments = command.commands[arguments[0]], arguments[1:]
    command.make_context(str(command.name), list(arguments))


def test_every_command_can_be_given() -> None:
    """Of each service, and of the checks of their health."""
    services = COMPOSE["services"]
    assert set(services) == {"db", "setup", "sandbox", "work", "page"}
    given = [services[name]["command"] for name in ("sandbox", "work", "page")]
    given.append(services["work"]["healthcheck"]["test"][1:])
    for program, *arguments in given:
        assert program == "adsteward"
        parsed(arguments)


def test_every_variable_is_one_that_counts() -> None:
    """Those of ours, and the path of the program."""
    assert set(COMPOSE["x-adsteward"]["environment"]) - set(VARIABLES) == {"PATH"}
