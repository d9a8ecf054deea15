"""docs/errors.md is what the client does, and keeps what is promised: every error is given to it, once and always."""

import os
from pathlib import Path

import pytest

from tests.docs.error_cases import COLUMNS, KINDS, ONCE, Column, Did, Error, Row, errors
from tests.docs.error_page import INTRODUCTION, page
from tests.docs.error_trial import measure
from tests.faults.history import fast_folder
from tools.graph.codes import Entry, Family, Repeat

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
WRITE = os.environ.get("ADSTEWARD_WRITE_DOCS") == "1"
NEVER_AGAIN = (Family.TOKEN, Family.PERMISSION, Family.NOT_FOUND, Family.BLOCKED)
"""190, 200, 368 and their like."""
WELL = ("read", "done")
SHOWN_S = 90
"""Seconds after which Meta must have made and shown a new ad, if it ever does."""
NAMELESS_S = 900
"""Seconds away from Meta after 613 without a subcode."""
HOUR_S = 3600

Measured = list[tuple[Error, Row]]


@pytest.fixture(scope="module")
def measured() -> Measured:
    """What the client did about everything, just now."""
    with fast_folder() as folder:
        return [(error, measure(Path(folder) / str(i), error)) for i, error in enumerate(errors())]


def test_the_page_says_what_the_client_did(measured: Measured) -> None:
    """The committed page equals what was measured; `make docs` writes it."""
    text = page(measured)
    if WRITE:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "run `make docs`, and read what changed"


def test_every_outcome_is_explained_on_the_page(measured: Measured) -> None:
    """A new word in a cell needs a line above the table."""
    words = {word for _, row in measured for did in row.values() for word in did.outcome.split(", ")}
    assert not {word for word in words if f"*{word}*" not in INTRODUCTION}


def test_what_is_called_done_was_done_once_and_all_else_not_at_all(measured: Measured) -> None:
    """No error makes the client write twice, or say something about the account that is not so."""
    for error, column, did in writes(measured):
        assert did.executed == (did.outcome == "done"), (error.label, column, did)


def test_what_meta_may_have_done_is_not_sent_again_without_a_look(measured: Measured) -> None:
    """Neither a pause nor a new ad; before the ad is made again, Meta also had the time to show it."""
    for error, column, did in writes(measured):
        if error.unsure:
            assert "ss" not in did.requests, (error.label, column, did)
            if column.kind == "new ad":
                assert did.waited_s >= SHOWN_S * (did.sent - 1), (error.label, column, did)


def test_a_dead_token_a_missing_permission_and_a_block_are_met_once(measured: Measured) -> None:
    """No call of any kind is sent again, nothing else is sent, and nothing is waited for."""
    met = [(error, did) for error, row in measured if error.family in NEVER_AGAIN for did in row.values()]
    assert {"190", "200", "201-299", "368"} <= {error.label for error, _ in met}
    for error, did in met:
        assert (did.requests, did.waited_s) == ("s", 0), (error.label, did)


def test_nothing_is_tried_for_ever(measured: Measured) -> None:
    """An error that stays costs at most four tries; what is too much, a page of 200, of 100, and so on down to one row."""
    tries = [
        (error.entry and error.entry.too_much, did.sent) for error, row in measured for did in row.values()
    ]
    assert max(sent for too_much, sent in tries if not too_much) == 4
    assert max(sent for too_much, sent in tries if too_much) == len([200, 100, 50, 25, 12, 6, 3, 1])


def test_an_error_that_passes_is_met_as_explain_says(measured: Measured) -> None:
    """What `adsteward explain` says about each code and kind of call is what the client does."""
    for error, row in measured:
        if error.entry and error.entry.wait_s != HOUR_S:  # longer than a run waits
            treatment = error.entry.treatment
            for kind, repeat in zip(KINDS, (treatment.read, treatment.update, treatment.create), strict=True):
                did = row[Column(kind, ONCE)]
                assert agrees(repeat, error.entry, did), (error.label, kind, repeat, did)


def writes(measured: Measured) -> list[tuple[Error, Column, Did]]:
    return [(error, c, row[c]) for error, row in measured for c in COLUMNS if c.kind != "read"]


def agrees(repeat: Repeat, entry: Entry, did: Did) -> bool:
    """Whether this was done, when the error came once."""
    nameless = (entry.code, entry.subcode) == (613, None)
    ended, waited_s = did.outcome.removesuffix(", run ends"), round(did.waited_s)
    again, untouched = did.sent == 2 and ended in WELL, (did.requests, waited_s) == ("s", 0)
    said = {
        Repeat.AFTER_WAIT: again and waited_s == (NAMELESS_S if nameless else 10),
        Repeat.AFTER_BACKOFF: again and waited_s == 10,
        Repeat.IN_PARTS: again and waited_s == 0,
        Repeat.IF_UNDONE: again and did.requests.startswith("sl"),
        Repeat.IF_ABSENT: again and did.requests.startswith("sl") and waited_s == SHOWN_S,
        Repeat.AFTER_LOOK: did.requests.startswith("sl") and did.sent == 1 and ended == "refused",
        Repeat.NEVER: untouched and ended == "refused",
        Repeat.STOP: untouched and did.outcome.endswith(", run ends"),
    }
    return said[repeat]
