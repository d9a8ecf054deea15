"""Graph errors in Meta's envelope (docs/graph-api.md §3)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(kw_only=True)
class GraphError(Exception):
    """One refusal, with everything the envelope can carry (docs/graph-api.md §3.1)."""

    code: int
    message: str
    subcode: int | None = None
    kind: str = "OAuthException"
    http_status: int = 400
    title: str | None = None
    user_message: str | None = None
    blame: str | None = None
    data: dict[str, Any] | str | None = None
    transient: bool = False

    def envelope(self, trace: str) -> dict[str, Any]:
        """Give the JSON body; optional parts appear only when they say something.

        `trace` is whatever tells the call apart: the same call meets the same trace id.
        """
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["is_transient"] = self.transient
        if self.title:
            error["error_user_title"] = self.title
        if self.user_message:
            error["error_user_msg"] = self.user_message
        blame = {"blame_field_specs": [[self.blame]]} if self.blame else {}
        about = self.data if isinstance(self.data, str) else {**(self.data or {}), **blame}
        if about:
            error["error_data"] = about
        digest = hashlib.sha256(f"{trace}/{self.message}".encode(errors="replace")).digest()
        error["fbtrace_id"] = "A" + base64.urlsafe_b64encode(digest)[:22].decode()
        return {"error": error}

    def challenge(self) -> dict[str, str]:
        """Give the header that goes with an OAuthException (§3.1)."""
        if self.kind != "OAuthException":
            return {}
        word = "invalid_token" if self.code == 190 else "invalid_request"
        text = self.message.replace('"', "'").encode("ascii", "replace").decode().replace("\n", " ")
        return {"www-authenticate": f'OAuth "Facebook Platform" "{word}" "{text}"'}


def invalid(text: str, *, subcode: int | None = None, blame: str | None = None) -> GraphError:
    """Make a plain code 100 whose message says it all."""
    return GraphError(code=100, message=f"(#100) {text}", subcode=subcode, blame=blame)


def explained(subcode: int, title: str, user_message: str, *, blame: str | None = None) -> GraphError:
    """Make a code 100 that is explained only in `error_user_msg`, as most validation is (§3.3)."""
    return GraphError(
        code=100,
        message="Invalid parameter",
        subcode=subcode,
        title=title,
        user_message=user_message,
        blame=blame,
    )


def required(name: str) -> GraphError:
    """Say which parameter is missing."""
    return invalid(f"The parameter {name} is required", blame=name)


def not_one_of(name: str, allowed: Iterable[str]) -> GraphError:
    """Say which values an enum parameter takes (§3.3, last row)."""
    return invalid(f"Param {name} must be one of {{{', '.join(allowed)}}}", blame=name)


def not_found(node_id: str, method: str = "get") -> GraphError:
    """Use Meta's one text for absent objects, missing permissions and unsupported operations."""
    return GraphError(
        code=100,
        subcode=33,
        kind="GraphMethodException",
        message=(
            f"Unsupported {method.lower()} request. Object with ID '{node_id}' does not exist, cannot be loaded "
            "due to missing permissions, or does not support this operation. Please read the Graph API "
            "documentation at https://developers.facebook.com/docs/graph-api"
        ),
    )


def too_much() -> GraphError:
    """Refuse to give so much at once (§3.2, code 1)."""
    text = "Please reduce the amount of data you're asking for, then retry your request"
    return GraphError(code=1, message=text, http_status=500)


def unknown_edge(name: str) -> GraphError:
    """Refuse a path whose last part is no edge of the node."""
    return GraphError(code=2500, message=f"Unknown path components: /{name}", kind="OAuthException")
