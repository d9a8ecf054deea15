"""Every state Meta can put an account into is explained, with what its owner does next."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.domain.account import STATES, Account, parse_account, state_of


def an_account(status: object = 1, reason: object = 0) -> Account:
    return parse_account(
        {"id": "act_1", "currency": "EUR", "account_status": status, "disable_reason": reason}
    )


@pytest.mark.parametrize("status", sorted(set(STATES) - {1, 9}))
def test_a_state_in_which_no_ad_runs_is_a_problem(status: int) -> None:
    """In words, with Meta's name for it and a next step."""
    account = an_account(status)
    assert re.fullmatch(
        rf"The ad account [a-z].+ \({STATES[status]}\): it cannot run ads\. [A-Z].+\.", account.problem
    )
    assert account.warning == ""


@pytest.mark.parametrize("reason", range(1, 16))
@pytest.mark.parametrize("status", [1, 2, 9])
def test_a_reason_to_disable_is_said_in_words(status: int, reason: int) -> None:
    """Whatever the state is: Meta holds something against the account."""
    problem = an_account(status, reason).problem
    assert re.fullmatch(
        rf".+, because .+ \(disable reason {reason}\): it cannot run ads\. [A-Z].+\.", problem
    )
    assert "no known words" not in problem


def test_no_two_reasons_read_alike() -> None:
    """Fifteen reasons are fifteen texts, apart from their numbers."""
    texts = {re.sub(r"\d+", "", an_account(2, reason).problem) for reason in range(1, 16)}
    assert len(texts) == 15


def test_an_active_account_has_no_problem() -> None:
    """And nothing to warn of."""
    assert (an_account().problem, an_account().warning) == ("", "")


def test_the_grace_period_is_a_warning() -> None:
    """Ads still run, but not for long."""
    account = an_account(9)
    assert account.problem == ""
    assert "a payment that failed" in account.warning
    assert "pay what is due" in account.warning


@pytest.mark.parametrize("status", [55, "55", "WEIRD", 0, -1, [], True, 1.5])
def test_a_state_nobody_knows_is_a_problem(status: object) -> None:
    """What is not known to be good is not taken for good."""
    assert "a state that is not known here" in an_account(status).problem


@pytest.mark.parametrize("reason", [99, "99"])
def test_a_reason_nobody_knows_is_still_a_problem(reason: object) -> None:
    """With its number, to be looked up."""
    assert "(disable reason 99)" in an_account(2, reason).problem


def test_a_state_as_text_counts() -> None:
    """Meta writes numbers both ways."""
    assert state_of({"account_status": "2"}) == "DISABLED"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda v: st.lists(v, max_size=3)
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "name", "account_status", "disable_reason", "min_daily_budget"]), JSON
    )
)
def test_any_row_gives_an_account_or_says_why_not(row: dict[str, object]) -> None:
    """Odd values break nothing."""
    row |= {"currency": "EUR"}
    if not row.get("id"):
        with pytest.raises(ValueError, match="names no account"):
            parse_account(row)
    else:
        assert isinstance(parse_account(row).problem, str)
