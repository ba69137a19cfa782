"""The tools and resources of a release for the Model Context Protocol, with the official SDK (extra mingzhang[mcp]).

Source: Model Context Protocol, revisions up to 2026-07-28. Of errors a client is told the text of ToolError alone.
"""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from typing import Annotated, ParamSpec, TypeVar
from urllib.parse import quote

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from server.assistant import answers
from server.assistant.site import Questions, SiteError, site_of
from server.pages.library import library

P = ParamSpec("P")
T = TypeVar("T")

_TOLD = """Figures that Chinese governments, departments and units have disclosed in budget reports, each with the page
that it is printed on. Begin with `find`; its ids go into the other tools. Amounts are in yuan, as decimal texts; null
means that nothing is printed there, not 0. Cite the pages. Budget and final account, department and unit are different
reports: do not add across `stage` or `scope`. For all else there is `query` (SPARQL 1.1); the terms are in the resource
mingzhang://ontology, examples in mingzhang://queries."""
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Id = Annotated[str, Field(description="the id that `find` gives: an IRI, or its path from id/ on")]
Limit = Annotated[int, Field(description=f"how many at most, 1 to {answers.MOST}")]
Start = Annotated[int, Field(description="how many to pass over, for the next part of a long list")]


def run(place: str, *, http: tuple[str, int] | None = None, **settings: float | str) -> None:
    """Serve the tools of the site at an address or over DIR: on stdin and stdout, or on HTTP at /mcp until interrupted.

    ReleaseMissingError and SiteError as `site_of`; OSError where the address is taken.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)  # stdout carries the protocol
    server = server_of(Questions(site_of(place, **settings)))
    if http is None:
        server.run("stdio")
        return
    host, port = http
    server.run("streamable-http", host=host, port=port, json_response=True, stateless_http=True)


def server_of(ask: Questions) -> MCPServer[None]:
    """The protocol's server over a site."""
    server: MCPServer[None] = MCPServer("mingzhang", title="Mingzhang 明账", instructions=_TOLD, log_level="WARNING")
    _add_tools(server, ask)
    _add_resources(server, ask)
    return server


def _told(answer: Callable[P, T]) -> Callable[P, T]:
    """The same, with what went wrong as a text for the one who called."""

    @functools.wraps(answer)
    def told(*given: P.args, **named: P.kwargs) -> T:
        try:
            return answer(*given, **named)
        except (answers.WrongCallError, SiteError) as error:
            raise ToolError(str(error)) from error

    return told


def _add_tools(server: MCPServer[None], ask: Questions) -> None:
    def tool(answer: Callable[P, T]) -> None:
        server.tool(annotations=_READS, structured_output=True)(_told(answer))

    @tool
    def find(
        text: Annotated[str, Field(description="a name or part of one, a document number, a code, in Chinese")],
        kind: Annotated[str, Field(description=f"one of {', '.join(answers.KINDS)}; all without it")] = "",
        limit: Limit = 20,
    ) -> answers.Found:
        """Find bodies, projects, documents, reports, codes by name, number or words; gives the ids for other tools."""
        return answers.find(ask, text, kind, limit)

    @tool
    def body(id: Id) -> answers.Body:
        """A department, unit or government: its reports by year with the printed totals of all expenditure."""
        return answers.body(ask, id)

    @tool
    def project(id: Id) -> answers.Project:
        """A project of one year: annual and total amount, sources of money, documents that it cites, targets."""
        return answers.project(ask, id)

    @tool
    def money_under(
        id: Id,
        year: Annotated[str, Field(description="four digits; all years without it")] = "",
        limit: Limit = 20,
        start: Start = 0,
    ) -> answers.MoneyUnder:
        """The money of the projects that cite a document (law, notice): sums by year, stage and scope, and projects."""
        return answers.money_under(ask, id, year, limit, start)

    @tool
    def figures(
        id: Id,
        text: Annotated[str, Field(description="what the row or the head of the column holds")] = "",
        code: Annotated[str, Field(description="a functional or economic code, such as 2080208 or 30201")] = "",
        table: Annotated[str, Field(description="a kind of table, such as expenditure or three-public")] = "",
        limit: Limit = 20,
        start: Start = 0,
    ) -> answers.Figures:
        """Printed figures of a report's tables, by words of their row or column, by code, by kind of table."""
        return answers.figures(ask, id, text, code, table, limit, start)

    @tool
    def compare(
        a: Id,
        b: Id,
        table: Annotated[str, Field(description="the kind of table that is compared")] = "expenditure",
        limit: Limit = 50,
    ) -> answers.Comparison:
        """Two reports side by side by functional code; difference is b minus a. Codes of 3, 5, 7 digits overlap."""
        return answers.compare(ask, a, b, table, limit)

    @tool
    def findings(
        id: Annotated[str, Field(description="of a body or report; all without it")] = "",
        severity: Annotated[str, Field(description="error, warning or info; all without it")] = "",
        limit: Limit = 20,
        start: Start = 0,
    ) -> answers.Findings:
        """What does not agree in the reports, by the checks of this release. A finding asks a question, no more."""
        return answers.findings(ask, id, severity, limit, start)

    @tool
    def query(
        sparql: Annotated[str, Field(description="a SPARQL 1.1 SELECT or ASK with its prefixes")],
    ) -> answers.Table:
        """Run a read-only query over all graphs, with the deadline and limits of the endpoint; at most 200 rows."""
        return answers.query(ask, sparql)


def _add_resources(server: MCPServer[None], ask: Questions) -> None:
    @server.resource("mingzhang://ontology", mime_type="text/turtle")
    def ontology() -> str:
        """Classes and properties of the data, as Turtle."""
        return ask.site.get("/ontology", {"format": "ttl"}).decode()

    @server.resource("mingzhang://queries", mime_type="text/markdown")
    def queries() -> str:
        """The query library: the address of each query, and what it answers."""
        told = (f"- mingzhang://queries/{one.name}: {one.title['en']}. {one.description['en']}" for one in library())
        return "\n".join(told) + "\n"

    @server.resource("mingzhang://queries/{name}", mime_type="application/sparql-query")
    def library_query(name: str) -> str:
        """One query of the library."""
        found = next((one for one in library() if one.name == name), None)
        if found is None:
            raise ResourceNotFoundError(f"expected the name of a query of mingzhang://queries, found {name}")
        return found.text

    @server.resource("mingzhang://report/{key}", mime_type="text/turtle")
    def report(key: str) -> str:
        """What is said of a report as Turtle; the key is the end of its id."""
        try:
            return ask.site.get(f"/data/report/{quote(key, safe='')}.ttl", {}).decode()
        except SiteError as error:
            raise ResourceError(f"expected the key of a report, found {key}: {error}") from error
