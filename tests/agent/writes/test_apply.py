"""Apply sends each write once, looks before any resend, and says what it does not know."""

import hashlib
from dataclasses import replace

import httpx
import pytest

from agent.fleet.pending_sets import pending
from agent.models.model import Reply, ToolCall
from agent.run.reopen import carry_out
from agent.run.report import Report, interrupted
from agent.setup.stops import ConfigError
from agent.writes.approval import Nobody, approved_by
from agent.writes.change_events import Settled
from tests.agent.support import (
    ACCOUNT,
    Events,
    Killed,
    Sandbox,
    ScriptedModel,
    die_after,
    die_before,
    drop_after,
    drop_before,
    graph_error,
    html_after,
    interrupt,
    is_write,
    item_errors,
    null_items,
    refuse,
)


def pause(ids):
    return ScriptedModel([[("set_status", {"ids": ids, "status": "PAUSED"})], "done"])


def outcomes(report: Report) -> list[str]:
    return [outcome.said for stored in report.change_sets for outcome in stored.outcomes]


def status_writes(sandbox: Sandbox) -> list[str]:
    return [w["object_id"] for w in sandbox.writes() if w["event_type"] == "update_ad_run_status"]


def active(sandbox: Sandbox, count: int) -> list[str]:
    """Ads that run and are not protected."""
    ads = [ad for ad in sandbox.ads() if ad["status"] == "ACTIVE" and "vergreen" not in ad["name"]]
    return [ad["id"] for ad in ads][:count]


def test_a_set_of_pauses_is_sent_in_one_request_and_read_back(open_session, sandbox, faults):
    """Many pauses cost one write request, and the report rests on a read after it."""
    ids = active(sandbox, 40)
    report = open_session().run("pause", pause(ids))
    assert report.status == "done"
    assert outcomes(report) == ["done"] * 40
    assert {o.note for o in report.change_sets[0].outcomes} == {"read back"}
    assert len(faults.sent_writes()) == 1
    assert set(ids) <= sandbox.paused()


@pytest.mark.parametrize(
    ("fault", "write_requests"),
    [
        (refuse, 2),
        (drop_before, 2),
        (drop_after, 1),
        (html_after, 1),
        (graph_error(2, after=True, status=500), 1),
        (graph_error(2), 2),
        (graph_error(1, after=True), 1),
        (graph_error(17, 2446079), 2),
        (graph_error(613, 1487742, status=200), 2),
        (null_items(0, 2), 1),
        (item_errors(17, 1, subcode=2446079), 2),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value),
)
def test_each_pause_happens_once_whatever_the_wire_does(open_session, sandbox, faults, fault, write_requests):
    """After a fault the account is looked at, and only what did not happen is sent again."""
    ids = active(sandbox, 3)
    faults.writes = [fault]
    report = open_session().run("pause", pause(ids))
    assert outcomes(report) == ["done"] * 3
    assert sorted(status_writes(sandbox)) == sorted(ids)
    assert len(faults.sent_writes()) == write_requests


@pytest.mark.parametrize("code", [100, 10, 200, 294])
def test_a_refused_write_is_not_sent_again(open_session, sandbox, faults, code):
    """Validation and permission errors are final."""
    faults.writes = [graph_error(code)]
    report = open_session().run("pause", pause(active(sandbox, 1)))
    assert (report.status, report.exit_code) == ("error", 4)
    assert outcomes(report) == ["refused"]
    assert len(faults.sent_writes()) == 1
    assert not faults.clock.waits


@pytest.mark.parametrize(
    ("code", "subcode"), [(190, 463), (368, None), (31, 3858385), (190, 459), (102, None)]
)
def test_a_dead_token_or_a_lock_stops_everything(open_session, sandbox, faults, code, subcode):
    """After 190, 368 and their like nothing more is written, and the rest waits unsent."""
    ids = active(sandbox, 2)
    faults.writes = [graph_error(code, subcode)]
    report = open_session().run("pause", pause(ids))
    assert report.exit_code == 4
    assert outcomes(report) == ["not sent"] * 2
    assert len(faults.sent_writes()) == 1
    assert not faults.clock.waits


