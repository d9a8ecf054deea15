"""Every error code of docs/graph-api.md is met in its own way, for reads and for writes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.graph.support import Meta, batch_item, error, jsons, ok, raw
from tools.graph import Advice, AnswerLost, Executed, Family, GraphError, GraphFailure
from tools.graph.allowance import Cost
from tools.graph.answers import Unpacked
from tools.graph.batch import send
from tools.graph.errors import classify, too_much_data
from tools.graph.request import item
from tools.graph.writer import WriteRequest

THROTTLE, TRANSIENT, VALIDATION = Family.THROTTLE, Family.TRANSIENT, Family.VALIDATION
PERMISSION, DEAD, BLOCKED = Family.PERMISSION, Family.TOKEN, Family.BLOCKED
NOT_FOUND, UNKNOWN = Family.NOT_FOUND, Family.UNKNOWN

# docs/graph-api.md §3.2, §3.3, §7.6: code, subcode, family
CODES: list[tuple[int, int | None, Family]] = [
    (1, None, TRANSIENT),
    (1, 99, TRANSIENT),
    (1, 2853001, PERMISSION),
    (2, None, TRANSIENT),
    (2, 1504038, TRANSIENT),
    (2, 1504041, VALIDATION),
    (2, 1504042, VALIDATION),
    (2, 1504043, TRANSIENT),
    (2, 1504044, TRANSIENT),
    (-1, None, TRANSIENT),
    (-2, 2490547, TRANSIENT),
    (-7, None, TRANSIENT),
    (3, None, PERMISSION),
    (4, None, THROTTLE),
    (4, 1504022, THROTTLE),
    (4, 1504039, THROTTLE),
    (10, None, PERMISSION),
    (17, 2446079, THROTTLE),
    (17, None, THROTTLE),
    (31, 3858385, BLOCKED),
    (31, None, BLOCKED),
    (32, None, THROTTLE),
    (100, None, VALIDATION),
    (100, 33, NOT_FOUND),
    (100, 1359188, BLOCKED),
    (100, 1487534, VALIDATION),
    (100, 1504018, TRANSIENT),
    (100, 3858504, VALIDATION),
    (100, 4834011, VALIDATION),
    (102, None, DEAD),
    (104, None, DEAD),
    (105, None, VALIDATION),
    (190, None, DEAD),
    (190, 458, DEAD),
    (190, 459, BLOCKED),
    (190, 460, DEAD),
    (190, 463, DEAD),
    (190, 464, BLOCKED),
    (190, 467, DEAD),
    (190, 492, DEAD),
    (194, None, VALIDATION),
    (200, None, PERMISSION),
    (200, 1870034, PERMISSION),
    (299, None, PERMISSION),
    (294, None, PERMISSION),
    (294, 2446079, THROTTLE),
    (341, None, THROTTLE),
    (368, None, BLOCKED),
    (368, 1390008, BLOCKED),
    (500, None, VALIDATION),
    (506, None, VALIDATION),
    (613, None, THROTTLE),
    (613, 1996, THROTTLE),
    (613, 1487225, THROTTLE),
    (613, 1487742, THROTTLE),
    (613, 5044001, THROTTLE),
    (801, None, VALIDATION),
    (960, None, TRANSIENT),
    (2500, None, VALIDATION),
    (2635, None, VALIDATION),
    (3018, None, VALIDATION),
    *[(code, None, THROTTLE) for code in range(80000, 80015)],
    (80000, 2446079, THROTTLE),
    (1487901, None, VALIDATION),
    (1363037, None, TRANSIENT),
    (1487033, None, VALIDATION),
    (2615, None, VALIDATION),
    (1487395, None, UNKNOWN),
    (0, None, UNKNOWN),
    (99999, None, UNKNOWN),
]
REPEATED = (THROTTLE, TRANSIENT)
TOO_MUCH = ((2, 1504038), (100, 1487534), (100, 1504018))
table = pytest.mark.parametrize(("code", "subcode", "family"), CODES)
anything = st.dictionaries(
    st.sampled_from(
        "message type code error_subcode is_transient error_user_title error_user_msg error_data fbtrace_id".split()
    )
    | st.text(),
    jsons,
)


@table
@pytest.mark.parametrize("status", [200, 400, 500])
def test_reading_through_each_code(code: int, subcode: int | None, family: Family, status: int) -> None:
    """A read is repeated after 10, 20, 40 s for throttles and passing problems, never else, at any HTTP status.

    What was too much data is not asked for again as it was.
    """
    if family is UNKNOWN and status == 500:
        family = TRANSIENT
    meta = Meta(error(code, subcode, status=status))
    with pytest.raises(GraphError) as caught:
        meta.reader.get("123")
    repeated = family in REPEATED and (code, subcode) not in TOO_MUCH
    assert (caught.value.family, len(meta.requests), meta.waits) == (
        family,
        4 if repeated else 1,
        [10, 20, 40] if repeated else [],
    )
    assert [exchange.outcome for exchange in meta.exchanges] == [caught.value.label] * len(meta.requests)


@table
def test_writing_through_each_code(code: int, subcode: int | None, family: Family) -> None:
    """A write is sent once whatever Meta says; a passing problem and an unknown code leave open what became of it."""
    meta = Meta(error(code, subcode))
    (failure,) = meta.writer.send([WriteRequest("POST", "123", {"status": "PAUSED"})])
    assert isinstance(failure, GraphError)
    assert (len(meta.requests), meta.waits) == (1, [])
    assert failure.executed is (Executed.UNKNOWN if family in (TRANSIENT, UNKNOWN) else Executed.NO)
    assert failure.ends_the_run is (family in (DEAD, BLOCKED))


@table
def test_each_code_inside_a_batch(code: int, subcode: int | None, family: Family) -> None:
    """An error inside a batch is the same error as outside, and its neighbour is not touched by it."""
    body = {"error": {"message": "said", "code": code, "error_subcode": subcode}}
    meta = Meta(ok([batch_item(body, 400), batch_item({"id": "2"})]))
    failure, other = send(meta.wire, [item("POST", "1", {}), item("POST", "2", {})])
    assert isinstance(failure, GraphError)
    assert (failure.family, failure.code, failure.subcode) == (family, code, subcode)
    assert other == {"id": "2"}


@pytest.mark.parametrize(
    ("message", "family"),
    [
        ("(#294) Managing advertisements requires the extended permission ads_management", PERMISSION),
        ("(#294) Application Rate Limit reached", THROTTLE),
        ("", PERMISSION),
    ],
)
def test_294_is_a_permission_unless_it_says_rate_limit(message: str, family: Family) -> None:
    """294 is never waited for, unless its own text speaks of a rate limit."""
    assert GraphError({"code": 294, "message": message}, http_status=403).family is family
    assert classify(294, None, message) is family


@pytest.mark.parametrize(
    ("fields", "status", "family"),
    [
        ({"code": 99999}, 500, TRANSIENT),
        ({"code": 99999}, 503, TRANSIENT),
        ({"message": "an unexpected error"}, 502, TRANSIENT),
        ({"code": 99999, "is_transient": True}, 400, TRANSIENT),
        ({"code": 99999, "is_transient": "true"}, 400, UNKNOWN),
        ({"code": 100, "is_transient": True}, 500, VALIDATION),
        ({"code": 190, "is_transient": True}, 500, DEAD),
        ({"code": 368, "is_transient": True}, 503, BLOCKED),
        ({"code": "17"}, 400, THROTTLE),
        ({"code": "2", "error_subcode": "1504041"}, 400, VALIDATION),
        ({"code": True}, 400, UNKNOWN),
        ({}, 400, UNKNOWN),
    ],
)
def test_what_decides_about_unknown_codes(fields: dict[str, Any], status: int, family: Family) -> None:
    """`is_transient` and a 5xx make only unknown codes a passing problem; either way their write may have happened."""
    failure = GraphError(fields, http_status=status)
    assert failure.family is family
    assert (failure.executed is Executed.UNKNOWN) is (family in (TRANSIENT, UNKNOWN))


def test_the_hour_after_four_budget_changes_is_not_spent_trying() -> None:
    """613/1487632 locks the budget for an hour: nothing is tried again before, and the text says 60 minutes."""
    meta = Meta(error(613, 1487632))
    (failure,) = meta.writer.send([WriteRequest("POST", "123", {"daily_budget": "1"})])
    assert isinstance(failure, GraphError)
    assert (failure.wait_s, failure.executed) == (3600, Executed.NO)
    assert "60 min" in str(failure)


@given(jsons, st.integers(0, 599))
def test_any_error_value_is_a_failure_and_nothing_else(value: Any, status: int) -> None:
    """Whatever JSON stands under `error`, it is read as a failure without raising; only null is none."""
    failure = Meta(ok()).wire.judged(Unpacked(status, {}, {"error": value}), Cost(reads=1))
    expected = type(None) if value is None else GraphError if isinstance(value, dict) else AnswerLost
    assert type(failure) is expected


@given(anything, st.none() | st.floats(min_value=0, max_value=1e9))
def test_any_error_object_explains_itself(fields: dict[str, Any], wait_s: float | None) -> None:
    """Any values in an error object's fields give a text of one failure with a family and a label."""
    failure = GraphError(fields, http_status=400, wait_s=wait_s)
    assert str(failure) == failure.explain()
    assert str(failure).startswith(f"Meta error {failure.label}: ")
    assert failure.family in Family


