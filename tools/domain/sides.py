"""Words that are read from the right, such as Hebrew ones: between marks of Unicode they turn nothing around them."""

import re

ISOLATED, AGAIN = "\u2068", "\u2069"
"""What stands around such words on a screen (`text.visible`)."""
_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
"""Letters and digits of Hebrew, Arabic and other writing from the right."""
_FROM_RIGHT = re.compile(f"{_RIGHT}(?:[^A-Za-z\u00aa-\u058f→›“”⏎⟨⟩]*{_RIGHT})?")
_MARKS = str.maketrans("", "", ISOLATED + AGAIN)


def isolated(text: str) -> str:
    """A text in which each run of words from the right stands between the marks; without such words it has none."""
    return _FROM_RIGHT.sub(f"{ISOLATED}\\g<0>{AGAIN}", text)


def unmarked(text: str) -> str:
    """A text without the marks, which whoever copies a name out of an answer takes along."""
    return text.translate(_MARKS)
