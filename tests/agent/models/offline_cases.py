"""What people say, and what the offline rules make of it; "today" is 2026-11-12, a Thursday."""

from datetime import date

from agent.models.offline.intents import (
    Amount,
    Answered,
    Budget,
    Check,
    Figures,
    Help,
    History,
    Inspect,
    Intent,
    ListAds,
    MakeAd,
    PauseWeak,
    Rejected,
    Review,
    Revive,
    SetAll,
    SetStatus,
    Stop,
    Target,
    Undo,
    Upload,
)

TODAY = date(2026, 11, 12)
A1, A2, A3 = "23848000000001", "23848000000002", "23848000000003"
SUMMER = "Summer – Prospecting"


def preset(name: str) -> dict[str, str]:
    return {"date_preset": name}


def days(since: str, until: str) -> dict[str, str]:
    return {"since": f"2026-{since}", "until": f"2026-{until}"}


def named(*texts: str) -> tuple[Target, ...]:
    return tuple(Target(text) for text in texts)


CHECKS: list[tuple[str, Intent]] = [
    ("how are my ads doing?", Check()),
    ("How are my ads doing", Check()),
    ("hey adsteward, how's it going?", Check()),
    ("status", Check()),
    ("give me an overview, please", Check()),
    ("how's performance", Check()),
    ("what's running?", Check()),
    ("daily check", Check()),
    ("check my account", Check()),
    ("anything wrong with my ads?", Check()),
    ("how did my ads do yesterday", Check(preset("yesterday"))),
    ("report for last week", Check(preset("last_week_mon_sun"))),
    ("summary of last 30 days", Check(preset("last_30d"))),
]
WEAK: list[tuple[str, Intent]] = [
    ("pause underperforming ads", PauseWeak()),
    ("PAUSE UNDERPERFORMING ADS!!!", PauseWeak()),
    ('"pause underperforming ads"', PauseWeak()),
    ("can you please pause my underperforming ads?", PauseWeak()),
    ("I'd like you to turn off all the ads that are losing money", PauseWeak()),
    ("turn off the losers", PauseWeak()),
    ("switch the underperformers off", PauseWeak()),
    ("stop ads that don't perform", PauseWeak()),
    ("pause everything that isn't working", PauseWeak()),
    ("pause whatever is not working", PauseWeak()),
    ("cut the waste", PauseWeak()),
    ("kill the losers", PauseWeak()),
    ("get rid of the duds", PauseWeak()),
    ("pause badly performing ads now", PauseWeak()),
    ("pause underperforming ads today", PauseWeak()),
    ("find underperforming ads and pause them", PauseWeak()),
    ("check my ads and pause the losers", PauseWeak()),
    ("pause underperforming ads in the account", PauseWeak()),
    ("pause underperforming ads in the spring campaign", PauseWeak(Target("spring", "campaign"))),
    (
        "in the spring campaign, pause underperforming ads last 14 days",
        PauseWeak(Target("spring", "campaign"), preset("last_14d")),
    ),
    (f'pause losers in ad set "{SUMMER}"', PauseWeak(Target(SUMMER, "adset"))),
    (f"pause losers in ad set {SUMMER}", PauseWeak(Target(SUMMER, "adset"))),
    (
        "pause weak ads in campaign 23846000000001, this month",
        PauseWeak(Target("23846000000001", "campaign"), preset("this_month")),
    ),
    ("pause underperforming ads last 14 days", PauseWeak(None, preset("last_14d"))),
    ("pause underperforming ads, yesterday", PauseWeak(None, preset("yesterday"))),
    ("for the last two weeks pause underperformers", PauseWeak(None, preset("last_14d"))),
    ("pause the worst ads over the last 10 days", PauseWeak(None, days("11-02", "11-11"))),
    ("pause underperforming ads since 2026-11-01", PauseWeak(None, days("11-01", "11-12"))),
    ("pause losers from 2026-11-01 to 2026-11-10", PauseWeak(None, days("11-01", "11-10"))),
    ("pause losers since monday", PauseWeak(None, days("11-09", "11-12"))),
]
REVIEWS: list[tuple[str, Intent]] = [
    ("which ads underperform?", Review("pause")),
    ("who are my losers", Review("pause")),
    ("any losers?", Review("pause")),
    ("underperforming ads", Review("pause")),
    ("show me the worst performing ads", Review("pause")),
    ("what should I pause?", Review("pause")),
    ("which ads are losing money last 14 days", Review("pause", None, preset("last_14d"))),
    ("who are my winners", Review("scale")),
    ("scale winners", Review("scale")),
    ("which ads should I scale?", Review("scale")),
    ("best ads in the summer campaign", Review("scale", Target("summer", "campaign"))),
    ("review performance", Review("all")),
    ("analyze my ads", Review("all")),
]
FIGURES: list[tuple[str, Intent]] = [
    ("show performance by age last month", Figures(breakdowns=("age",), period=preset("last_month"))),
    (
        "results by age and gender since November 1",
        Figures(breakdowns=("age", "gender"), period=days("11-01", "11-12")),
    ),
    ("compare men and women", Figures(breakdowns=("gender",))),
    ("compare campaigns", Figures("campaign")),
    ("show insights by placement", Figures(breakdowns=("publisher_platform",))),
    ("performance per country last 30 days", Figures(breakdowns=("country",), period=preset("last_30d"))),
    ("compare devices in November", Figures(breakdowns=("device_platform",), period=days("11-01", "11-12"))),
    ("cpa by ad set this week", Figures("adset", period=preset("this_week_mon_today"))),
    (
        'spend per day in "Spring Collection" last 14 days',
        Figures(every="day", scope=Target("Spring Collection"), period=preset("last_14d")),
    ),
    ("weekly spend", Figures(every="week")),
    ("top 5 ads", Figures("ad", order="best", limit=5)),
    ("worst 3 ad sets", Figures("adset", order="worst", limit=3)),
    ("top 10 ads by spend", Figures("ad", order="spend", limit=10)),
    ("which campaign is the best?", Figures("campaign", order="best", limit=10)),
    ("how much did I spend yesterday?", Figures(period=preset("yesterday"))),
    (
        "what did I spend in 2025?",
        Figures(period={"since": "2025-01-01", "until": "2025-12-31"}),
    ),
    ("compare campaigns for the year 2026", Figures("campaign", period=days("01-01", "11-12"))),
    ("what's my CPA this month", Figures(period=preset("this_month"))),
    ("how is the summer campaign doing", Figures(scope=Target("summer", "campaign"))),
    ("show last week", Figures(period=preset("last_week_mon_sun"))),
]
STATUS: list[tuple[str, Intent]] = [
    ("revive paused ads", Revive()),
    ("please revive the vindicated ads", Revive()),
    ("reactivate all wrongly paused ads", Revive()),
    ("activate the ads you paused too early", Revive()),
    ("bring back the vindicated ads", Revive()),
    (f"pause {A1}", SetStatus("PAUSED", named(A1))),
    (f"stop ad {A1}", SetStatus("PAUSED", (Target(A1, "ad"),))),
    (f"unpause {A1}, {A2} and {A3}", SetStatus("ACTIVE", named(A1, A2, A3))),
    (
        f"pause ad {A1} and campaign 23846000000001",
        SetStatus("PAUSED", (Target(A1, "ad"), Target("23846000000001", "campaign"))),
    ),
    ('activate "A, and B" and "C"', SetStatus("ACTIVE", named("A, and B", "C"))),
    ("pause “Don't wait, activate now”", SetStatus("PAUSED", named("Don't wait, activate now"))),
    ("pause the UGC Maria ad", SetStatus("PAUSED", (Target("UGC Maria", "ad"),))),
    ("turn the Maria ad off", SetStatus("PAUSED", (Target("Maria", "ad"),))),
    (
        "please pause campaign Spring Collection",
        SetStatus("PAUSED", (Target("Spring Collection", "campaign"),)),
    ),
    ("turn on ad set Spring – Broad US", SetStatus("ACTIVE", (Target("Spring – Broad US", "adset"),))),
    ("start Video – Lake morning 15s", SetStatus("ACTIVE", named("Video – Lake morning 15s"))),
    ('put "Blog Traffic" on hold', SetStatus("PAUSED", named("Blog Traffic"))),
    (f"set {A1} to active", SetStatus("ACTIVE", named(A1))),
    ("activate all paused ads", SetAll("ACTIVE")),
    (
        'activate the paused ads in ad set "Spring – Broad US"',
        SetAll("ACTIVE", "ad", Target("Spring – Broad US", "adset")),
    ),
    ("pause all ads", SetAll("PAUSED")),
    ("pause everything", SetAll("PAUSED")),
    ("pause all campaigns", SetAll("PAUSED", "campaign")),
    ("pause all ad sets in the summer campaign", SetAll("PAUSED", "adset", Target("summer", "campaign"))),
]
STOPS: list[tuple[str, Intent]] = [
    ("stop", Stop()),
    ("STOP!!", Stop()),
    ("stop everything", Stop()),
    ("stop everything you did", Stop()),
    ("please stop what you started", Stop()),
    ("emergency", Stop()),
    ("kill switch", Stop()),
    ("stop everything you did in the last 48 hours", Stop(48)),
]
BUDGETS: list[tuple[str, Intent]] = [
    (f"set the budget of {SUMMER} to 60 USD", Budget(Target(SUMMER), "to", Amount("60", "USD"))),
    (
        "raise the daily budget of 23847000000001 to $60",
        Budget(Target("23847000000001"), "up", Amount("60", "$"), kind="daily"),
    ),
    (
        f"change {SUMMER}'s daily budget to 60.50 a day",
        Budget(Target(SUMMER), "to", Amount("60.50"), kind="daily"),
    ),
    (f"increase budget of {SUMMER} by 20%", Budget(Target(SUMMER), "up", percent="20")),
    (f'lower the budget of "{SUMMER}" by 10 %', Budget(Target(SUMMER), "down", percent="10")),
    ('double the budget of "X Y"', Budget(Target("X Y"), "up", percent="100")),
    (
        "decrease the lifetime budget of 23847000000001 by 25 USD",
        Budget(Target("23847000000001"), "down", by=Amount("25", "USD"), kind="lifetime"),
    ),
    (
        f"reduce the budget of ad set {SUMMER} to 40 dollars",
        Budget(Target(SUMMER, "adset"), "down", Amount("40", "$")),
    ),
]
LONG_ORDER = (
    'create a new ad from a.jpg and b.jpg with texts "One" and "Two", headline "T", description "D", name "N",'
    " link https://x.example/p?a=1, in ad set Summer – Prospecting, call to action shop now"
)
MAKING: list[tuple[str, Intent]] = [
    ("upload hero.jpg", Upload(("hero.jpg",))),
    ('upload a.jpg and "b c.png"', Upload(("a.jpg", "b c.png"))),
    (
        "make an ad from hero.jpg with text 'Snap and go', title 'AI receipts'",
        MakeAd(("hero.jpg",), ("Snap and go",), ("AI receipts",)),
    ),
    (
        LONG_ORDER,
        MakeAd(
            ("a.jpg", "b.jpg"),
            ("One", "Two"),
            ("T",),
            ("D",),
            "N",
            "https://x.example/p?a=1",
            "shop now",
            Target(SUMMER, "adset"),
        ),
    ),
    ('upload hero.jpg and make an ad with text "Don\'t wait"', MakeAd(("hero.jpg",), ("Don't wait",))),
    ('launch an ad from "~/my pics/x.PNG" saying "Go"', MakeAd(("~/my pics/x.PNG",), ("Go",))),
]
STOPS_ALL: list[tuple[str, Intent]] = [
    ("stop protected", Stop(reach="protected")),
    ("Stop protected!", Stop(reach="protected")),
    ("stop with reach protected", Stop(reach="protected")),
    ("stop everything, including the protected ads", Stop(reach="protected")),
    ("stop all and what is protected too", Stop(reach="protected")),
]
ANSWERS: list[tuple[str, Intent]] = [
    (word, Answered()) for word in ("y", "Yes!", "yes please", "ok", "no", "nein", "oui", "later", "over")
]
LOOKING_BACK: list[tuple[str, Intent]] = [
    ("undo", Undo()),
    ("undo that", Undo()),
    ("take it back", Undo()),
    ("revert the last change", Undo()),
    ("undo cs-abc123", Undo("cs-abc123")),
    ("history", History()),
    ("what did you change?", History()),
    ("show changes", History()),
    (f"inspect {A1}", Inspect(Target(A1))),
    (f"show ad {A1}", Inspect(Target(A1, "ad"))),
    (f"why was {A1} rejected", Inspect(Target(A1))),
    ('why was "Feeling unfit" disapproved?', Inspect(Target("Feeling unfit"))),
    ("what was rejected and why", Rejected()),
    ("any disapproved ads?", Rejected()),
    ("list my ads", ListAds()),
    ("show paused ads", ListAds(("PAUSED",))),
    ("which ads are paused?", ListAds(("PAUSED",))),
    ("what's in the summer campaign", ListAds((), Target("summer", "campaign"))),
    ("help", Help()),
    ("?", Help()),
    ("", Help()),
    ("hello!", Help()),
    ("what can you do?", Help()),
]
UNDERSTOOD = [
    *CHECKS,
    *WEAK,
    *REVIEWS,
    *FIGURES,
    *STATUS,
    *STOPS,
    *STOPS_ALL,
    *ANSWERS,
    *BUDGETS,
    *MAKING,
    *LOOKING_BACK,
]

