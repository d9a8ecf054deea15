"""Who benefits from an ad and who pays for it, where the law wants it said: the EU by name, others by a verified id."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from tools.domain.settings import meta_words
from tools.domain.text import listed
from tools.domain.tool import Context, Input, ToolError

EU = frozenset(
    """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK
    AX GF GP MF MQ RE YT
    """.split()
)
"""Where an ad must say who benefits and who pays, with the territories (docs/graph-api.md §8.2)."""
LONGEST_PARTY = 512
DECLARED: Mapping[str, str] = {
    "TW": "TAIWAN_UNIVERSAL",
    "SG": "SINGAPORE_UNIVERSAL",
    "TH": "THAILAND_UNIVERSAL",
    "BR": "BRAZIL_REGULATION",
}
"""What an ad set for a country declares itself to be under."""
IDENTITIES: Mapping[str, str] = {
    "TAIWAN_UNIVERSAL": "taiwan_universal",
    "TAIWAN_FINSERV": "taiwan_finserv",
    "SINGAPORE_UNIVERSAL": "singapore_universal",
    "AUSTRALIA_FINSERV": "australia_finserv",
    "INDIA_FINSERV": "india_finserv",
    "THAILAND_UNIVERSAL": "universal",
    "BRAZIL_REGULATION": "universal",
}
"""How Meta calls the beneficiary and payer of each; the last two share theirs."""
_ID = "^[0-9]{1,25}$"


class PartiesInput(Input):
    """The parties of an ad set; what is left out comes from stack.md, then from the account."""

    dsa_beneficiary: str | None = Field(
        default=None, max_length=LONGEST_PARTY, description="needed in the EU"
    )
    dsa_payor: str | None = Field(default=None, max_length=LONGEST_PARTY)
    verified_beneficiary: str | None = Field(
        default=None, pattern=_ID, description="id Meta verified, for Taiwan, Singapore and others"
    )
    verified_payer: str | None = Field(default=None, pattern=_ID)
    regional_regulated_categories: list[str] = Field(
        default=[], description="such as TAIWAN_FINSERV; by country if left out"
    )


def parties(
    ctx: Context, args: PartiesInput, countries: frozenset[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What an ad set for these countries says of its parties, and how it reads. Raises ToolError, GraphFailure."""
    named, (declared, told) = _by_name(ctx, args, countries), _declared(ctx, args, countries)
    return named | declared, named | told


def _by_name(ctx: Context, args: PartiesInput, countries: frozenset[str]) -> dict[str, str]:
    """For the EU: as given, as in stack.md, or the account's defaults."""
    names = ("dsa_beneficiary", "dsa_payor")
    said = {name: value for name in names if (value := getattr(args, name))}
    if not countries & EU:
        return said
    said |= {name: value for name in names if name not in said and (value := getattr(ctx.brand, name))}
    if not (left := [name for name in names if name not in said]):
        return {name: said[name] for name in names}
    account = ctx.graph.get(ctx.account.id, fields=",".join(f"default_{name}" for name in left))
    if missing := [name for name in left if not account.get(f"default_{name}")]:
        raise ToolError(
            f"Ads in the EU ({', '.join(sorted(countries & EU))}) must say who benefits and who pays:"
            f" give {' and '.join(missing)}."
        )
    return said | {name: str(account[f"default_{name}"]) for name in left}


def _declared(
    ctx: Context, args: PartiesInput, countries: frozenset[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """For Taiwan and others: the categories, and the ids that Meta verified."""
    given = [word.strip().upper() for word in args.regional_regulated_categories]
    if unknown := [word for word in given if word not in IDENTITIES]:
        raise ToolError(f"{listed(unknown)} is no regulated category; there are {', '.join(IDENTITIES)}.")
    by_country = [DECLARED[country] for country in sorted(countries & DECLARED.keys())]
    categories = list(dict.fromkeys([*given, *by_country]))
    ids = {
        role: getattr(args, f"verified_{role}") or getattr(ctx.brand, f"verified_{role}")
        for role in ("beneficiary", "payer")
    }
    asked = args.verified_beneficiary or args.verified_payer
    if not categories:
        if asked:
            raise ToolError(
                "verified_beneficiary and verified_payer need a country or category that asks for them:"
                f" give regional_regulated_categories, such as {next(iter(IDENTITIES))}."
            )
        return {}, {}
    found = {f"{IDENTITIES[c]}_{role}": i for c in categories for role, i in ids.items() if i}
    missing = [f"verified_{role}" for role, i in ids.items() if not i]
    told = {"declared for": ", ".join(map(meta_words.constant, categories))}
    told |= {f"verified {role}": i for role, i in ids.items() if i}
    if missing:
        told["not said"] = f"{' and '.join(missing)}: Meta takes the account's own, or refuses the ad set"
    params: dict[str, Any] = {"regional_regulated_categories": categories}
    return params | ({"regional_regulation_identities": found} if found else {}), told
