"""A report as one HTML file: without scripts, links and anything from outside; all text is escaped, and nothing in it is hidden."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.domain.text import visible
from tools.read.charts import svg
from tools.read.client_report.report_view import ReportView

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "page"


def html(view: ReportView, *, logo: str, colour: str) -> str:
    """The page; `logo` is a data: address or empty, `colour` six hex digits behind a #."""
    from markupsafe import Markup  # comes with jinja2, which is loaded only here

    write = view.pen.language.number
    panels = svg.panels(view.chart, write) if view.chart else ()
    return (
        _environment()
        .get_template("report.html")
        .render(
            view=view,
            say=view.pen.say,
            lang=view.pen.language.code,
            account=view.pen.account.name,
            charts=[Markup(panel) for panel in panels],  # noqa: S704 - made of our own numbers; its texts are escaped there
            table=svg.table(view.chart, write) if view.chart else [],
            logo=logo,
            colour=colour,
            style=Markup((FOLDER / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - a file of ours
        )
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )


def _seen(value: Any) -> Any:
    """What is put into the page: every text with its hidden marks made visible."""
    return value if hasattr(value, "__html__") else visible(value)
