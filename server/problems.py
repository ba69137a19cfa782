"""What goes wrong, told as RFC 9457 problem details."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Response


@dataclass
class Problem(Exception):  # noqa: N818 - the name of the RFC's object
    """A request that cannot be answered: HTTP status, a short stable `kind`, and what a person can do about it."""

    status: int
    kind: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    members: dict[str, int | str | list[str]] = field(default_factory=dict)

    def response(self) -> Response:
        """The problem as `application/problem+json`."""
        body = {
            "type": f"https://w3id.org/mingzhang/problem/{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
        response = Response(text, self.status, content_type="application/problem+json")
        response.headers.update(self.headers)
        response.headers["Cache-Control"] = "no-store"
        return response
