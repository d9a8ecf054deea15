"""Batches: up to fifty calls in one request, which may use each other's results (graph-api-facts §5)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox import params, wire
from sandbox.errors import GraphError, invalid
from sandbox.graph import Answer, answer, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.wire import Call
    from sandbox.world import World

MOST_ITEMS = 50
_REFERENCE = re.compile(r"\{result=([^:}]+):(\$[^}]*)\}")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\*)\]")


def run(world: World, outer: Call, heard: Callable[[Call], None]) -> list[dict[str, Any] | None]:
    """Answer every item in order; `heard` is told of each call as it is made."""
    items = _items(outer)
    with_headers = params.flag(outer.params, "include_headers") is not False
    results: dict[str, Answer] = {}
    answers = []
    for item in items:
        given = _one(world, outer, item, results, heard)
        if item.get("name"):
            results[str(item["name"])] = given
        answers.append(_written(given, with_headers=with_headers))
    return [None if _omitted(item, items, results) else row for item, row in zip(items, answers, strict=True)]


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
    world: World,
    outer: Call,
    item: dict[str, Any],
    results: dict[str, Answer],
    heard: Callable[[Call], None],
) -> Answer:
    call = outer
    try:
        call = _call(outer, item)
        call = replace(
            call,
            path=tuple(_filled(part, results) for part in call.path),
            params={name: _filled(value, results) for name, value in call.params.items()},
        )
    except GraphError as error:
        return refusal(world, call, error)
    heard(call)
    return answer(world, call)


def _call(outer: Call, item: dict[str, Any]) -> Call:
    version, path, values = wire.relative(str(item["relative_url"]))
    values |= wire.query_params(str(item.get("body") or ""))
    method = str(item.get("method", "GET")).upper()
    if method not in {"GET", "POST", "DELETE"}:
        raise invalid("Param method must be one of {GET, POST, DELETE}", blame="method")
    attached = {name.strip() for name in str(item.get("attached_files") or "").split(",")}
    files = tuple(file for file in outer.files if file.part in attached)
    token = values.pop("access_token", outer.token)
    base = outer.base.removesuffix(outer.version) + version
    return replace(
        outer, method=method, path=path, params=values, token=token, version=version, base=base, files=files
    )


def _filled(text: str, results: dict[str, Answer]) -> str:
    """Put the results of earlier items where `{result=NAME:$.path}` stands."""
    return _REFERENCE.sub(lambda match: _result(match[1], match[2], results), text)


def _result(name: str, path: str, results: dict[str, Answer]) -> str:
    parent = results.get(name)
    if parent is None:
        raise invalid(f"Batch request refers to unknown or later request {name}")
    if parent.status != 200:
        raise invalid(f"Batch request depends on request {name}, which failed")
    found = [parent.body]
    for key, index in _STEP.findall(path.removeprefix("$")):
        found = [below for value in found for below in _below(value, key or index)]
    if not found:
        raise invalid(f"Batch request finds nothing at {path} in the result of {name}")
    return ",".join(value if isinstance(value, str) else json.dumps(value) for value in found)


def _below(value: Any, step: str) -> list[Any]:
    """Take one step of a JSON path: a key, a number, or `*` for all."""
    if step == "*":
        return (
            list(value.values())
            if isinstance(value, dict)
            else list(value)
            if isinstance(value, list)
            else []
        )
    if isinstance(value, list) and step.isdigit():
        return value[int(step) : int(step) + 1]
    return [value[step]] if isinstance(value, dict) and step in value else []


def _omitted(item: dict[str, Any], items: list[dict[str, Any]], results: dict[str, Answer]) -> bool:
    """Tell whether an answer is left out: the item went well, others built on it, nobody asked to see it."""
    name = item.get("name")
    if (
        not name
        or item.get("omit_response_on_success") in (False, "false")
        or results[str(name)].status != 200
    ):
        return False
    return any(f"{{result={name}:" in json.dumps(other) or other.get("depends_on") == name for other in items)


def _written(given: Answer, *, with_headers: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"code": given.status}
    if with_headers:
        row["headers"] = [{"name": name, "value": value} for name, value in given.headers.items()]
    return row | {"body": json.dumps(given.body, ensure_ascii=False)}
