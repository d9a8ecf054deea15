"""What is sent is what was shown: on every surface, whole, or it cannot be approved there.

An attacker words names, texts and calls of tools; the person reads a terminal, a pipe, or a host's question.
"""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.cli.entry import _guarded
from agent.hosts import gate_approvals, gate_notices, plain_lines
from agent.run.report import StoredSet
from agent.show.change_blocks import ChangeBlocks
from agent.writes.journal import Journal
from tests.agent.hosts.hosts import Host, Person
from tests.agent.servers import graph_server
from tests.agent.show.test_change_lines import pauses
from tests.agent.support import ACCOUNT, Sandbox
from tests.agent.writes.test_journal import a_set
from tests.attacks import proposals
from tests.attacks.terminals import WIDTHS, Terminal, packed, terminals
from tests.hosts.test_plugin import gate
from tests.tools.examples import EXAMPLES
from tests.tools.support import BROAD, TENT, a_picture
from tools import registry
from tools.create.launch.spec import AdFields
from tools.domain.change_kind import Covered
from tools.domain.changes import Change, ChangeSet, Effect, Request, Spend
from tools.domain.kinds import KINDS
from tools.domain.money import Money
from tools.domain.settings import field_states
from tools.domain.text import block, clock, visible

__all__ = ["gate"]
ROOMY = (
    "max_pauses_per_day: 90\nmax_daily_budget: 99999\nmax_budget_step_pct:\nmax_new_ads_per_day: 90\n"
    f"max_new_objects_per_day: 90\npage_id: {proposals.PAGE}\npixel_id: {proposals.PIXEL}\n"
    "conversion_event: purchase\n"
)
OUR_MARKS = re.compile(r"adsteward:[0-9a-f]{12}")
PROTOCOL = {"upload_phase", "file_size", "upload_session_id", "start_offset", "end_offset", "file_url"}
MEANINGS = {
    ("genders", "2"): "women",
    ("genders", "1"): "men",
    ("evaluation_type", "SCHEDULE"): "checked: at set times",
    ("execution_type", "PAUSE"): "then: pause it",
    ("schedule_type", "SEMI_HOURLY"): "looks: every 30 minutes",
    ("field", "entity_type"): "condition 1: looks at ",
    ("value", "ADSET"): "looks at ad sets",
    ("value", "AD"): "looks at ads",
    ("field", "time_preset"): "condition 2: figures of ",
    ("value", "LAST_14D"): "figures of the last 14 days",
    ("field", "effective_status"): "condition 3: status is one of ",
    ("field", "spent"): "condition 4: amount spent is more than ",
    ("value", "5125"): "amount spent is more than 51.25 USD",
    ("value", "5225"): "amount spent is more than 52.25 USD",
    ("field", "results"): "condition 5: number of results is less than ",
    ("value", "1"): "number of results is less than 1",
    ("field", "cost_per_lead_fb"): "condition 5: cost per lead is more than ",
    ("value", "2625"): "cost per lead is more than 26.25 USD",
    ("field", "campaign.id"): "condition 6: campaign id is one of ",
    ("bid_strategy", "LOWEST_COST_WITHOUT_CAP"): "bid strategy: lowest cost without a cap",
    ("bid_strategy", "LOWEST_COST_WITH_BID_CAP"): "bid strategy: lowest cost up to a bid cap",
    ("bid_strategy", "LOWEST_COST_WITH_MIN_ROAS"): "bid strategy: lowest cost above a least ROAS",
    ("bid_strategy", "COST_CAP"): "cost cap",
    ("objective", "OUTCOME_SALES"): "objective: sales",
    ("objective", "OUTCOME_TRAFFIC"): "objective: traffic",
    ("objective", "OUTCOME_ENGAGEMENT"): "objective: engagement",
    ("objective", "OUTCOME_APP_PROMOTION"): "objective: app promotion",
    ("optimization_goal", "OFFSITE_CONVERSIONS"): "aims for: conversions off Meta (pixel",
    ("optimization_goal", "VALUE"): "aims for: value of conversions",
    ("optimization_goal", "APP_INSTALLS"): "aims for: app installs",
    ("optimization_goal", "PAGE_LIKES"): "aims for: page likes",
    ("billing_event", "IMPRESSIONS"): "billed by impressions",
    ("custom_event_type", "LEAD"): "event lead",
    ("custom_event_type", "PURCHASE"): "event purchase",
    ("type", "SHOP_NOW"): "button: shop now",
    ("type", "BOOK_TRAVEL"): "button: book travel",
    ("type", "LEARN_MORE"): "button: learn more",
    ("call_to_action_types", "SHOP_NOW"): "button: shop now",
    ("call_to_action_types", "BOOK_TRAVEL"): "button: book travel",
    ("call_to_action_types", "LEARN_MORE"): "button: learn more",
    ("optimization_type", "DEGREES_OF_FREEDOM"): "combined by: Meta, in any way",
    ("ad_formats", "AUTOMATIC_FORMAT"): "format: chosen by Meta",
    ("ad_formats", "SINGLE_IMAGE"): "format: single image",
    ("enroll_status", "OPT_IN"): ": on",
    ("regional_regulated_categories", "TAIWAN_UNIVERSAL"): "declared for: taiwan universal",
    ("action.type", "offsite_conversion"): "results: conversions off Meta (all)",
    ("operator", "EQUAL"): "looks at ad",
    ("operator", "GREATER_THAN"): "is more than",
    ("operator", "LESS_THAN"): "is less than",
    ("operator", "IN"): "is one of",
    ("operator", "NOT_IN"): "is none of",
}
SHOWN_AS = {"true": "yes", "false": "no", "True": "yes", "False": "no"}