def test_one_refused_item_does_not_stop_the_others(open_session, sandbox, faults):
    """Each item of a batch has its own outcome, and the run says that not all was done."""
    ids = active(sandbox, 3)
    faults.writes = [item_errors(100, 1)]
    report = open_session().run("pause", pause(ids))
    assert sorted(outcomes(report)) == ["done", "done", "refused"]
    assert report.change_sets[0].state == "partly_applied"
    assert report.exit_code == 4


def test_a_server_that_stays_away_ends_in_not_sent(open_session, sandbox, faults):
    """Attempts are bounded; what never reached Meta can be applied later."""
    faults.writes = [refuse] * 10
    session = open_session()
    report = session.run("pause", pause(active(sandbox, 1)))
    assert outcomes(report) == ["not sent"]
    assert len(faults.sent_writes()) == 4
    faults.writes = []
    again = session.apply(report.change_sets[0].change_set)
    assert outcomes(again) == ["done"]


def test_a_long_wait_is_not_sat_out(open_session, sandbox, faults):
    """When Meta asks for an hour, apply stops, says so, and can go on later."""
    usage = {
        "x-business-use-case-usage": '{"1": [{"call_count": 100, "estimated_time_to_regain_access": 60}]}'
    }
    error = {"error": {"message": "too many", "code": 80004}}
    faults.writes = [lambda forward, request: httpx.Response(400, json=error, headers=usage)]
    session = open_session()
    report = session.run("pause", pause(active(sandbox, 1)))
    assert (outcomes(report), report.exit_code) == (["not sent"], 4)
    assert "wait 60 min" in report.change_sets[0].outcomes[0].note
    assert not faults.clock.waits
    sent = len(faults.requests)
    held = session.apply(report.change_sets[0].change_set)
    assert (outcomes(held), len(faults.requests)) == (["not sent"], sent)
    assert "fits in 60 min" in held.answer
    faults.clock.later(3600)
    assert outcomes(session.apply(report.change_sets[0].change_set)) == ["done"]


@pytest.mark.parametrize("death", [die_before, die_after])
def test_after_a_crash_apply_goes_on_and_does_nothing_twice(open_session, sandbox, faults, death):
    """A process that dies around a write is taken over by looking at the account."""
    ids = active(sandbox, 3)
    faults.writes = [death]
    with pytest.raises(Killed):
        open_session().run("pause", pause(ids))
    session = open_session()
    (stored,) = session.journal.recent(ACCOUNT, 5)
    report = session.apply(session.journal.change_set(stored["id"]))
    assert outcomes(report) == ["done"] * 3
    assert sorted(status_writes(sandbox)) == sorted(ids)


def test_applying_twice_sends_nothing_the_second_time(open_session, sandbox, faults):
    """A set that is applied stays applied."""
    session = open_session()
    report = session.run("pause", pause(active(sandbox, 3)))
    sent = len(faults.sent_writes())
    again = session.apply(report.change_sets[0].change_set)
    assert (again.status, "nothing was sent" in again.answer) == ("done", True)
    assert len(faults.sent_writes()) == sent


def test_applying_again_later_does_not_rewrite_what_was_done(open_session, sandbox, faults):
    """A person who activates an ad days later makes no failure of the pause that was proven then."""
    (ad,) = active(sandbox, 1)
    session = open_session()
    change_set = session.run("pause", pause([ad])).change_sets[0].change_set
    sandbox.post(ad, status="ACTIVE")
    again = session.apply(change_set)
    assert (again.status, session.journal.state(change_set.id)) == ("done", "applied")
    assert len(faults.sent_writes()) == 1
    assert session.journal.applied(ACCOUNT, change_set_id=change_set.id)


