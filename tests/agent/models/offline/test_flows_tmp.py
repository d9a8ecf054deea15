"""The offline model does what was asked, asks back when that is not clear, and never guesses."""

import json
from typing import Any

import pytest

from agent.models.offline import Offline
from tests.agent.models.offline.talking import *


def test_the_daily_check_is_one_call_and_names_problems_first():
    """All five questions are answered in the tool's own words, wrapped to 79 columns, problems on top."""
    talk = Talk()
    answer = talk.say("daily check")
    assert talk.turns == [[("daily_check", {})]]
    lines = answer.splitlines()
    assert lines[:3] == [
        "Daily check, 2026-11-12 09:00 America/New_York",
        "PROBLEMS",
        "  Rejected: Static – Unfit?: Personal Attributes: say nothing about people's",
    ]
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[2:8] == [
        "On track?",
        "What runs?",
        "How does it perform?",
        "Who wins, who loses?",
        "Who tires?",
        "Paused, but vindicated by late results",
    ]
    assert max(map(len, lines)) <= 79
    assert lines[-1] == 'Next: "pause underperforming ads" or "revive paused ads"'


def test_a_day_without_problems_says_so():
    """Silence could mean that nobody looked."""
    quiet = CHECK | {"answers": {k: v for k, v in CHECK["answers"].items() if k != "problems"}, "ids": {}}
    answer = Talk(daily_check=quiet).say("how are my ads doing?")
    assert "\nNo problems found.\nOn track?\n" in answer
    assert "Next:" not in answer


def test_a_report_on_a_period_has_its_figures_on_top():
    """The period that was named is answered, and the check goes with it."""
    talk = Talk()
    answer = talk.say("how did my ads do yesterday")
    assert talk.turns == [
        [("daily_check", {}), ("get_insights", {"level": "account", "date_preset": "yesterday"})]
    ]
    assert answer.splitlines()[0].endswith(
        "123.45 USD spent, 6 results (purchase), 20.57 USD each, CTR 1.10 %"
    )


@pytest.mark.parametrize(
    "broken", [{}, {"answers": "x", "ids": []}, {"answers": {"problems": [None, 3]}}, {"error": "no"}]
)
def test_an_odd_daily_check_is_no_trouble(broken):
    """Whatever a tool gives, a person gets lines."""
    assert Talk(daily_check=broken).say("daily check")


def test_figures_by_day_end_with_their_trend():
    """A line of blocks for spend and one for cost; a day without results is a point."""
    rows = [
        {"date_start": f"2026-11-0{n}", "date_stop": f"2026-11-0{n}", "spend": f"{n}0.00", "results": "1"}
        | ({"cost_per_result": f"{n}0.00"} if n != 2 else {})
        for n in (1, 2, 4)
    ]
    answer = Talk(get_insights=FIGURES | {"rows": rows}).say("show spend by day last week")
    assert "  spend ▂▄█\n  cost  ▂·█ per result" in answer


def test_reviving_proposes_what_the_check_names():
    """Who was vindicated is looked up, then activated by one proposal; the figures are said."""
    talk = Talk(set_status=WAITING)
    answer = talk.say("revive paused ads")
    assert talk.turns == [[("daily_check", {})], [("set_status", {"ids": [A3], "status": "ACTIVE"})]]
    assert "Nothing was changed yet" in answer
    assert "with those that came in late it is 9" in answer
    nobody = Talk(daily_check=CHECK | {"ids": {}})
    assert nobody.say("revive vindicated ads").startswith("Nothing to revive")
    assert nobody.called == ["daily_check"]


def test_the_main_job_reviews_and_pauses_what_the_review_names():
    """The ids come from the review alone; the answer has reasons, the protected, the rest and the way back."""
    talk = Talk(set_status=applied("Ad one", "Ad two"))
    answer = talk.say("pause underperforming ads, last 14 days")
    assert talk.turns == [
        [("review_performance", {"date_preset": "last_14d"})],
        [("set_status", {"ids": [A1, A2], "status": "PAUSED"})],
    ]
    assert answer.startswith("Done: 2 of 2 underperforming ads paused (change set cs-111aaa).")
    assert "  Ad one: spent 90.00 USD without a purchase\n  Ad two\n" in answer
    assert "protected, left alone: Evergreen (*evergreen*)" in answer
    assert "3 more; 2 may be paused now (max_pauses_per_day)" in answer
    assert "0.12 of 2 are expected to be good ads" in answer
    assert "adsteward undo cs-111aaa" in answer


