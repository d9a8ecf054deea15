"""The tools as an assistant uses them, through the SDK's own client, in both eras of the protocol."""

import base64
import json
import re
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult

from agent.hosts import definitions, gate_approvals
from agent.setup import trusted
from agent.setup.notebook import LEARNINGS
from agent.writes.journal import Journal
from tests.agent.hosts.hosts import ERAS, Host, Person
from tools import registry


@pytest.fixture(params=ERAS)
def host(request, workspace, sandbox, faults, monkeypatch):
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    opened = Host(workspace, faults.clock, era=request.param)
    yield opened
    opened.server.close()


@pytest.fixture
def losers(sandbox):
    return sandbox.of_class("loser")[:3]


def brand(workspace, text):
    (workspace / "brand" / "stack.md").write_text(text, encoding="utf-8")


# --- what is offered


def test_hosts_see_the_tools_of_every_day_and_those_that_find_the_others(host):
    """Few and short by default: each conversation pays for them, under 8,000 characters."""
    tools = host.with_client(lambda client: client.list_tools()).tools
    assert {"get_insights", "set_status", "stop", "propose", "apply_changes", "find_tools", "call_tool"} <= {
        tool.name for tool in tools
    }
    assert sum(len(tool.model_dump_json(by_alias=True, exclude_none=True)) for tool in tools) < 8000
    assert all(tool.description and tool.input_schema["type"] == "object" for tool in tools)


def test_every_tool_can_be_listed(workspace):
    """Hosts that search tools themselves get all of the registry, and three of the change sets."""
    names = [tool.name for tool in definitions.definitions(every=True)]
    own = ["propose", "show_changes", "apply_changes"]
    assert names == [t.name for t in registry.TOOLS if t.name != "more_tools"] + own


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("make a new ad", "create_ad"),
        ("upload image", "upload_image"),
        ("launch many ads at once", "launch_ads"),
        ("new campaigns", "create_campaign"),
        ("chart", "draw_chart"),
        ("swap the picture of a running ad", "refresh_ad"),
    ],
)
def test_what_is_not_listed_is_found(host, query, name):
    """By what people say, with the arguments and how to call it."""
    told = host.call("find_tools", query=query)["tools"]
    (found,) = [tool for tool in told if tool["name"] == name]
    reads = registry.BY_NAME[name].effect == "read"
    assert found["call_with"] == ("call_tool" if reads else "propose")
    assert found["arguments"]["type"] == "object"


def test_a_word_that_fits_nothing_names_all(host):
    """Nobody is left without a way on."""
    there = host.call("find_tools", query="zzz")["there_are"]
    assert {"create_ad", "draw_chart", "launch_ads"} <= there.keys()


def test_a_tool_that_was_found_is_called_as_any(host):
    """call_tool is the tool itself, with its own refusals."""
    assert host.found("draw_chart").structured_content["caption"]
    refused = host.found("apply_changes", change_set_id="cs-1")
    assert refused.is_error


def test_annotations_tell_reads_from_proposals_and_from_the_one_that_writes(host):
    """Only apply_changes is destructive, and it may be repeated; reads are read-only."""
    tools = definitions.definitions(every=True)
    hints = {tool.name: tool.annotations for tool in tools}
    assert [name for name, hint in hints.items() if hint.destructive_hint] == ["apply_changes"]
    assert all(hint.read_only_hint or hint.destructive_hint is not None for hint in hints.values())
    assert hints["apply_changes"].idempotent_hint
    assert {t.name for t in registry.TOOLS if t.keeps} == {"remember", "forget", "decline"}
    assert {n for n, hint in hints.items() if hint.read_only_hint} == {
        *(t.name for t in registry.TOOLS if t.effect == "read" and not t.keeps and t.name != "more_tools"),
        "show_changes",
    }


def test_only_tools_are_offered(host):
    """No resources and prompts: they would add tools of no use to every host."""

    async def capabilities(client):
        return client.server_capabilities

    able = host.with_client(capabilities)
    assert able.tools
    assert not able.resources
    assert not able.prompts


