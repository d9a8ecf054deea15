"""`adsteward launch FILE`: checks a file of ads, shows what would be sent, or launches it."""

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.cli.opening import approval_mode, at_terminal, nothing_to_record, open_session
from agent.notices.run_notices import telling
from agent.run.events import Emit, Event, ToolFinished, ToolStarted
from agent.run.refused import Cause, cause_of, stop_of
from agent.run.session import Session
from agent.run.toolbox import Toolbox
from agent.setup.settings import Options
from agent.setup.stops import ConfigError, Forbidden
from agent.show import launch_tables
from agent.show.ending import reported
from agent.show.leaves import names_of
from agent.show.table_file import Output, chosen, ended
from agent.writes.change_events import Landed
from agent.writes.launch_results import as_json as landed_json
from tools.create.launch import spec
from tools.create.launch.checked_launch import LaunchInput, planned
from tools.domain.changes import Change
from tools.domain.files import Given, given
from tools.domain.tables.kept_tables import Table
from tools.domain.text import counted, harmless, json_text
from tools.domain.tool import ToolError
from tools.graph import GraphFailure


def schema_text() -> str:
    """As it is published in docs/launch.schema.json."""
    return json_text(spec.schema()) + "\n"


def launch(
    options: Options,
    file: Path | None,
    *,
    schema: bool,
    dry_run: bool,
    validate_remote: bool,
    images: tuple[Path, ...],
) -> int:
    """Check, plan, have it approved and make the ads; or only show what would be sent, or the form of a file."""
    if schema:
        nothing_to_record(options, "adsteward launch --schema")
        sys.stdout.write(schema_text())
        return 0
    if file is None:
        raise ConfigError("Name a launch FILE; `adsteward launch --schema` prints its form.")
    if file.is_dir() or file.suffix.lower() in (".jpg", ".jpeg", ".png"):
        what, name = ("a folder", f"{file}/") if file.is_dir() else ("a picture", f"{file}")
        raise ConfigError(
            f"{file} is {what}, and a launch file is a text. Nothing was sent. Say: adsteward 'make ads from {name} in ad set NAME with text \"WORDS\"'"
        )
    if dry_run and options.output:
        raise ConfigError("A dry run makes no ads, so there is no table for --output. Leave one of them out.")
    output = chosen(options)
    mode = approval_mode(options)
    session = open_session(options, mode)
    arguments = {"file": str(file), "validate_remote": validate_remote}
    may_read = given([session.settings.workspace, Path.cwd(), file, file.parent, *images])
    try:
        if dry_run:
            return _shown(session, arguments, may_read, as_json=options.json)
        with telling(session, attended=at_terminal()):
            return _launched(session, arguments, may_read, output, as_json=options.json)
    finally:
        session.close()


@dataclass(slots=True)
class _Listener:
    """Passes on what a person wants to see of a launch, and keeps where it landed."""

    inner: Emit
    landed: list[Landed] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        if isinstance(event, Landed):
            self.landed.append(event)
        if not isinstance(event, ToolStarted | ToolFinished):
            self.inner(event)


def _launched(
    session: Session, arguments: dict[str, Any], may_read: Given, output: Output | None, *, as_json: bool
) -> int:
    listener = session.listener = _Listener(session.listener)
    request = f"launch {arguments['file']}"
    report, told = session.tool("launch_ads", arguments, request=request, given=may_read)
    landed = listener.landed[-1] if listener.landed else Landed("", (), ())
    results = landed_json(landed)
    ads = Table("", "ads", results["ads"].copy) if results["ads"] else None
    return ended(report, output, ads, as_json=as_json, result=told, launch=results)


def _shown(session: Session, arguments: dict[str, Any], may_read: Given, *, as_json: bool) -> int:
    """Each request that would be sent, without sending one."""
    changes, notes = list[Change](), list[str]()

    def job(toolbox: Toolbox) -> str:
        try:
            plan = planned(LaunchInput.model_validate(arguments), replace(toolbox.context, call_id="1"))
        except ToolError as error:
            kind = Forbidden if cause_of(error) is Cause.GUARDRAIL else ConfigError
            raise kind(str(error)) from None
        except GraphFailure as failure:
            raise stop_of(failure, " Nothing was sent.") from None
        changes.extend(plan.changes)
        notes.extend(plan.notes)
        return ""

    session.listener = _Listener(session.listener)
    report = session.play(f"launch {arguments['file']} --dry-run", job, may_read)
    if report.exit_code == 0:
        answer = f"Dry run: {counted(len(changes), 'request')} would be sent. Nothing was sent."
        report = replace(report, answer=answer)
        if not as_json:
            names = names_of(changes)
            lines = [launch_tables.request(number, c, names) for number, c in enumerate(changes, 1)]
            lines += [f"note: {note}" for note in notes]
            sys.stdout.write("".join(f"{harmless(line)}\n" for line in lines))
    requests = launch_tables.requests_json(changes)
    return reported(report, as_json=as_json, dry_run=True, notes=notes, requests=requests)