def test_a_named_scope_is_looked_up_and_handed_on_as_an_id():
    """The review gets the campaign's id, so that no other campaign of a similar name is judged."""
    talk = Talk()
    talk.say("pause underperforming ads in the spring campaign")
    assert talk.turns[1] == [("review_performance", {"scope": "23846000000001"})]
    talk.say("pause underperforming ads in spring")
    assert talk.turns[1] == [("review_performance", {"scope": "23846000000001"})]
    assert "fits 2 things" in talk.say("pause underperforming ads in sales")
    assert talk.called == ["list_ads"]


def test_nothing_to_pause_is_said_with_counts():
    """No pause in the review: no write."""
    talk = Talk(review_performance=REVIEW | {"pause": [], "counts": {"keep": 8}, "pause_later": ""})
    answer = talk.say("pause underperforming ads")
    assert talk.called == ["review_performance"]
    assert answer.startswith("No ad is to be paused (last 30 days).")
    assert "8 keep" in answer


def test_asking_for_losers_and_winners_only_reads():
    """A question gets the review; how to act on winners is said, not done."""
    talk = Talk()
    assert "Ad one: spent 90.00 USD without a purchase" in talk.say("which ads underperform?")
    answer = talk.say("scale winners")
    assert talk.called == ["review_performance"]
    assert "Winner: spent 10.00 USD, 5 results, 2.00 USD each" in answer
    assert "raise the budget of" in answer


@pytest.mark.parametrize(
    ("result", "parts"),
    [
        (WAITING, ["Nothing was changed yet", "'Ad' can raise spend", "adsteward apply cs-222bbb"]),
        (DECLINED, ["Declined; nothing was changed (cs-222bbb): not today."]),
        (REFUSAL, ["Refused by the guardrails", "it is protected by stack.md", "under protect"]),
        (
            {"state": "nothing to change", "note": "already PAUSED: X"},
            ["Nothing to change: already PAUSED: X"],
        ),
        (
            {"error": "Not a campaign, ad set or ad of act_1. Use list_ads."},
            ["That did not work: Not a", "list my ads"],
        ),
        (
            applied("A", state="partly_applied", stopped="Meta is down")
            | {
                "changes": [
                    {"name": "A", "outcome": "done"},
                    {"name": "B", "outcome": "unknown", "note": "no answer"},
                ]
            },
            [
                "Partly done: 1 of 2",
                "UNKNOWN  B: no answer",
                "Stopped: Meta is down",
                "adsteward apply",
                "adsteward undo",
            ],
        ),
        (
            {
                "change_set": "cs-9",
                "state": "failed",
                "changes": [{"name": "A", "outcome": "refused", "note": "no"}],
            },
            ["Not done: 0 of 1", "REFUSED  A: no"],
        ),
        ({}, ["Nothing to change"]),
    ],
)
def test_every_outcome_of_a_write_is_told(result, parts):
    """Waiting, declined, refused, unknown and failed changes are said as what they are."""
    answer = Talk(set_status=result).say(f"pause {A1}")
    for part in parts:
        assert part in answer
    assert ("Take back with" in answer) == (result.get("state") in ("applied", "partly_applied"))


def test_ids_need_no_lookup():
    """Ids go to the tool as they are, which proves that they belong to the account."""
    talk = Talk()
    talk.say(f"pause {A1} and {A2}")
    assert talk.turns == [[("set_status", {"ids": [A1, A2], "status": "PAUSED"})]]


def a_tree(*names: str) -> dict[str, Any]:
    """Campaigns without ads, called so; their ids count from 1."""
    rows = enumerate(names, 1)
    return {"campaigns": [{"id": f"2384600000010{n}", "name": name, "status": "PAUSED"} for n, name in rows]}


