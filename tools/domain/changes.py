"""A write as data: what would be sent, what it changes, what it does to spend, and how to take it back."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.domain.change_kind import ChangeKind, Known, Limit
from tools.domain.kinds import KINDS, Kind
from tools.domain.settings.field_states import raises

Level = Literal["ad", "adset", "campaign"]
LEVELS: tuple[Level, ...] = ("ad", "adset", "campaign")

JsonParams = dict[str, JsonValue]


class Effect(StrEnum):
    """What a tool or a change does to the account; policy decides on this, never on names."""

    READ = "read"
    CREATE = "create"
    STOP_SPEND = "stop_spend"
    START_SPEND = "start_spend"
    CHANGE_SPEND = "change_spend"
    CHANGE_CONTENT = "change_content"
    """What people see in an ad that is there already; its budget stays."""
    CHANGE_NAME = "change_name"
    """What it is called and how it is labelled; what is delivered stays."""
    CHANGE_NOTICES = "change_notices"
    """Whom Meta tells of the account; nothing in it changes."""
    IRREVERSIBLE = "irreversible"


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Upload(Value):
    """A file to send, named by its content so that another file cannot take its place after approval."""

    path: str
    sha256: str
    filename: str
    mime: str
    graph_hash: str = ""
    """The hash Meta will give it, as far as is known (docs/graph-api.md §8.5); only used to look for it."""


class Request(Value):
    """One Graph write. A parameter may hold `{"$from": change_id, "field": name}`, filled in at apply."""

    method: Literal["POST", "DELETE"] = "POST"
    path: str
    params: JsonParams = {}
    upload: Upload | None = None


ASSUMED = "target_is"
"""In the figures of a change: that its target is no one's word, but what is usual in the account."""


class Spend(Value):
    """Effect on spend per day in minor units of `currency`; None when it cannot be known beforehand."""

    daily_minor: Annotated[int, Field(strict=True)] | None
    currency: str
    note: str = ""
    once_started_minor: Annotated[int, Field(strict=True)] = 0
    """What something new may spend per day once somebody starts it; a lifetime budget by its average day."""
    stays_minor: Annotated[int, Field(strict=True)] = 0
    """What it spent per day of a budget above it, which stays: other running ads spend it, so it counts as saved nowhere."""


class Change(Value):
    """One write, complete: enough to judge it, send it, recognise it, prove it and undo it."""

    id: str
    kind: Kind
    effect: Effect
    account: str
    level: Level | None = None
    """None for things that do not run: images and creatives."""
    target: str = ""
    """Id of the object that is changed; empty when one is created, or is not there yet."""
    made_by: str = ""
    """Id of the change of the same set that makes the object, where it is not there yet."""
    name: str
    names: tuple[str, ...] = ()
    """Ids and names of the object and its parents, for `protect`."""
    where: tuple[str, ...] = ()
    """What it stands in, the campaign first, each as `“name” (id)`."""
    below: tuple[str, ...] = ()
    """Ids and names of the ads under it, which are touched with it."""
    stops: int = 1
    """How many ads a pause stops that spend, may spend, or would begin to by themselves."""
    request: Request
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    """Graph fields as text, budgets in minor units; what is read back must equal `after`."""
    rests_on: dict[str, str] = {}
    """How all that its meaning rests on read when it was proposed (`tools.domain.footing`)."""
    shown: dict[str, str] = {}
    """What a person must see to approve something new: its texts, link, image, ad set."""
    spend: Spend
    reason: str = ""
    basis: dict[str, str] = {}
    """The figures it rests on, as they were when it was proposed; money in major units."""
    marker: str = ""
    """Ad label that a created object carries, so that it is found again after a lost answer."""
    undo_note: str = ""
    """How it can be taken back, or why it cannot."""
    depends_on: tuple[str, ...] = ()
    restores: str = ""
    """Id of the change that this one takes back."""
    launch: str = ""
    """The launch a new ad belongs to: its results are kept under `campaigns/` by this name."""
    emergency: bool = False
    """Proposed by `stop`: no limit refuses it, and it waits for no evidence."""
    reach: Literal["own", "all", "protected"] = "own"
    """What an emergency pauses: what adsteward started, anything else, or what the brand file protects."""

    @property
    def row(self) -> ChangeKind:
        """What holds for all changes of its kind."""
        return KINDS[self.kind]

    @property
    def assumed(self) -> bool:
        """Whether it rests on a target that nobody gave."""
        return ASSUMED in self.basis

    @property
    def creates(self) -> bool:
        return bool(self.row.creates)

    @property
    def readable(self) -> bool:
        """Whether what it leaves can be read back and compared; not of a file, a creative or a rule."""
        return bool(self.level) or self.row.known is Known.BY_SUBSCRIPTION


