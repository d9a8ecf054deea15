"""A part of a change set is a set of its own, with everything that it builds on."""

from datetime import UTC, datetime

import pytest

from agent.run.part_of_set import UNKNOWN, part_of
from agent.setup.stops import ConfigError
from tests.agent.writes.test_journal import a_set
from tests.agent.writes.test_policy import change
from tools.domain.changes import ChangeSet, Request, Spend, marker_of
from tools.domain.spend import SHARED, WITH_PARENT

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def made() -> ChangeSet:
    """A creative, an ad of it, its activation, and another ad's."""
    creative = change(
        id="r.1.0", name="Creative", marker=marker_of("r.1.0"),
        request=Request(path="act_1/adcreatives", params={"adlabels": [{"name": marker_of("r.1.0")}]}),
    )  # fmt: skip
    ad = change(
        id="r.1.1", name="Ad", depends_on=("r.1.0",), marker=marker_of("r.1.1"),
        request=Request(path="act_1/ads", params={"creative": {"creative_id": {"$from": "r.1.0", "field": "id"}}}),
    )  # fmt: skip
    start = change(id="r.1.2", name="Ad", made_by="r.1.1", depends_on=("r.1.1",))
    above = change(id="r.1.10", name="One", spend=Spend(daily_minor=5000, currency="USD"))
    shares = change(
        id="r.1.11", name="Two", spend=Spend(daily_minor=0, currency="USD", note=f"from Dec 1 on: {SHARED}")
    )
    inside = change(id="r.1.12", name="Three", spend=Spend(daily_minor=0, currency="USD", note=WITH_PARENT))
    return a_set(creative, ad, start, above, shares, inside)


def taken(*numbers: int) -> ChangeSet:
    return part_of(made(), numbers, run_id="p", at=AT, who="anna at the page")


def test_what_builds_on_a_change_cannot_be_chosen_without_it():
    """Nor what is activated without what makes it; the names of what is missing are said."""
    for numbers, missing in (((2,), "“Creative”"), ((1, 3), "“Ad”"), ((2, 3, 4), "“Creative”")):
        with pytest.raises(
            ConfigError, match=f"builds on {missing}: choose that as well. Nothing was changed."
        ):
            taken(*numbers)
    for numbers in ((), (7,), (1, 2, 3, 4, 5, 6)):
        with pytest.raises(ConfigError, match=r"^That is .*Nothing was changed\.$"):
            taken(*numbers)


def test_ids_markers_and_references_are_its_own():
    """What was printed for the whole set names nothing in its part, so neither is taken for the other."""
    whole, part = made(), taken(1, 2, 3)
    creative, ad, start = part.changes
    assert [c.id for c in part.changes] == ["p.part.0", "p.part.1", "p.part.2"]
    assert creative.request.params == {"adlabels": [{"name": marker_of("p.part.0")}]}
    assert ad.request.params == {"creative": {"creative_id": {"$from": "p.part.0", "field": "id"}}}
    assert (ad.depends_on, start.depends_on, start.made_by) == (("p.part.0",), ("p.part.1",), "p.part.1")
    assert (creative.marker, ad.marker) == (marker_of("p.part.0"), marker_of("p.part.1"))
    assert part.digest != whole.digest
    assert not part.id.startswith(whole.id)
    assert (part.request, part.world, part.account, part.settings) == (
        whole.request,
        whole.world,
        whole.account,
        whole.settings,
    )
    assert ChangeSet.stored(part.content).id == part.id


def test_what_was_counted_with_another_change_is_unknown_by_itself():
    """A shared budget was announced once; without the change that has it, nobody knows what the other adds."""
    assert [(c.spend.daily_minor, c.spend.note) for c in taken(5, 6).changes] == [(None, UNKNOWN)] * 2
    assert [c.spend.daily_minor for c in taken(4).changes] == [5000]
    assert taken(4).notes == (f"Part of {made().id}, 1 change of 6, chosen by anna at the page",)


def pauses() -> ChangeSet:
    """A campaign and an ad in it, whose spend is counted with it; an ad elsewhere; and what was noted on them."""
    inside = Spend(daily_minor=0, currency="USD", note=WITH_PARENT)
    whole = a_set(
        change(id="r.1.0", level="campaign", target="70", name="Spring", names=("70", "Spring"), daily=-5000),
        change(id="r.1.1", target="71", name="Tent", names=("71", "Tent", "70", "Spring"), spend=inside),
        change(id="r.1.2", target="90", name="Hat", names=("90", "Hat"), daily=-700),
    )
    notes = (
        "Stops with “Spring” (70): 3 ads",
        "Stops “Hat” (90): 1 ad",
        "Warning: “Tent” was judged good",
        "Risk",
    )
    return whole.model_copy(update={"notes": notes})


def test_what_is_counted_with_a_chosen_change_stays_so():
    """A part says of its changes what the whole said as long as what counts them is in it."""
    whole = pauses()
    for numbers, spends in (((1, 2), [-5000, 0]), ((2, 3), [None, -700]), ((1, 3), [-5000, -700])):
        part = part_of(whole, numbers, run_id="p", at=AT, who="anna")
        assert [c.spend.daily_minor for c in part.changes] == spends


def test_what_was_noted_on_nothing_but_what_is_left_out_is_left_out():
    """A note on a chosen change stays, and one on all of them, which is said to be that."""
    spring, hat, tent, risk = pauses().notes
    for numbers, notes in (((1, 2), (spring, tent, risk)), ((3,), (hat, risk)), ((2, 3), (hat, tent, risk))):
        first, *rest = part_of(pauses(), numbers, run_id="p", at=AT, who="anna").notes
        assert first.endswith("what follows was noted on all")
        assert tuple(rest) == notes