@pytest.fixture
def roomy(workspace: Path) -> Path:
    """A workspace whose limits are in nobody's way here."""
    (workspace / "brand" / "stack.md").write_text(ROOMY, encoding="utf-8")
    return workspace


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    with terminals() as start:
        yield start


@pytest.fixture
def host(roomy, sandbox, faults, monkeypatch) -> Iterator[Host]:
    """An assistant on the sandbox, whose person says yes to whatever is asked."""
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    opened = Host(roomy, faults.clock, person=Person())
    yield opened
    opened.server.close()


def shown(terminal: Callable[..., Terminal], workspace: Path, change_set_id: str, columns: int) -> str:
    """What `adsteward show` shows at a terminal, where no line may be longer than it is wide."""
    text = terminal("show", change_set_id, "--workspace", str(workspace), columns=columns).end()
    lines = [line for line in text.splitlines() if line.isascii()]
    assert not [line for line in lines if len(line) > columns]
    return text


def piped(workspace: Path, change_set_id: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert _guarded(["show", change_set_id, "--workspace", str(workspace)]) == 0
    return capsys.readouterr().out


def on_screen(change_set: ChangeSet, columns: int) -> str:
    out = Console(file=io.StringIO(), width=columns, force_terminal=True, color_system=None, highlight=False)
    out.print(ChangeBlocks(change_set))
    return out.file.getvalue()


# Every field of every tool


def test_the_calls_of_this_suite_use_every_field_of_every_tool_that_writes(tmp_path: Path) -> None:
    """A new tool, or a new field of one, is not forgotten here."""
    used: dict[str, set[str]] = {}
    for name, arguments in (call for turn in proposals.calls(tmp_path) for call in turn):
        used.setdefault(name, set()).update(arguments)
    used["launch_ads"].update(*(ad.keys() for ad in proposals.launch(tmp_path)["ads"]))
    used["launch_ads"] -= {"name"}
    for name in {name for name, _ in EXAMPLES}:
        tool = registry.find(name)
        if tool.effect is Effect.READ or name in ("undo", "stop", "remove_rules"):
            continue
        missing = set(tool.Input.model_fields) - used[name] - proposals.NOT_SENT.get(name, set())
        assert missing <= {"image_hashes", "titles", "descriptions"} & set(AdFields.model_fields), name


TURNS = range(7)


@pytest.mark.parametrize("turn", TURNS)
def test_everything_that_goes_over_the_wire_was_shown_on_every_surface(
    open_session, faults, roomy, tmp_path, capsys, terminal, turn
) -> None:
    """Each value that Meta received for the real proposals of all tools, found again at each width, in a pipe and in a host."""
    session = open_session("none")
    change_set = proposals.propose(session, proposals.calls(tmp_path)[turn], tmp_path)
    place = "~/.adsteward/hosts/waiting/x.txt"
    surfaces = {f"{columns} columns": on_screen(change_set, columns) for columns in WIDTHS}
    surfaces |= {f"terminal of {WIDTHS[turn % 4]}": shown(terminal, roomy, change_set.id, WIDTHS[turn % 4])}
    surfaces |= {"pipe": piped(roomy, change_set.id, capsys), "question": plain_lines.held(change_set)}
    prompt = plain_lines.prompt(change_set, place, plain_lines.whole(change_set))
    if "not fit here" not in prompt:
        surfaces["prompt"] = prompt
    before = len(faults.sent_writes())
    made = proposals.applied(session, change_set)
    sent = wanted(proposals.wire_values(faults.sent_writes()[before:]), made)
    assert len(sent) >= len(change_set.changes)
    for surface, text in surfaces.items():
        assert not [value for value in sent if packed(value) not in packed(text)], surface


def wanted(values: Iterator[tuple[str, Any]], made: set[str]) -> list[str]:
    """Values of the wire as a person reads them; without our marks, and what was made only now."""
    found = []
    for name, value in values:
        text = str(value)
        if name in PROTOCOL or OUR_MARKS.fullmatch(text) or text in made:
            continue
        if name.endswith("_budget") or name in ("bid_amount", "spend_cap"):
            text = Money(int(text), "USD").said
        elif name in field_states.TIMES:
            text = clock(datetime.fromisoformat(text), exact=True)
        text = MEANINGS.get((name, text), SHOWN_AS.get(text, text))
        found.append({"advantage_audience0": "off", "advantage_audience1": "on"}.get(name + text, text))
    return found


def test_what_was_sent_unseen_stands_in_the_question_of_a_host(host, tmp_path) -> None:
    """The creative of the report: its caption, its other Instagram account and both opt-ins; the ad set's bid and the rest."""
    a_picture(Path.cwd() / "launch.jpg", color="navy")
    fields = proposals.launch(Path.cwd()) | {"ads": [{"name": "Launched"}]}
    asked = question(host, [{"tool": "launch_ads", "arguments": fields}])
    for word, value in (
        ("shown address", "northwind.example/secret"),
        ("Instagram account", proposals.OTHER_INSTAGRAM),
        ("Advantage+ image touchups", "on"),
        ("Advantage+ text optimizations", "on"),
    ):
        assert f"{word}: {value}\n" in asked
    turn = proposals.calls(tmp_path)[2]
    asked = question(host, [{"tool": name, "arguments": arguments} for name, arguments in turn])
    for line in (
        "special ad categories: HOUSING, CREDIT",
        "special ad category in: US",
        "special ad category in: CA",
        "bid: 12.75 USD",
        "lowest ROAS: 2.75 (27500)",
        "leads to: WEBSITE",
        "dynamic creative: yes",
        "EU payor: Agency Müller & Söhne",
        "daily budget: 1,500.00 USD",
    ):
        assert f"    {line}\n" in asked


def test_what_an_assistant_asked_for_is_kept_in_words(host) -> None:
    """The request that lists and the page show names tools and values, without JSON."""
    calls = [{"tool": "set_status", "arguments": {"ids": [TENT], "status": "PAUSED", "reason": ""}}]
    asked = {"set status: ids 23848000000001; status PAUSED"}
    proposed = host.call("propose", calls=calls)
    host.call("propose", calls=[*calls, {"tool": "rename", "arguments": {"id": BROAD, "name": "B"}}])
    requests = [row["request"].partition(": ")[2] for row in host.call("history")["change_sets"]]
    assert asked < set(requests), (proposed, requests)
    assert not [text for text in requests if "{" in text or "_" in text]


def question(host: Host, calls: list[dict[str, Any]]) -> str:
    """What a person is asked about these calls; `table` of the proposal says the same."""
    proposed = host.call("propose", calls=calls)
    assert "table" in proposed, proposed
    host.apply(proposed)
    asked = host.person.asked[-1]
    assert asked.startswith(proposed["table"])
    return asked


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_parameter_is_shown_or_covered_by_a_sentence(kind: str) -> None:
    """Nothing is left out without a word for it; only marks of our own are covered."""
    for name, said in KINDS[kind].parameters.items():
        assert not isinstance(said, Covered) or name in ("adlabels", "description"), name


# Sets that are long


def many(count: int, *last: Change, **more: Any) -> ChangeSet:
    return a_set(*(*pauses(count).changes, *last)) if not more else pauses(count, **more)


def activation(**more: Any) -> Change:
    return Change(
        id="last",
        kind="set_status",
        effect=Effect.START_SPEND,
        account="act_1",
        level="ad",
        target="120299999999999999",
        name="The last of them",
        request=Request(path="120299999999999999", params={"status": "ACTIVE"}),
        before={"status": "PAUSED"},
        after={"status": "ACTIVE"},
        spend=Spend(daily_minor=9_000_000, currency="EUR", note="a budget of 90000.00 EUR per day"),
        **more,
    )


def test_the_last_of_41_changes_is_in_the_question_with_its_amount(roomy, terminal, capsys) -> None:
    """An activation behind 40 pauses: at 40 columns, in a pipe, in the question; a short prompt says what it leaves out."""
    change_set = many(40, activation())
    stored(roomy, change_set)
    texts = [shown(terminal, roomy, change_set.id, 40), piped(roomy, change_set.id, capsys)]
    texts += [plain_lines.whole(change_set), plain_lines.held(change_set), on_screen(change_set, 200)]
    for text in map(packed, texts):
        assert packed("41. activate ad “The last of them” (120299999999999999)") in text
        assert packed("PAUSED → ACTIVE") in text
        assert packed("+90,000.00 EUR per day") in text
        assert packed("a budget of 90,000.00 EUR per day") in text
        assert all(change.target in text for change in change_set.changes)
    prompt = plain_lines.prompt(change_set, "~/x.txt", plain_lines.whole(change_set))
    (left,) = re.findall(r"… (\d+) of 41 changes? do(?:es)? not fit here", prompt)
    assert 0 < 41 - int(left) == sum(change.target in prompt for change in change_set.changes)


def stored(workspace: Path, change_set: ChangeSet) -> None:
    """Put a set into the journal as if it had been proposed."""
    (workspace / "state").mkdir(mode=0o700, exist_ok=True)
    journal = Journal(workspace / "state" / "journal.sqlite")
    journal.propose(change_set)
    journal.close()


@pytest.mark.parametrize("place", ["text", "reason", "name"])
def test_a_text_of_2500_characters_is_whole_everywhere(roomy, terminal, capsys, place) -> None:
    """It was cut at 2,000 in questions and at one line in tables; the end of it is what matters here."""
    long = "Lightweight tents that keep the rain out. " * 60 + "NOT what was agreed."
    assert len(long) > 2500
    message = {"page_id": "1", "link_data": {"message": long if place == "text" else "Short"}}
    change = Change(
        id="c",
        kind="create_creative",
        effect=Effect.CREATE,
        account="act_1",
        name=long if place == "name" else "Creative",
        request=Request(path="act_1/adcreatives", params={"name": "Creative", "object_story_spec": message}),
        reason=long if place == "reason" else "",
        spend=Spend(daily_minor=0, currency="EUR"),
    )
    change_set = a_set(change)
    stored(roomy, change_set)
    texts = [shown(terminal, roomy, change_set.id, 40), piped(roomy, change_set.id, capsys)]
    texts += [plain_lines.held(change_set), *(on_screen(change_set, columns) for columns in WIDTHS)]
    assert all(packed(long) in packed(text) for text in texts)


def test_a_set_that_no_question_holds_is_not_approved_there(host, sandbox) -> None:
    """First part, sums, the number of what is missing and the place for all of it; the host's yes is not even asked for."""
    creatives = [
        {"tool": "create_creative", "arguments": {"name": f"N{n}", "bodies": [f"{n} {proposals.LONG_TEXT}"]}}
        for n in range(7)
    ]
    a_picture(Path.cwd() / "a.jpg")
    for creative in creatives:
        creative["arguments"] |= {"image_hashes": ["new:a.jpg"], "link": "https://shop.example/"}
    upload = {"tool": "upload_image", "arguments": {"paths": ["a.jpg"]}}
    proposed = host.call("propose", calls=[upload, *creatives])
    answer = host.apply(proposed)
    assert (answer["status"], host.person.asked) == ("approval_required", [])
    assert f"adsteward apply {proposed['change_set_id']}" in answer["in_a_terminal"]
    assert "cannot be approved here" in answer["reason"]
    for told in (proposed, answer):
        assert "8 changes, 0.00 USD per day" in told["table"]
        assert re.search(r"… [1-7] of 8 changes? do(?:es)? not fit here: adsteward show cs-", told["table"])
        assert len(told["table"]) <= plain_lines.QUESTION_WIDTH + 100
    assert not sandbox.writes()


def test_equal_changes_that_do_not_all_fit_are_shown_as_far_as_they_do() -> None:
    """200 pauses are one block; its first part is shown, each whole, and the rest is counted."""
    change_set = pauses(200)
    text = plain_lines.held(change_set)
    (left,) = re.findall(r"… (\d+) of 200 changes? do(?:es)? not fit here", text)
    assert 0 < 200 - int(left) == sum(change.target in text for change in change_set.changes)
    assert len(text) > plain_lines.QUESTION_WIDTH * 0.9


# The gate of OpenClaw


def noticed(change_set: ChangeSet) -> Path:
    gate_notices.post(change_set)
    return gate_approvals.folder() / "waiting" / f"{change_set.id}.txt"


def test_the_gate_asks_with_the_whole_set_or_names_its_file_and_digest(gate) -> None:
    """A long set: what is left out is counted, and the named file holds all of it; ten pauses are one whole question."""
    long, ten = many(40, activation()), pauses(10, name="Summer prospecting, carousel of tents ab")
    file = noticed(long)
    asked = gate(change_set_id=long.id)["requireApproval"]["description"]
    assert f"sha256 {hashlib.sha256(file.read_bytes()).hexdigest()[:16]}" in asked
    assert all(change.target in file.read_text() for change in long.changes)
    noticed(ten)
    asked = gate(change_set_id=ten.id)["requireApproval"]["description"]
    assert "do not fit" not in asked
    assert all(change.target in asked for change in ten.changes)
    assert len(plain_lines.whole(ten)) <= plain_lines.QUESTION_WIDTH


def without_digest(file: Path) -> None:
    notice = file.with_suffix(".json")
    told = json.loads(notice.read_text())
    del told["sha256"]
    notice.write_text(json.dumps(told))
    file.write_text("nothing to see")


def longer(file: Path) -> None:
    notice = file.with_suffix(".json")
    notice.write_text(json.dumps(json.loads(notice.read_text()) | {"summary": "x" * 513}))


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_text(file.read_text().replace("ACTIVE", "PAUSED")),
        lambda file: file.write_text(file.read_text() + " "),
        lambda file: file.write_text(""),
        lambda file: file.unlink(),
        without_digest,
        longer,
    ],
    ids=["altered", "longer by a space", "empty", "gone", "digest and content", "a prompt that is cut"],
)
def test_the_gate_signs_nothing_whose_file_is_not_what_was_written(gate, harm) -> None:
    """What the prompt sends the person to read is what they approve."""
    change_set = many(40, activation())
    file = noticed(change_set)
    assert "params" in gate(change_set_id=change_set.id)
    harm(file)
    told = gate(change_set_id=change_set.id)
    assert told["block"]
    assert "approval_token" not in json.dumps(told)