@pytest.mark.parametrize(
    ("text", "names", "found", "note"),
    [
        ('activate "Winter"', ["Winter sale", "Winter"], 2, ""),
        ("activate Winter", ["Winter sale", "Winter"], 2, ""),
        ('activate "Winter"', ["WINTER!", "Winter", "winter"], 2, ""),
        ('activate "🔥"', ["🔥🔥", "🔥"], 2, ""),
        ('activate "winter - sale"', ["Winter – Sale"], 1, ""),
        ('activate "Winter"', ["Summer", "Winter sale"], 2, '"Winter sale" is not exactly what was typed: "Winter"'),
        ("activate sale winter", ["Winter big sale"], 1, '"Winter big sale" is not exactly what was typed: "sale winter"'),
        ('set the daily budget of "Winter" to 9 USD', ["Winter sale"], 1, '"Winter sale" is not exactly what was typed: "Winter"'),
    ],
)  # fmt: skip
def test_a_name_is_the_exact_one_or_the_question_says_that_it_is_not(text, names, found, note):
    """The exact name goes first; the only one that holds what was typed is asked about under its own name."""
    tree = a_tree(*names)
    for campaign in tree["campaigns"]:
        campaign["daily_budget"] = "5.00 USD"
    talk = Talk(list_ads=tree)
    talk.say(text)
    assert f"2384600000010{found}" in json.dumps(talk.last)
    assert talk.notes == ([note] if note else [])


@pytest.mark.parametrize(
    "text", ['activate "Winter"', "activate Winter", 'set the budget of "Winter" to 9 USD']
)
def test_of_several_names_none_is_taken(text):
    """The candidates are listed, and nothing is proposed."""
    talk = Talk(list_ads=a_tree("Winter sale", "Winter coats"))
    answer = talk.say(text)
    assert talk.called == ["list_ads"]
    assert '"Winter" fits 2 things, and nothing was done' in answer
    assert "23846000000101  Winter sale" in answer
    assert answer.endswith("Say which, by its id or its whole name in quotes.")


def test_of_two_things_of_one_name_the_id_is_asked_for() -> None:
    """A name that both have would not tell them apart, so it is not suggested."""
    answer = Talk(list_ads=a_tree("Winter", "Winter")).say('activate "Winter"')
    assert answer.endswith("Say which, by its id.")


@pytest.mark.parametrize("name", ["Packs for 3 days", "Not now", "If it rains"])
def test_a_name_that_reads_like_an_order_can_be_quoted(name: str) -> None:
    """What is refused for words that belong to a name says how to name it, and then it works."""
    talk = Talk(list_ads=a_tree(name))
    assert "If it belongs to a name, put the name in quotes." in talk.say(f"activate {name}")
    talk.say(f'activate "{name}"')
    assert talk.called[-1] == "set_status"


@pytest.mark.parametrize(
    "text",
    [
        'duplicate ad "Easter" into ad set "Broad US"',
        'change the text of "Easter" to "New words"',
        'make an ad from hero.jpg with text "Snap" in ad set "Broad US"',
        "pause underperforming ads in the spring campaign",
        'activate all paused ads in "Summer Sale"',
    ],
)  # fmt: skip
def test_every_kind_of_change_says_which_name_was_not_whole(text):
    """Duplicates, new content, new ads, and what a campaign narrows."""
    talk = Talk()
    talk.say(text)
    assert set(talk.called) & WRITES
    assert "is not exactly what was typed" in "".join(talk.notes)


def test_the_second_word_of_stop_reaches_the_tool():
    """`stop protected` pauses what is protected as well; the question about it is the approval's."""
    talk = Talk()
    answer = talk.say("stop protected")
    assert talk.turns == [[("stop", {"reach": "protected"})]]
    assert "stop covers what adsteward started" not in answer