def test_a_read_answers_with_structured_content_and_the_same_text(host):
    """Hosts that show both recognise one as the other: indent 2, numbers as JavaScript writes them."""
    result = host.result("review_performance")
    assert not result.is_error
    assert "pause" in result.structured_content
    assert result.content[0].text == json.dumps(result.structured_content, ensure_ascii=False, indent=2)
    assert ".0," not in result.content[0].text


def test_a_chart_is_a_file_and_the_picture_itself_only_for_hosts_that_ask(host):
    """Many hosts paste pictures as text, so they get the file's name."""
    plain, inline = host.result("draw_chart"), host.result("draw_chart", inline=True)
    assert [block.type for block in plain.content] == ["text"]
    assert [block.type for block in inline.content] == ["text", "image"]
    file = Path(inline.structured_content["picture"])
    assert base64.b64decode(inline.content[1].data) == file.read_bytes()
    assert inline.content[1].mime_type == "image/png"


def test_a_chart_that_cannot_be_drawn_is_an_error_without_a_picture(host):
    """An empty period has nothing to show."""
    result = host.result("draw_chart", inline=True, since="2020-01-01", until="2020-01-02")
    assert result.is_error
    assert [block.type for block in result.content] == ["text"]


def test_progress_is_told_while_a_call_runs(host):
    """A host that asks for progress hears what is being done."""
    host.call("review_performance")
    assert any("review_performance" in text for text in host.progress)


def test_wrong_arguments_are_an_error_that_says_what_is_allowed(host):
    """The model can mend its call."""
    result = host.result("set_status", ids=["1"], status="OFF")
    assert result.is_error
    assert "ACTIVE" in result.structured_content["error"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("apply_changes", {}),
        ("apply_changes", {"change_set_id": "cs-0123456789ab"}),
        ("apply_changes", {"change_set_id": "../../etc/passwd"}),
        ("show_changes", {"change_set_id": "x" * 5000}),
        ("propose", {"calls": []}),
        ("propose", {"calls": [{"tool": "apply_changes", "arguments": {"change_set_id": "cs-1"}}]}),
        ("no_such_tool", {}),
        ("inspect", {"id": "1\u0000"}),
        ("more_tools", {"shelf": "nothing"}),
    ],
)
def test_odd_calls_are_answered_with_an_error_and_nothing_happens(host, sandbox, tool, arguments):
    """No protocol error, no traceback, no write."""
    result = host.result(tool, **arguments)
    assert result.is_error
    assert result.structured_content["error"]
    assert not sandbox.writes()


def test_a_set_of_another_workspace_is_named_where_it_lies(host, sandbox, losers, faults, tmp_path):
    """As the command line does it; it is not called absent, and nothing happens."""
    trusted.choose(host.workspace)
    waits = host.call("set_status", ids=losers[:1], status="PAUSED")["change_set_id"]
    (tmp_path / "other").mkdir()
    other = Host(tmp_path / "other", faults.clock, era=ERAS[0])
    for tool in ("show_changes", "apply_changes"):
        said = other.result(tool, change_set_id=waits).structured_content["error"]
        assert f"{waits} is not of the workspace" in said
        assert f"--workspace {host.workspace}" in said
    other.server.close()
    assert not sandbox.writes()


def test_without_a_token_the_answer_says_what_to_do(host, monkeypatch):
    """The server starts all the same; a later call finds a token that was added meanwhile."""
    host.desk.options = type(host.desk.options)(workspace=host.workspace)
    result = host.result("list_accounts")
    assert result.is_error
    assert "adsteward login" in result.structured_content["error"]


# --- writes only propose


def test_a_write_tool_changes_nothing_and_gives_id_digest_and_table(host, sandbox, losers):
    """`needs_approval`, with everything a person must see."""
    told = host.propose(losers)
    assert told["status"] == "needs_approval"
    assert told["digest"].startswith(told["change_set_id"].removeprefix("cs-"))
    assert all(ad in told["table"] for ad in losers)
    assert "ACTIVE → PAUSED" in told["table"]
    assert "per day" in told["table"]
    assert f"adsteward apply {told['change_set_id']} --workspace" in told["in_a_terminal"]
    assert not sandbox.writes()


