"""A journal of this computer beside the one that is used, which may lie in a database that machines share."""

from pathlib import Path

from agent.writes.journal_reader import Archive
from agent.writes.store import Store


class _FileStore(Store):
    file_alone = True


class _FileArchive(Archive):
    tables = _FileStore


def beside(own: Archive, path: Path, world: str) -> Archive:
    """Another journal of this computer, by the clocks of one's own. Raises ConfigError."""
    other = _FileArchive(path, now=lambda: own.moment.ours, world=world)
    other.meta_now = own.meta_now
    return other