class ChangeSet(Value):
    """Changes that are approved or declined together, and nothing but together."""

    run_id: str
    created_at: str
    world: str
    """Where it may be applied: "sandbox" or the Graph address."""
    account: str
    account_name: str = ""
    currency: str
    request: str
    """What the person asked for, in their words."""
    settings: dict[str, str] = {}
    """The guardrails it was judged by, named as in stack.md, and as `origin` the file they came from."""
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    """What a person should weigh before they approve: the risk, the effect, what was left out and why."""

    @classmethod
    def stored(cls, content: str) -> Self:
        """A set as it was stored; its digest is taken over that text, whatever this version would write.

        Raises ValueError when the text is no change set.
        """
        change_set = cls.model_validate_json(content)
        change_set.__dict__["content"] = content
        return change_set

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the exact content."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    @cached_property
    def content(self) -> str:
        """The canonical text the digest is taken over."""
        return json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )

    @property
    def id(self) -> str:
        """Begins with the digest: an id that was printed commits to the content it was printed for."""
        return f"cs-{self.digest[:12]}"


HARMLESS = frozenset(
    {
        *(Effect.STOP_SPEND, Effect.CREATE, Effect.READ),
        *(Effect.CHANGE_CONTENT, Effect.CHANGE_NAME, Effect.CHANGE_NOTICES),
    }
)
"""What cannot raise what the account spends."""


def raises_spend(change: Change) -> bool:
    """Whether a change can raise what the account spends. What cannot be told counts as yes."""
    if change.effect is Effect.CHANGE_SPEND:
        steps = ((name, change.before.get(name), after) for name, after in change.after.items())
        unknown = change.row.limit is Limit.DELIVERY and change.spend.daily_minor is None
        return (
            unknown
            or (change.spend.daily_minor or 0) > 0
            or any(before is None or raises(name, before, after) for name, before, after in steps)
        )
    return change.effect not in HARMLESS and change.row.known is not Known.BY_ABSENCE


def unshown(change: Change) -> str:
    """Parameters that the table of kinds does not know, and a person would not see; nothing when there are none."""
    return ", ".join(sorted(set(change.request.params) - set(change.row.parameters)))


def marker_of(change_id: str) -> str:
    """The ad label of a created object."""
    return f"adsteward:{hashlib.sha256(change_id.encode()).hexdigest()[:12]}"


def result_ref(change: Change, field: str) -> dict[str, JsonValue]:
    """A parameter that stands for something an earlier change of the same set will give."""
    return {"$from": change.id, "field": field}


def resolve(params: Mapping[str, Any], results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """`params` with every reference replaced by the result it stands for.

    Raises KeyError when a result is missing.
    """

    def filled(value: Any) -> Any:
        if isinstance(value, Mapping):
            if set(value) == {"$from", "field"}:
                return results[str(value["$from"])][str(value["field"])]
            return {key: filled(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [filled(inner) for inner in value]
        return value

    return {name: filled(value) for name, value in params.items()}


def resolved(change: Change, results: Mapping[str, Mapping[str, Any]]) -> Change:
    """The change with what earlier ones gave filled in, also the object it is about; as it is while a result is missing.

    `after` names a creative that is not made yet; it is filled in, too, so that it can be read back.
    """
    try:
        params = resolve(change.request.params, results)
        target = str(results[change.made_by]["id"]) if change.made_by else change.target
    except KeyError:
        return change
    after = change.after
    if "creative" in after:
        after = after | {"creative": str(params["creative"]["creative_id"])}
    path = target if change.made_by else change.request.path
    request = change.request.model_copy(update={"params": params, "path": path})
    return change.model_copy(update={"request": request, "target": target, "after": after})