def test_a_pause_after_a_review_carries_the_computed_reason(host, losers):
    """Evidence is attached by code, across calls."""
    host.call("review_performance")
    assert "asked for" not in host.propose(losers)["table"]


def test_several_proposals_become_one_change_set(host, sandbox, workspace):
    """propose: one approval for an image, its creative and its ad."""
    from PIL import Image

    Image.new("RGB", (1080, 1080), "red").save(workspace / "red.png", compress_level=1)
    adset = sandbox.ads()[0]["adset_id"]
    calls = [
        {"tool": "upload_image", "arguments": {"paths": [str(workspace / "red.png")]}},
        {
            "tool": "create_creative",
            "arguments": {
                "name": "Red",
                "image_hashes": ["new:red.png"],
                "bodies": ["Come and see"],
                "titles": ["Red"],
                "link": "https://shop.example/red",
            },
        },
        {
            "tool": "create_ad",
            "arguments": {"name": "Red ad", "creative_id": "new:Red", "adset_id": adset},
        },
    ]
    told = host.call("propose", calls=calls)
    assert told.get("notes") is None, told
    assert re.findall(r"^(\d)\. ", told["table"], re.MULTILINE) == ["1", "2", "3"]
    host.person = Person()
    assert host.apply(told)["status"] == "applied"
    assert "Red ad" in {ad["name"] for ad in sandbox.ads() if ad["status"] == "PAUSED"}


def test_a_path_that_only_the_model_names_is_not_read(host, tmp_path, sandbox):
    """The words of a model give no files away."""
    (tmp_path / "secret.png").write_bytes(b"\x89PNG")
    told = host.call("upload_image", paths=[str(tmp_path / "secret.png")])
    assert "outside of" in json.dumps(told)
    assert not sandbox.writes()


# --- approval by the host's person


def test_an_accepted_question_applies_exactly_what_was_shown(host, sandbox, losers):
    """The person sees the server's table, not the model's words; then the ads are paused and it is proven."""
    host.person = Person()
    proposed = host.propose(losers)
    told = host.apply(proposed)
    assert told["status"] == "applied"
    assert {row["id"] for row in told["done"]} == set(losers)
    assert {(row["kind"], row["status"]) for row in told["done"]} == {("ad", "PAUSED")}
    assert all(sandbox.status(ad) == "PAUSED" for ad in losers)
    (question,) = host.person.asked
    assert proposed["table"] in question


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (Person(action="decline"), "declined"),
        (Person(content={"approve": False}), "declined"),
        (Person(content={"approve": "true"}), "approval_required"),
        (Person(content={}), "approval_required"),
        (Person(action="cancel"), "approval_required"),
        (None, "approval_required"),
    ],
    ids=["declined", "unchecked", "a word for a yes", "empty form", "cancelled", "no elicitation"],
)
def test_without_a_clear_yes_nothing_is_written(host, sandbox, losers, person, status):
    """Declined, put off, no yes and no no, or a host that cannot ask: what is not declined can be asked about again."""
    proposed = host.propose(losers)
    host.person = person
    told = host.apply(proposed)
    assert told["status"] == status
    assert not sandbox.writes()
    state = "declined" if status == "declined" else "needs_approval"
    assert host.call("show_changes", change_set_id=proposed["change_set_id"])["status"] == state
    if status == "approval_required":
        assert f"adsteward apply {proposed['change_set_id']}" in told["in_a_terminal"]


def test_a_declined_set_is_not_asked_about_again(host, sandbox, losers):
    """A model cannot wear a person down."""
    proposed = host.propose(losers)
    host.person = Person(action="decline")
    host.apply(proposed)
    host.person = Person()
    told = host.apply(proposed)
    assert told["status"] == "approval_required"
    assert "declined" in told["reason"]
    assert not host.person.asked
    assert not sandbox.writes()


def test_applying_twice_sends_once(host, faults, losers):
    """apply_changes is idempotent; the second time nobody is asked."""
    host.person = Person()
    proposed = host.propose(losers)
    host.apply(proposed)
    sent = len(faults.sent_writes())
    again = host.apply(proposed)
    assert again["status"] == "applied"
    assert "nothing was sent" in again["answer"]
    assert len(faults.sent_writes()) == sent
    assert len(host.person.asked) == 1