@pytest.mark.parametrize(
    ("data", "blamed"),
    [
        ({"blame_field_specs": [["daily_budget"]]}, ("daily_budget",)),
        ('{"blame_field_specs": [["targeting", "geo", 0], "name"]}', ("targeting.geo.0", "name")),
        ("not json", ()),
        ("[" * 100_000, ()),
        ({"blame_field_specs": "name"}, ()),
        ({"blame_field_specs": None}, ()),
        ([], ()),
        (None, ()),
    ],
)
def test_blamed_fields(data: Any, blamed: tuple[str, ...]) -> None:
    """The fields Meta blames are found in an object and in JSON text; junk blames nothing."""
    assert GraphError({"code": 100, "error_data": data}, http_status=400).blamed == blamed


@pytest.mark.parametrize(
    ("fields", "wait_s", "said"),
    [
        (
            {
                "code": 100,
                "error_subcode": 1885272,
                "message": "Invalid parameter",
                "error_user_title": "Budget too low",
                "error_user_msg": "At least 1.00 USD.",
                "error_data": {"blame_field_specs": [["daily_budget"]]},
                "fbtrace_id": "AbC",
            },
            None,
            "Meta error 100/1885272: At least 1.00 USD (field: daily_budget). Raise the budget to",
        ),
        ({"code": 105, "message": "x", "fbtrace_id": "AbC"}, None, "Send fewer parameters. [trace AbC]"),
        ({"code": 100, "error_subcode": 7, "message": "x"}, None, "Correct the value Meta names"),
        ({"code": 17, "message": "User request limit reached"}, 61.0, "Meta asks to wait 2 min."),
        ({"code": 294, "message": "(#294) not you"}, None, "not you. Give the token ads_management"),
        ({"code": 10, "message": "no"}, None, "pages_manage_ads"),
        ({"code": 31, "error_subcode": 3858385}, None, "System User token"),
        ({"code": 190, "error_subcode": 463, "message": "x"}, None, "The access token has expired"),
        ({"code": 190, "error_subcode": 463, "message": "x"}, None, "FACEBOOK_ACCESS_TOKEN"),
        ({"code": 368}, None, "Make no more calls"),
        ({"code": 613, "error_subcode": 1487632}, None, "changed more than 4 times within an hour. Leave"),
        ({"code": 5}, None, "Meta error 5: A code that is not in adsteward's table. Nothing is sent again"),
        ({"code": 5, "message": "said"}, None, "Meta error 5: said. Nothing is sent again"),
    ],
)
def test_what_an_error_says(fields: dict[str, Any], wait_s: float | None, said: str) -> None:
    """An error says what Meta said in its best words, the field, the next step, the wait and the trace."""
    assert said in str(GraphError(fields, http_status=400, wait_s=wait_s))


