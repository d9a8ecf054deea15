"""Which rows are wanted and in what order: conditions in Meta's shape, those on names by Meta, those on figures here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tools.read.figures.known_fields import Column, column

SIGNS = {
    ">": "GREATER_THAN",
    ">=": "GREATER_THAN_OR_EQUAL",
    "<": "LESS_THAN",
    "<=": "LESS_THAN_OR_EQUAL",
    "=": "EQUAL",
    "==": "EQUAL",
    "!=": "NOT_EQUAL",
    "CONTAINS": "CONTAIN",
}
_NUMERIC: dict[str, Callable[[Decimal, list[Decimal]], bool]] = {
    "EQUAL": lambda seen, bounds: seen == bounds[0],
    "NOT_EQUAL": lambda seen, bounds: seen != bounds[0],
    "GREATER_THAN": lambda seen, bounds: seen > bounds[0],
    "GREATER_THAN_OR_EQUAL": lambda seen, bounds: seen >= bounds[0],
    "LESS_THAN": lambda seen, bounds: seen < bounds[0],
    "LESS_THAN_OR_EQUAL": lambda seen, bounds: seen <= bounds[0],
    "IN_RANGE": lambda seen, bounds: bounds[0] <= seen <= bounds[-1],
    "NOT_IN_RANGE": lambda seen, bounds: not bounds[0] <= seen <= bounds[-1],
    "IN": lambda seen, bounds: seen in bounds,
    "NOT_IN": lambda seen, bounds: seen not in bounds,
}
_TEXTUAL: dict[str, Callable[[str, list[str]], bool]] = {
    "EQUAL": lambda seen, texts: seen == texts[0],
    "NOT_EQUAL": lambda seen, texts: seen != texts[0],
    "CONTAIN": lambda seen, texts: texts[0] in seen,
    "NOT_CONTAIN": lambda seen, texts: texts[0] not in seen,
    "STARTS_WITH": lambda seen, texts: seen.startswith(texts[0]),
    "IN": lambda seen, texts: seen in texts,
    "NOT_IN": lambda seen, texts: seen not in texts,
}
_OF_META = (
    "id name effective_status objective buying_type created_time updated_time adlabels labels delivery_info"
).split()
"""What Meta filters by itself, such as `campaign.name`."""
CHANGES = ("_before", "_difference", "_percent", "_percent_per_day")
"""What comparing adds to the name of a figure."""


class Condition(NamedTuple):
    """A condition on a figure or a breakdown's value, judged here."""

    name: str
    operator: str
    value: Any

    @property
    def bounds(self) -> list[Decimal]:
        """Its numbers. Raises ValueError where it has others."""
        return [_number(one) for one in _each(self.value)]

    def holds(self, seen: Any) -> bool:
        """Whether a value passes; what is not there passes nothing."""
        if seen is None:
            return False
        if isinstance(seen, Decimal):
            return _NUMERIC[self.operator](seen, self.bounds)
        return _TEXTUAL[self.operator](str(seen).casefold(), [str(o).casefold() for o in _each(self.value)])


def parted(
    filtering: Iterable[Mapping[str, Any]], level: str, keys: Sequence[str]
) -> tuple[list[dict[str, Any]], list[Condition]]:
    """The conditions that Meta is sent, and those judged here. Raises ValueError for what is none."""
    theirs, ours = list[dict[str, Any]](), list[Condition]()
    for one in filtering:
        if set(one) != {"field", "operator", "value"} or not _each(one["value"]):
            raise ValueError('write {"field": "spend", "operator": "GREATER_THAN", "value": 100}')
        name, sign = str(one["field"]).strip().lower(), str(one["operator"]).strip().upper()
        operator = SIGNS.get(sign, sign.replace(" ", "_"))
        if at_meta := _at_meta(name, level):
            if operator not in {*_NUMERIC, *_TEXTUAL, "ANY", "ALL", "NONE"}:
                raise ValueError(f"{one['operator']!r} is no operator; use {', '.join(_NUMERIC)} or CONTAIN")
            theirs.append({"field": at_meta, "operator": operator, "value": one["value"]})
        else:
            ours.append(_here(str(one["field"]).strip(), operator, one["value"], keys))
    return theirs, ours


