"""The one-line reasons and the assumptions of a review, in a media buyer's words.

Only here are numbers rounded: money to the currency's decimals, probabilities down and never to 100 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.analysis.criteria import Bar, Criteria
from tools.analysis.judging import Judgement
from tools.analysis.rows import Totals

_TIMES = "\N{MULTIPLICATION SIGN}"
_NOUNS = {
    "add_to_cart": "cart addition",
    "app_install": "app install",
    "complete_registration": "registration",
    "initiate_checkout": "checkout",
    "lead": "lead",
    "purchase": "purchase",
    "subscribe": "subscription",
}


@dataclass(frozen=True)
class Words:
    """How this account's money and results are written."""

    currency: str
    decimals: int
    event: str

    def money(self, amount: Decimal) -> str:
        """Write an amount of major units, such as `25.00 USD`."""
        return f"{amount:.{max(0, self.decimals)}f} {self.currency}"

    @property
    def noun(self) -> str:
        """One result, such as `purchase`; `result` for events without an everyday name."""
        return _NOUNS.get(self.event.strip().lower(), "result")

    def results(self, number: Decimal) -> str:
        """Count results, such as `6 purchases`."""
        return f"{_plain(number)} {self.noun}{'' if number == 1 else 's'}"

    def target(self, bar: Bar) -> str:
        """Write a bar's target with its unit."""
        if bar.kind in {"CPA", "CPC"}:
            return self.money(bar.target)
        return f"{bar.target:.2f}{' %' if bar.kind == 'CTR' else ''}"


def measured(words: Words, bar: Bar, seen: Totals) -> str:
    """Say what was spent, what came of it, and how that compares with the bar."""
    spent, target = f"spent {words.money(seen.spend)}", words.target(bar)
    if bar.kind == "ROAS":
        got = f"{words.results(seen.results)} worth {words.money(seen.value)}"
        return f"{spent} for {got}: ROAS {seen.roas or 0:.2f}, target {target}"
    if bar.kind == "CTR":
        return (
            f"{spent}; {seen.clicks} clicks from {seen.impressions} impressions: "
            f"CTR {seen.ctr or 0:.2f} %, benchmark {target}"
        )
    each, name = (seen.cpa, "target") if bar.kind == "CPA" else (seen.cpc, "benchmark")
    one = words.noun if bar.kind == "CPA" else "click"
    if not each:
        return f"{spent} without a {one} ({name} {target} each)"
    got = words.results(seen.results) if bar.kind == "CPA" else f"{seen.clicks} clicks"
    return f"{spent} for {got}: {words.money(each)} each, {each / bar.target:.1f}{_TIMES} {name} {target}"


def certainty(decision: str, judgement: Judgement) -> str:
    """Say how sure the verdict is, and of what."""
    name = "target" if judgement.bar.kind in {"CPA", "ROAS"} else "benchmark"
    if decision == "scale":
        return f"{_percent(judgement.better)} sure it is better than {name}"
    if decision == "keep":
        return f"no clear case against it: {_percent(judgement.worse)} chance that it is worse than {name}"
    doubt = "" if judgement.looks_worse else ", which its neighbours suggest more than its own numbers"
    return f"{_percent(judgement.worse)} sure it is worse than {name}{doubt}"


def window(days: int, lag_days: int) -> str:
    """Say which days the numbers cover."""
    left_out = f", newest {lag_days} left out" if lag_days else ""
    return f"({days} day{'' if days == 1 else 's'} judged{left_out})"


def assumptions(
    words: Words, criteria: Criteria, bar: Bar | None, clicks: Sequence[Bar], floor: Decimal
) -> tuple[str, ...]:
    """List what the verdicts rest on, so that a person can object."""
    tolerance = f"{_plain(criteria.tolerance)}{_TIMES}"
    pause, watch, scale = (_percent(at) for at in (criteria.pause_at, criteria.watch_at, criteria.scale_at))
    said = [
        f"results are {words.event!r} conversions, each counted once",
        "ad sets that optimise for website conversions are taken to optimise for this event",
        _target(words, criteria, bar),
        *(f"ad sets without a conversion goal are held to {b.kind} {words.target(b)}" for b in clicks),
        f"worse means beyond {tolerance} the target; pause from {pause}, watch from {watch}, scale from {scale}",
        f"needed before a verdict: {criteria.min_days} days with delivery and {words.money(floor)} of spend",
        f"the record of its ad set and account weighs as much as {_plain(criteria.strength)} results of an ad",
        "an ad's cost per result is taken as steady over the period",
    ]
    if criteria.lag_days:
        said.append(
            f"today and the newest {criteria.lag_days} days before it are left out of judgements by "
            "conversions, because conversions are still coming in"
        )
    if bar is not None and bar.kind == "ROAS":
        said.append("single orders are taken to vary in value by as much as their mean")
    return tuple(said)


def _target(words: Words, criteria: Criteria, bar: Bar | None) -> str:
    if bar is None:
        wanted = "conversion value" if criteria.target_roas is not None else words.noun
        return f"no {wanted} in the days judged: nothing can be judged by it; check the event and tracking"
    if criteria.target_cpa is None and criteria.target_roas is None:
        return f"no target is given: the judged ads' pooled CPA of {words.target(bar)} serves as the target"
    both = criteria.target_cpa is not None and criteria.target_roas is not None
    return f"target {bar.kind} {words.target(bar)}{'; CPA decides, ROAS is only reported' if both else ''}"


def _percent(probability: float) -> str:
    return f"{max(1, min(99, int(probability * 100 + 1e-9)))} %"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
