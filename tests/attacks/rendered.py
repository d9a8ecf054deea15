"""What a host that renders Markdown, or HTML alone, makes of a text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OUR_TAGS = {"p", "pre", "code"}


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