def test_undo_is_proposed_and_approved_like_any_change(host, sandbox, losers):
    """Taking back starts spend again, so a person is asked."""
    host.person = Person()
    done = host.apply(host.propose(losers))
    undo = host.call("undo", change_set_id=done["change_set_id"])
    assert undo["status"] == "needs_approval"
    assert all(sandbox.status(ad) == "PAUSED" for ad in losers)
    assert host.apply(undo)["status"] == "applied"
    assert all(sandbox.status(ad) == "ACTIVE" for ad in losers)
    assert host.call("show_changes", change_set_id=done["change_set_id"])["status"] == "undone"


def test_stop_pauses_what_was_activated_once_a_person_agrees(host, sandbox):
    """The emergency brake goes the same way."""
    host.person = Person()
    (ad,) = sorted(sandbox.paused())[:1]
    host.apply(host.propose([ad], "ACTIVE"))
    assert sandbox.status(ad) == "ACTIVE"
    host.apply(host.call("stop"))
    assert sandbox.status(ad) == "PAUSED"


def test_a_wrong_brand_file_does_not_hold_up_a_stop(host, sandbox, workspace):
    """What only stops is proposed, shown and applied; all else waits, and no half-read file is kept for it."""
    host.person, good = Person(), (workspace / "brand" / "stack.md").read_text(encoding="utf-8")
    brand(workspace, f"{good}\nmax_pauses_per_day: 1O\n")
    stopping = host.call("stop", reach="all")
    assert "max_pauses_per_day: found '1O'" in host.propose([sandbox.of_class("loser")[0]])["error"]
    assert host.call("show_changes", change_set_id=stopping["change_set_id"])["digest"] == stopping["digest"]
    assert host.apply(stopping)["status"] == "applied"
    assert sandbox.writes()
    brand(workspace, good)
    assert "error" not in host.propose(sorted(sandbox.paused())[:1], "ACTIVE")


def test_a_set_altered_in_the_journal_is_refused(host, sandbox, workspace, losers):
    """The approval is for exactly what was shown."""
    import sqlite3

    host.person = Person()
    proposed = host.propose(losers)
    with sqlite3.connect(workspace / "state" / "journal.sqlite") as db:
        db.execute("UPDATE change_sets SET content = replace(content, ?, ?)", (losers[0], losers[1]))
    db.close()
    told = host.apply(proposed)
    assert "altered" in told["error"]
    assert not host.person.asked
    assert not sandbox.writes()


def test_a_guardrail_that_came_later_holds(host, sandbox, workspace, losers):
    """The brand file is read anew for each call of a server that runs for weeks."""
    host.person = Person()
    proposed = host.propose(losers)
    brand(workspace, f"protect:\n- {losers[0]}\n")
    told = host.apply(proposed)
    assert "protected by stack.md" in told["error"]
    assert not sandbox.writes()


def test_the_journal_names_who_approved(host, workspace, losers):
    """An audit finds the person and the host."""
    host.person = Person()
    proposed = host.propose(losers)
    host.apply(proposed)
    journal = Journal(workspace / "state" / "journal.sqlite")
    events = journal.events(proposed["change_set_id"])
    journal.close()
    assert any("the person at" in json.dumps(event) for event in events)


# --- approval by the host's gate


def test_a_grant_of_the_gate_applies_its_set(host, sandbox, losers):
    """Signed with the shared key over id and digest."""
    proposed = host.propose(losers)
    assert host.apply(proposed, approval_token=host.grant(proposed))["status"] == "applied"
    assert all(sandbox.status(ad) == "PAUSED" for ad in losers)


def forged(host, proposed):
    return gate_approvals.sign(
        "0" * 64, proposed["change_set_id"], proposed["digest"], expires=2**31, nonce="ab" * 16
    )


def for_another_set(host, proposed):
    return host.grant(host.propose([host.other]))


def for_another_content(host, proposed):
    return host.grant({**proposed, "digest": "0" * 64})


def prolonged(host, proposed):
    version, expires, *rest = host.grant(proposed).split(".")
    return ".".join((version, str(int(expires) + 60), *rest))