# The heading, amounts, names


def test_the_heading_names_world_and_account_in_a_colour_of_its_own(roomy, terminal, monkeypatch) -> None:
    """LIVE on red, SANDBOX in cyan; in the chat's prompt too, at 40 columns."""
    with Sandbox() as sandbox, graph_server(sandbox) as url:
        live = {"FACEBOOK_ACCESS_TOKEN": "sandbox-token", "META_GRAPH_URL": url, "META_AD_ACCOUNT": ACCOUNT}
        place = ("--workspace", str(roomy), "--model", "offline")
        for name, style, in_prompt, env, more in (
            ("LIVE", "\x1b[1;37;41m", "\x1b[0;97;41;1m", live, ()),
            ("SANDBOX", "\x1b[1;36m", "\x1b[0;36;1m", {}, ("--sandbox",)),
        ):
            chat = terminal("chat", *place, *more, columns=40, env=env)
            prompt = chat.until("\n> ")
            assert f"{in_prompt}{name}\x1b[0m" in chat.raw
            assert f"{name} Northwind Outdoor (demo)" in " ".join(prompt.split())
            question = chat.answer(f"set the daily budget of {BROAD} to 40 USD", "why not: ", "\n> ")
            question += chat.answer(f"pause {TENT}", "why not: ")
            assert packed(f"{name} · Northwind Outdoor (demo) · {ACCOUNT} · USD") in packed(question)
            assert re.search(rf"{re.escape(style)}{name} · Northwind", chat.raw)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "TWD"])