@pytest.mark.parametrize(("code", "waits"), [(17, True), (2, True), (100, False), (190, False), (200, False)])
def test_only_what_waiting_helps_asks_to_wait(code: int, waits: bool) -> None:
    """A usage header on a permission, validation or token error is not an advice to wait."""
    failure = GraphError({"code": code}, http_status=400, wait_s=300.0)
    assert (failure.wait_s, "to wait" in str(failure)) == ((300.0, True) if waits else (None, False))


def test_every_failure_is_a_graph_failure() -> None:
    """One except clause catches them all."""
    assert issubclass(GraphError, GraphFailure)
    assert issubclass(AnswerLost, GraphFailure)
    assert AnswerLost("x").executed is Executed.UNKNOWN


@pytest.mark.parametrize(
    ("code", "subcode", "status", "message", "expected"),
    [
        (1, None, 500, "Please reduce the amount of data you're asking for", True),
        (1, 99, 400, "REDUCE THE AMOUNT OF DATA", True),
        (-3, None, 500, "Please reduce the amount of data", True),
        (100, 1487534, 400, "", True),
        (100, 1504018, 400, "", True),
        (2, 1504038, 500, "", True),
        (1, None, 500, "An unknown error occurred", False),
        (100, None, 400, "Please reduce the amount of data you're asking for", True),
        (2, None, 503, "Please reduce the amount of data", True),
        (99_999, None, 400, "Please reduce the amount of data", True),
        (17, None, 400, "Please reduce the amount of data", False),
        (200, None, 403, "Please reduce the amount of data", False),
        (190, None, 401, "Please reduce the amount of data", False),
        (100, 1504038, 400, "", False),
        (17, 2446079, 400, "", False),
    ],
)
def test_an_answer_too_large_is_told_from_other_trouble(
    code: int, subcode: int | None, status: int, message: str, expected: bool
) -> None:
    """Asking for less helps only where Meta complains about the size, by subcode or in its words."""
    fields = {"code": code, "error_subcode": subcode, "message": message}
    assert too_much_data(GraphError(fields, http_status=status)) is expected


