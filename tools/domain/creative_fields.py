"""What ads say: their texts, button and link, and how long and of what kind Meta takes them."""

import difflib
import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from tools.domain.tool import Input

LONGEST = {"bodies": 2200, "titles": 50, "descriptions": 50}
SHOWN_WHOLE = {"bodies": 125, "titles": 40, "descriptions": 30}
"""Longer texts are cut off in most placements."""
DEFAULT_BUTTON = "LEARN_MORE"

Texts = list[str]
# Buttons by Meta's names (docs/graph-api.md §8.4: the 105 of its SDK 26).
COMMON = tuple(
    """
    LEARN_MORE SHOP_NOW SIGN_UP SUBSCRIBE DOWNLOAD BOOK_NOW BOOK_TRAVEL CONTACT_US GET_OFFER GET_QUOTE
    APPLY_NOW ORDER_NOW BUY_NOW WATCH_MORE GET_STARTED SEE_MORE NO_BUTTON VISIT_WEBSITE MESSAGE_PAGE
    WHATSAPP_MESSAGE CHAT_NOW INSTALL_MOBILE_APP USE_MOBILE_APP
    """.split()
)
CALLS_TO_ACTION = frozenset(
    """
    ADD_TO_CART APPLY_NOW ASK_ABOUT_SERVICES ASK_A_QUESTION ASK_FOR_MORE_INFO ASK_US AUDIO_CALL
    BOOK_A_CONSULTATION BOOK_NOW BOOK_TRAVEL BROWSE_SHOP BUY BUY_ACTIVITY_TICKETS BUY_NOW BUY_TICKETS
    BUY_VIA_MESSAGE CALL CALL_ME CALL_NOW CHAT_NOW CHAT_WITH_US CONFIRM CONTACT CONTACT_US DONATE
    DONATE_NOW DOWNLOAD EVENT_RSVP FIND_A_GROUP FIND_OUT_MORE FIND_YOUR_GROUPS FOLLOW_NEWS_STORYLINE
    FOLLOW_PAGE FOLLOW_USER GET_A_QUOTE GET_DETAILS GET_DIRECTIONS GET_IN_TOUCH GET_OFFER GET_OFFER_VIEW
    GET_PROMOTIONS GET_QUOTE GET_SHOWTIMES GET_STARTED INQUIRE_NOW INSTALL_APP INSTALL_MOBILE_APP
    JOIN_CHANNEL JOIN_LIVE_VIDEO LEARN_MORE LIKE_PAGE LISTEN_MUSIC LISTEN_NOW MAKE_AN_APPOINTMENT
    MESSAGE_PAGE MOBILE_DOWNLOAD NO_BUTTON OPEN_INSTANT_APP OPEN_LINK ORDER_NOW PAY_TO_ACCESS PLAY_GAME
    PLAY_GAME_ON_FACEBOOK PURCHASE_GIFT_CARDS RAISE_MONEY RECORD_NOW REFER_FRIENDS REQUEST_TIME
    SAY_THANKS SEE_MORE SEE_SHOP SELL_NOW SEND_A_GIFT SEND_GIFT_MONEY SEND_UPDATES SHARE SHOP_NOW
    SHOP_WITH_AI SIGN_UP SOTTO_SUBSCRIBE START_A_CHAT START_ORDER STREAM_NOW SUBSCRIBE
    SWIPE_UP_PRODUCT SWIPE_UP_SHOP TRY_DEMO TRY_ON_WITH_AI UPDATE_APP USE_APP USE_MOBILE_APP
    VIDEO_ANNOTATION VIDEO_CALL VIEW_CART VIEW_CHANNEL VIEW_IN_CART VIEW_PRODUCT VISIT_PAGES_FEED
    VISIT_WEBSITE WATCH_LIVE_VIDEO WATCH_MORE WATCH_NOW WATCH_VIDEO WHATSAPP_MESSAGE WOODHENGE_SUPPORT
    """.split()
)
APP = frozenset("INSTALL_APP INSTALL_MOBILE_APP MOBILE_DOWNLOAD UPDATE_APP USE_APP USE_MOBILE_APP".split())
MESSAGE = frozenset("MESSAGE_PAGE WHATSAPP_MESSAGE CHAT_NOW CHAT_WITH_US START_A_CHAT".split())
CALLS = frozenset("CALL CALL_ME CALL_NOW AUDIO_CALL VIDEO_CALL".split())
_ALIASES = {"SEND_MESSAGE": "MESSAGE_PAGE", "SEND_WHATSAPP_MESSAGE": "WHATSAPP_MESSAGE"}
"""What Ads Manager calls these buttons."""


class CopyInput(Input):
    """Texts, button and link of an ad, checked the same wherever they are given."""

    bodies: Texts = Field(default=[], max_length=5)
    titles: Texts = Field(default=[], max_length=5)
    descriptions: Texts = Field(default=[], max_length=5)
    call_to_action: str | None = None
    link: str | None = None

    @field_validator("bodies", "titles", "descriptions")
    @classmethod
    def _fitting(cls, texts: Texts, info: Any) -> Texts:
        for text in texts:
            if not text:
                raise ValueError("a text is empty")
            if len(text) > LONGEST[info.field_name]:
                raise ValueError(
                    f"{text[:20]!r}… has {len(text)} characters; at most {LONGEST[info.field_name]}"
                )
        return texts

    @field_validator("call_to_action")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        return value and call_to_action(value)


def link_problem(link: str) -> str:
    """Why Meta could not send people to a link, or nothing: not https, or no address anybody else can reach."""
    if not _secure(link):
        return "is no https link"
    parts = urlsplit(link)
    host = (parts.hostname or "").rstrip(".").lower()
    if "@" in parts.netloc:
        return "carries a user name"
    try:
        return "" if ipaddress.ip_address(host).is_global else "cannot be reached from the internet"
    except ValueError:
        local = host.rpartition(".")[2] in ("localhost", "local", "internal", "test", "invalid", "lan")
        return "cannot be reached from the internet" if local or "." not in host else ""


def _secure(link: str) -> bool:
    try:
        parts = urlsplit(link)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return good and link.isprintable() and not re.search(r"[\s<>\"]", link)


def call_to_action(written: str) -> str:
    """Meta's name of a button as a person writes it: "shop now" is SHOP_NOW.

    Raises ValueError with the nearest names, or the common ones.
    """
    name = re.sub(r"[\s-]+", "_", written.strip()).upper()
    if name in CALLS_TO_ACTION:
        return name
    near = [_ALIASES[name]] if name in _ALIASES else difflib.get_close_matches(name, _SORTED, 3)
    raise ValueError(f"use {' or '.join(near)}" if near else f"use one of {', '.join(COMMON)}")


_SORTED = (*COMMON, *sorted(CALLS_TO_ACTION.difference(COMMON)))
