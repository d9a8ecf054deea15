"""`--output FILE`: the table of an answer in a file of the person's choice."""

import csv
import json
import os
import re
import zipfile

import pytest

from agent.cli.entry import _guarded
from agent.setup.stops import ConfigError
from agent.show.table_file import Output
from tests.agent.servers import Messages, messages_server


@pytest.fixture
def cli(ws, capsys):
    """Runs a command in this process; gives exit code, output and error output."""

    def call(*arguments):
        capsys.readouterr()
        code = _guarded([str(a) for a in arguments])
        return code, *capsys.readouterr()

    return call


def test_the_table_of_a_call_is_put_where_the_person_says(cli, tmp_path):
    """All rows of a tool's answer in the form that the ending says, and where it is stands in the report."""
    where = tmp_path / "ads.csv"
    code, out, _ = cli("tool", "list_ads", '{"limit": 0}', "--sandbox", "--output", where)
    assert code == 0
    assert json.loads(out)["output"] == {"file": str(where), "table": "ads", "rows": 85}
    with where.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 85
    assert {row["currency"] for row in rows} == {"USD"}
    assert {row["level"] for row in rows} == {"campaign", "ad set", "ad"}
    assert [path.name for path in tmp_path.glob("*ads.csv*")] == ["ads.csv"]
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_what_a_person_sees_of_a_run(cli, tmp_path):
    """The answer on standard output, the name of the file beside it; figures are numbers in the sheet."""
    where = tmp_path / "spend.xlsx"
    run = ("run", "spend by campaign last month", "--sandbox", "--model", "offline")
    code, out, err = cli(*run, "--output", where)
    assert code == 0
    assert f"{where}: 4 rows (insights)." in err
    assert str(where) not in out
    sheet = zipfile.ZipFile(where).read("xl/worksheets/sheet1.xml").decode()
    told = re.findall(r"Sales +([\d,]+\.\d\d)", out)
    assert len(told) == 2
    assert all(f"<v>{spend.replace(',', '')}</v>" in sheet for spend in told)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("there.csv", "is there already"),
        ("table.txt", "use .csv, .xlsx, .json"),
        ("none/table.csv", "there is no such folder"),
        ("ws/state/table.csv", "a place of adsteward itself"),
        ("ws/state/results/table.csv", "a place of adsteward itself"),
        ("link.csv", "a place of adsteward itself"),
        ("pipe.csv", "it is no file"),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_anything_is_asked(cli, ws, tmp_path, name, said):
    """Nothing is read of the account, and what is there stays as it is."""
    (ws / "state" / "results").mkdir(parents=True)
    (tmp_path / "ws").exists() or (tmp_path / "ws").symlink_to(ws)
    (tmp_path / "there.csv").write_text("mine")
    (tmp_path / "link.csv").symlink_to(ws / "state" / "journal.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    code, out, err = cli("tool", "list_ads", "{}", "--sandbox", "--output", tmp_path / name)
    assert code == 2
    assert said in out + err
    assert json.loads(out)["graph"]["requests"] == 0
    assert (tmp_path / "there.csv").read_text() == "mine"
    assert not (ws / "state" / "journal.csv").exists()


def test_force_gives_a_file_up_and_means_nothing_alone(cli, tmp_path):
    """--force writes over a file; without --output it is a slip."""
    where = tmp_path / "history.json"
    where.write_text("old")
    code, _, err = cli("history", "--output", where, "--force")
    assert (code, json.loads(where.read_text())) == (0, [])
    assert f"{where}: 0 rows (history)." in err
    assert cli("history", "--force")[0] == 2
    assert cli("launch", "ads.json", "--dry-run", "--sandbox", "--output", tmp_path / "x.csv")[0] == 2


def test_a_history_says_how_much_of_it_is_shown_and_its_file_has_all(cli, tmp_path):
    """The newest are on the screen, with how many there are; the file has all of them."""
    where, budget = tmp_path / "h.csv", "set the budget of Summer – Prospecting to {}"
    for amount in (340, 341, 342):
        assert cli("run", budget.format(amount), "--sandbox", "--approve", "none")[0] == 3
    code, out, err = cli("history", "--limit", "2", "--output", where)
    assert code == 0
    assert "2 of 3, the newest; --limit 3 shows more." in out + err
    assert "3 rows" in err
    with where.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3
    told = json.loads(cli("history", "--limit", "2", "--json")[1])
    assert (len(told["change_sets"]), told["of"]) == (2, 3)
    assert "shows more" not in "".join(cli("history")[1:])
    tool = json.loads(cli("tool", "history", '{"limit": 2}', "--sandbox")[1])["result"]
    assert (len(tool["change_sets"]), tool["older"]) == (2, "there are older ones; limit is at most 50")


def test_a_file_that_came_meanwhile_is_not_lost(tmp_path):
    """Somebody else's file of that name stays, and no half of ours is left behind."""
    where = tmp_path / "t.csv"

    def rows():
        where.write_text("somebody's")
        return [{"a": 1}]

    with pytest.raises(ConfigError, match="there already"):
        Output(where, "csv", force=False).put(rows)
    assert where.read_text() == "somebody's"
    assert list(tmp_path.iterdir()) == [where]


def test_a_run_without_a_table_gives_its_changes_or_says_that_there_is_none(cli, tmp_path):
    """A proposal is a table of its changes; an answer without any is said, and the code is not that of success."""
    where = tmp_path / "changes.json"
    given = json.dumps({"ids": ["23848000000001"], "status": "PAUSED"})
    code, _, _ = cli("tool", "set_status", given, "--sandbox", "--output", where)
    (row,) = json.loads(where.read_text())
    assert (code, row["kind"], row["target"]) == (3, "set_status", "23848000000001")
    code, out, _ = cli(
        "tool", "inspect", '{"id": "23848000000001"}', "--sandbox", "--output", tmp_path / "none.csv"
    )
    assert code == 2
    assert "no table came of this" in json.loads(out)["output"]["problem"]
    assert not (tmp_path / "none.csv").exists()


def test_a_model_asks_for_rows_and_a_person_says_where_they_go(cli, ws, tmp_path, monkeypatch):
    """The model chooses order, columns and form; its file lies among the results, the person's where they said."""
    where = tmp_path / "mine.csv"
    calls = [
        ("get_insights", {"level": "ad", "date_preset": "last_7d", "limit": 5}),
        ("read_result", {"sort": "-spend", "columns": ["ad_name", "spend"], "file": "xlsx"}),
        ("read_result", {"handle": "../../journal", "file": "csv"}),
    ]
    script = Messages(calls, "done")
    with messages_server(script) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
        _, out, err = cli("run", "the best ads as a sheet", "--sandbox", "--output", where)
    told = json.loads(script.results()[1]["content"])
    assert told["file"].startswith(str(ws / "state" / "results"))
    assert told["file"].endswith(".xlsx")
    assert told["file"] in out.replace("\n", "")
    assert script.results()[2]["is_error"]
    assert f"{where}: " in err
    with where.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["ad_name", "spend"]
    spends = [float(row[1]) for row in rows[1:]]
    assert spends == sorted(spends, reverse=True)
    assert len(rows) == 1 + int(told["rows"].split()[0])


def test_names_are_those_of_the_account_that_is_asked(cli, tmp_path):
    """A name of one account is unknown in another, though the first was read before; all accounts are one table."""
    where = tmp_path / "all.json"
    given = {"ids": ["summer"], "account": "all", "level": "campaign"}
    _, out, _ = cli("tool", "get_insights", json.dumps(given), "--sandbox", "--output", where)
    told = json.loads(out)["result"]
    assert all("no such name" in json.dumps(one) for one in told["not_read"])
    _, out, _ = cli("tool", "get_insights", '{"account": "all"}', "--sandbox", "--output", where, "--force")
    assert json.loads(out)["output"]["table"] == "get_insights-accounts"
    assert {row["currency"] for row in json.loads(where.read_text())} == {"USD", "JPY"}


def test_a_link_and_the_brand_folder_are_no_place_for_a_table(cli, ws):
    """A forced table never takes the place of the limits, by a link or by name."""
    stack = ws / "brand" / "stack.md"
    stack.parent.mkdir(exist_ok=True)
    stack.write_text("max_pauses_per_day: 1\n", encoding="utf-8")
    link, there = ws / "link.json", stack.parent / "table.json"
    other = ws / "other.json"
    other.write_text("{}", encoding="utf-8")
    link.symlink_to(other)
    to_limits = ws / "limits.json"
    to_limits.symlink_to(stack)
    there.write_text("{}", encoding="utf-8")
    own = "a place of adsteward itself"
    for path, said in ((link, "it is a link"), (there, own), (to_limits, own)):
        code, out, err = cli("tool", "list_ads", "{}", "--sandbox", "--output", path, "--force")
        assert code == 2
        assert said in f"{out}{err}"
    assert stack.read_text(encoding="utf-8") == "max_pauses_per_day: 1\n"
    assert there.read_text(encoding="utf-8") == "{}"