def test_what_somebody_changed_meanwhile_is_left_alone(open_session, sandbox, faults):
    """A budget that a person changed between proposal and apply keeps the person's value."""
    adset = "23847000000001"
    before = int(sandbox.get(adset, fields="daily_budget")["daily_budget"])
    session = open_session("none")
    wanted = f"{before / 100 + 5:.2f} USD"
    report = session.run(
        "raise", ScriptedModel([[("set_budget", {"id": adset, "daily_budget": wanted})], "ok"])
    )
    change_set = report.change_sets[0].change_set
    sandbox.post(adset, daily_budget=str(before + 100))
    session.journal.approve(change_set, "test")
    again = session.apply(change_set)
    assert outcomes(again) == ["conflict"]
    assert again.exit_code == 4
    assert sandbox.get(adset, fields="daily_budget")["daily_budget"] == str(before + 100)
    assert not faults.sent_writes()


def test_what_already_is_as_wanted_is_not_sent(open_session, sandbox, faults):
    """Somebody paused the ad first: nothing is sent, and undo will not touch it."""
    (ad,) = active(sandbox, 1)
    session = open_session("none")
    change_set = session.run("pause", pause([ad])).change_sets[0].change_set
    sandbox.post(ad, status="PAUSED")
    session.journal.approve(change_set, "test")
    faults.clock.later(60)
    again = session.apply(change_set)
    assert [o.note for o in again.change_sets[0].outcomes] == ["was so already; nothing sent"]
    assert not faults.sent_writes()
    assert not session.journal.applied(ACCOUNT, change_set_id=change_set.id)


def test_nothing_is_applied_without_approval(open_session, sandbox, faults):
    """Apply itself refuses a set that nobody approved."""
    session = open_session("none")
    report = session.run("pause", pause(active(sandbox, 1)))
    again = session.apply(report.change_sets[0].change_set)
    assert (again.exit_code, "not approved" in again.answer) == (3, True)
    assert not faults.sent_writes()


def test_only_one_process_applies_at_a_time(open_session, sandbox):
    """The lease of an account is exclusive; what was approved meanwhile is gone on with, not asked for again."""
    session, other = open_session("none"), open_session("none")
    change_set = session.run("pause", pause(active(sandbox, 1))).change_sets[0].change_set
    goes_on = f"Another adsteward .* Nothing was sent now; .* adsteward apply {change_set.id}$"
    with session.journal.lease(change_set, "one"), pytest.raises(ConfigError, match=goes_on):
        with other.journal.lease(change_set, "two"):
            pass


def test_a_fenced_process_cannot_send(open_session, sandbox):
    """A process whose run was taken over fails at its next intent."""
    session = open_session("none")
    change_set = session.run("pause", pause(active(sandbox, 1))).change_sets[0].change_set
    with session.journal.lease(change_set, "old") as epoch:
        pass
    with (
        session.journal.lease(change_set, "new"),
        pytest.raises(ConfigError, match="taken this change set over"),
    ):
        session.journal.intend(change_set.id, epoch, [(session.journal.outcomes(change_set)[0], {})])
    assert session.journal.outcomes(change_set)[0].state == "PLANNED"


def launch(image):
    """An image, a creative and an ad in one turn."""
    return ScriptedModel(
        [
            [
                ("upload_image", {"paths": [str(image)]}),
                (
                    "create_creative",
                    {"name": "Hero", "image_hashes": [f"new:{image.name}"], "bodies": ["Snap and go"]},
                ),
                ("create_ad", {"name": "Hero ad", "creative_id": "new:Hero"}),
            ],
            "done",
        ]
    )


@pytest.fixture
def image(workspace):
    from PIL import Image

    path = workspace / "hero.png"
    Image.new("RGB", (1080, 1080), (200, 30, 30)).save(path, compress_level=1)
    return path


def named(sandbox: Sandbox, name: str) -> list[dict]:
    return [ad for ad in sandbox.ads("id,name,status,creative{id,name},adlabels") if ad["name"] == name]


