"""Ad sets whose ads together sell less of late than they did: a broken landing page shows there before it shows in one ad."""

from collections import defaultdict
from collections.abc import Iterator
from math import sqrt

from tools.analysis.shrinkage import Seen
from tools.analysis.strength import Member

_NEWEST_WEEKS = 3
_SURELY = 3.0
"""So many standard deviations below what older weeks foretell are hardly chance: of steady ad sets it is one in a hundred."""
_KNOWN = 3.0
"""So many events at the target are taken as seen of each ad beforehand."""
_NONE = Seen()


class BrokenSets:
    """Ad sets whose newest weeks, one to three, brought fewer events than each ad's older weeks foretell."""

    def __init__(self) -> None:
        """Begin without ads."""
        self._gaps: defaultdict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add(self, member: Member) -> None:
        """Add what one ad says of its ad set."""
        _, adset, campaign = member.place
        for newest, (missing, variance) in enumerate(_missing(member)):
            gap = self._gaps[campaign, adset, newest]
            gap[0] += missing
            gap[1] += variance

    def found(self) -> set[tuple[str, str]]:
        """Those of all ads so far, each by its campaign and its own id."""
        return {
            (campaign, adset)
            for (campaign, adset, _), (missing, variance) in self._gaps.items()
            if missing > _SURELY * sqrt(variance)
        }


def _missing(member: Member) -> Iterator[tuple[float, float]]:
    """How many events one, two and three weeks lack against those before them, with the variance of that."""
    weeks = dict(member.weeks)
    told = sum([seen for seen, _ in weeks.values()])
    older = sum([over for _, over in weeks.values()])
    events = exposure = 0.0
    for number in range(_NEWEST_WEEKS):
        seen, over = weeks.get(number, _NONE)
        events, exposure, told, older = events + seen, exposure + over, told - seen, older - over
        known = exposure / (max(0.0, older) + _KNOWN) if older > 0 else 0.0
        foretold = known * (told + _KNOWN)
        yield (foretold - events, foretold * (1 + known)) if known else (0.0, 0.0)
