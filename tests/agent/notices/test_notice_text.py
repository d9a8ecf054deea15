"""What a message says is short, and nothing that came from outside does anything in a chat or a mail."""

import pytest

from agent.notices.notice_text import LONGEST_NOTICE, MOST_IN_ONE, Notice, defused, message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Spring_Sale 2026 – 25.50 EUR", "Spring_Sale 2026 – 25.50 EUR"),
        ("@channel @everyone", "@ channel @ everyone"),
        ("<!here> <@U123> <b>x</b>", "< !here> < @ U123> < b>x< /b>"),
        ("&lt;!channel&gt; R&D A & B", "& lt;!channel& gt; R& D A & B"),
        ("[pay](https://evil.example/x)", "[pay] (https:// evil. example/x)"),
        ("*bold* `code` ~~gone~~ ||hidden||", "∗bold∗ ʼcodeʼ ∼∼gone∼∼ ¦¦hidden¦¦"),
        ("_set_ __x__ a_b", "＿set＿ ＿＿x＿＿ a_b"),
        ("evil.example me@evil.example", "evil. example me@ evil. example"),
        ("one\ntwo\u202e\u200b", "one ⏎ two⟨U+202E⟩⟨U+200B⟩"),
        ("EAAcanaryTOKENcanaryTOKEN0123456789", "[hidden]"),
        ("card 4111 1111 1111 1111, 4111-1111-1111-1111", "card [hidden] , [hidden]"),
        ("ad 120210001234560001, 2026 1127", "ad 120210001234560001, 2026 1127"),
        ("# big", "· # big"),
        (">>> all of it", "· >>> all of it"),
        ("- item -25.00", "· - item -25.00"),
        ("-25.00 USD per day", "-25.00 USD per day"),
        ("x" * 500, "x" * 119 + "…"),
    ],
)  # fmt: skip
def test_a_name_is_nothing_but_text(text: str, shown: str) -> None:
    """Mentions, tags, entities, links, styles, hidden signs and tokens are taken apart; what is harmless stays as it is."""
    assert defused(text) == shown


def test_many_are_one_message_that_counts_the_rest() -> None:
    """The title counts all, the body has the first of each account and how many more there are; each is bounded."""
    notices = [Notice(f"p{n}", "problems", f"Shop {n % 2}", f"problem {n} {'x' * 900}") for n in range(12)]
    title, body = message(
        [*notices, Notice("w", "waiting", "Shop 0", "waits"), Notice("b", "budgets", "Shop 0", "cap")]
    )
    assert title == "adsteward: 1 change set waits, 12 problems, 1 budget runs out"
    assert [line for line in body.splitlines() if line.startswith("Shop")] == ["Shop 0", "Shop 1"]
    assert body.endswith("And 6 more: adsteward inbox, adsteward schedule list")
    assert len(body) < MOST_IN_ONE * (LONGEST_NOTICE + 40)