@pytest.mark.parametrize("lie", ["another, and kept", "another, and not kept", "a new one"])
def test_a_picture_is_the_one_that_was_sent_whatever_hash_meta_answers(
    open_session, sandbox, faults, image, lie
):
    """Under the hash of its bytes it is found; an older picture is in no ad; a new hash is kept, and told."""
    older = sandbox.get(f"{ACCOUNT}/adimages", fields="hash,created_time")["data"][0]

    def answer(forward, request):
        if lie == "another, and kept":
            forward()
        if lie == "a new one":
            sandbox.world.nodes[f"{ACCOUNT.removeprefix('act_')}:{older['hash']}"].data["created_time"] = (
                faults.clock.now().strftime("%Y-%m-%dT%H:%M:%S+0000")
            )
        return httpx.Response(200, json={"images": {"hero.png": {"hash": older["hash"]}}}, request=request)

    faults.writes = [answer]
    report = open_session().run("launch", launch(image))
    picture, *built = report.change_sets[0].outcomes
    if lie == "another, and not kept":
        assert outcomes(report) == ["conflict", "refused", "refused"]
        assert f"the hash {older['hash']}, which is another picture" in picture.note
        assert not named(sandbox, "Hero ad")
        return
    assert outcomes(report) == ["done"] * 3
    own = hashlib.md5(image.read_bytes(), usedforsecurity=False).hexdigest()
    expected = own if lie == "another, and kept" else older["hash"]
    spec = sandbox.get(built[0].result["id"], fields="object_story_spec")["object_story_spec"]
    assert picture.result["hash"] == expected == spec["link_data"]["image_hash"]
    assert ("another picture" if expected == own else "another hash than that of its bytes") in picture.note


def test_a_launch_is_one_set_and_ends_in_a_paused_ad(open_session, sandbox, image):
    """Image, creative and ad build on each other, and the ad is PAUSED."""
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done"] * 3
    assert len(report.change_sets) == 1
    (ad,) = named(sandbox, "Hero ad")
    assert (ad["status"], ad["creative"]["name"]) == ("PAUSED", "Hero")


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize(
    "fault", [drop_before, drop_after, html_after, refuse, graph_error(2, after=True), graph_error(2)]
)
def test_a_create_whose_answer_was_lost_is_looked_for_first(
    open_session, sandbox, faults, image, position, fault
):
    """Whatever happens to the answer, there is one creative and one ad."""
    faults.writes = [*[None] * position, fault]
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done"] * 3
    assert len(named(sandbox, "Hero ad")) == 1
    creatives = sandbox.get(f"{ACCOUNT}/adcreatives", fields="name", limit=500)["data"]
    assert sum(creative["name"] == "Hero" for creative in creatives) == 1


def test_a_create_is_repeated_only_after_the_settle_time(open_session, faults, image):
    """Absent once is not absent: Meta gets time to finish a create before it is sent again."""
    faults.writes = [None, None, drop_before]
    open_session().run("launch", launch(image))
    assert sum(faults.clock.waits) >= 90
    assert [w for w in faults.clock.waits if w > 1][:3] == [10, 20, 40]


def test_a_late_create_is_found_while_waiting(open_session, sandbox, faults, image):
    """An ad that Meta lists only after a while is adopted, not made again."""
    late = []

    def executed_later(forward, request):
        late.append(forward)
        return drop_before(forward, request)

    faults.writes = [None, None, executed_later]
    sleep = faults.clock.sleep

    def sleeping(seconds):
        sleep(seconds)
        if late and sum(faults.clock.waits) > 30:
            late.pop()()

    faults.clock.sleep = sleeping
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done"] * 3
    assert report.change_sets[0].outcomes[2].note == "found done after a lost answer"
    assert len(named(sandbox, "Hero ad")) == 1


def test_dependants_of_a_refused_create_are_not_sent(open_session, sandbox, faults, image):
    """When the creative is refused, the ad is skipped and says why."""
    faults.writes = [None, graph_error(100, 3858504)]
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done", "refused", "refused"]
    assert "builds on Hero" in report.change_sets[0].outcomes[2].note
    assert not named(sandbox, "Hero ad")


