"""Lists and single objects in lines: ads, change sets, accounts, rules, one ad with its texts, and where files were put."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.models.offline.language.period_days import said
from agent.models.offline.language.pieces import shown
from agent.models.offline.language.slots import NOUNS, Found, Request
from agent.models.offline.telling.change_answers import where
from agent.models.offline.telling.figure_tables import not_read
from agent.models.offline.telling.steps import Result, failed, rows_of
from agent.models.offline.telling.tree_rows import nodes
from tools.domain.money import Money, separated
from tools.domain.text import counted

_TOLD = "state effective_status status objective optimization_goal bid_strategy bid_amount daily_budget lifetime_budget created_time spend_cap"
_PARTS = ("targeting", "attribution_spec", "learning_stage_info", "budgets")
_INDENT: dict[str, str] = {"campaign": "", "adset": "  ", "ad": "    "}


def listed_ads(result: Result, request: Request, name: str) -> str:
    """The tree, one line each, as deep as was asked."""
    if result.error:
        return failed(result)
    content = result.content
    if isinstance(content.get("rows"), list):
        return "\n\n".join(
            [*(_of_account(row, request) for row in rows_of(content, "rows")), *not_read(content)]
        )
    rows, head = nodes(content), _how_many(content, request.states, name)
    each = [f"{head}.", *_each(rows, request)]
    together = [_together(rows)] if request.topic == "budget" and not content.get("left_out") else []
    counts = request.asked == "how_much" and not (request.topic == "budget" and request.level)
    if request.level in ("campaign", "adset") and (request.states or counts):
        states = {"ACTIVE" if state == "RUNNING" else state for state in request.states}
        rows = [row for row in rows if row.level == request.level]
        rows = [row for row in rows if not states or states & {row.status, row.now.upper()}]
        head = f"{counted(len(rows), ' '.join([*request.states, NOUNS[request.level]]).lower())}{where(name)}"
        each = [f"{head}."]
    lines = [head + (":" if rows else "."), *(_tree_line(row) for row in rows if _wanted(row, request))]
    left = [f"Left out: {shown(content['left_out'], 120)}"] if content.get("left_out") else []
    on = shown(str(content.get("also_on") or "").partition(";")[0], 200)
    left += [f"Also switched on: {on}"] if on else []
    return "\n".join([*(each if counts else lines), *together, *left])


def _of_account(row: Mapping[str, Any], request: Request) -> str:
    """The list of one account of several."""
    name = shown(row.get("account_name") or row.get("account"))
    return f"{name}:\n{listed_ads(Result('list_ads', dict(row)), request, '')}"


def _each(rows: Sequence[Found], request: Request) -> list[str]:
    """How many of a level each campaign or ad set has."""
    inside = dict[str, int]()
    for row in rows:
        if row.level in request.by:
            inside[row.id] = 0
        elif row.level == request.level and inside:
            inside[[*inside][-1]] += 1
    return [f"  {shown(row.name)}: {inside[row.id]}" for row in rows if row.id in inside]


def _together(rows: Sequence[Found]) -> str:
    """What the budgets of all that is switched on come to; what lies in a campaign that is off is not among it."""
    sums, runs = dict[str, Money](), False
    for row in rows:
        runs = row.status == "ACTIVE" if row.level == "campaign" else runs
        for kind, text in (("a day", row.daily), ("in all", row.lifetime)):
            if text and runs and row.status == "ACTIVE":
                amount = Money.parse(text)
                sums[kind] = sums[kind] + amount if kind in sums else amount
    told = " and ".join(f"{amount.said} {kind}" for kind, amount in sums.items()) or "nothing"
    return f"Together, of what is switched on: {told}{'; there is no lifetime budget' * (not any(row.lifetime for row in rows))}."


def _wanted(found: Found, request: Request) -> bool:
    """Whether a row is of the level that was asked for, or above it; ads have no budgets."""
    levels = list(_INDENT)
    deepest = "adset" if request.topic == "budget" else request.level
    return deepest not in levels or levels.index(found.level) <= levels.index(deepest)


def _how_many(content: Mapping[str, Any], statuses: Sequence[str], name: str) -> str:
    """How many were asked for, by their state; a word that is true of all of them is said once."""
    counts, matching = _counts(content), int(content.get("matching") or 0)
    if len(counts) == 1 and counts[0].startswith(f"{matching} "):
        return f"{counted(matching, 'ad')}{where(name)}, {'all ' if matching > 1 else ''}{counts[0].partition(' ')[2]}"
    asked = f"{' or '.join(statuses).lower().replace('_', ' ')} " if statuses else ""
    return f"{counted(matching, f'{asked}ad')}{where(name)}" + (f" ({', '.join(counts)})" if counts else "")


def _counts(content: Mapping[str, Any]) -> list[str]:
    """How many run, and why the others do not."""
    others = content.get("not_running") or {}
    running = content.get("running")
    found = [f"{running} running"] if running else []
    return found + [f"{number} {shown(word)}" for word, number in others.items()]


def _tree_line(node: Found) -> str:
    daily = f"  {separated(node.daily)} a day" if node.daily else ""
    lifetime = f"  {separated(node.lifetime)} in all" if node.lifetime else ""
    halted = f", {shown(node.now)}" if node.now else ""
    return (
        f"{_INDENT[node.level]}{node.id}  {shown(node.name)}  {shown(node.status)}{halted}{daily}{lifetime}"
    )


def feedback(content: Mapping[str, Any]) -> str:
    """Why Meta rejected ads, and what to change."""
    rows = rows_of(content, "why")
    total = int(content.get("matching") or 0)
    if not total:
        return "No ad is disapproved."
    lines = [f"{total} {'ad is' if total == 1 else 'ads are'} disapproved:"]
    for row in rows:
        lines += _why(row)
    lines += [f"The first {len(rows)} are shown."] if len(rows) < total else []
    return "\n".join([*lines, """To change a text: change the text of ad ID to "NEW TEXT\""""])