def test_amounts_have_separators_wherever_they_stand(currency: str) -> None:
    """In the sum, before and after, in the effect and in notes, with the currency."""
    change = Change(
        id="b",
        kind="set_budget",
        effect=Effect.CHANGE_SPEND,
        account="act_1",
        level="adset",
        target="2384",
        name="Ad set",
        request=Request(path="2384", params={"daily_budget": "123456700"}),
        before={"daily_budget": "5000000"},
        after={"daily_budget": "123456700"},
        spend=Spend(daily_minor=118_456_700, currency=currency, once_started_minor=200_000_000),
    )
    text = on_screen(a_set(change), 40) + plain_lines.prompt(
        a_set(change), "~/x", plain_lines.whole(a_set(change))
    )
    for minor in (123_456_700, 5_000_000, 118_456_700, 200_000_000):
        said = Money(minor, currency).said
        assert said.count(",") >= 1
        assert packed(said) in packed(text)
        assert str(Money(minor, currency)) not in text


HIDDEN = ("\u200b", "\u202e", "\u2066", "\u00ad", "\u3164", "\U000e0041", "\x1b[2K\r", "\x00")


@pytest.mark.parametrize("field", ["name", "reason", "text", "where", "before", "below", "note"])
@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_invisible_characters_are_shown_as_what_they_are(field: str, hidden: str) -> None:
    """In every text of a change that comes from outside, at each width and in every host."""
    trick = f"Sum{hidden}mer"
    change = activation(
        where=(trick if field == "where" else "x",),
        below=("1", trick) if field == "below" else (),
        reason=trick if field == "reason" else "",
        shown={"text": trick} if field == "text" else {},
    )
    more: dict[str, Any] = {"name": trick} if field == "name" else {}
    more |= {"before": {"status": trick}} if field == "before" else {}
    more |= {"spend": change.spend.model_copy(update={"note": trick})} if field == "note" else {}
    change_set = a_set(change.model_copy(update=more))
    whole = plain_lines.whole(change_set)
    texts = [on_screen(change_set, columns) for columns in WIDTHS] + [whole, block(whole)]
    for text in texts:
        assert hidden not in text
        assert f"Sum⟨U+{ord(hidden[0]):04X}⟩" in packed(text)


