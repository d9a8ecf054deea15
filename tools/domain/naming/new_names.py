"""The name that something new is given, or something old from now on."""

from typing import Annotated

from pydantic import AfterValidator, Field

from tools.domain.text import unseen

LONGEST = 400


def _seen(name: str) -> str:
    if all(c.isspace() or unseen(c) for c in name):
        raise ValueError("nothing in it can be seen; say what it is to be")
    return name


Seen = Annotated[str, Field(min_length=1), AfterValidator(_seen)]
"""A text in which there is something to be seen."""
NewName = Annotated[Seen, Field(max_length=LONGEST)]
