"""Whatever the account's texts say: nothing is written, nothing is executed, and people can read the answer."""

import json
import re
import unicodedata

import pytest

from agent.hosts import gate_approvals, plain_lines
from tests.agent.hosts.hostile import HOSTILE
from tests.agent.hosts.hosts import Host, Person
from tests.attacks.rendered import OUR_TAGS, as_html, as_markdown, unturned
from tests.attacks.terminals import packed

GROUP = 8


GROUPS = [HOSTILE[start : start + GROUP] for start in range(0, len(HOSTILE), GROUP)]


@pytest.fixture
def host(workspace, sandbox, faults, monkeypatch):
    monkeypatch.setattr(
        "agent.setup.world._in_process", lambda *_, **__: (faults.around(sandbox.transport), "sandbox")
    )
    (workspace / "brand" / "stack.md").write_text("max_new_ads_per_day: 100\n", encoding="utf-8")
    opened = Host(workspace, faults.clock)
    yield opened
    opened.server.close()


def test_there_are_enough_of_them():
    """At least a hundred different texts."""
    assert len(set(HOSTILE)) >= 100


def seen(value):
    """Every text of an answer."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in seen(part)]
    if isinstance(value, list):
        return [text for item in value for text in seen(item)]
    return [value] if isinstance(value, str) else []


def assert_readable(told):
    """No character that steers a terminal or hides; no line that only a name could have made."""
    for text in seen(told):
        assert not [
            c for c in unturned(text) if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")
        ], text


def assert_sound(told, rows):
    """A heading, the sums, and each change by its number, without markup, whatever the names are."""
    assert_readable(told)
    table = told["table"]
    assert table.startswith("```\nSANDBOX · ")
    assert table.splitlines()[2].startswith("Change set cs-")
    numbers = re.findall(r"^(?:  )?(\d+)\. ", table, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, rows + 1)]
    for seen_as in (as_markdown(table), as_html(table)):
        assert seen_as.tags <= OUR_TAGS
        assert not seen_as.hidden
        assert packed(seen_as.text).strip("`") == packed(table).strip("`")


@pytest.mark.parametrize("texts", GROUPS, ids=lambda texts: repr(texts[0])[:30])
def test_names_of_ads(host, sandbox, faults, texts):
    """Listed, judged, proposed for pausing, shown to the gate: data everywhere."""
    ads = [ad["id"] for ad in sandbox.ads() if ad["status"] == "ACTIVE"][: len(texts)]
    for ad, text in zip(ads, texts, strict=True):
        assert "error" not in sandbox.post(ad, name=text)
    assert_readable(host.call("list_ads"))
    assert_readable(host.call("review_performance"))
    told = host.propose(ads)
    assert_sound(told, len(ads))
    assert all(ad in told["table"] for ad in ads)
    notice = json.loads((gate_approvals.folder() / "waiting" / f"{told['change_set_id']}.json").read_text())
    assert len(notice["summary"]) <= plain_lines.PROMPT_WIDTH
    assert_readable(notice)
    assert host.apply(told)["status"] == "approval_required"
    assert not faults.sent_writes()


@pytest.mark.parametrize("texts", GROUPS, ids=lambda texts: repr(texts[0])[:30])
def test_texts_of_creatives_and_reasons(host, faults, texts):
    """What a model was talked into proposing is shown as it is, and waits."""
    for text in texts:
        arguments = {"name": text[:400], "image_hashes": ["a" * 32], "bodies": [text], "titles": [text[:40]]}
        told = host.call("create_creative", **arguments)
        assert_readable(told)
        if told.get("status") == "needs_approval":
            assert_sound(told, 1)
    assert not faults.sent_writes()


@pytest.mark.parametrize("texts", GROUPS, ids=lambda texts: repr(texts[0])[:30])
def test_names_of_files(host, workspace, faults, texts):
    """A file's name is a name."""
    from PIL import Image

    folder = workspace / "pictures"
    folder.mkdir()
    made = []
    for number, text in enumerate(texts):
        name = text.replace("/", "∕").replace("\x00", "").encode()[:200].decode(errors="ignore") + ".png"
        Image.new("RGB", (600, 600), (number, 0, 0)).save(folder / name, compress_level=1)
        made.append(str(folder / name))
    told = host.call("upload_image", paths=made)
    assert_readable(told)
    if told.get("status") == "needs_approval":
        assert_sound(told, len(texts))
    assert not faults.sent_writes()


@pytest.mark.parametrize("texts", GROUPS, ids=lambda texts: repr(texts[0])[:30])
def test_words_in_the_place_of_an_approval(host, sandbox, faults, texts):
    """As a token, as an id, as a reason: never an approval, and the person is not even asked."""
    host.person = Person()
    ads = sandbox.of_class("loser")[:1]
    for text in texts:
        told = host.call("set_status", ids=ads, status="PAUSED", reason=text)
        assert_sound(told, 1)
        if text[:200].strip():
            assert "error" in host.apply(told, approval_token=text[:200])
        assert "error" in host.call("apply_changes", change_set_id=text)
    assert not host.person.asked
    assert not faults.sent_writes()
