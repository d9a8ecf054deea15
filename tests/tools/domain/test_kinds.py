"""The table of change kinds is whole: what it forgets fails at import, what it does not show cannot be proposed."""

from dataclasses import replace
from typing import get_args

import pytest

from tools.domain import kinds
from tools.domain.change_kind import Covered, Known, Listed, Shown, Undone
from tools.domain.kinds import KINDS, Kind


def test_every_kind_has_a_row():
    """The words of `Kind` and the rows of the table are the same."""
    assert set(KINDS) == set(get_args(Kind))


@pytest.mark.parametrize("forgotten", sorted(KINDS))
def test_a_forgotten_row_fails_at_import(forgotten):
    """The check that runs at import names the kind that has no row."""
    with pytest.raises(TypeError, match=forgotten):
        kinds.check({kind: row for kind, row in KINDS.items() if kind != forgotten})


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        ("create_ad", {"known": Known.BY_STATE}, "known by a mark"),
        ("create_ad", {"creates": ""}, "known by a mark"),
        ("set_budget", {"known": Known.BY_LABEL}, "known by a mark"),
        ("create_ad", {"listed": None}, "needs the list"),
        ("upload_image", {"listed": Listed("adimages")}, "needs the list"),
        ("create_ad_set", {"listed": Listed("adsets", "campaign")}, "campaign is none of its parameters"),
        ("create_ad", {"parameters": {"adset_id": Shown("ad set")}}, "created PAUSED"),
        ("set_status", {"undone": Undone.DELETED}, "only what was created"),
    ],
)
def test_a_row_with_which_a_create_could_be_doubled_is_refused(kind, wrong, said):
    """A created object is always looked for by its mark, in a list that it can stand in."""
    with pytest.raises(TypeError, match=said):
        kinds.check({**KINDS, kind: replace(KINDS[kind], **wrong)})


def test_every_parameter_is_shown_or_covered_by_a_sentence():
    """No parameter stands in the table without words for a person."""
    for kind, row in KINDS.items():
        for name, parameter in row.parameters.items():
            words = (
                (parameter.under, *parameter.inside.values())
                if isinstance(parameter, Shown)
                else (parameter.by,)
            )
            assert words, f"{kind}.{name}"
            assert all(words), f"{kind}.{name}"
            if isinstance(parameter, Covered):
                assert len(parameter.by.split()) > 3, f"{kind}.{name}"
