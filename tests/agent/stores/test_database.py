"""Tables behave alike whatever keeps them: a file of one machine, or a database of many."""

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.stores.database import Database
from agent.stores.shared_limits import SharedLimits
from tools.graph import Governor
from tools.graph.allowance import Cost

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.usefixtures("engine")
ODD = ["100 % 'quoted' \"twice\" ?", "naïve · 日本 · 🙂", "line\nbreak\ttab \\u0000", "", "%s ?"]


class Notes(Database):
    """Some tables as ours are."""

    what = "The file of notes"
    schema = """
CREATE TABLE IF NOT EXISTS notes (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, data TEXT);
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Notes]]:
    """Opens the tables once more, as another process does."""
    opened = list[Notes]()

    def one() -> Notes:
        opened.append(Notes(tmp_path / "state" / "notes.sqlite", now=lambda: datetime.now(UTC)))
        return opened[-1]

    yield one
    for notes in opened:
        notes.close()


def test_a_transaction_is_all_or_nothing(start: Callable[[], Notes]) -> None:
    """The outermost decides for all within it, others see nothing before its end, and it can be used again after a failure."""
    notes, other = start(), start()
    with pytest.raises(ZeroDivisionError), notes.transaction("a", "b"):  # noqa: PT012
        notes.run("INSERT INTO notes(id) VALUES (?)", "lost")
        with notes.transaction("b", "c"):
            notes.run("INSERT INTO notes(id) VALUES (?)", "lost too")
        raise ZeroDivisionError
    with notes.transaction("a"):
        assert notes.run("INSERT INTO notes(id) VALUES (?) ON CONFLICT (id) DO NOTHING", "kept") == 1
        assert other.all("SELECT * FROM notes") == []
    assert [row["id"] for row in other.all("SELECT * FROM notes")] == ["kept"]
    assert notes.run("INSERT INTO notes(id) VALUES (?) ON CONFLICT (id) DO NOTHING", "kept") == 0
    assert notes.run("UPDATE notes SET data=? WHERE id=?", None, "kept") == 1
    assert notes.one("SELECT * FROM notes WHERE id=?", "none") is None
    assert notes.columns("notes") == {"number", "id", "data"}


def test_a_broken_statement_leaves_a_usable_connection(start: Callable[[], Notes]) -> None:
    """Whatever an engine says of it."""
    notes = start()
    with pytest.raises(Exception, match=r"(?i)unique"), notes.transaction():  # noqa: PT012
        notes.run("INSERT INTO notes(id) VALUES ('x')")
        notes.run("INSERT INTO notes(id) VALUES ('x')")
    with notes.transaction():
        notes.run("INSERT INTO notes(id) VALUES ('x')")
    assert len(notes.all("SELECT 1 AS one FROM notes")) == 1


def test_odd_texts_come_back(start: Callable[[], Notes]) -> None:
    """As they were; a NUL, which one of the engines cannot hold, is replaced at worst."""
    notes = start()
    for text in [*ODD, "nul \0"]:
        notes.run("INSERT INTO notes(id, data) VALUES (?,?)", text, f"x {text}")
    kept = [row["id"] for row in notes.all("SELECT id FROM notes ORDER BY number")]
    assert kept[:-1] == ODD
    assert kept[-1] in ("nul \0", "nul \ufffd")
    assert [row["id"] for row in notes.all("SELECT id FROM notes WHERE data LIKE 'x 100 %'")] == ODD[:1]


def test_a_name_is_held_by_one(start: Callable[[], Notes], tmp_path: Path) -> None:
    """Nobody else has it meanwhile, nor this process a second time; a name used once leaves nothing behind."""
    notes, other = start(), start()
    with notes.lease("act_1"), other.lease("act_2"), notes.lease("worker-x", once=True):
        for one in (notes, other):
            with pytest.raises(BlockingIOError), one.lease("act_1"):
                pass
    with other.lease("act_1"), other.lease("worker-x", once=True):
        pass
    assert not list((tmp_path / "state").glob("worker-*"))


def subclasses(kind: type[Database]) -> Iterator[type[Database]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def test_all_tables_of_ours_can_be_made(tmp_path: Path) -> None:
    """Every kind of tables opens on both engines, twice, and beside the others in one database."""
    for path in (ROOT / "agent").rglob("*.py"):
        if "stores.database import" in path.read_text(encoding="utf-8") or path.name == "order_book.py":
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    kinds = [
        kind
        for kind in subclasses(Database)
        if kind.__module__.startswith("agent.") and hasattr(kind, "schema")
    ]
    assert len(kinds) >= 3
    for kind in [*kinds, *kinds]:
        kind(tmp_path / "state" / f"{kind.__name__}.sqlite", now=lambda: datetime.now(UTC)).close()


def test_what_is_known_of_limits_is_shared(tmp_path: Path) -> None:
    """What one spends the other knows, and what stops one stops the other before its next request."""
    stores = [SharedLimits(tmp_path / "state" / "limits.sqlite") for _ in range(2)]
    ours, theirs = (Governor(store, host="h", token="t" * 20, account="act_1") for store in stores)
    assert [ours.admit(Cost(reads=1)), theirs.admit(Cost(reads=1))] == [0, 0]
    assert sum(stores[0].all()["h act_1"].buckets.values()) == 2
    with stores[0].open("h act_1") as (known,):
        known.breaker = "Meta error 368"
    assert theirs.breakers() == {"act_1": "Meta error 368"}
    with pytest.raises(Exception, match="are stopped since Meta error 368"):
        theirs.admit(Cost(reads=1))
    for store in stores:
        store.close()