def test_look_alikes_and_long_names_are_told_apart_by_their_ids(
    sandbox, roomy, open_session, terminal
) -> None:
    """Two ads whose names read the same, and two that differ in the middle of 300 characters."""
    long = "Summer prospecting " * 8
    names = ["Sale", "S\u0430le", f"{long}A {long}".strip(), f"{long}B {long}".strip()]
    ads = [ad["id"] for ad in sandbox.ads() if ad["status"] == "ACTIVE"][:4]
    for ad, name in zip(ads, names, strict=True):
        sandbox.post(ad, name=name)
    change_set = proposals.propose(
        open_session("none"), [("set_status", {"ids": ads, "status": "PAUSED"})], roomy
    )
    prompt = plain_lines.prompt(change_set, "~/x", plain_lines.whole(change_set))
    text = packed(shown(terminal, roomy, change_set.id, 40))
    for ad, name in zip(ads, names, strict=True):
        assert packed(f"“{visible(name)}” ({ad})") in text
        assert ad in prompt
    assert StoredSet.read(open_session("none").journal, change_set).state == "proposed"


def test_a_name_without_an_id_is_never_cut() -> None:
    """A new ad is known by its name alone: a prompt that cannot hold it leaves the change out, and says so."""
    new = [
        activation().model_copy(
            update={"id": f"n{n}", "kind": "create_ad", "target": "", "name": f"{'New ad ' * 9}{n}"}
        )
        for n in range(10)
    ]
    change_set = a_set(*new)
    prompt = plain_lines.prompt(change_set, "~/x.txt", plain_lines.whole(change_set))
    assert "…" not in prompt.partition("\n… ")[0]
    assert re.search(r"… \d+ of 10 changes? do(?:es)? not fit here", prompt)


@pytest.mark.parametrize(
    "name", ["X” (1)\n2. pause ad “Y” (2", "X\r\n    spend: 0.00 EUR per day", "]( <!-- -->"]
)
def test_a_name_forges_no_line_and_hides_none(name: str) -> None:
    """However it is written, each line of a set begins with words of ours."""
    lines = plain_lines.whole(a_set(activation().model_copy(update={"name": name}))).splitlines()
    told = on_screen(a_set(activation().model_copy(update={"name": name})), 200).splitlines()
    for shown_lines in (lines, told):
        assert sum(line.startswith(("1. ", "2. ")) for line in shown_lines) == 1
        assert sum(line.strip().startswith("spend: ") for line in shown_lines) == 1
        assert any("+90,000.00 EUR" in line for line in shown_lines)
