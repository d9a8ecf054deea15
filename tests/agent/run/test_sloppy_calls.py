"""What a model or a script sends in another form is read once, and shown as it was read."""

import json

import pytest

from agent.cli.entry import _guarded
from agent.models.offline import Offline
from agent.run.events import ToolStarted
from tests.agent.support import ScriptedModel
from tests.agent.writes.test_apply import active
from tools.domain.text import visible

TOKEN = "EAA" + "b" * 40


def test_the_loop_shows_decoded_arguments_and_changes_those(open_session, sandbox, events):
    """The transcript and the screen name the tool and the ids, not the text they came in."""
    (ad,) = active(sandbox, 1)
    sent = json.dumps({"arguments": {"IDS": json.dumps([ad]), "status": "paused", "reason": "null"}})
    model = ScriptedModel([[("functions.set_status", sent)], "done"])
    report = open_session().run("pause it", model)
    (started,) = events.of(ToolStarted)
    assert (started.name, started.arguments) == ("set_status", {"ids": [ad], "status": "PAUSED"})
    assert report.change_sets[0].change_set.changes[0].target == ad
    assert sandbox.status(ad) == "PAUSED"


def test_a_token_hidden_in_a_text_is_found(open_session, events):
    """Escapes inside of a text of JSON do not carry a secret past the look for one."""
    hidden = '{"ids": ["\\u0045AA' + TOKEN[3:] + '"], "status": "PAUSED"}'
    model = ScriptedModel([[("set_status", hidden)], "done"])
    open_session().run("pause", model)
    assert "access token" in model.results()[0]["error"]
    assert TOKEN not in str(events.of(ToolStarted))


def test_half_an_emoji_inside_of_a_text_goes_no_further(open_session, events):
    """A half that appears only once the text was read is replaced as well."""
    model = ScriptedModel([[("list_ads", '{"name": "tent \\ud83d"}')], "done"])
    report = open_session().run("look", model)
    assert report.exit_code == 0
    assert events.of(ToolStarted)[0].arguments == {"name": "tent \ufffd"}


HEBREW = "\u05de\u05d1\u05e6\u05e2 20%"


@pytest.mark.parametrize("name", [HEBREW, f"\u2068{HEBREW[:4]}\u2069 20%"])
@pytest.mark.parametrize("model", ["scripted", "offline"])
def test_a_name_copied_out_of_an_answer_names_what_it_names(open_session, sandbox, name, model):
    """The marks that a screen puts around words from the right are no part of it, in a call and in a request."""
    (ad,) = active(sandbox, 1)
    sandbox.post(ad, name=name)
    shown = visible(HEBREW)
    assert shown != HEBREW
    calls = ScriptedModel([[("set_status", {"ids": [shown], "status": "PAUSED"})], "done"])
    report = open_session().run(f'pause "{shown}"', calls if model == "scripted" else Offline())
    assert [change.target for one in report.change_sets for change in one.change_set.changes] == [ad]


@pytest.mark.parametrize(
    "way",
    [
        lambda ad: {"ids": json.dumps([ad]), "status": "PAUSED"},
        lambda ad: {"input": {"Ids": ad, "status": "paused", "reason": None}},
        lambda ad: json.dumps({"ids": [ad], "status": "PAUSED", "_meta": {}}),
    ],
)
def test_the_command_tool_reads_the_same(workspace, sandbox, monkeypatch, capsys, way):
    """`adsteward tool` proposes what was meant."""
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(workspace))
    (ad,) = active(sandbox, 1)
    code = _guarded(["tool", "set_status", json.dumps(way(ad)), "--sandbox", "--approve", "none"])
    told = json.loads(capsys.readouterr().out)
    assert code == 3
    assert [c["target"] for c in told["change_sets"][0]["changes"]] == [ad]


def test_the_command_tool_reads_the_files_that_decoded_arguments_name(
    workspace, monkeypatch, capsys, tmp_path
):
    """A list in a text names files like a list."""
    from tests.tools.support import a_picture

    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(workspace))
    path = tmp_path / "elsewhere" / "a.png"
    a_picture(path)
    sent = json.dumps({"paths": json.dumps([str(path)])})
    assert _guarded(["tool", "upload_image", sent, "--sandbox", "--approve", "none"]) == 3
    assert "a.png" in capsys.readouterr().out


def test_the_command_tool_refuses_a_rounded_id(workspace, monkeypatch, capsys):
    """With the right form, before anything is asked."""
    monkeypatch.setenv("ADSTEWARD_WORKSPACE", str(workspace))
    assert _guarded(["tool", "inspect", '{"id": 120210000000000123}', "--sandbox"]) == 2
    assert 'For example: {"id": "1234567890"}' in json.loads(capsys.readouterr().out)["answer"]
