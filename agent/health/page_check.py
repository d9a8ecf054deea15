"""Whether the page that ads appear under is there for this token, and may advertise (docs/graph-api.md §2)."""

from collections.abc import Collection
from typing import Any

from agent.health.check import Check, with_step
from tools.domain.text import counted
from tools.graph import GraphFailure, GraphReader

_GIVE = "In Business Settings give the token's user this page with the task to create ads"


def check_page(reader: GraphReader, page_id: str | None, scopes: Collection[str]) -> Check:
    """Look for the brand's page among those the token sees. Never raises for what Meta answers."""
    try:
        rows = reader.read_all("me/accounts", fields="id,name,tasks").rows
    except GraphFailure as failure:
        return Check(
            "page",
            "its pages cannot be read",
            warning=f"Only new creatives need them. {with_step(failure, failure)}",
        )
    seen = f"{counted(len(rows), 'page')} visible to this token"
    if page_id is None:
        known = ", ".join(f"{row.get('name')} ({row.get('id')})" for row in rows[:5])
        hint = f"New creatives need one: set page_id in stack.md{f' to one of {known}' if known else ''}."
        return Check("page", f"{seen}; no page_id is set", hint=hint)
    page = next((row for row in rows if str(row.get("id")) == page_id), None)
    if page is not None:
        return _usable(page)
    fix = f"{_GIVE}, or correct page_id in stack.md. Until then new creatives are refused."
    if "pages_show_list" in scopes:
        return Check("page", f"{page_id} is not among the {seen}", fix)
    return Check(
        "page", f"{page_id} cannot be looked for: pages_show_list is not granted ({seen})", warning=fix
    )


def _usable(page: dict[str, Any]) -> Check:
    found, tasks = f"{page.get('name') or 'a page'} ({page['id']})", page.get("tasks")
    if not isinstance(tasks, list):
        return Check("page", found, hint="Meta does not say whether it may advertise.")
    if "ADVERTISE" not in tasks:
        return Check("page", f"{found}, without the task ADVERTISE", f"{_GIVE} (ADVERTISE).")
    return Check("page", f"{found}, may advertise")
