"""Makes the report for a client as a file: what was spent and what it brought, what was changed and why, what is proposed."""

from typing import Any, Literal

from pydantic import Field, field_validator

from tools.domain.changes import Effect
from tools.domain.insights import Period
from tools.domain.tool import TOOLSET, Context, Result, Tool
from tools.read.client_report import brand_mark, chromium, html_page, report_book
from tools.read.client_report.figure_words import Pen
from tools.read.client_report.gathering import Gathered, before_known, gathered
from tools.read.client_report.report_language import Code, language
from tools.read.client_report.report_view import ReportView, view
from tools.read.figures import spans

DEFAULT_PRESET = "last_month"


class ReportInput(Period):
    compare: str = Field(default="previous", description="previous, last_year, DAY..DAY, none")
    file: Literal["html", "pdf", "xlsx", "png"] = "html"
    language: Code | None = None

    @field_validator("compare")
    @classmethod
    def _period_to_compare(cls, asked: str) -> str:
        return "" if asked.strip().lower() == "none" else spans.wanted(asked)


def run(args: ReportInput, ctx: Context) -> Result:
    if args.file in ("pdf", "png"):
        chromium.browser(args.file)  # before anything is asked of Meta
    found = gathered(ctx, args, args.compare, DEFAULT_PRESET)
    pen = Pen(language(args.language or ctx.brand.report_language or "en"), ctx.account, found.event)
    seen = view(ctx, found, pen)
    mark, left_out = _logo(ctx)
    data = report_book.xlsx(found, seen) if args.file == "xlsx" else _page(args.file, seen, mark, ctx)
    content: dict[str, Any] = {
        "file": ctx.save_file("report", f".{args.file}", data),
        "period": spans.said(found.now),
        **({"compared_with": _compared(found)} if found.then else {}),
        "summary": list(seen.summary),
        "complete": list(seen.notes),
    }
    return Result(content | ({"note": left_out} if left_out else {}))


def _compared(found: Gathered) -> str:
    said = spans.said(found.then) if found.then else ""
    return said if before_known(found) else f"{said} (no figures)"


def _page(form: str, seen: ReportView, mark: str, ctx: Context) -> bytes:
    colour = brand_mark.readable(ctx.brand.report_colour or brand_mark.USUAL)
    page = html_page.html(seen, logo=mark, colour=colour)
    if form == "html":
        return page.encode()
    return chromium.printed(page, "pdf" if form == "pdf" else "png", ctx.results_dir)


def _logo(ctx: Context) -> tuple[str, str]:
    """The logo of the brand file, or why it is left out."""
    if not ctx.brand.report_logo:
        return "", ""
    try:
        return brand_mark.logo(ctx.brand.report_logo, ctx.given), ""
    except ValueError as wrong:
        return "", f"report_logo of {ctx.brand.file('report_logo')} is left out: {wrong}"


TOOL = Tool(
    name="make_report",
    description=(
        f"Make the report for a client as a file (html, pdf, xlsx, png). Default {DEFAULT_PRESET}; its text is made by code:"
        " give the file's path, add no figures."
    ),
    Input=ReportInput,
    effect=Effect.READ,
    run=run,
    toolset=TOOLSET,
    words="Client report, monthly report, report as PDF, HTML or Excel file, for my client, for my boss.",
)
