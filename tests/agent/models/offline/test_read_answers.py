"""The offline model answers questions from what the tools read, and quotes their figures."""

import re

import pytest

from tests.agent.models.offline.talking import A1, ANSWERS, CHECK, FIGURES, REVIEW, TREE, WRITES, Talk

USUAL = ["spend", "results", "cost_per_result", "roas", "ctr"]


def test_the_daily_check_is_one_call_and_names_problems_first():
    """All five questions are answered in the tool's own words, a line each that the screen breaks, problems on top."""
    talk = Talk()
    answer = talk.say("daily check")
    assert talk.turns == [[("daily_check", {})]]
    lines = answer.splitlines()
    assert lines[:3] == [
        "Daily check, 2026-11-12 09:00 America/New_York",
        "PROBLEMS",
        "  Rejected: Static – Unfit?: Personal Attributes: say nothing about people's bodies",
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
    assert answer.splitlines()[1].endswith(
        "spend 123.45 USD, 6 results, cost per result 20.57 USD, CTR 1.10 % (results are purchase)"
    )


def test_a_report_for_a_client_is_a_file_and_its_summary():
    """One call for the period and the form that were named; the path stands first, then what the report says first."""
    made = {
        "file": "/r/report.pdf",
        "period": "2026-10-01 to 2026-10-31",
        "compared_with": "2026-09-01 to 2026-09-30",
    }
    made |= {"summary": ["1.00 USD was spent."], "complete": [], "note": "report_logo is left out"}
    talk = Talk(make_report=made)
    answer = talk.say("make a report for october as pdf")
    october = {"since": "2026-10-01", "until": "2026-10-31"}
    assert talk.turns == [[("make_report", {"file": "pdf", **october})]]
    assert "is in /r/report.pdf" in answer.splitlines()[1]
    assert answer.splitlines()[2:] == ["  1.00 USD was spent.", "report_logo is left out"]
    for said, asked in {
        "client report": {"file": "html", "date_preset": "last_month"},
        "make a weekly report as excel": {"file": "xlsx", "date_preset": "last_week_mon_sun"},
    }.items():
        talk = Talk(make_report=made)
        talk.say(said)
        assert talk.turns == [[("make_report", asked)]]
    assert "one period" in Talk(make_report=made).say("make a report for september and october")
    for text, days in {  # as in its file, up to yesterday
        "client report for this month": "1–11 Nov 2026",
        "kundenbericht für diesen monat": "1–11 Nov 2026",
        "client report for this week": "9–11 Nov 2026",
        "client report for november": "1–11 Nov 2026",
    }.items():
        assert Talk(make_report=made).say(text).splitlines()[0] == f"Report for a client, {days}"


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


def test_of_a_long_line_of_days_the_newest_are_shown():
    """They stand in the order of time, what is left out is said, and the rest goes on from them."""
    rows = [
        {"date_start": f"2026-11-{n:02}", "date_stop": f"2026-11-{n:02}", "spend": f"{n}.00"}
        for n in (11, 10, 9)
    ]
    shown = FIGURES | {
        "rows": rows,
        "rows_shown": "3 of 60, highest date_start first",
        "all_rows": "/r/x.json",
    }
    talk = Talk(get_insights=shown, read_result={"shown": "4 to 6 of 60", "rows": rows})
    answer = talk.say("spend by day last 60 days")
    assert talk.last["sort"] == "-date_start"
    assert answer.index("2026-11-09") < answer.index("2026-11-11")
    assert 'The newest 3 of 60 rows: "show me the rest"' in answer
    talk.say("show me the rest")
    assert talk.last == {"offset": 3, "limit": 100, "sort": "-date_start"}


def test_budgets_are_shown_with_what_they_come_to():
    """Of all that is switched on: an ad set in a campaign that is off spends nothing, whatever stands at it."""
    for said in (
        "show budgets",
        "how much budget do I have in all",
        "wie hoch sind alle budgets zusammen",
        "qual o orçamento total por dia",
    ):
        assert "Together, of what is switched on: 200.00 USD a day." in Talk().say(said), said
    campaigns = [one | {"status": "ACTIVE"} for one in TREE["campaigns"]]
    answer = Talk(list_ads=TREE | {"campaigns": campaigns}).say("total of all budgets")
    assert answer.endswith("Together, of what is switched on: 250.00 USD a day and 333.33 USD in all.")
    assert "Together" not in Talk(list_ads=TREE | {"left_out": "5 more ads"}).say("show budgets")


def test_how_much_budget_ad_sets_have_is_told_of_each():
    """Not how many there are, nor that together it is nothing."""
    answer = Talk().say("how much budget do all ad sets have")
    assert "Summer – Prospecting  ACTIVE  50.00 USD a day" in answer
    assert "nothing" not in answer


def test_among_the_worst_is_said_what_brought_little_for_much():
    """A row without a result has no cost, so its place is explained."""
    little = {"why": "spent much, with fewer than 5", "rows": [FIGURES["rows"][1]]}
    answer = Talk(get_insights=FIGURES | {"much_spent_for_little": little}).say("worst ads by cpa")
    assert answer.index("Dead") < answer.index("Dear")
    assert "Among the worst, as it spent much, with fewer than 5: Dead (20.00 spent)." in answer


def test_asking_for_losers_and_winners_only_reads():
    """A question gets the review; how to act on winners is said, not done."""
    talk = Talk()
    assert "Ad one: spent 90.00 USD without a purchase" in talk.say("which ads underperform?")
    answer = talk.say("scale winners")
    assert talk.called == ["review_performance"]
    assert "Winner: spent 10.00 USD, 5 results, 2.00 USD each" in answer
    assert "raise the budget of" in answer


def test_figures_become_an_aligned_table():
    """Totals and completeness are quoted; columns line up; nothing is computed."""
    talk = Talk()
    answer = talk.say("show performance by ad")
    assert talk.turns == [[("get_insights", {"level": "ad", "fields": USUAL, "limit": 40})]]
    lines = answer.splitlines()[1:]
    assert lines[0].startswith("Last 7 days (2026-11-05 to 2026-11-11): spend 123.45 USD")
    assert lines[1].split() == ["spend", "results", "per", "result", "ctr", "%"]
    assert len({len(line) for line in lines[1:5]}) == 1
    assert "Complete: 2 of 2 rows" in answer


@pytest.mark.parametrize(
    ("text", "sort", "limit"),
    [
        ("top 3 ads", "cost_per_result", 3),
        ("worst 3 ads", "-cost_per_result", 3),
        ("top ads by roas", "-roas", 10),
        ("lowest cpm by campaign", "cpm", 10),
        ("ads with the most impressions", "-impressions", 10),
    ],
)
def test_rankings_are_sorted_where_all_rows_are(text, sort, limit):
    """Best is cheapest where low is good; the order of the rows is kept as it comes."""
    talk = Talk()
    answer = talk.say(text)
    assert (talk.last["sort"], talk.last["limit"]) == (sort, limit)
    assert sort.lstrip("-") in talk.last["fields"]
    places = [answer.index(f"{name}  ") for name in ("Dear", "Dead", "Cheap")]
    assert places == sorted(places)


def test_figures_of_a_named_thing_go_by_its_parts():
    """A campaign is shown by its ad sets, an ad set by its ads."""
    talk = Talk()
    talk.say("how is the summer campaign doing?")
    assert talk.last == {"level": "adset", "ids": ["23846000000002"], "fields": USUAL, "limit": 40}
    talk.say("spend by day for ad set Spring – Broad US last 3 days")
    assert talk.last == {
        "level": "adset",
        "ids": ["23847000000002"],
        "fields": ["spend"],
        "time_increment": 1,
        "sort": "-date_start",
        "limit": 40,
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
    told = Talk().say("history")
    assert "cs-2  2026-11-12 04:00 UTC-05:00  applied" in told  # on the account's clock
    assert "older" not in told
    more = ANSWERS["history"] | {"older": "there are older ones"}
    assert "There are older ones: `adsteward history --limit" in Talk(history=more).say("history")


DONE_BY = {
    ("cs-2",): ("what did I change today?", "what have we approved today", "which changes did you make today", "was habe ich heute geändert", "qué cambié hoy", "o que eu mudei hoje", "qu'est-ce que j'ai changé aujourd'hui", "what did anna approve", "what has Anna changed this week", "was hat Anna diese Woche freigegeben", "qué aprobó anna", "o que anna aprovou", "qu'est-ce qu'anna a approuvé", "changes approved by anna"),
    ("cs-2", "cs-1"): ("what have you done this week", "was haben wir diese Woche gemacht", "o que fizemos esta semana", "qu'est-ce qu'on a changé cette semaine", "qué hemos cambiado esta semana", "who approved what this month"),
    ("cs-1",): ("what did I do yesterday", "show me what we changed yesterday"),
    (): ("what did bob approve", "what did anna approve yesterday", "what did I change last month"),
}  # fmt: skip


def test_what_was_declined_is_told_by_the_day_of_the_decision() -> None:
    """Not by that of the proposal; what was proposed that day and waits, or was approved on another, is no answer either."""
    moments = {
        "when": "2026-11-10T10:00:00+00:00",
        "proposed_on": "2026-11-10",
        "request": "pause X",
        "changes": 1,
    }
    sets = [
        moments | {"id": "cs-4", "state": "declined", "on": "2026-11-12", "state_on": "2026-11-12"},
        moments | {"id": "cs-5", "state": "declined", "on": "2026-11-11", "state_on": "2026-11-11"},
        moments
        | {
            "id": "cs-6",
            "state": "undone",
            "on": "2026-11-11",
            "state_on": "2026-11-12",
            "approved_by": "anna",
        },
    ]
    for text, found in (
        ("what was declined today?", ["cs-4"]),
        ("what was declined yesterday?", ["cs-5"]),
        ("what was declined this week?", ["cs-4", "cs-5"]),
        ("what did anna approve yesterday", ["cs-6"]),
        ("what did anna approve today", []),
    ):
        told = Talk(history=ANSWERS["history"] | {"change_sets": sets}).say(text)
        assert re.findall(r"^  (cs-\d)", told, re.MULTILINE) == found, text
    told = Talk(history=ANSWERS["history"] | {"change_sets": sets * 17}).say("what was declined today?")
    assert "Only the newest 51 were looked at" in told
    assert "Nothing was declined in that time." in Talk().say("what was declined yesterday?")


@pytest.mark.parametrize("found", DONE_BY, ids="+".join)
def test_what_was_done_is_told_by_day_and_by_person(found: tuple[str, ...]) -> None:
    """From the history alone, on the account's clock, in five languages: what was approved then, by whom, and that others' changes stand elsewhere."""
    for text in DONE_BY[found]:
        talk = Talk(twice=False)
        told = talk.say(text)
        assert talk.turns == [[("history", {"limit": 50})]], text
        assert tuple(re.findall(r"^  (cs-\d)", told, re.MULTILINE)) == found, text
        assert ("Nothing was approved" in told) is (not found), text
        assert '"who changed what"' in told
    assert "1 change set of then was not approved" in Talk().say("what did I change today?")
    assert "approved by anna at the page" in Talk().say("what did Anna approve?")


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
    assert answer.splitlines()[1].rstrip(":") == said


def test_errors_of_reads_end_the_plan():
    """A read that fails is told, and nothing follows from it."""
    for text in (
        "pause underperforming ads in spring",
        "pause the rain jacket ad",
        "raise the budget of X Y by 5%",
    ):
        talk = Talk(list_ads={"error": "Meta is down"})
        assert talk.say(text) == "That did not work: Meta is down"
        assert talk.called == ["find_names"]
    down = {"error": "Meta is down"}
    answer = Talk(get_insights=down, daily_check=down).say("status of last week")
    assert answer.count("Meta is down") == 2


def test_things_beside_each_other_are_rows_of_one_table():
    """Several names of one level are one question; a campaign beside an ad set is none, and nothing is read."""
    talk = Talk()
    talk.say("compare Spring Collection and Summer Sale, last month")
    ids = ["23846000000001", "23846000000002"]
    assert talk.called == ["find_names", "get_insights"]
    assert talk.last == {
        "level": "campaign",
        "fields": USUAL,
        "date_preset": "last_month",
        "limit": 40,
        "ids": ids,
    }
    mixed = Talk()
    assert "not of one level" in mixed.say('spend of "Spring Collection – Sales" and "Summer – Prospecting"')
    assert mixed.called == ["find_names"]


def test_a_split_that_is_put_in_order_is_that_of_the_account():
    """A question which age group it is, is about ages, not about each ad's ages."""
    talk = Talk()
    assert talk.say("which age group has the lowest cpa").startswith("Age by lowest cost per result\n")
    assert talk.last["level"] == "account"
    answer = talk.say("best 3 days of last month by roas")
    assert answer.startswith("3 days by best ROAS, 1–31 Oct 2026\n")
    assert talk.last["time_increment"] == 1
    assert not {"▁", "█"} & set(answer)
    assert talk.say("top 3 ads by purchases").startswith("3 ads by highest purchases\n")
    assert talk.last["level"] == "ad"


def test_no_row_under_a_condition_is_no_missing_delivery():
    """That nothing meets a condition is said as that, with how many were looked at."""
    none = FIGURES | {"rows": [], "note": "no row meets the conditions", "complete": "all 61 rows"}
    answer = Talk(get_insights=none).say("ads with cpa over 60")
    assert answer.endswith("none meets that, of all 61 rows.")
    assert (
        Talk(get_insights=none)
        .say("ads with cpa over 60 last month")
        .endswith("\nNone meets that, of all 61 rows.")
    )


def test_whether_to_pause_one_ad_is_judged_whole():
    """A question about one ad is answered by its verdict, whichever it is, and pauses nothing."""
    talk = Talk()
    answer = talk.say(f"should I pause {A1}?")
    assert talk.turns == [[("review_performance", {"scope": A1})]]
    assert "Underperforming:" in answer
    assert f'To pause them: pause underperforming ads in "{A1}"' in answer


def test_what_a_period_does_not_limit_is_said():
    """Where a review shows some days and judges by more, a person reads so; without it the line is absent."""
    asked = "which ads underperform, last 14 days?"
    told = REVIEW | {"judged_by": "the ads as they are now, by 13 weeks"}
    line = "\nJudged are the ads as they are now, by 13 weeks.\n"
    assert line in Talk(review_performance=told).say(asked)
    assert "Judged are" not in Talk().say(asked)


def test_a_log_without_a_change_is_one_sentence():
    """What is not there is said once, with the days."""
    none = {"changes": [], "period": "last_7d (2026-11-05 to 2026-11-11)", "note": "no such change"}
    answer = Talk(list_activities=none).say("who changed the budget of Summer – Prospecting")
    assert answer.splitlines()[1:] == ["no such change: last 7 days (2026-11-05 to 2026-11-11)."]


def test_the_outlook_is_of_now():
    """What is to be spent is told of today and this month; other days are not taken for them."""
    talk = Talk()
    assert talk.say("are we going to overspend this month").count("Daily check") == 1
    old = Talk()
    assert "For other days" in old.say("will we overspend last month")
    assert not old.turns


def test_several_accounts_are_added_up_by_currency_and_none_is_missing_in_silence():
    """Sums stand below the lines, of a currency that several accounts have; what was not read is named with why."""
    ours = {
        "account_name": "A",
        "currency": "USD",
        "period": "last_30d",
        "totals_in_words": "spend 1,000.00 USD",
    }
    theirs = ours | {"account_name": "B", "totals_in_words": "spend 234.50 USD"}
    answer = Talk(
        get_insights={
            "accounts": "all 4 accounts",
            "read": 3,
            "not_read": [{"account": "act_4", "name": "D", "why": "(#200) No permission"}],
            "totals_by_currency": {
                "JPY": {"accounts": 1, "spend": "9000"},
                "USD": {"accounts": 2, "spend": "1234.50"},
            },
            "by_account": [ours, theirs, ours | {"account_name": "C", "totals_in_words": "spend 9,000 JPY"}],
            "rows": [],
        }
    ).say("spend of all accounts, last 30 days")
    assert answer.splitlines()[-2:] == [
        "  D could not be read: (#200) No permission",
        "Together, USD (2 accounts): spend 1,234.50",
    ]
    one = CHECK | {"account": "act_1", "account_name": "A"}
    missing = [{"account": "act_4", "name": "D", "why": "(#200) No permission"}]
    answer = Talk(daily_check={"rows": [one], "not_read": missing}).say("how are all accounts doing?")
    assert answer.splitlines()[-1] == "D could not be read: (#200) No permission"


def test_the_best_are_those_with_enough_results():
    """One purchase makes no best ad: it is left out and that is said; where all have few, that is said of them."""
    talk = Talk()
    answer = talk.say("which ad is best?")
    assert talk.last["filtering"] == [{"field": "results", "operator": ">=", "value": "5"}]
    assert "Left out: what has fewer than 5 results" in answer
    assert "results  per result\n" in answer
    talk.say("rank campaigns by roas")
    assert talk.last["filtering"][0]["field"] == "results"
    few = Talk(get_insights=[FIGURES | {"rows": []}, FIGURES])
    assert "By figures of few results alone" in few.say("which ad is best?")
    assert "filtering" not in few.last
    assert "few" not in talk.say("top 5 ads by purchases")


def test_the_first_few_stand_under_what_all_come_to():
    """The sum of 61 ads is no sum of the 5 below it, and the file of those has as many rows."""
    talk = Talk(
        get_insights=FIGURES | {"rows_shown": "5 of 61, highest"}, read_result={"rows": "5 of 61 rows"}
    )
    assert "\nAll together: spend" in talk.say("top 5 ads by purchases last 7 days").replace("Spend", "spend")
    assert "5 of 61 rows in" in talk.say("as a spreadsheet")
    assert talk.last == {"file": "xlsx", "limit": 5}


def test_a_picture_says_what_it_does_not_show_and_of_which_days():
    """A figure that was asked for and is not drawn is named, with the words that tell it; what is drawn needs no word."""
    drawn = {"caption": "Shop: 1 USD", "period": "2026-10-28 to 2026-11-26", "picture": "/r/c.png"}
    talk = Talk(draw_chart=drawn)
    told = talk.say("chart of roas last 30 days").splitlines()
    assert told[1] == "Shop: 1 USD (2026-10-28 to 2026-11-26)"
    assert told[-1].endswith('not ROAS: "ROAS by day" tells it in figures.')
    assert talk.say("chart of spend last 30 days").endswith("/r/c.png")


def test_a_heading_names_no_split_that_the_table_has_not():
    """Of campaigns, ad sets and ads the rows are of the lowest, and so says the heading."""
    talk = Talk()
    told = talk.say("spend by campaign by ad set by ad by day by age")
    assert told.startswith("Spend by ad and age and day")
    ((_, asked),) = talk.turns[-1]
    assert (asked["level"], asked["breakdowns"]) == ("ad", ["age"])


def test_a_line_of_time_leaves_out_what_is_not_whole():
    """A week of three days is marked in its row, and is no fall of the line."""
    rows = [{"date_start": f"2026-10-{day:02}", "spend": "70.00"} for day in (1, 8, 15, 22)]
    rows.append({"date_start": "2026-10-29", "not_whole": "3 of 7 days", "spend": "30.00"})
    talk = Talk(get_insights={"period": "last_month", "rows": rows, "totals": {"spend": "310.00"}})
    told = talk.say("spend by week last month").splitlines()
    assert "  2026-10-29 / 3 of 7 days  30.00" in told
    assert next(line for line in told if line.startswith("  spend ")) == "  spend ████·"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("spend in all accounts", ("get_insights", "all")),
        ("spend by account", ("get_insights", "all")),
        ("which account spent most", ("get_insights", "all")),
        ("active ads in all accounts", ("list_ads", "all")),
        ("list campaigns of all accounts", ("list_ads", "all")),
        ("ausgaben in allen konten", ("get_insights", "all")),
        ("list all accounts", ("list_accounts", None)),
        ("stop everything in all accounts", ("stop", None)),
    ],
)
def test_all_accounts_are_all_accounts(text, asked):
    """Whatever is looked at; the brake works where it is pulled, and is never refused for it."""
    talk = Talk()
    talk.say(text)
    assert (talk.called[-1], talk.last.get("account")) == asked


def test_the_ads_of_several_accounts_are_listed_by_account():
    """Each under its name; what could not be read is named."""
    one = {"account_name": "North", "campaigns": [{"id": "10000001", "name": "Snow", "status": "ACTIVE"}]}
    missing = [{"account": "act_9", "why": "no permission"}]
    told = Talk(list_ads={"rows": [one], "not_read": missing}).say("list campaigns of all accounts")
    assert "North:" in told
    assert "10000001  Snow" in told
    assert "no permission" in told


def test_a_change_in_all_accounts_is_refused():
    """Changes are made in one account: pausing its ads alone would be something else than was said."""
    talk = Talk()
    assert "in the account in use alone" in talk.say("pause all ads in all accounts")
    assert not {*talk.called} & {*WRITES}
