"""Where ads appear: "instagram story" becomes Meta's platform and position; a position never goes without its platform."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.domain.parameter_words import PLACED_IN, PLACED_ON

POSITIONS: Mapping[str, tuple[str, ...]] = {
    "facebook": tuple(
        """
        feed right_hand_column marketplace story search instream_video facebook_reels facebook_reels_overlay
        profile_feed notification
        """.split()
    ),
    "instagram": ("stream", "story", "reels", "profile_feed", "ig_search", "profile_reels"),
    "messenger": ("messenger_home", "sponsored_messages"),
    "audience_network": ("classic", "rewarded_video"),
    "threads": ("threads_stream",),
    "whatsapp": ("status",),
}
"""Those that new ad sets may have (docs/graph-api.md §8.2)."""
GONE = {
    "facebook video_feeds": "Meta stopped this placement",
    "instagram explore": "it can be chosen no more",
    "instagram explore_home": "it can be chosen no more",
    "messenger story": "Meta drops this placement",
}
_CALLED = {
    "feed": ("stream", "threads_stream"),
    "feeds": ("feed", "stream", "threads_stream"),
    "stories": ("story",),
    "search": ("ig_search",),
    "reels": ("facebook_reels",),
    "right_column": ("right_hand_column",),
    "inbox": ("messenger_home",),
}
"""What people say for positions that Meta calls otherwise."""
_PLATFORMS = "publisher_platforms"


def placements(words: Sequence[str]) -> dict[str, list[str]]:
    """Platforms, and positions where some are named. Raises ValueError for what Meta does not take."""
    named: dict[str, list[str]] = {}
    for word in words:
        platform, position = _read(word)
        chosen = named.setdefault(platform, [])
        if position and position not in chosen:
            chosen.append(position)
    if list(named) == ["audience_network"]:
        raise ValueError("audience_network cannot be the only placement; add facebook or instagram")
    found = {_PLATFORMS: list(named)} if named else {}
    return found | {f"{platform}_positions": chosen for platform, chosen in named.items() if chosen}


def shown_placements(words: Sequence[str]) -> dict[str, str]:
    """As a person approves them, under the words by which they know the parameters."""
    found = placements(words)
    chosen = {p: ", ".join(found.get(f"{p}_positions", [])) for p in found.get(_PLATFORMS, [])}
    told = {PLACED_ON: ", ".join(p if where else f"{p} (everywhere)" for p, where in chosen.items())}
    return told | {word: chosen[p] for word, p in PLACED_IN.items() if chosen.get(p)}


def words_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """An input in which Meta's own fields of placements stand as words: `instagram_positions: ["story"]`."""
    rest = {
        k: v for k, v in given.items() if k != _PLATFORMS and k.removesuffix("_positions") not in POSITIONS
    }
    lists = {k: v for k, v in given.items() if k not in rest}
    if not lists or not all(
        isinstance(v, list) and all(isinstance(w, str) for w in v) for v in lists.values()
    ):
        return dict(given)
    words = [
        f"{name.removesuffix('_positions')} {position}"
        for name, chosen in lists.items()
        if name != _PLATFORMS
        for position in chosen
    ]
    return rest | {"placements": [*(rest.get("placements") or []), *lists.get(_PLATFORMS, []), *words]}


def _read(word: str) -> tuple[str, str]:
    text = "_".join(word.lower().replace("-", " ").split())
    platform = next((p for p in POSITIONS if text == p or text.startswith(f"{p}_")), "")
    if not platform:
        raise ValueError(f"{word!r} is no placement; {_near(text, POSITIONS)}")
    position, known = text.removeprefix(platform).strip("_"), POSITIONS[platform]
    if position in ("", *known):
        return platform, position
    if other := next((one for one in _CALLED.get(position, ()) if one in known), ""):
        return platform, other
    if why := GONE.get(f"{platform} {position}"):
        raise ValueError(f"{word!r}: {why}; there are {', '.join(known)}")
    raise ValueError(f"{word!r} is no placement of {platform}; {_near(position, known)}")


def _near(text: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(text, names, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