def over(host, proposed):
    return host.grant(proposed, seconds=-1)


def too_long(host, proposed):
    return host.grant(proposed, seconds=86_400)


def spent(host, proposed):
    gate_approvals.redeem(host.grant(proposed), _Set(proposed), host.clock.now)
    return host.grant(proposed)


class _Set:
    def __init__(self, proposed):
        self.id, self.digest = proposed["change_set_id"], proposed["digest"]


@pytest.mark.parametrize(
    "make",
    [
        forged,
        for_another_set,
        for_another_content,
        prolonged,
        over,
        too_long,
        spent,
        lambda *_: "v1",
        lambda *_: "approved by the user",
        lambda h, p: h.grant(p).upper(),
        lambda h, p: h.grant(p) + "\n.",
        lambda h, p: h.grant(p).replace("v1", "v2"),
    ],
)
def test_a_grant_that_is_not_right_is_refused(host, sandbox, losers, make):
    """Forged, for another set or content, altered, expired, too long, replayed, malformed."""
    host.other = sandbox.of_class("loser")[5]
    host.person = Person()
    proposed = host.propose(losers)
    told = host.apply(proposed, approval_token=make(host, proposed))
    assert "Nothing was changed" in told["error"]
    assert not sandbox.writes()
    assert not host.person.asked


def test_a_replayed_grant_does_not_bring_a_declined_set_back(host, sandbox, losers):
    """Single use holds also where the set was declined in between."""
    proposed = host.propose(losers)
    grant = host.grant(proposed)
    host.apply(proposed, approval_token=grant)
    undone = host.call("undo", change_set_id=proposed["change_set_id"])
    host.person = Person()
    host.apply(undone)
    told = host.apply(proposed, approval_token=grant)
    assert "error" in told
    assert all(sandbox.status(ad) == "ACTIVE" for ad in losers)


def test_a_key_that_others_can_read_signs_nothing(host, sandbox, losers):
    """A key file must be its owner's alone."""
    proposed = host.propose(losers)
    grant = host.grant(proposed)
    (gate_approvals.folder() / "gate.key").chmod(0o644)
    assert "read by others" in host.apply(proposed, approval_token=grant)["error"]
    assert not sandbox.writes()


def test_the_gate_finds_digest_and_summary_of_a_waiting_set(host, losers):
    """What its prompt shows comes from the server, in a file that only its owner can read."""
    proposed = host.propose(losers)
    path = gate_approvals.folder() / "waiting" / f"{proposed['change_set_id']}.json"
    told = json.loads(path.read_text())
    assert told["digest"] == proposed["digest"]
    assert "pause ad" in told["summary"]
    assert len(told["summary"]) <= 480
    assert path.stat().st_mode & 0o077 == 0


# --- approval by standing policy


def test_a_standing_policy_lets_pauses_through(host, sandbox, workspace, losers):
    """What the operator wrote in stack.md; nobody is asked."""
    brand(workspace, "assistant_approval: safe\n")
    host.person = Person()
    assert host.apply(host.propose(losers))["status"] == "applied"
    assert not host.person.asked
    assert all(sandbox.status(ad) == "PAUSED" for ad in losers)


def test_a_standing_policy_does_not_start_spend(host, sandbox, workspace):
    """`safe` is what cannot raise spend."""
    brand(workspace, "assistant_approval: safe\n")
    (ad,) = sorted(sandbox.paused())[:1]
    assert host.apply(host.propose([ad], "ACTIVE"))["status"] == "approval_required"
    assert not sandbox.writes()


def test_a_standing_policy_holds_the_limits_over_a_day(host, sandbox, workspace, faults):
    """An assistant cannot go round the limit of a run with many small calls."""
    brand(workspace, "assistant_approval: safe\nmax_pauses_per_day: 2\n")
    losers = sandbox.of_class("loser")
    assert host.apply(host.propose(losers[:2]))["status"] == "applied"
    third = host.propose(losers[2:3])
    assert host.apply(third)["status"] == "approval_required"
    host.server.close()
    faults.clock.later(86_410)
    another = Host(workspace, faults.clock, era=host.era)  # Meta's clock has moved on as well
    assert another.apply(third)["status"] == "applied"
    another.server.close()