def test_an_answer_to_no_question_is_answered_in_a_line():
    """What waits and how it is applied, or that nothing does; not the long help, and no change."""
    talk = Talk()
    assert talk.say("yes") == (
        "Nothing was asked just now. cs-3 waits: `adsteward apply cs-3` shows it again and asks."
    )
    assert talk.called == ["history"]
    nothing = "Nothing was asked, and nothing waits for an approval."
    assert Talk(history={"change_sets": []}).say("no") == nothing
    rows = [{"id": f"cs-{n}", "state": "proposed"} for n in range(7)]
    told = Talk(history={"change_sets": rows}).say("ok")
    assert told.endswith("cs-4 and 2 more wait: `adsteward apply ID` shows it again and asks.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pause the rain jacket ad", A2),
        ("pause Static - Rain Jacket GREY", A2),
        ('pause "UGC – Maria unboxing v2"', "23848000000004"),
        ("pause campaign spring collection", "23846000000001"),
        ("pause Summer Lookalike 3%", "23847000000005"),
        ('pause "Pause everything"', "23848000000006"),
        ("pause Maria light", A1),
    ],
)
def test_names_are_found_by_whole_name_part_or_words(text, found):
    """A single best match is taken; dashes and case do not count."""
    talk = Talk()
    talk.say(text)
    assert talk.last == {"ids": [found], "status": "PAUSED"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pause the UGC Maria ad", ["fits 2 things", A1, "23848000000004", "in Summer – Prospecting"]),
        ("pause Summer", ["fits 3 things", "campaign  23846000000002", "ad set    23847000000005"]),
        ("pause Rain coat", ['called "Rain coat"', "Spring Collection – Sales"]),
        ("pause Rain jaket grey", ["There is: ", "Static – Rain jacket grey"]),
        ('pause "un"', ['called "un"']),
        ('pause "–"', ['called "–"']),
    ],
)
def test_unclear_names_are_asked_about(text, parts):
    """Several matches are listed with their ids, none says what there is; nothing is done."""
    talk = Talk()
    answer = talk.say(text)
    assert talk.called == ["list_ads"]
    assert "othing was done" in answer
    for part in parts:
        assert part in answer


def test_a_list_that_leaves_ads_out_settles_no_name():
    """Where more ads exist than one list shows, a name is not trusted to be the only one."""
    talk = Talk(list_ads=TREE | {"left_out": "200 ads; narrow"})
    assert "Give its id" in talk.say("pause the rain jacket ad")
    assert "one list shows" in talk.say("activate all paused ads")
    assert not WRITES & set(talk.called)
    talk.say("which ads underperform in campaign 23846000000099?")
    assert talk.last == {"scope": "23846000000099"}


def test_all_means_all_of_one_status():
    """All paused ads are activated, all active ones paused; campaigns go by their own status."""
    talk = Talk()
    talk.say("activate all paused ads")
    assert talk.turns[0] == [("list_ads", {"effective_status": ["PAUSED"]})]
    assert talk.last == {"ids": [A3], "status": "ACTIVE"}
    talk.say("pause all ads in the summer campaign")
    assert talk.turns[1] == [("list_ads", {"campaign_id": "23846000000002", "effective_status": ["ACTIVE"]})]
    talk.say("pause all campaigns")
    assert talk.last == {"ids": ["23846000000001"], "status": "PAUSED"}
    none = Talk(list_ads=TREE | {"campaigns": []})
    assert none.say("activate all paused ads").startswith("Nothing to do: no ads are PAUSED")


def test_too_many_pauses_wait_and_the_limit_is_named():
    """What is over a limit of the day waits for a person; the answer passes on what is left, whole."""
    over = "over the limits of 24 hours: max_pauses_per_day 10: 3 left until 14:05, this needs 11"
    waits = {
        "change_set": "cs-0",
        "state": "waiting for approval; nothing was changed",
        "reason": over,
        "changes": ["X"],
    }
    answer = Talk(set_status=waits).say("pause all ads")
    assert over in answer
    assert "adsteward apply cs-0" in answer


def test_pausing_everything_leaves_out_what_is_protected():
    """Where names are protected, the rest is offered, and what was left out is said."""
    error = {"error": "Refused by the guardrails, as it is protected by stack.md (*x*): 'X'."}
    note = "protected by stack.md, still running: X"
    stopped = {
        "change_set": "cs-0",
        "state": "applied",
        "changes": [{"name": "Y", "outcome": "done"}],
        "note": note,
    }
    talk = Talk(set_status=error, stop=stopped)
    answer = talk.say("pause everything")
    assert talk.turns[-1] == [("stop", {"reach": "all"})]
    assert note in answer


