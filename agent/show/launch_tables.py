"""What a person sees of a launch: how far it is, what would be sent, and where the ads are."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from agent.show.leaves import names_of
from agent.show.wrapped_rows import Rows
from agent.writes.change_events import Landed, LaunchedAd, Progress
from tools.domain.changes import Change
from tools.domain.kinds import KINDS
from tools.domain.text import clean, counted, json_text, visible

MANY = 20
"""Changes from which a bar is worth its line, and links that are shown at most."""
_BAR = 20


def progress(event: Progress) -> str:
    """How far it is, in a line; with a bar and the time left when there is much to do."""
    said = f"{event.done} of {event.of} changes made"
    if event.failed:
        said += f", {event.failed} failed"
    if event.of <= MANY:
        return said
    filled = round(_BAR * (event.done + event.failed) / event.of)
    done, of = event.of_kind
    many = KINDS[event.kind].many if event.kind else ""
    stage = f" · {many} {done} of {of}" if many else ""
    spelled = f"{event.left_s:.0f} s" if event.left_s < 90 else f"{event.left_s / 60:.0f} min"
    left = f" · about {spelled} left" if event.done + event.failed < event.of else ""
    return f"{'█' * filled}{'░' * (_BAR - filled)} {said}{stage}{left}"


def summary(landed: Landed) -> RenderableType:
    """The ads with their ids, those that were not made first."""
    rows = []
    for ad in sorted(landed.ads, key=lambda ad: ad.outcome == "done"):
        style = "green" if ad.outcome == "done" else "bold red"
        cells = (ad.ad_id, ad.creative_id, ad.adset_id)
        note = f"\n{clean(ad.note)}" if ad.outcome != "done" and ad.note else ""
        rows.append((Text(visible(ad.name) + note), Text(ad.outcome, style=style), *map(Text, cells)))
    return Rows("Launched", ("ad", "outcome", "ad id", "creative", "ad set"), rows)


def whereabouts(landed: Landed) -> Text:
    """The links of the ads, and where it is written; for lines of any length, as nobody can follow half an address."""
    made = [ad for ad in landed.ads if ad.ad_id]
    lines = [Text(line) for ad in made[:MANY] for line in _links(ad)]
    if len(made) > MANY:
        rest = counted(len(made) - MANY, "more ad")
        lines.append(Text(f"  the links of {rest} are in the files", style="dim"))
    folders = Counter(file.rpartition("/")[0] for file in landed.files)
    lines += [Text(f"  written: {number} in {folder}", style="dim") for folder, number in folders.items()]
    lines += [Text(f"  {clean(problem)}", style="yellow") for problem in landed.problems]
    return Text("\n").join(lines)


def _links(ad: LaunchedAd) -> tuple[str, ...]:
    preview = clean(ad.preview_url) or "none given"
    return f"  {visible(ad.name)}", f"    preview: {preview}", f"    Ads Manager: {ad.manager_url}"


def request(number: int, change: Change, names: dict[str, str]) -> str:
    """One request as it would be sent; what Meta has yet to give is named in angle brackets."""
    upload = change.request.upload
    lines = [f"{number}. {change.request.method} {change.request.path}"]
    if upload:
        lines.append(f"   file {upload.filename} ({upload.mime}, sha256 {upload.sha256}) from {upload.path}")
    if change.request.params:
        lines.append("   " + json_text(filled(change.request.params, names), indent=None))
    return "\n".join(lines)


def requests_json(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The requests of a plan for `--json`."""
    names = names_of(changes)
    return [
        {
            "method": change.request.method,
            "path": change.request.path,
            "params": filled(change.request.params, names),
        }
        | ({"file": change.request.upload.model_dump(mode="json")} if change.request.upload else {})
        for change in changes
    ]


def filled(value: Any, names: dict[str, str]) -> Any:
    """Parameters with every reference as `<hash of hero.jpg>`."""
    if isinstance(value, dict):
        if set(value) == {"$from", "field"}:
            return f"<{value['field']} of {names.get(str(value['$from']), 'an earlier request')}>"
        return {key: filled(inner, names) for key, inner in value.items()}
    return [filled(inner, names) for inner in value] if isinstance(value, list) else value