def test_a_lost_answer_is_no_answer_too_large() -> None:
    """Without an error object nobody has complained about the size."""
    assert not too_much_data(AnswerLost("reduce the amount of data"))


# -- what real errors look like ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"blame_field": "targeting"}, "(field: targeting)"),
        ('{"blame_field":"targeting"}', "(field: targeting)"),
        ({"blame_field": ["a", "b"]}, "(field: a, b)"),
        ({"blame_field_specs": [["a"]], "blame_field": "a"}, "(field: a)"),
        ({"blame_field_specs": [["dsa_payor"]]}, "(field: dsa_payor)"),
        ("Page 12 is not published", "Meta adds: Page 12 is not published."),
        ({"reason": "No page", "blame_field": "x"}, "(field: x). Meta adds: No page."),
        ({"url": "https://www.facebook.com/checkpoint/"}, "Meta adds: https://www.facebook.com/checkpoint/"),
    ],
)
def test_what_error_data_says_is_shown(data: Any, said: str) -> None:
    """The field Meta blames under either name, and its texts, as an object or as text."""
    assert said in str(GraphError({"code": 100, "message": "x", "error_data": data}, http_status=400))


def test_a_long_text_in_error_data_is_cut() -> None:
    """It is worth a line, not a page."""
    assert (
        len(str(GraphError({"code": 100, "message": "x", "error_data": "y" * 9000}, http_status=400))) < 600
    )