def test_stop_comes_before_anything_is_read():
    """The emergency is one call, and says what it does not cover."""
    talk = Talk(stop={"state": "nothing to change", "note": "adsteward started nothing"})
    answer = talk.say("STOP!")
    assert talk.turns == [[("stop", {})]]
    assert "Nothing to stop" in answer
    assert '"pause everything"' in answer
    assert "2 of 2 stopped" in Talk().say("stop")


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (
            "set the budget of Summer – Prospecting to 60 USD",
            {"id": "23847000000001", "daily_budget": "60.00 USD"},
        ),
        (
            "set the budget of Summer – Prospecting to 60",
            {"id": "23847000000001", "daily_budget": "60.00 USD"},
        ),
        (
            "raise the budget of 23847000000001 to $55.50",
            {"id": "23847000000001", "daily_budget": "55.50 USD"},
        ),
        (
            "raise the budget of Summer – Prospecting by 20%",
            {"id": "23847000000001", "daily_budget": "60.00 USD"},
        ),
        (
            "lower the budget of Summer – Prospecting by 10 USD",
            {"id": "23847000000001", "daily_budget": "40.00 USD"},
        ),
        (
            "raise the budget of Summer – Lookalike 3% by 12.5%",
            {"id": "23847000000005", "lifetime_budget": "375.00 USD"},
        ),
        (
            "lower the budget of Summer – Lookalike 3% by 50%",
            {"id": "23847000000005", "lifetime_budget": "166.66 USD"},
        ),
        ("raise the budget of spring by 10%", {"id": "23846000000001", "daily_budget": "220.00 USD"}),
        (
            "set the budget of Summer – Prospecting to 60.5 USD",
            {"id": "23847000000001", "daily_budget": "60.50 USD"},
        ),
    ],
)
def test_budgets_are_computed_exactly_from_what_was_read(text, arguments):
    """Percentages and steps start from the budget that was read, half to even; bare numbers take its currency."""
    talk = Talk()
    answer = talk.say(text)
    assert talk.last == arguments
    assert f"to {next(v for k, v in arguments.items() if k != 'id')}" in answer


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise the budget of Summer – Prospecting to 40 USD", "not a raise"),
        ("lower the budget of Summer – Prospecting to 60", "more than the 50.00 USD"),
        ("set the budget of Summer – Prospecting to 60 EUR", "never converted"),
        ("set the budget of Summer – Prospecting to €60", "never converted"),
        ("lower the budget of Summer – Prospecting by 50 USD", "no budget"),
        ("set the lifetime budget of Summer – Prospecting to 600", "has a daily budget"),
        ("set the budget of Spring – Broad US to 60", "sits on its campaign Spring Collection"),
        ("set the budget of campaign Summer Sale to 60", "no budget of its own"),
        ("set the budget of ad UGC Maria to 60", "Budgets belong to ad sets"),
        ("set the budget of Nowhere to 60", "called"),
        ("raise the budget of Summer by 10%", "fits 2 things"),
    ],
)
def test_doubtful_budgets_are_not_set(text, why):
    """A slip in direction, currency, kind or object ends with a question."""
    talk = Talk()
    assert why in talk.say(text)
    assert "set_budget" not in talk.called


def test_a_yen_budget_keeps_its_decimals():
    """A dollar sign is no yen, and rounding follows the currency that was read."""
    talk = Talk(inspect=ANSWERS["inspect"] | {"daily_budget": "1005 JPY"})
    assert "never converted" in talk.say("set the budget of 23847000000001 to $60")
    talk.say("raise the budget of 23847000000001 by 10%")
    assert talk.last["daily_budget"] == "1106 JPY"
    assert "no ad set" in Talk(inspect={"type": "ad"}).say(f"set the budget of {A1} to 60")


MAKE = "make an ad from pics/hero.jpg with text 'Snap and go', title 'AI receipts', in ad set Summer – Prospecting"


def test_an_ad_is_made_in_one_turn():
    """Upload, creative and ad go together; the ad set's name was looked up before."""
    made = {"id": "23850000000001"}
    talk = Talk(create_ad=applied() | {"changes": [{"name": "AI receipts", "outcome": "done", **made}]})
    answer = talk.say(MAKE)
    assert talk.turns[-1] == [
        ("upload_image", {"paths": ["pics/hero.jpg"]}),
        (
            "create_creative",
            {
                "name": "AI receipts",
                "image_hashes": ["new:hero.jpg"],
                "bodies": ["Snap and go"],
                "titles": ["AI receipts"],
            },
        ),
        (
            "create_ad",
            {"name": "AI receipts", "creative_id": "new:AI receipts", "adset_id": "23847000000001"},
        ),
    ]
    assert "is PAUSED, id 23850000000001. To run it: activate 23850000000001" in answer