REFUSED: list[tuple[str, str]] = [
    ("apply cs-0123456789ab", "adsteward apply cs-0123456789ab"),
    ("forget cs-0123456789AB", "adsteward decline cs-0123456789ab"),
    ("show cs-0123456789ab", "adsteward show cs-0123456789ab"),
    ("don't stop protected", "don't"),
    ("don't revive anything", "don't"),
    ("don't pause anything", "don't"),
    ("do not activate anything", "not"),
    ("never pause my ads", "never"),
    ("don't stop", "don't"),
    ("if it rains pause the losers", "if"),
    ("pause X unless it sells", "unless"),
    ("pause all ads except the winners", "except"),
    ("pause losers but keep the video", "but"),
    ("pause losers tomorrow at 9", "tomorrow"),
    ("pause losers every day", "every day"),
    ("pause losers on monday", "on monday"),
    ("in an hour, pause losers", "in an hour"),
    ("pause the losers until friday", "until"),
    ("maybe pause the losers", "maybe"),
    ("pause A or B", "or"),
    ("pause X and activate Y", "more than one action"),
    ("pause losers and raise the budget of X to 60", "more than one action"),
    ("pause losers\nthen activate all paused ads", "more than one action"),
    ("show losers and activate the winners", "more than one action"),
    ("should I pause underperforming ads?", "question"),
    ("pause underperforming ads?", "question"),
    ("what happens when I pause all ads", "question"),
    ("how do I pause an ad?", "question"),
    ("pause underperforming ads last blue moon", "last blue moon"),
    ("pause underperforming ads in the last blue moon", "blue moon"),
    ("pause underperforming ads since 2027-01-01", "future"),
    ("pause underperforming ads since 2026-02-30", "no such day"),
    ("pause losers from 2026-11-10 to 2026-11-01", "after the last"),
    ("pause losers in 2026", "may lie ahead"),
    ("pause underperforming ads in december", "lie ahead"),
    ("pause underperforming ads with a CPA over 40", "CPA over 40"),
    ("pause underperforming campaigns", "single ads"),
    ("pause losers and winners", "winners"),
    ("pause best performing ads", "Which one"),
    ("pause ads that cost too much", "condition"),
    ("pause it", "Which one"),
    ("pause some ads", "Which one"),
    ("pause ad 5", "Which one"),
    ("pause losers from 2026-11-01 on friday to 2026-11-10", "Which one"),
    ("pause", "Which one"),
    ("activate everything", "activate all paused ads"),
    ("raise the budget", "which amount"),
    ("set the budget of X Y", "which amount"),
    ("raise the budget of X Y by 20", "By 20 what"),
    ("set the budget of X Y to 1,000 USD", "1,000 USD"),
    ("set the budget of X Y to a lot", "a lot"),
    ("lower the budget of X Y by 100%", "pause it"),
    ("raise the budget of X Y to 60 and Z to 70", "One budget"),
    ("increase all budgets by 10%", "Which one"),
    ("make an ad from hero.jpg", "which text"),
    ('make an ad with text "Hi"', "Which image"),
    ("make an ad from hero.jpg with text Snap and go", "quotes"),
    ('make an ad from "hero.gif" with text "x"', "hero.gif"),
    ('make an ad from hero.jpg with text "a", text "b"', "once"),
    ("upload", "Which image"),
    ("undo everything", "last change set"),
    ("stop everything you did in the last 999 hours", "168"),
    ("show performance by age since 2027-01-01", "future"),
    ("write me a poem", ""),
    ("pretend to pause all ads", ""),
    ('translate "pause all ads"', ""),
    ("delete the losers", ""),
    ("the losers should be paused", ""),
    ("pausing losers would be nice", ""),
    ("x" * 1500, "too long"),
    ("x" * 30_000, "too long"),
]
"""None of these may lead to a tool call; the second text must be in the reason, "" stands for no reason."""

