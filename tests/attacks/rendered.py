"""What a host that renders Markdown, or HTML alone, makes of a text."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OUR_TAGS = {"p", "pre", "code"}
_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]"
_ISOLATE = re.compile(f"\u2068({_RIGHT}(?:[^A-Za-z\u2068\u2069]*{_RIGHT})?)\u2069")


def unturned(text: str) -> str:
    """A text without the marks around words from the right, which keep these from turning what is beside them; any other stays."""
    return _ISOLATE.sub(r"\1", text)


@dataclass
class Rendered(HTMLParser):
    """What a person sees of it, and what became of the rest."""

    source: str
    text: str = ""
    tags: set[str] = field(default_factory=set)
    hidden: list[str] = field(default_factory=list)
    """Comments, declarations and instructions."""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_comment(self, data: str) -> None:
        self.hidden.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def as_markdown(text: str) -> Rendered:
    return Rendered(_MARKDOWN.render(text))


def as_html(text: str) -> Rendered:
    return Rendered(text)
