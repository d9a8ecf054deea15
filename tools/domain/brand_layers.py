"""The layers that settings come in: arguments, environment, brand files and defaults, merged with their origins.

Values of a layer that another one hides are checked too: a bad line in the brand file is always said.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tools.domain.brand import Brand, BrandError
from tools.domain.brand_file import Stray, read_settings
from tools.domain.money import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

MAX_BYTES = 256 * 1024
ENVIRONMENT = {
    "META_AD_ACCOUNT": "ad_account",
    "ADSTEWARD_MODEL": "model",
    "META_GRAPH_VERSION": "graph_version",
}
"""Environment variables and the keys they set."""

KEYS = tuple(Brand.model_fields)
RENAMED = {
    "max_pauses_per_run": "max_pauses_per_day",
    "max_new_ads_per_run": "max_new_ads_per_day",
    "report_color": "report_colour",
}
"""Words of older brand files or other people, and what they are called here."""
_LISTS = frozenset({"protect", "notify"})
_FILE = re.compile(r"(\S+\.md) line [0-9]")
_NEVER_IGNORED = frozenset({"protect"} | {key for key in KEYS if key.startswith("max_")})
AMOUNTS = ("max_daily_budget", "max_lowering_per_day")
GUARDRAILS = (
    "protect",
    "max_pauses_per_day",
    "max_new_ads_per_day",
    "max_new_objects_per_day",
    "max_budget_step_pct",
    "max_daily_budget",
    "max_lowering_per_day",
    "assistant_approval",
)
"""The settings that limit what may be done; all others say what it is done with, or what is good."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value as given, and a readable origin such as "stack.md line 7"."""

    key: str
    value: object
    origin: str


@dataclass(frozen=True, slots=True)
class Source:
    """One layer of settings; `problems` stop the loading, `warnings` are passed on."""

    settings: tuple[Setting, ...] = ()
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedBrand:
    """The merged settings, the origin of every key, and what a person should hear about."""

    brand: Brand
    origin: dict[str, str]
    warnings: tuple[str, ...]
    problems: tuple[str, ...] = ()
    """What is wrong and was left out, where not all had to be right."""

    @property
    def notes(self) -> tuple[str, ...]:
        """All that a person should hear."""
        return (*self.problems, *self.warnings)


def argument_layer(values: Mapping[str, object]) -> Source:
    """Make a layer of command-line arguments, by key; None and "" are not given."""
    flags = {key: "--" + key.replace("_", "-") for key in values} | {"ad_account": "--account"}
    return _layer((Setting(key, value, f"argument {flags[key]}") for key, value in values.items()))


def environment_layer(environ: Mapping[str, str]) -> Source:
    """Make a layer of the environment variables of `ENVIRONMENT`; no other variable is looked at."""
    return _layer(Setting(key, environ.get(name), f"environment {name}") for name, key in ENVIRONMENT.items())


def default_layer(values: Mapping[str, object], label: str) -> Source:
    """Make a layer of given values under one origin, for example "sandbox default"."""
    return _layer(Setting(key, value, label) for key, value in values.items())


def file_layer(path: Path, label: str | None = None) -> Source:
    """Make a layer of a Markdown file, origins "LABEL line N"; a missing file is an empty layer.

    Raises BrandError for a folder, an unreadable or far too large file, or one that is not UTF-8 text.
    """
    label = label or path.name
    return _text_layer(_file_text(path, label), label)


def readable_layer(path: Path, label: str | None = None) -> Source:
    """As `file_layer`; that the file cannot be read is a problem of its layer, as a wrong line is."""
    try:
        return file_layer(path, label)
    except BrandError as error:
        return Source(problems=(str(error),))


@lru_cache(maxsize=8)
def _text_layer(text: str, label: str) -> Source:
    reading = read_settings(text, (*KEYS, *RENAMED), _LISTS)
    strays = [
        (f"{label} line {stray.line}: {_stray_text(stray)}", RENAMED.get(stray.closest, stray.closest))
        for stray in reading.strays
    ]
    return Source(
        tuple(
            Setting(RENAMED.get(entry.key, entry.key), entry.value, f"{label} line {entry.line}")
            for entry in reading.entries
        ),
        warnings=tuple(
            f"{text} It was ignored." for text, closest in strays if closest not in _NEVER_IGNORED
        ),
        problems=(
            *(f"{label} line {line}: {wrong}" for line, wrong in reading.problems),
            *(f"{text} A limit is never ignored." for text, closest in strays if closest in _NEVER_IGNORED),
        ),
    )


def load_brand(sources: Sequence[Source], *, whole: bool = True) -> LoadedBrand:
    """Merge layers, highest precedence first, over the built-in defaults.

    Raises BrandError with every problem of every layer, one per line, also for values a higher layer hides; not `whole`,
    what is wrong is left out.
    """
    merged: dict[str, tuple[Any, str]] = {}
    problems: list[str] = []
    for source in sources:
        problems += source.problems
        merged = _checked(source, problems) | merged
    if problems and whole:
        raise BrandError("\n".join(problems))
    brand = Brand.model_validate({key: value for key, (value, _) in merged.items()})
    unset = {
        key: "built-in default" if key.startswith("max_") and _has_default(key) else "not set" for key in KEYS
    }
    origin = unset | {key: place for key, (_, place) in merged.items()}
    warnings = tuple(text for source in sources for text in source.warnings)
    return LoadedBrand(brand.standing_in(_elsewhere(origin)), origin, warnings, tuple(problems))


