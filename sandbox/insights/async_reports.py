"""Async insights: reports that are prepared in the background (docs/graph-api.md §7.4)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.insights import insights_edge
from sandbox.insights.insights_rows import Rows
from sandbox.objects import access, report_runs
from sandbox.request.clock import DAY_S
from sandbox.request.refusals import GraphError, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.objects.context import Context
    from sandbox.world.node import Node

    Args = Mapping[str, str]

KEPT_S = 30 * DAY_S
_NEEDS = frozenset({"summary", "default_summary"})


def start(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `POST /{node}/insights`: check the question and promise a report."""
    query = insights_edge.question(ctx.world, node, args)
    report = ctx.world.draft("report", {
        "account_id": ctx.world.owner(node).data["account_id"],
        "asked_by": access.identity(ctx.token),
        "about": node.id,
        "args": {name: value for name, value in args.items() if name != "async"},
        "at": ctx.world.clock(),
        "gone_at": ctx.world.clock() + KEPT_S,
        "looks": 0,
        "date_start": min(period.since for period in query.periods).isoformat(),
        "date_stop": max(period.until for period in query.periods).isoformat(),
    })  # fmt: skip
    ctx.world.keep(report)
    return {"report_run_id": report.id}


def read(ctx: Context, node: Node, args: Args) -> dict[str, Any]:
    """Answer `GET /{report_run_id}/insights`, paged like the direct answer but without its ceilings."""
    name, percent = report_runs.stage(ctx.world, node)
    if name != "Job Completed":
        state = f"{name}, {percent} %"
        raise GraphError(
            code=100, message=f"(#100) The report is not ready ({state}); poll it until it is complete"
        )
    about = ctx.world.nodes[node.data["about"]]

    def make() -> Rows:
        query = insights_edge.question(ctx.world, about, node.data["args"], node.data["at"])
        return Rows(ctx.world, query)

    rows = ctx.world.remembered(json.dumps([node.id]), make)
    asked = {**{name: node.data["args"][name] for name in _NEEDS & node.data["args"].keys()}, **args}
    missing = [
        name for name in insights_edge.summary_fields(asked, rows.query) if name not in rows.query.fields
    ]
    if missing:
        raise invalid(
            f"Cannot include {', '.join(missing)} in summary param because they weren't there "
            "while creating the report run"
        )
    return insights_edge.page(ctx, f"{node.id}/insights", rows, asked, most=max(len(rows), 1))
