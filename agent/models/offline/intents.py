"""What a person can ask for, one frozen value per kind of request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["campaign", "adset", "ad"]
LEVELS: tuple[Level, ...] = ("campaign", "adset", "ad")
NOUNS: dict[Level, str] = {"campaign": "campaign", "adset": "ad set", "ad": "ad"}
Status = Literal["ACTIVE", "PAUSED"]
BudgetField = Literal["daily_budget", "lifetime_budget"]
PeriodArgs = Mapping[str, str]
"""`date_preset`, or `since` and `until`, as the tools take them; empty for a tool's own default."""


@dataclass(frozen=True, slots=True)
class Target:
    """One campaign, ad set or ad as the person named it: by id, or by a name or a part of one."""

    text: str
    level: Level | None = None
    """None when the person did not say."""

    @property
    def is_id(self) -> bool:
        return self.text.isascii() and self.text.isdecimal() and len(self.text) >= 8


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as written: digits, and a currency code or symbol if there was one."""

    number: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """Asked what can be done, or only said hello."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A request that is not understood well enough to do anything; empty reason: not at all."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A request that is understood, with a value in it that cannot be, such as an amount or a period."""

    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A yes or a no where nothing was asked."""


@dataclass(frozen=True, slots=True)
class Check:
    """Wants to know how the ads are doing."""

    period: PeriodArgs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """Wants to know which ads are losers or winners; reads only."""

    focus: Literal["pause", "scale", "all"] = "all"
    scope: Target | None = None
    period: PeriodArgs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PauseWeak:
    """Pause the ads that the review says underperform."""

    scope: Target | None = None
    period: PeriodArgs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Revive:
    """Activate the ads that late results have vindicated after they were paused."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of figures, by level, breakdown or stretch of time."""

    level: Literal["account", "campaign", "adset", "ad"] = "account"
    breakdowns: tuple[str, ...] = ()
    every: str = ""
    """"day", "week" or "month"; empty for one figure over the whole period."""
    scope: Target | None = None
    period: PeriodArgs = field(default_factory=dict)
    order: Literal["spend", "best", "worst"] = "spend"
    limit: int = 0
    """0 for the tool's own limit."""


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Pause or activate the things named."""

    status: Status
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class SetAll:
    """Pause all that is active, or activate all that is paused, of one level."""

    status: Status
    level: Level = "ad"
    scope: Target | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The emergency: pause what adsteward started, or all that can spend and what is protected as well."""

    hours: int = 24
    reach: Literal["own", "protected"] = "own"


@dataclass(frozen=True, slots=True)
class Budget:
    """Set a budget to an amount, or move it by one or by a percentage."""

    target: Target
    direction: Literal["to", "up", "down"]
    """`up` and `down` with `by`; with an amount to set they say what the person expects."""
    to: Amount | None = None
    by: Amount | None = None
    percent: str = ""
    kind: Literal["daily", "lifetime", ""] = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """Put images into the library."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MakeAd:
    """Make a paused ad from images and the texts the person gave."""

    paths: tuple[str, ...]
    bodies: tuple[str, ...]
    titles: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    name: str = ""
    link: str = ""
    call_to_action: str = ""
    adset: Target | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Put an ad into other ad sets as well."""

    ad: Target
    adsets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Refresh:
    """Give an ad another picture or other texts."""

    ad: Target
    path: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """By the tool's words: bodies, titles, descriptions."""


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """Make a paused campaign; without an amount its ad sets have the budgets."""

    name: str
    objective: str
    field: BudgetField
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take a change set back; empty: the last one."""

    change_set: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Wants to know what was changed lately."""


@dataclass(frozen=True, slots=True)
class Inspect:
    """Show one object in full, or why it was rejected."""

    target: Target


@dataclass(frozen=True, slots=True)
class Rejected:
    """Wants to know what Meta rejected, and why."""


@dataclass(frozen=True, slots=True)
class ListAds:
    """Campaigns, ad sets and ads as a tree; empty statuses: all."""

    statuses: tuple[str, ...] = ()
    scope: Target | None = None


Write = (
    PauseWeak
    | Revive
    | SetStatus
    | SetAll
    | Stop
    | Budget
    | Upload
    | MakeAd
    | Undo
    | Duplicate
    | Refresh
    | NewCampaign
)
Read = Answered | Check | Review | Figures | History | Inspect | Rejected | ListAds
Intent = Help | Unclear | Wrong | Read | Write