def _at_meta(name: str, level: str) -> str:
    """Meta's name of what an object is filtered by; empty for figures."""
    at, _, attribute = name.rpartition(".")
    if not at and name in ("name", "id", "effective_status", "status"):
        at, attribute = "ad" if level == "account" else level, name
    for of in ("campaign", "adset", "ad"):
        if not at and name in (f"{of}_id", f"{of}_name"):
            at, attribute = of, name.removeprefix(f"{of}_")
    attribute = "effective_status" if attribute == "status" else attribute
    if not at or ":" in name:
        return ""
    if at not in ("campaign", "adset", "ad") or attribute not in _OF_META:
        raise ValueError(
            f"{name!r} is nothing to filter by; use a figure, campaign.name, adset.name, ad.name, ad.effective_status or {', '.join(_OF_META)}"
        )
    return f"{at}.{attribute}"


def _here(name: str, operator: str, value: Any, keys: Sequence[str]) -> Condition:
    if name in keys:
        allowed: Iterable[str] = _TEXTUAL
    else:
        found = figure(name)
        if not found.single:
            raise ValueError(
                f"{name} is a list of actions; say which kind, such as {found.meta}:purchase or {found.meta}:link_click"
            )
        numeric = found.field.form != "text"
        allowed = _NUMERIC if numeric else _TEXTUAL
        name = named(name)
        if numeric and operator in _NUMERIC:
            bounds = [_number(one) for one in _each(value)]
            if "RANGE" in operator and len(bounds) != 2:
                raise ValueError(f"{operator} takes two numbers, such as [10, 50]")
    if operator not in allowed:
        raise ValueError(f"{operator} is no operator for {name}; use {', '.join(allowed)}")
    return Condition(name, operator, value)


def ordered(sort: str, keys: Sequence[str]) -> tuple[str, bool]:
    """By what to sort, and whether the highest comes first: `field`, `-field` or Meta's `field_descending`. Raises ValueError."""
    name = sort.strip().lower()
    descending = name.startswith("-") or name.endswith("_descending")
    name = name.removeprefix("-").removesuffix("_descending").removesuffix("_ascending")
    if name in keys:
        return name, descending
    if not figure(name).single:
        raise ValueError(f"{name} is a list of actions; sort by one kind, such as {name}:purchase")
    return named(name), descending


def figure(name: str) -> Column:
    """The column that a name is of, whatever comparing added to it. Raises ValueError."""
    return column(_bare(name))


def named(name: str) -> str:
    """How the figure is called in the rows."""
    bare = _bare(name)
    return column(bare).name + name[len(bare) :]


def shown_as(name: str, columns: Iterable[Column]) -> str:
    """The same figure under the name that one of these columns has for it, else as it is called in the rows."""
    wanted = figure(name)
    same = next((one for one in columns if one[1:] == wanted[1:]), wanted)
    return same.name + name[len(_bare(name)) :]


def _bare(name: str) -> str:
    return next((name.removesuffix(end) for end in CHANGES if name.endswith(end)), name)


def order_key(name: str, *, descending: bool) -> Callable[[Mapping[str, Any]], Any]:
    """A key for rows as they are written; those without the figure come last."""

    def key(row: Mapping[str, Any]) -> Any:
        bare = name.removesuffix("_per_day")
        value = next((row[n] for n in (name, bare, f"{bare}_per_day") if row.get(n) is not None), None)
        if value is None:
            return (1, 0, "")
        try:
            number = Decimal(str(value).removesuffix(" %"))
        except InvalidOperation:
            text = str(value)
            return (0, 0, tuple(-ord(c) for c in text) if descending else tuple(map(ord, text)))
        return (0, -number if descending else number, ())

    return key


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value] if value is not None else []


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or isinstance(value, bool):
        raise ValueError(f"{value!r} is no number; write it without currency, such as 100 or 12.50")
    return number