def test_an_image_that_is_there_already_is_used_by_its_hash():
    """Where new:FILENAME fails because nothing was uploaded, a second turn names the hash."""
    there = {"state": "nothing to change", "note": "hero.jpg is already there: image hash 0abc"}
    missing = {"error": "'new:hero.jpg' names nothing proposed before it in this turn (there is: nothing)."}
    talk = Talk(
        upload_image=there, create_creative=[missing, applied("X")], create_ad=[missing, applied("X")]
    )
    answer = talk.say(MAKE)
    assert [name for name, _ in talk.turns[-1]] == ["create_creative", "create_ad"]
    assert talk.turns[-1][0][1]["image_hashes"] == ["0abc"]
    assert answer.startswith("Done: 2 of 2 made")
    assert "names nothing" not in answer


def test_a_failed_creative_is_told_once():
    """The error that matters comes first; what only follows from it is left out."""
    error = {"error": "A creative needs an https link, not None: give link, or set default_link in stack.md."}
    talk = Talk(
        create_creative=error,
        create_ad={"error": "'new:AI receipts' names nothing"},
        upload_image=applied("hero.jpg"),
    )
    answer = talk.say(MAKE)
    assert answer.startswith("That did not work: A creative needs an https link")
    assert "names nothing" not in answer
    assert "Done: 1 of 1 made" in answer
    assert "PAUSED" not in answer


def test_uploads_alone_have_nothing_to_take_back():
    """An image stays in the library."""
    answer = Talk(upload_image=applied("hero.jpg")).say("upload hero.jpg")
    assert "1 of 1 uploaded" in answer
    assert "undo" not in answer


def test_undo_takes_the_last_applied_set_of_the_conversation():
    """To undo "that" means what was just done; after that was taken back, nothing is, and what came before is named."""
    talk = Talk(undo=applied("Ad one", change_set="cs-999fff"))
    talk.say(f"pause {A1}")
    answer = talk.say("undo that")
    assert talk.turns == [[("undo", {"change_set_id": "cs-111aaa"})]]
    assert "taken back of cs-111aaa" in answer
    answer = talk.say("undo that")
    assert talk.turns == [[("history", {"limit": 20})]]
    assert answer == (
        "The last change was taken back already (cs-2); nothing was proposed.\n"
        'Next would be cs-1: 2 changes, pause Y. To take that back: "undo cs-1".'
    )
    talk.say(f"pause {A2}")
    talk.say("undo that")
    assert talk.turns == [[("undo", {"change_set_id": "cs-111aaa"})]]


def test_undo_without_a_conversation_looks_into_the_journal():
    """The newest applied set that is no undo itself; one that waits is not it."""
    done = [row for row in ANSWERS["history"]["change_sets"] if row["id"] != "cs-2"]
    talk = Talk(set_status=WAITING, history={"change_sets": done})
    talk.say(f"activate {A1}")
    talk.say("undo")
    assert talk.called == ["history", "undo"]
    assert talk.last == {"change_set_id": "cs-1"}
    assert "nothing to undo" in Talk(history={"change_sets": []}).say("undo")
    alone = {"change_sets": [{"id": "cs-9", "state": "applied", "request": "undo that", "changes": 1}]}
    assert "Nothing older is left to take back." in Talk(history=alone).say("undo")
    nothing = {"state": "nothing to change", "note": "Y: changed again since, left alone"}
    assert "Nothing to take back of cs-5: Y: changed" in Talk(undo=nothing).say("undo cs-5")


def test_figures_become_an_aligned_table():
    """Totals and completeness are quoted; columns line up; nothing is computed."""
    talk = Talk()
    answer = talk.say("show performance by ad")
    assert talk.turns == [[("get_insights", {"level": "ad"})]]
    lines = answer.splitlines()
    assert lines[0].startswith("Last 7 days (2026-11-05 to 2026-11-11): 123.45 USD spent")
    assert lines[1].split() == ["spend", "results", "per", "result", "ctr", "%"]
    assert len({len(line) for line in lines[1:5]}) == 1
    assert "Complete: 2 of 2 rows" in answer


@pytest.mark.parametrize(
    ("text", "order"), [("top 3 ads", ["Cheap", "Dear", "Dead"]), ("worst 3 ads", ["Dead", "Dear", "Cheap"])]
)
def test_rankings_go_by_cost_per_result(text, order):
    """Best is cheapest, worst is none at all; no result has no price."""
    talk = Talk()
    lines = talk.say(text).splitlines()
    assert talk.last == {"level": "ad", "limit": 100}
    assert [line.split()[0] for line in lines[2:5]] == order


