"""Renders the texts of `prompts/`; what comes from files and the API goes in as data, never as a template."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.run.kept_notes import NOTHING_KEPT, Kept
from agent.setup.settings import Mode, data_file
from agent.setup.world import World
from tools.domain.brand import Amount, Brand

if TYPE_CHECKING:
    from jinja2 import Environment

_NOT_TOLD = frozenset(
    "ad_account currency timezone model graph_version protect max_pauses_per_day max_new_ads_per_day"
    " max_new_objects_per_day max_budget_step_pct max_daily_budget max_lowering_per_day assistant_approval"
    " report_logo report_colour report_language notify".split()
)
"""Settings that the prompt tells elsewhere, or that are none of the model's business."""
MODE_WORDS: dict[Mode, str] = {
    "ask": "a person is asked to approve every change set",
    "none": "change sets are only saved; a person approves them later",
    "safe": "changes that cannot raise spend go ahead, all others wait for a person",
    "all": "changes within the guardrails go ahead",
}


def system(
    world: World, mode: Mode, *, now: datetime, talking: bool = False, kept: Kept = NOTHING_KEPT
) -> str:
    """The system prompt of a run; the same bytes for the same day and the same notes, so that it is cached.

    `talking`: the person types into a chat, where next steps go without the program's name.
    """
    brand = world.settings.loaded.brand
    return render(
        "system.md.j2",
        account=world.account,
        brand=brand,
        settings=_written(brand, world.account.currency),
        protect=brand.protect,
        kept=kept,
        ceiling=brand.daily_budget_ceiling(world.account.currency),
        mode=MODE_WORDS[mode],
        program="" if talking else "adsteward ",
        sandbox=world.settings.options.sandbox,
        today=now.astimezone(world.account.zone).date().isoformat(),
    )


def _written(brand: Brand, currency: str) -> dict[str, str]:
    """The settings that are no limits, as people write them; money with its currency."""
    set_here = {name: getattr(brand, name) for name in type(brand).model_fields if name not in _NOT_TOLD}
    return {
        name: value.money(currency).said if isinstance(value, Amount) else str(value)
        for name, value in set_here.items()
        if value is not None
    }


def render(name: str, **values: Any) -> str:
    """One template with its values. A name that is not given is an error."""
    return _environment(data_file(f"prompts/{name}").parent).get_template(name).render(**values)


@cache
def _environment(folder: Path) -> "Environment":
    """Compiles each template of a folder once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text for a model, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
