"""Which campaigns, ad sets and ads a sentence names: whole names first, then parts, then slips, each called what it is."""

from types import SimpleNamespace
from typing import Any

import pytest

from tools.domain.objects import parse
from tools.read import find_names

NAMES = (
    "Winter",
    "winter",
    "Winter sale",
    "Winter sale – Coats",
    "Summer – Prospecting 3%",
    "🔥",
    "🔥🔥",
    "Not now",
)


def found(text: str = "", *parts: str, names: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """What the tool finds in an account of campaigns called so, whose ids count from 0."""
    rows = [
        {"id": str(n), "name": name, "status": "PAUSED", "effective_status": "PAUSED", "daily_budget": "500"}
        for n, name in enumerate(names)
    ]
    roster = {"names": [parse("campaign", row) for row in rows]}
    context: Any = SimpleNamespace(roster=roster, account=SimpleNamespace(currency="USD"))
    return find_names.run(find_names.FindInput(text=text, parts=list(parts)), context).content


@pytest.mark.parametrize(
    ("part", "how", "ids"),
    [
        ("Winter", "whole", ["0"]),
        ("winter", "whole", ["1"]),
        ("WINTER", "whole", ["0", "1"]),
        ("winter sale - coats", "whole", ["3"]),
        ("🔥", "whole", ["5"]),
        ("sale", "part", ["2", "3"]),
        ("coats winter", "words", ["3"]),
        ("coat", "words", ["3"]),
        ("winters", "words", ["0", "1", "2", "3"]),
        ("prospecting 3%", "part", ["4"]),
        ("Sumer – Prospecting 3%", "slip", ["4"]),
        ("rospect", "none", []),
        ("Autumn", "none", []),
        ("–", "none", []),
    ],
)
def test_a_part_of_a_name_is_called_what_it_is(part, how, ids):
    """The exact spelling goes before another case, a whole name before a part, and no half word is a part."""
    fit = found("", part)["parts"][part]
    assert (fit["how"], [row["id"] for row in fit["fits"]]) == (how, ids)


def test_whole_names_are_found_where_they_stand():
    """The longest wins, its place is that in the text as it was written, and a name inside a word is none."""
    text = "pause  WINTER SALE - COATS, not now and the midwinter one"
    rows = found(text)["whole"]
    assert [(row["text"], [fit["id"] for fit in row["fits"]]) for row in rows] == [
        ("WINTER SALE - COATS", ["3"]),
        ("not now", ["7"]),
    ]
    assert all(text[row["first"] : row["last"]] == row["text"] for row in rows)


def test_a_row_tells_what_is_needed_to_choose():
    """Kind, status and budget with its currency; of very many only some, with the number of the rest."""
    (row,) = found("", "Winter")["parts"]["Winter"]["fits"]
    assert row == {
        "id": "0",
        "kind": "campaign",
        "name": "Winter",
        "status": "PAUSED",
        "daily_budget": "5.00 USD",
    }
    many = found("", "ad", names=tuple(f"ad {n}" for n in range(find_names.MOST_FITS + 7)))["parts"]["ad"]
    assert (len(many["fits"]), many["more"]) == (find_names.MOST_FITS, 7)
