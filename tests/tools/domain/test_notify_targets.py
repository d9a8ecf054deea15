"""Whom messages are for is written as people write it; an address never stands in the file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tools.domain.brand import Brand, BrandError
from tools.domain.brand_layers import file_layer, load_brand
from tools.domain.notify.notify_targets import notify_targets

ALL = "waiting, problems, launches, budgets"


def loaded(folder: Path, text: str) -> Brand:
    (folder / "stack.md").write_text(text, encoding="utf-8")
    return load_brand([file_layer(folder / "stack.md")]).brand


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("notify:", []),
        ("notify: $SLACK_URL", ["$SLACK_URL"]),
        ("notify: ${SLACK_URL}  # the team", ["$SLACK_URL"]),
        (f"notify: $A about {ALL}", ["$A"]),
        ("notify: $A about problems and waiting quiet 22:00-07:00", ["$A about waiting, problems quiet 22:00-07:00"]),
        ("notify: $A: problems, quiet from 9.30 to 10h15; ~/.config/b.url", ["$A about problems quiet 09:30-10:15", "~/.config/b.url"]),
        ("notify:\n- $A\n- /etc/hook about launches\n\nprose", ["$A", "/etc/hook about launches"]),
        ('notify: [{to: $A, about: [waiting, budgets], quiet: "22:00-07:00"}, {to: $B}]', ["$A about waiting, budgets quiet 22:00-07:00", "$B"]),
        ("## Notify\n\n* {to: $A}\n* to: $B", ["$A", "$B"]),
    ],
)  # fmt: skip
def test_what_people_write(tmp_path: Path, text: str, targets: list[str]) -> None:
    """On a line, in a list, as YAML; who says no topic means all."""
    assert [str(target) for target in loaded(tmp_path, text).notify] == targets


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("notify: https://hooks.slack.com/services/T0/B0/canary", "write $SLACK_URL; or into a file"),
        ("notify: $A, mailto://me:canary@mail.example", "an address is a secret and has no place here"),
        ("notify: xoxb-1-canary", "an entry begins with where it goes: write `$SLACK_URL`"),
        ("notify: the team", "an entry begins with where it goes"),
        ("notify: waiting $A", "an entry begins with where it goes"),
        ("notify: $A about lunches", "'lunches' is not known here; a target is told about waiting, problems"),
        ("notify: $A about xoxb-1-canary", "something there is not known here"),
        ("notify: $A quiet 22-7", "something there is not known here"),
        ("notify: $A quiet 22:00-22:00", "one span of quiet hours"),
        ("notify: $A quiet 1:00-2:00 3:00-4:00", "one span of quiet hours"),
        ("notify: $A about waiting, $A about problems", "$A stands here twice"),
        ("notify:\n- to: $A\n  about: waiting", "this line is not part of the list"),
        ("notify: $A\n\nnotify: $B", "keep one of them"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_without_a_secret(tmp_path: Path, text: str, told: str) -> None:
    """With the line and how to write it; nothing that may be an address is repeated."""
    with pytest.raises(BrandError) as refused:
        loaded(tmp_path, text)
    assert told in str(refused.value)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("quiet", "at", "zone", "free"),
    [
        ("", "2026-11-27T03:00", "America/New_York", "2026-11-27T03:00"),
        ("22:00-07:00", "2026-11-27T02:59", "America/New_York", "2026-11-27T02:59"),  # 21:59
        ("22:00-07:00", "2026-11-27T03:00", "America/New_York", "2026-11-27T12:00"),
        ("22:00-07:00", "2026-11-27T11:59", "America/New_York", "2026-11-27T12:00"),
        ("22:00-07:00", "2026-11-27T12:00", "America/New_York", "2026-11-27T12:00"),
        ("12:00-13:30", "2026-11-27T17:10", "America/New_York", "2026-11-27T18:30"),
        ("22:00-07:00", "2026-11-27T13:30", "Asia/Tokyo", "2026-11-27T22:00"),
        ("22:00-07:00", "2026-03-08T04:00", "America/New_York", "2026-03-08T11:00"),  # the clock jumps that night
        ("00:00-23:59", "2026-11-27T05:00", "America/New_York", "2026-11-28T04:59"),
    ],
)  # fmt: skip
def test_quiet_hours_are_those_of_the_account(quiet: str, at: str, zone: str, free: str) -> None:
    """Over midnight or within a day, on a night of another length as well; outside of them at once."""
    (target,) = notify_targets(f"$A {f'quiet {quiet}' if quiet else ''}")  # type: ignore[misc]  # as the brand reads it
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    found = target.free_from(now, ZoneInfo(zone))
    assert found == datetime.fromisoformat(free).replace(tzinfo=UTC)
    assert target.free_from(found, ZoneInfo(zone)) - found <= timedelta(0)
