"""What is said of a command line that fits no command: what is wrong with it, that nothing was done, what to look at."""

import click

PLAINLY = {
    "is not a valid integer range": "is no whole number",
    "is not a valid integer": "is no whole number",
    "does not match the format '%Y-%m-%d'": "is no day: write one such as 2026-01-31",
}
"""What click says of a value, and how people say it."""


def misused(wrong: click.ClickException) -> str:
    """Two lines for a person; the same as the answer of `--json`."""
    said = _said(wrong)
    ctx = wrong.ctx if isinstance(wrong, click.UsageError) else None
    end = "" if said.endswith((".", "?", "`", ")")) else "."
    then = f"; `{ctx.command_path} --help` says what it takes" if ctx else ""
    return f"{said}{end}\nNothing was done{then}."


def _said(wrong: click.ClickException) -> str:
    """What is wrong, without the words of a library."""
    if isinstance(wrong, click.MissingParameter) and wrong.ctx:
        return f"{_named(wrong)} is missing: `{_form(wrong.ctx)}`"
    if isinstance(wrong, click.BadParameter) and wrong.param:
        said = wrong.message
        for words, plain in PLAINLY.items():
            said = said.replace(words, plain)
        return f"{_named(wrong)}: {said}"
    return wrong.format_message()


def _named(wrong: click.BadParameter) -> str:
    """An option by what is typed for it, anything else by how help writes it."""
    param = wrong.param
    if param is None:
        return "Something"
    return param.opts[-1] if isinstance(param, click.Option) else param.human_readable_name.upper()


def _form(ctx: click.Context) -> str:
    """How the command is written, without its options."""
    pieces = (piece for piece in ctx.command.collect_usage_pieces(ctx) if piece != "[OPTIONS]")
    return " ".join([ctx.command_path, *pieces])