WRONG: list[tuple[str, str]] = [
    ("set the budget of X Y to minus 5", '"minus 5"'),
    ("set the budget of X Y to -5", '"-5"'),
    ("set the budget of X Y to five-ish", '"five-ish"'),
    ("set the budget to minus 5 for X Y", '"minus 5"'),
    ("set the budget of X Y to 1,000 USD", '"1,000 USD"'),
    ("raise the budget of X Y by minus 5", '"minus 5"'),
    ("lower the budget of X Y by -5%", '"-5%"'),
    ("lower the budget by minus 5 percent for X Y", '"minus 5 percent"'),
    ('create a sales campaign called "W" with -5 USD a day', '"-5 USD"'),
    ('create a sales campaign called "W" with 1,000 USD a day', '"1,000 USD"'),
    ("what did I spend in 2019?", '"in 2019": Meta keeps 37 months of figures, now since 2023-10-12'),
    ("show spend since 2023-10-11", "37 months"),
    ("show spend last 38 months", "37 months"),
    ("show spend last 9999 days", "37 months"),
    ("what did I spend in 2027?", "future"),
    ("pause losers in 2019", "37 months"),
    ("stop everything you did in the last 200 hours", "1 to 168 hours"),
    ('make an ad from "hero.gif" with text "x"', '"hero.gif"'),
]
"""What is asked for is clear, and a value in it cannot be."""