def _elsewhere(origin: Mapping[str, str]) -> dict[str, str]:
    """The files of the settings that do not stand in the workspace's own alone."""
    files = {key: " and ".join(_FILE.findall(place)) for key, place in origin.items()}
    return {key: file for key, file in files.items() if file and file != "stack.md"}


def tightened(held: Brand, now: Brand, currency: str) -> Brand:
    """Give `held` with every guardrail that `now` sets tighter; nothing gets looser, and nothing else changes.

    Amounts are those of an account in `currency`; what is meant in another one cannot be compared and is left out.
    """
    tighter = {key: _tighter(key, getattr(held, key), getattr(now, key)) for key in GUARDRAILS}
    for key in AMOUNTS:
        least = now if _amount(now, key, currency) < _amount(held, key, currency) else held
        tighter[key] = getattr(least, key)
    tight = held.model_copy(update=tighter | _objects(held, now))
    return tight.standing_in({k: now.file(k) for k in tighter if getattr(tight, k) != getattr(held, k)})


def _objects(held: Brand, now: Brand) -> dict[str, int]:
    """The number of new objects, which follows from that of new ads unless one of both says it."""
    if held.max_new_objects_per_day is None and now.max_new_objects_per_day is None:
        return {}
    return {"max_new_objects_per_day": min(held.new_objects_limit, now.new_objects_limit)}


def as_texts(brand: Brand) -> dict[str, str]:
    """Give the guardrails as they could stand in stack.md, the entries of a list one per line."""
    values = {key: getattr(brand, key) for key in GUARDRAILS}
    return {
        key: "\n".join(value) if isinstance(value, tuple) else str(value)
        for key, value in values.items()
        if value not in (None, ())
    }


def of_texts(texts: Mapping[str, str]) -> Brand:
    """Give the guardrails that `as_texts` gave; names it does not know say nothing. Raises BrandError."""
    known = {key: texts[key] for key in GUARDRAILS if key in texts}
    lists = {key: tuple(text.split("\n")) for key, text in known.items() if key in _LISTS}
    try:
        return Brand.model_validate(known | lists)
    except ValidationError as refused:
        raise BrandError(str(refused.errors()[0]["msg"])) from None


def followed(brand: Brand, currency: str) -> dict[str, str]:
    """The limits in the account's money, and those that follow from others unless they are set. Raises BrandError."""
    return {
        "max_daily_budget": str(brand.daily_budget_ceiling(currency)),
        "max_lowering_per_day": str(brand.lowering_limit(currency)),
        "max_new_objects_per_day": str(brand.new_objects_limit),
    }


def _tighter(key: str, held: Any, now: Any) -> Any:
    if key in _LISTS:
        return (*held, *(entry for entry in now if entry not in held))
    if key == "assistant_approval":
        return now if held == "safe" else held
    return held if key in AMOUNTS or key == "max_new_objects_per_day" else min(held, now)


def _amount(brand: Brand, key: str, currency: str) -> float:
    limits = {"max_daily_budget": brand.daily_budget_ceiling, "max_lowering_per_day": brand.lowering_limit}
    try:
        return limits[key](currency).minor
    except BrandError:
        return float("inf")


def _has_default(key: str) -> bool:
    return key in (*AMOUNTS, "max_new_objects_per_day") or Brand.model_fields[key].default is not None


def _layer(settings: Iterable[Setting]) -> Source:
    return Source(tuple(s for s in settings if s.value is not None and str(s.value).strip()))


def _checked(source: Source, problems: list[str]) -> dict[str, tuple[Any, str]]:
    """Return a layer's values as their types; adds a line to `problems` for each bad or contradicting one."""
    values: dict[str, tuple[Any, str]] = {}
    for setting in source.settings:
        given = setting.value.strip() if isinstance(setting.value, str) else setting.value
        try:
            value = getattr(Brand.model_validate({setting.key: given}), setting.key)
        except ValidationError as refused:
            problems += [f"{setting.origin}: {setting.key}: {_reason(error)}" for error in refused.errors()]
            continue
        first, place = values.setdefault(setting.key, (value, setting.origin))
        if first != value:
            problems.append(
                f"{setting.origin}: {setting.key}: found {shown(given)}, but {place} says another value: keep one of them"
            )
    return values


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        return "this is not a key of the brand file"
    if isinstance(error["input"], tuple):
        return "found a list; write one value behind the colon"
    return f"found {shown(error['input'])}; {error['msg'].lower()}"


def _stray_text(stray: Stray) -> str:
    return f"`{stray.written}` is not a key; did you mean `{RENAMED.get(stray.closest, stray.closest)}`?"


def _file_text(path: Path, label: str) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BrandError(f"{label}: {path} is not a file; put the settings into a text file there")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as wrong:
        raise BrandError(f"{label}: {path} cannot be read: {wrong.strerror}") from None
    if len(data) > MAX_BYTES:
        raise BrandError(
            f"{label}: {path} is larger than {MAX_BYTES // 1024} KB; keep settings and notes short"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise BrandError(f"{label} line {line}: this is not UTF-8 text; save the file as UTF-8") from None