@pytest.mark.parametrize("value", ["all", "yes", "SAFE", "safe, all"])
def test_a_standing_policy_is_only_the_word_it_is(host, sandbox, workspace, losers, value):
    """Anything else is a mistake in the brand file that stops everything."""
    brand(workspace, f"assistant_approval: {value}\n")
    assert "assistant_approval" in host.propose(losers)["error"]
    assert not sandbox.writes()


# --- the protocol


def test_an_answer_to_a_question_that_was_not_asked_counts_for_nothing(
    workspace, sandbox, faults, monkeypatch, losers
):
    """In the stateless era the answer is bound to the server's own question."""
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    host = Host(workspace, faults.clock, person=Person())
    proposed = host.propose(losers)

    async def call(client, **state):
        return await client.session.call_tool(
            "apply_changes",
            {"change_set_id": proposed["change_set_id"]},
            input_responses={"approval": ElicitResult(action="accept", content={"approve": True})},
            allow_input_required=True,
            **state,
        )

    async def both(client):
        assert (await call(client)).result_type == "input_required"
        with pytest.raises(MCPError):
            await call(client, request_state="v1.AAAA")

    host.with_client(both)
    assert not sandbox.writes()
    host.server.close()


def test_a_host_that_calls_again_gets_the_set_that_waits_and_is_told(host):
    """A create whose answer came too late for a host is proposed once, with the changes of the call in the answer."""
    wanted = {"name": "ParB", "objective": "sales", "daily_budget": "10 USD"}
    first, second = (host.call("create_campaign", **wanted) for _ in range(2))
    assert second["change_set_id"] == first["change_set_id"]
    assert "waits already for the very same request" in str(second)


def test_a_note_is_kept_once_the_person_at_the_host_says_that_it_is_theirs(host, workspace):
    """They see it whole, mark by mark; a no, no answer or a host that cannot ask keeps nothing."""
    kept, note = workspace / LEARNINGS, "No ads on Sundays\u200b"
    assert "in their own words" in host.found("remember", note=note).structured_content["error"]
    for answer in (
        {"action": "decline"},
        {"action": "cancel"},
        {"content": {"approve": False}},
        {"content": {}},
    ):
        host.person = Person(**answer)
        assert host.found("remember", note=note).structured_content["status"] == "declined"
        assert not kept.exists()
    host.person = Person()
    assert "No ads on Sundays" in str(host.found("remember", note=note).structured_content["remembered"])
    assert host.person.asked[0].startswith(
        "```\nNo ads on Sundays⟨U+200B⟩\n```\n\nKeep this note for this account?"
    )
    assert "No ads on Sundays" in kept.read_text()
    host.found("remember", note="x" * 300, for_all=True)
    assert "x" * 300 in host.person.asked[-1]
    assert "for all accounts?" in host.person.asked[-1]


def test_a_yes_to_one_note_keeps_no_other(host, workspace):
    """Nor are more calls than the one that was shown done with it."""
    host.person = Person()
    both = [{"tool": "remember", "arguments": {"note": f"Note {n}"}} for n in (1, 2)]
    assert "in their own words" in str(host.call("propose", calls=both))
    assert host.person.asked == []
    assert not (workspace / LEARNINGS).exists()


@pytest.mark.parametrize("secret", ["EAAB" + "x" * 80, "the password is hunter2"])
def test_a_note_with_a_secret_is_shown_to_nobody(host, workspace, secret):
    """It is kept by no yes, so that none is asked for."""
    host.person = Person()
    told = host.found("remember", note=f"Remember {secret}").structured_content
    assert told["status"] == "refused"
    assert host.person.asked == []
    assert not (workspace / LEARNINGS).exists()


def test_a_note_that_nobody_answered_on_was_declined_by_nobody(host):
    """The host is told whether its person said no or nothing."""
    said = []
    for action in ("decline", "cancel"):
        host.person = Person(action=action)
        said.append(host.found("remember", note="No ads on Sundays").structured_content["error"])
    assert said == ["Nothing was kept: the person said no.", "Nothing was kept: no answer."]