def test_a_file_that_changed_after_approval_is_not_sent(open_session, faults, image):
    """The approved bytes are sent or none."""
    session = open_session("none")
    change_set = session.run("launch", launch(image)).change_sets[0].change_set
    image.write_bytes(b"something else")
    session.journal.approve(change_set, "test")
    report = session.apply(change_set)
    assert outcomes(report) == ["refused"] * 3
    assert "not the file that was approved" in report.change_sets[0].outcomes[0].note
    assert not faults.sent_writes()


def test_an_unknown_outcome_is_named_when_meta_cannot_be_read(open_session, sandbox, faults):
    """When even looking fails, the change is reported as unknown, and apply can look again later."""
    ids = active(sandbox, 1)
    session = open_session("none")
    change_set = session.run("pause", pause(ids)).change_sets[0].change_set
    session.journal.approve(change_set, "test")
    faults.clock.later(60)
    faults.writes, faults.reads = [drop_after], [None, *[drop_before] * 4]
    report = session.apply(change_set)
    assert outcomes(report) == ["unknown"]
    assert report.exit_code == 4
    assert outcomes(session.apply(change_set)) == ["done"]
    assert status_writes(sandbox) == ids


def test_ctrl_c_in_the_middle_says_what_was_done(open_session, sandbox, faults):
    """An interrupted apply ends with 130 and can be taken up again."""
    faults.writes = [interrupt]
    session = open_session()
    report = session.run("pause", pause(active(sandbox, 2)))
    assert report.exit_code == 130
    assert "adsteward apply" in report.answer
    assert outcomes(session.apply(report.change_sets[0].change_set)) == ["done"] * 2


def test_ctrl_c_says_what_is_left_of_every_set(open_session, sandbox, faults):
    """One that is done, one that was approved and not sent, one that waits: each with what can be typed."""
    ads = active(sandbox, 3)
    session = open_session()
    done = session.run("pause", pause(ads[:1])).change_sets[0].change_set
    said = str(interrupted(session.journal, [done]))
    assert (
        said
        == f"Interrupted: 1 done (change set {done.id}). `adsteward undo {done.id}` takes back what is done."
    )
    session.mode = "none"
    approved = session.run("pause", pause(ads[1:2])).change_sets[0].change_set
    session.journal.approve(approved, "somebody")
    waits = session.run("pause", pause(ads[2:])).change_sets[0].change_set
    again = f"`adsteward apply {waits.id}` shows it again and asks"
    still = f"{waits.id} still waits: {again}, `adsteward decline {waits.id}` withdraws it."
    assert str(interrupted(session.journal, [done, approved, waits])).splitlines() == [
        said,
        still,
        f"{approved.id} is approved and was not sent: `adsteward apply {approved.id}` sends it.",
    ]
    assert str(interrupted(session.journal, [approved, waits])).startswith(
        "Interrupted. Nothing was changed.\n"
    )
    session.journal.decline(waits, "somebody", "")
    assert str(interrupted(session.journal, [waits])) == "Interrupted. Nothing was changed."


def test_undo_restores_and_is_refused_where_others_changed(open_session, sandbox, events: Events):
    """Undo puts back what is still as we left it, and names what is not."""
    first, second = active(sandbox, 2)
    session = open_session("all")
    done = session.run("pause", pause([first, second])).change_sets[0].change_set
    sandbox.post(second, status="ARCHIVED")
    undoing = open_session("ask", approver=approved_by("test"))
    report, result = undoing.tool("undo", {"change_set_id": done.id})
    assert outcomes(report) == ["done"]
    assert (sandbox.status(first), sandbox.status(second)) == ("ACTIVE", "ARCHIVED")
    assert "left alone" in result["note"]
    assert events.of(Settled)


def test_an_undone_set_cannot_be_undone_again(open_session, sandbox):
    """Taking back twice changes nothing."""
    ids = active(sandbox, 2)
    session = open_session("ask", approver=approved_by("test"))
    done = session.run("pause", pause(ids)).change_sets[0].change_set
    session.tool("undo", {"change_set_id": done.id})
    report, result = session.tool("undo", {"change_set_id": done.id})
    assert report.change_sets == ()
    assert result["note"] == f"{done.id} was taken back already; nothing older is left to take back"
    assert session.journal.state(done.id) == "undone"