def _why(row: Mapping[str, Any]) -> list[str]:
    lines = [f"  {shown(row.get('id'))}  {shown(row.get('name'))}"]
    for name, label in (("reasons", ""), ("issues", ""), ("texts", "says: "), ("look_at", "look at: ")):
        found = row.get(name)
        lines += [f"    {label}{shown(text, 300)}" for text in found] if isinstance(found, list) else []
    return [*lines, *([f"    → {shown(row['try'], 600)}"] if row.get("try") else [])]


def _issues(content: Mapping[str, Any]) -> list[str]:
    told = (row.get("error_message") or row.get("error_summary") for row in rows_of(content, "issues_info"))
    return [shown(text or "an issue without a text", 300) for text in told]


def flat(value: Any, name: str = "") -> list[str]:
    """All texts of a nested object, each with the name it stands under."""
    if isinstance(value, Mapping):
        return [line for key, inner in value.items() for line in flat(inner, shown(key))]
    if isinstance(value, list):
        return [line for inner in value for line in flat(inner, name)]
    text = shown(value, 300) if value is not None else ""
    return [f"{name}: {text}" if name else text] if text else []


def inspected(content: Mapping[str, Any]) -> str:
    """One object: what it is, where it belongs, its money, its texts, what Meta holds against it."""
    lines = [
        f"{shown(content.get('type') or 'object')} {shown(content.get('id'))}: {shown(content.get('name'), 120)}"
    ]
    for key in (key for key in _TOLD.split() if _says(content.get(key))):
        said = shown(content[key])
        lines.append(f"  {key.replace('_', ' ')}: {separated(said) if key.endswith('_budget') else said}")
    for key, noun in (("adset", "ad set"), ("campaign", "campaign")):
        parent = content.get(key)
        if isinstance(parent, dict):
            lines.append(f"  {noun}: {shown(parent.get('name'))} ({shown(parent.get('status'))})")
    lines += [f"  {key.replace('_', ' ')}: {_in_a_line(content[key])}" for key in _PARTS if content.get(key)]
    lines += [f"  {line}" for line in _texts(content)]
    reasons = [*flat(content.get("ad_review_feedback")), *_issues(content)]
    return "\n".join(
        [*lines, *(["  Meta's feedback:"] if reasons else []), *(f"    {reason}" for reason in reasons)]
    )


def _in_a_line(part: Mapping[str, Any]) -> str:
    """A part of an object with all that it holds; no placements are all of them."""
    told = [line.replace("_", " ") for line in flat(part) if not line.startswith("last_sig_edit_ts")]
    every = ["placements: all"] * ("geo_locations" in part and "publisher_platforms" not in part)
    return ", ".join([*told, *every])


