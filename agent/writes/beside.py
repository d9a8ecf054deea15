"""A journal of this computer beside the one that is used, which may lie in a database that machines share."""

from agent.writes.journal_reader import Archive
from agent.writes.store import Store


class _FileStore(Store):
    file_alone = True


class FileArchive(Archive):
    """The reading half of a journal that lies in a file."""

    tables = _FileStore
