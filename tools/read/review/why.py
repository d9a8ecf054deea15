"""Why ads have no verdict, in a few words that can be counted."""

import re
from collections import Counter
from collections.abc import Iterable

from tools.analysis.verdicts import Decision, Verdict

_WORDS = (
    (r"does not deliver", "not active"),
    (r"optimises for ([A-Z_]+), whose", r"optimises for \1, unknown here"),
    (r"optimises for ([A-Z_]+)", r"optimises for \1"),
    (r"the target is for ([\w.]+)", r"the target is for \1"),
    (r"learning phase", "learning phase"),
    (r"days? old \(needs (\d+)\)", r"younger than \1 days"),
    (r"days? of data \(needs (\d+)\)", r"under \1 days of data"),
    (r"needs ([\d,.]+ [A-Z]{3})\)", r"spent under \1"),
    (r"no delivery|no spend", "no spend"),
    (r"could not be read", "figures unread"),
    (r"those of no ad", "results of no ad"),
)
_OTHER = "nothing to judge by"


def because(verdicts: Iterable[Verdict], decision: Decision) -> dict[str, int]:
    """How many ads have no verdict for which reason, the most frequent first."""
    found = Counter(in_short(v.reason) for v in verdicts if v.decision == decision)
    return dict(found.most_common())


def in_short(reason: str) -> str:
    """A reason without what is the ad's own."""
    for pattern, words in _WORDS:
        if match := re.search(pattern, reason):
            return match.expand(words)
    return _OTHER