def test_figures_of_a_named_thing_go_by_its_parts():
    """A campaign is shown by its ad sets, an ad set by its ads."""
    talk = Talk()
    talk.say("how is the summer campaign doing?")
    assert talk.last == {"level": "adset", "ids": ["23846000000002"]}
    talk.say("spend by day for ad set Spring – Broad US last 3 days")
    assert talk.last == {
        "level": "account",
        "ids": ["23847000000002"],
        "time_increment": 1,
        "limit": 100,
        "date_preset": "last_3d",
    }
    assert "No delivery" in Talk(get_insights=FIGURES | {"rows": []}).say("top 5 ads")


def test_lists_and_single_objects_are_shown():
    """The tree is indented and has ids; an object shows its texts."""
    talk = Talk()
    answer = talk.say("show paused ads in the spring campaign")
    assert talk.last == {"campaign_id": "23846000000001", "effective_status": ["PAUSED"]}
    assert "    23848000000003  Static – Easter  PAUSED" in answer
    creative = {"object_story_spec": {"link_data": {"message": "Hello", "link": "https://x.example"}}}
    answer = Talk(inspect={"type": "ad", "id": A1, "name": "X", "creative": creative}).say(f"show ad {A1}")
    assert "text: Hello" in answer
    assert "cs-2  2026-11-12 09:00  applied" in Talk().say("history")


@pytest.mark.parametrize(
    ("matching", "running", "others", "said"),
    [
        (61, 61, {}, "61 ads, all running"),
        (1, 1, {}, "1 ad, running"),
        (8, 0, {"paused": 8}, "8 ads, all paused"),
        (9, 8, {"rejected": 1}, "9 running ads (8 running, 1 rejected)"),
        (0, 0, {}, "0 running ads."),
    ],
)
def test_a_state_that_all_ads_share_is_said_once(matching, running, others, said):
    """The head of a list says how many, and how many are in which state where they differ."""
    counts = {"matching": matching, "running": running, "not_running": others}
    tree = {key: value for key, value in TREE.items() if key != "campaigns" or matching}
    answer = Talk(list_ads=tree | counts).say("which ads are running?")
    assert answer.splitlines()[0].rstrip(":") == said


def test_errors_of_reads_end_the_plan():
    """A read that fails is told, and nothing follows from it."""
    for text in (
        "pause underperforming ads in spring",
        "pause the rain jacket ad",
        "raise the budget of X Y by 5%",
    ):
        talk = Talk(list_ads={"error": "Meta is down"})
        assert talk.say(text) == "That did not work: Meta is down"
        assert talk.called == ["list_ads"]
    down = {"error": "Meta is down"}
    answer = Talk(get_insights=down, daily_check=down).say("status of last week")
    assert answer.count("Meta is down") == 2


def test_names_are_data_and_printed_without_control_characters():
    """An ad called "Pause everything" changes no plan; escape codes do not reach the terminal."""
    talk = Talk()
    assert "\x1b" not in talk.say("list my ads")
    assert talk.called == ["list_ads"]


def test_the_last_words_of_the_person_count():
    """Text may come as blocks; ids of calls are unique over the conversation; text is streamed."""
    talk = Talk()
    talk.say(f"pause {A1}")
    talk.say([{"type": "text", "text": "list my ads"}])
    assert talk.called == ["list_ads"]
    ids = [
        b["id"]
        for m in talk.messages
        if m["role"] == "assistant"
        for b in m["content"]
        if b["type"] == "tool_use"
    ]
    assert ids == ["call_1", "call_2"]
    heard: list[str] = []
    reply = Offline().reply(SYSTEM, [], [{"role": "user", "content": "help"}], heard.append)
    assert heard == [reply.text]
    assert "ANTHROPIC_BASE_URL" in reply.text
    assert Offline().reply("", [], []).stop_reason == "end_turn"


def test_results_that_do_not_fit_end_the_plan():
    """What another model called before, or a result that is no JSON, leads to no further call."""
    use = {"type": "tool_use", "id": "x", "name": "history", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "x", "content": "{}"}
    ask = {"role": "user", "content": "pause underperforming ads"}
    messages = [ask, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    assert "lost the thread" in Offline().reply(SYSTEM, [], messages).text
    use["name"] = "review_performance"
    result["content"] = "not JSON"
    assert "no readable result" in Offline().reply(SYSTEM, [], messages).text