def test_an_undone_set_cannot_be_applied_again(open_session, sandbox, faults):
    """Approval ends with undo: the id does not bring back what was taken back."""
    session = open_session("ask", approver=approved_by("test"))
    done = session.run("pause", pause(active(sandbox, 2))).change_sets[0].change_set
    session.tool("undo", {"change_set_id": done.id})
    sent = len(faults.sent_writes())
    assert session.apply(done).exit_code == 3
    assert len(faults.sent_writes()) == sent


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("again", [False, True], ids=["undo", "redo"])
def test_what_another_set_took_back_is_not_taken_back_twice(open_session, sandbox, faults, engine, again):
    """A stale undo or redo is refused when judged and sends nothing when approved before; what a person did later stays."""
    (ad,) = active(sandbox, 1)
    session = open_session("ask", approver=approved_by("test"))
    taken = session.run("pause", pause([ad])).change_sets[0].change_set.id
    status = "PAUSED"
    if again:
        taken = session.tool("undo", {"change_set_id": taken})[0].change_sets[0].change_set.id
        status = "ACTIVE"
    session.approver = Nobody()
    waits, overtaken = (
        session.tool("undo", {"change_set_id": taken}, request=f"undo {n}")[0].change_sets[0].change_set
        for n in range(2)
    )
    session.approver = approved_by("test")
    by = session.tool("undo", {"change_set_id": taken})[0].change_sets[0].change_set.id
    gone = next(row for row in session.journal.recent(ACCOUNT, 9) if row["id"] == waits.id)
    assert (gone["state"], gone["declined_by"]) == ("declined", "adsteward")
    assert gone["why"].startswith(f"{waits.id} is too late: {by} took that back already")
    assert pending(session.journal) == ([], [])
    session.journal.approve(overtaken, "somebody, while it was taken back")
    (stuck,) = pending(session.journal)[0]
    assert stuck.hopeless.startswith(f"{overtaken.id} is too late")
    session.run("later", ScriptedModel([[("set_status", {"ids": [ad], "status": status})], "done"]))
    sent = len(faults.sent_writes())
    for stale in (waits, overtaken):
        with pytest.raises(ConfigError, match=rf"{stale.id} is too late: {by} took that back already"):
            carry_out(session, stale)
    (stays,) = session.apply(overtaken).change_sets
    assert [(o.said, o.note) for o in stays.outcomes] == [
        ("conflict", f"{by} took that back already. Nothing was sent for it")
    ]
    assert (len(faults.sent_writes()), sandbox.status(ad)) == (sent, status)
    session.journal.approve(waits, "somebody")
    session.journal.decline(waits, "somebody else", "it cannot be done")
    assert [e["data"] for e in session.journal.events(taken) if e["event"] == "undone"] == [
        f'{{"by":"{by}"}}'
    ]


def test_what_is_about_something_removed_leaves_the_inbox(open_session, sandbox):
    """A set that waits for what was archived meanwhile is declined with the reason; what can still be done with it waits on."""
    ad, other = active(sandbox, 2)
    session = open_session("none")
    calls = {
        "in vain": ("set_status", {"ids": [ad], "status": "PAUSED"}),
        "in part": ("set_status", {"ids": [ad, other], "status": "PAUSED"}),
        "still": ("rename", {"ids": [ad], "name": "Archived"}),
    }
    waits = {name: session.tool(*call)[0].change_sets[0].change_set.id for name, call in calls.items()}
    session.approver = approved_by("test")
    by = session.tool("remove", {"ids": [ad], "how": "archive"})[0].change_sets[0].change_set.id
    rows = {row["id"]: row for row in session.journal.recent(ACCOUNT, 9)}
    assert {name: rows[i]["state"] for name, i in waits.items()} == {
        "in vain": "declined",
        "in part": "proposed",
        "still": "proposed",
    }
    assert rows[waits["in vain"]]["why"] == f"What it is about was removed by {by}. Nothing was sent."


