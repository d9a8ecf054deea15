"""What is wrong today: the account, its ads, and what Meta says is in the way of them."""

from datetime import timedelta
from decimal import Decimal

from tools.analysis.cases import delivers
from tools.analysis.pacing import Pacing
from tools.analysis.verdicts import Review, Verdict
from tools.domain.objects import NOUNS, AdObject
from tools.domain.text import listed
from tools.read.daily.daily_reads import Reads
from tools.read.daily.daily_text import Words, cap_left, short
from tools.read.daily.silence import of_account, of_parts

CAP = "The account's spend cap"
"""How the problem begins that money runs out."""
REJECTED = "Rejected"
OF_ONE = (f"{REJECTED}: ", *(f"{noun.capitalize()} " for noun in NOUNS.values()))
"""How a problem of one object begins; its name follows."""
RAISE_CAP = "Raise it in Billing & payments, or lower budgets."
USED_UP = f"{CAP} is used up: nothing runs. {RAISE_CAP}"
QUIET_DAYS = 3
"""An ad that should run and showed nothing for so long is named."""


def account_problems(words: Words, reads: Reads, pace: Pacing) -> list[str]:
    """What keeps the account as a whole from running, or soon will."""
    now = reads.known
    found = [now.problem, now.warning]
    if pace.cap and pace.cap.soon:
        used = pace.cap.left_minor <= 0
        found.append(USED_UP if used else f"{CAP} {cap_left(words, pace)}. {RAISE_CAP}")
    yesterday = words.now.date() - timedelta(days=1)
    days = {day.date: day for day in reads.account_days}
    usual = [days.get(yesterday - timedelta(days=back)) for back in range(1, 8)]
    spent = sum((day.spend for day in usual if day), Decimal(0))
    if spent and not now.stopped and yesterday not in days:
        found.append(
            f"Nothing was spent yesterday, {words.money(spent / 7)} a day in the week before: check payment and statuses."
        )
    return [line for line in (*found, reads.levels, of_account(words, reads.account_days)) if line]


def delivery_problems(words: Words, reads: Reads, review: Review) -> list[str]:
    """Rejected ads with the reason, what Meta says is in the way of others, and what shows or sells nothing any more."""
    rejected = [ad for ad in reads.troubled if ad.effective_status == "DISAPPROVED"]
    others = [ad for ad in reads.troubled if ad.effective_status != "DISAPPROVED"]
    found = [f"{REJECTED}: {short(ad.name)}: {_feedback(ad)}" for ad in rejected]
    found += [
        f"{NOUNS[obj.level].capitalize()} {short(obj.name)}: {issue}"
        for obj in (*reads.campaigns, *reads.adsets, *others)
        if (issue := _issue(obj))
    ]
    if quiet := _quiet(words, reads, review):
        names = listed([words.name(v.ad.ad_id) for v in quiet], most=3)
        noun = "ad is" if len(quiet) == 1 else "ads are"
        found.append(f"{len(quiet)} {noun} on, but showed nothing in {QUIET_DAYS} days: {names}")
    return found + of_parts(words, reads, review)


def _feedback(ad: AdObject) -> str:
    """Why an ad was rejected, as Meta says it."""
    told = ad.row.get("ad_review_feedback")
    reasons = told.get("global") if isinstance(told, dict) else None
    texts = [f"{name}: {text}" for name, text in reasons.items()] if isinstance(reasons, dict) else []
    return " ".join(texts[0].split())[:140] if texts else _issue(ad) or "Meta gives no reason"


def _issue(obj: AdObject) -> str:
    issues = obj.row.get("issues_info")
    rows = [row for row in issues if isinstance(row, dict)] if isinstance(issues, list) else []
    texts = [str(row.get("error_message") or row.get("error_summary") or "an issue") for row in rows]
    if not texts and obj.effective_status in ("WITH_ISSUES", "PENDING_BILLING_INFO"):
        return f"Meta reports {obj.effective_status} without a text"
    return " ".join(listed(texts, most=2).split())


def _quiet(words: Words, reads: Reads, review: Review) -> list[Verdict]:
    """Ads that should run, are old enough, and showed nothing of late; none where the account does not run."""
    if reads.known.stopped:
        return []
    today = words.now.date()
    shown = {row.ad_id for row in reads.rows if row.impressions and (today - row.date).days <= QUIET_DAYS}
    return [
        v
        for v in review.verdicts
        if delivers(v.ad)
        and v.ad.ad_id not in shown
        and (v.ad.created is None or (today - v.ad.created).days > QUIET_DAYS)
    ]
