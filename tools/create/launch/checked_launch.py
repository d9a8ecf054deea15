"""A launch from its input to its changes: read, checked here and at the account, and planned."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from tools.create.launch import remote, spec
from tools.create.launch.account_checks import check_account, look, name_adsets
from tools.create.launch.copy_checks import check_copy
from tools.create.launch.document import Document, read_document
from tools.create.launch.findings import Findings, Place, label
from tools.create.launch.pictures import read_pictures
from tools.create.launch.plan import Planner
from tools.create.launch.spec import AdFields, AdSpec
from tools.create.launch.wanted import Files, wanted_ads
from tools.domain.arguments.decoding import decoded, rounded
from tools.domain.arguments.input_schema import schema
from tools.domain.arguments.right_form import right_form
from tools.domain.changes import Change
from tools.domain.files import real_path
from tools.domain.tool import Context, GuardrailError, ToolError

_OWN = ("file", "validate_remote")


class LaunchInput(AdFields):
    file: str | None = Field(None, description="A launch file (JSON, YAML) instead of ads.")
    validate_remote: bool = Field(default=False, description="Have Meta check each ad, too.")
    ads: list[dict[str, Any]] | None = Field(
        None, description="Each with its name and whatever differs from the fields beside `ads`."
    )

    @model_validator(mode="before")
    @classmethod
    def _sent(cls, data: Any) -> Any:
        """A file is taken as it is written; what a caller sends may have changed on its way."""
        if not isinstance(data, dict):
            return data
        _unharmed(data, schema(AdFields))
        ads = data.get("ads")
        if not isinstance(ads, list):
            return data
        form = schema(AdSpec)
        told = [decoded(ad, form) for ad in ads]
        for ad in told:
            _unharmed(ad, form)
        return data | {"ads": told}


def _unharmed(said: Any, form: dict[str, Any]) -> None:
    """Raises ValueError for an id that may have been rounded, and for a list that is half a text."""
    for name, value in said.items() if isinstance(said, dict) else ():
        kind = form["properties"].get(name, {}).get("type")
        items = value if isinstance(value, list) else [value]
        if kind in ("string", "array") and any(map(rounded, items)):
            why = "is a number, which may have been rounded"
        elif kind == "array" and isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
            why = "is neither a list nor a text"
        else:
            continue
        raise ValueError(f"{name} {why}; for example: {right_form(form, [name])}")


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that was checked: either errors, or the changes that make it."""

    errors: tuple[str, ...]
    notes: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    guarded: bool = False
    """Whether all its errors are refusals by stack.md."""


def planned(args: LaunchInput, ctx: Context) -> Launch:
    """The changes that make a launch. Raises ToolError with all problems, and GraphFailure."""
    launch = checked(_document(args, ctx), ctx, validate_remote=args.validate_remote)
    if launch.errors:
        noun = "problem" if len(launch.errors) == 1 else "problems"
        kind = GuardrailError if launch.guarded else ToolError
        raise kind(f"Nothing was sent. {len(launch.errors)} {noun}:\n" + "\n".join(launch.errors))
    return launch


def checked(document: Document, ctx: Context, *, validate_remote: bool = False) -> Launch:
    """Check everything, here and at the account, and plan it; all problems at once. Raises GraphFailure."""
    findings = Findings(document)
    parsed = spec.parse(document.data)
    for at, said in parsed.problems:
        findings.error(Place(document, at, _label(document.data, at)), said)
    if parsed.launch is None:
        return _ended(findings)
    files = Files(ctx.given, real_folder(document.name))
    ads = wanted_ads(parsed, document, ctx.brand, files, findings)
    name_adsets(ads, ctx, findings)
    check_copy(ads, findings)
    album = read_pictures(ads, files, findings)
    view = look(ads, album, ctx)
    check_account(ads, view, ctx, findings)
    if findings.errors:
        return _ended(findings)
    default = Path(document.name).stem if real_folder(document.name) else "launch"
    changes = Planner(ctx, view, album, findings, default).plan(ads)
    if validate_remote:
        remote.validate(ads, changes, ctx, findings)
    return _ended(findings, changes)


def _ended(findings: Findings, changes: tuple[Change, ...] = ()) -> Launch:
    made = () if findings.errors else changes
    return Launch(findings.errors, findings.notes, made, findings.only_guarded)


def _document(args: LaunchInput, ctx: Context) -> Document:
    given = {name: value for name, value in args.model_dump(exclude_none=True).items() if name not in _OWN}
    if args.file is None:
        return Document(INPUT, given)
    if given:
        raise ToolError("Give a file, or ads and their values: not both.")
    real = real_path(args.file)
    if real is None:
        raise ToolError(f"{args.file}: cannot be read (no usable file name)")
    if refusal := ctx.given.refusal(real):
        raise ToolError(f"{args.file}: {refusal}")
    try:
        return read_document(real, args.file, ctx.given.closed)
    except ValueError as wrong:
        raise ToolError(f"Nothing was sent. {wrong}") from None


INPUT = "input"
"""Stands for the name of a file where there is none."""


def real_folder(name: str) -> Path | None:
    """The folder of a launch file, or None for what came as input."""
    real = real_path(name) if name != INPUT else None
    return real.parent if real else None


def _label(data: Any, at: tuple[Any, ...]) -> str:
    """`ad 2 "hero"` for a place inside of the second ad."""
    if len(at) < 2 or at[0] != "ads":
        return ""
    ads = data.get("ads") if isinstance(data, dict) else None
    ad = ads[at[1]] if isinstance(ads, list) and isinstance(at[1], int) and at[1] < len(ads) else None
    name = ad.get("name") if isinstance(ad, dict) else None
    return label(at[1] + 1, name) if isinstance(name, str) else f"ad {at[1] + 1}"