def test_a_slow_look_does_not_count_as_settle_time(open_session, sandbox, faults, image):
    """A listing that takes long tells what was there when it began, not when it ended."""
    late = []

    def slow(forward, request):
        answer = forward()
        faults.clock.sleep(95)
        late.pop()()
        return answer

    def executed_later(forward, request):
        late.append(forward)
        faults.reads = [slow]
        return drop_before(forward, request)

    faults.writes = [None, None, executed_later]
    report = open_session().run("launch", launch(image))
    assert not late
    assert outcomes(report) == ["done"] * 3
    assert len(named(sandbox, "Hero ad")) == 1


def test_a_jump_of_the_clock_is_not_settle_time(open_session, sandbox, faults, image):
    """When somebody sets the clock forward after a lost answer, apply still waits."""
    from datetime import timedelta

    def lost_and_jumped(forward, request):
        faults.clock.at += timedelta(minutes=5)
        return drop_before(forward, request)

    faults.writes = [None, None, lost_and_jumped]
    report = open_session().run("launch", launch(image))
    assert outcomes(report) == ["done"] * 3
    assert sum(faults.clock.waits) >= 90


def test_a_lock_in_a_batch_ends_the_run(open_session, sandbox, faults):
    """After 368 on one item nothing more is asked or written, and the report says why."""
    first, second, third = active(sandbox, 3)
    faults.writes = [item_errors(368, 1)]
    model = ScriptedModel(
        [
            [("set_status", {"ids": [first, second], "status": "PAUSED"})],
            [("set_status", {"ids": [third], "status": "PAUSED"})],
            "done",
        ]
    )
    report = open_session().run("pause", model)
    requests = len(faults.requests)
    assert (report.exit_code, len(model.asked)) == (4, 1)
    assert "368" in report.answer
    assert faults.requests[requests - 1] is faults.sent_writes()[-1]


def test_what_meta_confirmed_but_does_not_show_is_no_success(open_session, sandbox, faults):
    """A claim of success that reading back contradicts is a conflict and exit 4."""
    faults.writes = [lambda forward, request: httpx.Response(200, json={"success": True})]
    report = open_session().run("pause", pause(active(sandbox, 1)))
    assert (outcomes(report), report.exit_code) == (["conflict"], 4)
    assert "still reads as before" in report.change_sets[0].outcomes[0].note


def test_undo_waits_for_what_is_unknown(open_session, sandbox, faults):
    """A set with an unknown outcome is not undone around it."""
    session = open_session("none")
    change_set = session.run("pause", pause(active(sandbox, 1))).change_sets[0].change_set
    session.journal.approve(change_set, "test")
    faults.clock.later(60)
    faults.writes, faults.reads = [drop_after], [None, *[drop_before] * 4]
    assert session.apply(change_set).change_sets[0].state == "partly_applied"
    _, result = session.tool("undo", {"change_set_id": change_set.id})
    assert "not known yet" in result["error"]


def test_stop_pauses_what_may_have_been_started(open_session, sandbox, faults):
    """An activation whose answer was lost counts as started."""
    (ad,) = [i for i in sorted(sandbox.paused()) if sandbox.status(i) == "PAUSED"][:1]
    session = open_session("ask", approver=approved_by("test"))
    faults.writes, faults.reads = [drop_after], []
    start = ScriptedModel([[("set_status", {"ids": [ad], "status": "ACTIVE"})], "done"])

    def lose_reads(forward, request):
        faults.reads = [drop_before] * 4
        return drop_after(forward, request)

    faults.writes = [lose_reads]
    assert outcomes(session.run("start", start)) == ["unknown"]
    faults.reads = []
    report, _ = session.tool("stop", {})
    assert outcomes(report) == ["done"]
    assert sandbox.status(ad) == "PAUSED"