def _says(value: Any) -> bool:
    return bool(value) and not str(value).startswith(("0.00 ", "0 "))


def _texts(content: Mapping[str, Any]) -> list[str]:
    """The texts of the creative, wherever it keeps them."""
    creative = content.get("creative") if isinstance(content.get("creative"), dict) else content
    story = (creative or {}).get("object_story_spec")
    data = story.get("link_data") if isinstance(story, dict) else None
    if not isinstance(data, dict):
        return flat((creative or {}).get("asset_feed_spec"))[:8]
    named = {"message": "text", "name": "title", "description": "description", "link": "link"}
    return [f"{noun}: {shown(data[key], 300)}" for key, noun in named.items() if data.get(key)]


def filed(content: Mapping[str, Any]) -> str:
    """Where a table was put."""
    return f"{shown(content.get('rows') or 'All rows')} in {shown(content.get('file'), 400)}"


def rest(content: Mapping[str, Any]) -> str:
    """More rows of a table."""
    rows = rows_of(content, "rows")
    lines = [
        "  " + "  ".join(shown(value) for key, value in row.items() if not key.endswith("_id"))
        for row in rows
    ]
    left = [shown(content["left_out"], 120)] if content.get("left_out") else []
    return "\n".join([f"Rows {shown(content.get('shown'))}:", *lines, *left])


def report_made(content: Mapping[str, Any]) -> str:
    """Where the report for a client is, and what it says first."""
    beside = f", compared with {said(str(then))}" if (then := content.get("compared_with")) else ""
    lines = [
        f"The report for {said(str(content.get('period')))}{beside} is in {shown(content.get('file'), 400)}"
    ]
    lines += [f"  {shown(line, 300)}" for line in content.get("summary") or ()]
    return "\n".join(lines + ([shown(content["note"], 300)] if content.get("note") else []))


def drawn(content: Mapping[str, Any]) -> str:
    """A picture, what it shows, and of which days."""
    days = f" ({shown(content['period'])})" if content.get("period") else ""
    return f"{shown(content.get('caption') or '', 600)}{days}\nPicture: {shown(content.get('picture'), 400)}"


def accounts(content: Mapping[str, Any]) -> str:
    """The accounts a token can see, one line each."""
    rows = rows_of(content, "accounts")
    lines = [f"  {_account_line(row, str(content.get('in_use')))}" for row in rows]
    end = '"use ID" in a chat, or --account ID, goes to another one.'
    return "\n".join([f"{counted(len(rows), 'account')}:", *lines, end])


def _account_line(row: Mapping[str, Any], in_use: str) -> str:
    state = "" if row.get("state") == "ACTIVE" else shown(row.get("state"))
    spend = f"{separated(str(row['spend_today']))} today" if row.get("spend_today") else ""
    parts = (*(shown(row.get(key)) for key in ("id", "name", "currency")), state, spend)
    return "  ".join(filter(None, (*parts, "in use" * (row.get("id") == in_use))))


def rules(content: Mapping[str, Any]) -> str:
    """The rules that Meta runs."""
    rows = rows_of(content, "rules")
    if not rows:
        return "There are no automated rules in this account."
    lines = [
        f"  {shown(row.get('id'))}  {shown(row.get('name'))}  {'on' if row.get('on') else 'off'}"
        for row in rows
    ]
    return "\n".join([f"{counted(len(rows), 'rule')}:", *lines])


def activities(content: Mapping[str, Any]) -> str:
    """Who changed what and when."""
    rows = rows_of(content, "changes")
    days, note = said(str(content.get("period"))), shown(content.get("note") or "", 300)
    if not rows:
        return f"{note or 'No change'}: {days}."
    lines = ["  " + "  ".join(shown(value, 80) for key, value in row.items() if key != "id") for row in rows]
    return "\n".join(
        [f"{counted(len(rows), 'change')}, {days}:", *lines, *([f"Note: {note}."] if note else [])]
    )


def previewed(content: Mapping[str, Any]) -> str:
    """Where the preview of an ad lies."""
    note = f"\n{shown(content['note'], 300)}." if content.get("note") else ""
    return f"Preview of {shown(content.get('ad'))}: {shown(content.get('file'), 400)}{note}"
