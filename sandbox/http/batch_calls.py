"""Batches: up to fifty calls in one request, which may use each other's results (docs/graph-api.md §5)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sandbox.http.answering import Answer, refusal
from sandbox.http.json_text import json_text
from sandbox.objects import access
from sandbox.request import incoming, params, versions
from sandbox.request.refusals import GraphError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.request.incoming import Call
    from sandbox.world.state import World

MOST_ITEMS = 50
_REFERENCE = re.compile(r"\{result=([^:}]+):(\$[^}]*)\}")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[['\"]?(\d+|\*|[^'\"\]]+)['\"]?\]")


@dataclass
class Results:
    """The answers of the named items so far, and which of them others have built on."""

    answers: dict[str, Answer] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def fill(self, text: str) -> str:
        """Put the results of earlier items where `{result=NAME:$.path}` stands."""
        return _REFERENCE.sub(lambda match: self._find(match[1], match[2]), text)

    def need(self, name: str) -> Answer:
        """Give the answer of an earlier item that went well."""
        self.used.add(name)
        given = self.answers.get(name)
        if given is None:
            raise invalid(f"Batch request refers to unknown or later request {name}")
        if not given.good:
            raise invalid(f"Batch request depends on request {name}, which failed")
        return given

    def _find(self, name: str, path: str) -> str:
        found = [self.need(name).body]
        for key, index in _STEP.findall(path.removeprefix("$")):
            found = [below for value in found for below in _below(value, key or index)]
        if not found:
            raise invalid(f"Batch request finds nothing at {path} in the result of {name}")
        return ",".join(value if isinstance(value, str) else json.dumps(value) for value in found)


def _below(value: Any, step: str) -> list[Any]:
    """Take one step of a JSON path: a key, a number, or `*` for all."""
    if isinstance(value, dict):
        return list(value.values()) if step == "*" else [value[step]] if step in value else []
    if isinstance(value, list):
        return value if step == "*" else value[int(step) :][:1] if step.isdecimal() else []
    return []


def run(world: World, outer: Call, perform: Callable[[Call], Answer]) -> list[dict[str, Any] | None]:
    """Answer every item in order; `perform` carries out each call.

    The answer of an item that others built on is left out when it went well, unless asked for; a lost one is null.
    """
    versions.check(outer.version, world.today, auto_upgrade=world.auto_upgrade)
    access.check_proof(outer.token, outer.params.get("appsecret_proof"))
    items = _items(outer)
    with_headers = params.flag(outer.params, "include_headers") is not False
    results, answers = Results(), []
    for item in items:
        given = _one(world, outer, item, results, perform)
        if _name(item):
            results.answers[_name(item)] = given
        answers.append(given)
    return [
        None
        if given.lost or (given.good and _omitted(item, results))
        else _written(given, with_headers=with_headers)
        for item, given in zip(items, answers, strict=True)
    ]


def _name(item: dict[str, Any]) -> str:
    return str(item.get("name") or "")


def _omitted(item: dict[str, Any], results: Results) -> bool:
    return _name(item) in results.used and item.get("omit_response_on_success") not in (False, "false")


def _items(outer: Call) -> list[dict[str, Any]]:
    items = params.array(outer.params, "batch") or []
    problem = None
    if len(items) > MOST_ITEMS:
        problem = f"Too many requests in batch message. Maximum batch size is {MOST_ITEMS}"
    elif not items or not all(isinstance(item, dict) and "relative_url" in item for item in items):
        problem = "Each batch item must be an object with method and relative_url"
    if problem:
        raise GraphError(code=100, kind="GraphBatchException", message=f"(#100) {problem}")
    return items


def _one(
    world: World, outer: Call, item: dict[str, Any], results: Results, perform: Callable[[Call], Answer]
) -> Answer:
    call = outer
    try:
        call = _call(outer, item)
        if item.get("depends_on"):
            results.need(str(item["depends_on"]))
        call = replace(
            call,
            path=tuple(results.fill(part) for part in call.path),
            params={name: results.fill(value) for name, value in call.params.items()},
        )
    except GraphError as error:
        return refusal(world, call, error)
    return perform(call)


def _call(outer: Call, item: dict[str, Any]) -> Call:
    version, path, values = incoming.relative(str(item["relative_url"]), outer.version)
    values |= incoming.query_params(str(item.get("body") or ""))
    method = str(item.get("method", "GET")).upper()
    if method not in incoming.METHODS:
        raise invalid("Param method must be one of {GET, POST, DELETE}", blame="method")
    attached = {name.strip() for name in str(item.get("attached_files") or "").split(",")}
    return replace(
        outer,
        method=method,
        path=path,
        token=values.pop("access_token", outer.token),
        params=values,
        version=version,
        base=outer.base.removesuffix(outer.version) + version,
        files=tuple(file for file in outer.files if file.part in attached),
    )


def _written(given: Answer, *, with_headers: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"code": given.status}
    if with_headers:
        row["headers"] = [{"name": name, "value": value} for name, value in given.headers.items()]
    return row | {"body": "\ufeff" * given.mark + json_text(given.body)}