def test_a_broken_screen_does_not_come_between_a_write_and_its_record(open_session, sandbox):
    """A listener that fails is not asked again; the write is recorded and reported."""

    def broken(event):
        raise BrokenPipeError

    session = open_session()
    session.listener = broken
    report = session.run("pause", pause(active(sandbox, 2)))
    assert (report.status, outcomes(report)) == ("done", ["done"] * 2)


def test_a_model_may_use_a_call_id_twice(open_session, sandbox):
    """Local servers do; our own names do not depend on it."""
    first, second = active(sandbox, 2)

    def call(ad):
        calls = (ToolCall("call_0", "set_status", {"ids": [ad], "status": "PAUSED"}),)
        blocks = [{"type": "tool_use", "id": "call_0", "name": "set_status", "input": calls[0].arguments}]
        return Reply({"role": "assistant", "content": blocks}, "", calls, "tool_use")

    report = open_session().run("pause", ScriptedModel([call(first), call(second), "done"]))
    assert outcomes(report) == ["done"] * 2


def test_one_thing_is_changed_once_a_turn(open_session, sandbox):
    """Two different wishes for one object in one turn are refused, not raced."""
    (ad,) = active(sandbox, 1)
    calls = [("set_status", {"ids": [ad], "status": "PAUSED"})] * 2
    model = ScriptedModel([calls, "done"])
    report = open_session().run("pause", model)
    assert outcomes(report) == ["done"]
    assert "already changed in this turn" in model.results()[1]["error"]


def test_a_person_sees_what_a_new_ad_says_and_where_it_leads(open_session, image):
    """Link, texts, page, picture and ad set are part of what is approved."""
    report = open_session("none").run("launch", launch(image))
    shown = {change.kind: change.shown for change in report.change_sets[0].change_set.changes}
    assert shown["create_creative"]["text"] == "Snap and go"
    assert shown["create_creative"]["link"] == "https://northwind.example/"
    assert shown["create_creative"]["images"] == image.name
    assert "23847000000001" in shown["create_ad"]["ad set"]
    assert shown["upload_image"]["file"] == str(image)
    assert report.as_json()["change_sets"][0]["changes"][1]["after"]["link"] == "https://northwind.example/"


@pytest.mark.parametrize("fault", [graph_error(100, 1487390), graph_error(1487390), graph_error(2)])
def test_a_creative_that_meta_could_not_make_now_is_made_by_the_next_apply(
    open_session, sandbox, faults, image, fault
):
    """It is tried four times; its ad does not fall with it, and applied again both are made, once."""
    faults.writes = [None, *[fault] * 4]
    first = open_session()
    first.world.wire.wait_budget.limit_s = 3600
    report = first.run("launch", launch(image))
    assert outcomes(report) == ["done", "not sent", "not sent"]
    assert "apply it again later" in report.change_sets[0].outcomes[1].note
    assert not named(sandbox, "Hero ad")
    session = open_session()
    before = len(faults.requests)
    again = session.apply(session.journal.change_set(report.change_sets[0].change_set.id))
    assert outcomes(again) == ["done"] * 3
    assert not is_write(faults.requests[before])  # it looks first
    (ad,) = named(sandbox, "Hero ad")
    assert ad["creative"]["name"] == "Hero"
    assert (
        len(
            [
                c
                for c in sandbox.get(f"{ACCOUNT}/adcreatives", fields="name", limit=500)["data"]
                if c["name"] == "Hero"
            ]
        )
        == 1
    )


def test_a_disabled_account_is_named_as_what_it_is(open_session, sandbox, faults):
    """Meta's permission error is not answered with advice about the token."""
    session = open_session("all")
    session.world.wire.advice = replace(
        session.world.wire.advice, account_problem="The ad account is disabled (DISABLED)."
    )
    faults.writes = [graph_error(200)]
    report = session.run("pause", pause(active(sandbox, 1)))
    note = report.change_sets[0].outcomes[0].note
    assert "The ad account is disabled" in note
    assert "ads_management" not in note