@pytest.mark.parametrize(
    ("message", "code", "inactive"),
    [
        ("(#200) The ad account is not active", 200, True),
        ("(#100) The ad account is disabled.", 100, True),
        ("Your account has been disabled", 10, True),
        ("The ads account was closed", 294, True),
        ("You cannot use a disabled ad account", 200, True),
        ("(#200) Ad account owner has NOT granted ads_management", 200, False),
        ("The Instagram account is restricted", 100, False),
    ],
)
def test_an_account_that_is_not_active_is_not_the_token_s_fault(
    message: str, code: int, inactive: bool
) -> None:
    """The advice is about the account's state; permissions are named only where they may be missing."""
    said = str(GraphError({"code": code, "message": message}, http_status=400))
    assert ("Account Quality" in said) is inactive
    assert ("ads_management" in said.removeprefix(f"Meta error {code}: {message}")) <= (not inactive)


def test_what_the_run_knows_makes_the_advice_fit() -> None:
    """How this token is renewed, and what Meta holds against this account."""
    advice = Advice("Run `adsteward login` again.", "The ad account is closed (CLOSED).")
    dead = GraphError({"code": 190, "error_subcode": 458}, http_status=400, advice=advice)
    assert "Authorise the app again. Run `adsteward login` again." in str(dead)
    assert "social" not in str(GraphError({"code": 190}, http_status=400))
    refused = GraphError({"code": 10, "message": "no"}, http_status=403, advice=advice)
    assert "no. The ad account is closed" in str(refused)


@pytest.mark.parametrize(
    ("fields", "family"),
    [
        ({"code": 100, "error_subcode": 1487390}, TRANSIENT),
        ({"code": 1487390}, TRANSIENT),
        ({"code": 100, "error_subcode": 7654321, "is_transient": True}, TRANSIENT),
        ({"code": 100, "error_subcode": 7654321}, VALIDATION),
        ({"code": 100, "error_subcode": 4834011, "is_transient": True}, VALIDATION),
        ({"code": 190, "error_subcode": 490}, BLOCKED),
        *[({"code": 190, "error_subcode": n}, DEAD) for n in (456, 457, 461, 462, 465, 466, 468, 493, 999)],
        ({"code": 368, "error_subcode": 1}, BLOCKED),
        ({"code": 2859015}, BLOCKED),
        ({"code": 1404078}, BLOCKED),
        ({"code": 2, "error_subcode": 2446079}, THROTTLE),
        ({"code": 100, "error_subcode": 1487742}, THROTTLE),
        ({"code": 80004, "error_subcode": 2446079}, THROTTLE),
        ({"code": 190, "error_subcode": 2446079}, DEAD),
        ({"code": 2601, "error_subcode": 1815107}, TRANSIENT),
        ({"code": 3910001}, TRANSIENT),
    ],
)
def test_siblings_in_the_error_table(fields: dict[str, Any], family: Family) -> None:
    """Subcodes that pass, block or throttle say so whatever code they stand under."""
    assert GraphError(fields, http_status=400).family is family


def test_a_byte_order_mark_is_read_over() -> None:
    """Before an answer and before the body of an item; an error behind one is an error."""
    assert Meta(raw("\ufeff" + '{"id": "9"}')).reader.get("9") == {"id": "9"}
    item_body = {"code": 200, "body": "\ufeff" + '{"id": "2"}'}
    assert Meta(ok([item_body])).reader.get_many([("2", {})]) == [{"id": "2"}]
    with pytest.raises(GraphError, match="190"):
        Meta(raw("\ufeff" + '{"error": {"code": 190}}', 400)).reader.get("9")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (False, "`false`"),
        (True, "`true`"),
        (None, "`null`"),
        ([], "an empty list"),
        ([1], "a list"),
        ("x", "a text"),
        ("", "an empty text"),
        (7, "a number"),
    ],
)
def test_a_body_that_is_no_object_gets_a_clear_word(body: Any, name: str) -> None:
    """A read says what came and what it means, once; a write says that it tells neither done nor refused."""
    meta = Meta(ok(body) if body is not None else raw("null"))
    with pytest.raises(AnswerLost, match=f"with {name} instead of an object: there is nothing there"):
        meta.reader.get("123")
    assert len(meta.requests) == 1
    (outcome,) = Meta(raw("null") if body is None else ok(body)).writer.send([WriteRequest("POST", "1", {})])
    assert f"with {name}, which says neither done nor refused" in str(outcome)
