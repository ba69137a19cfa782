"""The commands of `mingzhang`: arguments in, messages and exit codes out; the work is done elsewhere.

Exit codes: 0 done; 1 nothing published, a refusal under --strict, violations, an unreadable file; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

import kg_builder
from kg_builder.errors import ReadingError
from server.settings import Settings

RESULT_FORMATS = ("table", "csv", "tsv", "json", "xml")
GRAPH_FORMATS = ("ttl", "nt", "jsonld", "rdf")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BrokenPipeError:  # the reader of our output has left (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _fail("interrupted; the release in place is unchanged" if options.name == "build" else "interrupted")
    except ReadingError as error:
        return _fail(str(error))


def parser() -> argparse.ArgumentParser:
    """The commands with their options and help."""
    top = argparse.ArgumentParser(
        prog="mingzhang",
        description="Turn Chinese government budget disclosures into linked data that people can trust.",
    )
    top.add_argument("--version", action="version", version=f"mingzhang {kg_builder.__version__}")
    commands = top.add_subparsers(dest="name", metavar="COMMAND", required=True)
    for add in (_add_build, _add_serve, _add_inspect, _add_check, _add_validate, _add_query, _add_publish, _add_export):
        add(commands)
    return top


Commands = Any  # argparse keeps the type of `add_subparsers` to itself


def _add_build(commands: Commands) -> None:
    command = commands.add_parser(
        "build",
        help="read reports, check them and publish a release",
        description="Read report files and folders, check them and publish a new release in DIR. Exit code 0: "
        "published; 1: nothing could be published, or a report was refused under --strict; 2: wrong usage.",
    )
    command.add_argument("inputs", metavar="INPUT", nargs="+", type=Path, help="a .pdf, .txt or .md file, or a folder")
    command.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder of the releases")
    command.add_argument("--base", metavar="IRI", type=_base, default="http://localhost:8000/", help=(
        "address that all IRIs begin with (default: %(default)s)"
    ))  # fmt: skip
    command.add_argument("--jobs", metavar="N", type=_positive, default=os.cpu_count() or 1, help=(
        "processes that work at the same time (default: one for each core)"
    ))  # fmt: skip
    command.add_argument("--authority", metavar="FILE", type=_file, help="a larger table of laws (.tsv) to link to")
    command.add_argument("--seconds", metavar="N", type=_positive, default=900, help=(
        "longest time that one report may take (default: %(default)s)"
    ))  # fmt: skip
    command.add_argument("--cluster", metavar="ADDRESS", help=(
        "read and make the reports on the Dask cluster of this scheduler (extra mingzhang[cluster]); its workers see "
        "the same folders"
    ))  # fmt: skip
    command.add_argument("--strict", action="store_true", help="exit with 1 if any file was refused")
    command.add_argument("--json", action="store_true", help="print the summary as JSON")
    command.set_defaults(command=_build)


def _add_serve(commands: Commands) -> None:
    command = commands.add_parser(
        "serve",
        help="serve the current release over HTTP",
        description="Serve the current release of DIR: pages, linked data and a SPARQL endpoint. A new release in DIR "
        "is taken up without a restart.",
    )
    command.add_argument("dir", metavar="DIR", type=Path, help="folder of the releases")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    command.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    for field in dataclasses.fields(Settings):
        told = field.metadata["help"] + (" (default: by cores)" if field.name == "workers" else _default(field))
        whole = _size if field.name in {"cache", "rate"} else _some
        command.add_argument("--" + field.name.replace("_", "-"), metavar=_METAVARS.get(field.name, "N"), type=(
            {"float": _seconds, "str": str}.get(str(field.type), whole)
        ), help=told)  # fmt: skip
    command.set_defaults(command=_serve)


_METAVARS = {"engine": "URL", "proxy": "ADDRESS"}


def _default(field: dataclasses.Field[Any]) -> str:
    value = field.default
    for shift, sign in ((20, "M"), (10, "K")):
        if isinstance(value, int) and value >= 1 << shift and value % (1 << shift) == 0:
            return f" (default: {value >> shift}{sign})"
    return f" (default: {value})" if value else ""


def _add_inspect(commands: Commands) -> None:
    command = commands.add_parser(
        "inspect",
        help="show what is read from one report, page by page",
        description="Show what is read from one report, page by page: whose it is, tables, forms, what was ignored and "
        "why, and what was not read.",
    )
    command.add_argument("report", metavar="REPORT", type=Path, help="a .pdf, .txt or .md file")
    command.add_argument("--json", action="store_true", help="print the whole parsed report as JSON")
    command.add_argument("--render", metavar="OUT.pdf", type=Path, help="draw what was read over the pages of a PDF")
    command.set_defaults(command=_inspect)


def _add_check(commands: Commands) -> None:
    command = commands.add_parser(
        "check",
        help="check a report before it is published",
        description="Check one report before it is published: figures that disagree, tables and notes that are "
        "missing, codes, names and forms, each with its page, most serious first. Exit code 1 if there are errors.",
    )
    command.add_argument("reports", metavar="REPORT", nargs="+", type=Path, help=(
        "the .pdf, .txt or .md file of the report, or its several files"
    ))  # fmt: skip
    command.add_argument("--html", metavar="OUT.html", type=Path, help="write a page that shows the findings in place")
    command.add_argument("--json", action="store_true", help="print the findings as JSON")
    command.set_defaults(command=_check)


def _add_validate(commands: Commands) -> None:
    command = commands.add_parser(
        "validate",
        help="check an RDF file or a release against the shapes",
        description="Check an RDF file or the current release of a folder against the SHACL shapes and list the "
        "findings. Exit code 1 if there are violations.",
    )
    command.add_argument("target", metavar="FILE|DIR", type=Path, help="an RDF file, or a folder of releases")
    command.add_argument("--format", choices=("text", "ttl"), default="text", help=(
        "one line for each finding, or the SHACL report in Turtle (default: %(default)s)"
    ))  # fmt: skip
    command.set_defaults(command=_validate)


def _add_query(commands: Commands) -> None:
    command = commands.add_parser(
        "query",
        help="run a SPARQL query on the current release",
        description="Run a SPARQL query on the current release of DIR. The default graph is the union of all graphs.",
    )
    command.add_argument("dir", metavar="DIR", type=Path, help="folder of the releases")
    command.add_argument("query", metavar="QUERY|FILE.rq", help="the query, or a file that holds it")
    command.add_argument("--format", choices=(*RESULT_FORMATS, *GRAPH_FORMATS), help=(
        "of the answer (default: table for rows, ttl for triples)"
    ))  # fmt: skip
    command.set_defaults(command=_query)


def _add_export(commands: Commands) -> None:
    command = commands.add_parser(
        "export",
        help="write the tables of the current release for other engines",
        description="Write the tables of the current release of DIR (figures, projects, citations, targets, findings) "
        "as Parquet, parted by region and year, for Spark, Trino or DuckDB (extra mingzhang[parquet]).",
    )
    command.add_argument("dir", metavar="DIR", type=Path, help="folder of the releases")
    command.add_argument("--parquet", metavar="OUT", type=Path, required=True, help="folder to write to")
    command.set_defaults(command=_export)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return int(text)


def _add_publish(commands: Commands) -> None:
    command = commands.add_parser(
        "publish",
        help="load the current release into a SPARQL server",
        description="Load the current release of DIR into a SPARQL server through its Graph Store Protocol: one named "
        "graph for each report, and what they share. Graphs that are there already are not sent again, those that left "
        "the release are removed; a run that was broken off is gone on with by the next. Then "
        "`mingzhang serve DIR --engine URL` serves the site over that server.",
    )
    command.add_argument("dir", metavar="DIR", type=Path, help="folder of the releases")
    command.add_argument("--to", metavar="URL", required=True, help=(
        "the Graph Store, such as http://localhost:7878/store (Oxigraph) or "
        "http://localhost:8890/sparql-graph-crud-auth (Virtuoso)"
    ))  # fmt: skip
    command.add_argument("--user", metavar="NAME", default="", help=(
        "where the server asks for one; the password is taken from the environment, MINGZHANG_PASSWORD"
    ))  # fmt: skip
    command.set_defaults(command=_publish)


def _size(text: str) -> int:
    """A whole number from 0; with K, M or G behind it, of 1024, 1024² or 1024³."""
    match = re.fullmatch(r"(\d{1,15})([KMG]?)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"expected a whole number, perhaps with K, M or G, found {text!r}")
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[match[2]]


def _some(text: str) -> int:
    size = _size(text)
    if size == 0:
        raise argparse.ArgumentTypeError("expected more than 0")
    return size


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, found {text!r}")
    return seconds


def _base(text: str) -> str:
    """An absolute http(s) IRI of ASCII characters; a slash at its end is added."""
    if not (text.isascii() and text.startswith(("http://", "https://")) and not set(text) & set(' <>"{}|\\^`#?')):
        raise argparse.ArgumentTypeError(f"expected an http or https IRI, found {text!r}")
    return text.rstrip("/") + "/"


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"expected a file, found none at {text}")
    return Path(text)


def _fail(message: str) -> int:
    print(f"mingzhang: {message}", file=sys.stderr)
    return 1


# build


def _build(options: argparse.Namespace) -> int:
    from kg_builder.build import NothingPublishedError, Options, build  # noqa: PLC0415 - the help needs no libraries
    from kg_builder.standing import ReleaseError  # noqa: PLC0415 - as above

    progress = _Progress(sys.stderr)
    how = Options(options.base, options.jobs, float(options.seconds), options.authority, options.cluster)
    try:
        manifest, new = build(options.inputs, options.out, how, progress.say)
    except NothingPublishedError as error:
        progress.end()
        if options.json:
            print(
                json.dumps({"published": False, "reports": [], "refused": error.refused}, ensure_ascii=False, indent=1)
            )
        else:
            print("\n".join(map(_refusal_line, error.refused)))
        return _fail(str(error))
    except (ReleaseError, OSError) as error:
        progress.end()
        return _fail(f"{error}; the release in place is unchanged")
    progress.end()
    if options.json:
        print(json.dumps(_summary(manifest, new), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_summary_lines(manifest, new, options.out)))
    return 1 if options.strict and manifest["refused"] else 0


class _Progress:
    """Lines of progress: one that is written over on a terminal, one after another elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._terminal, self._open = stream, stream.isatty(), False

    def say(self, line: str) -> None:
        if self._terminal:
            width = os.get_terminal_size(self._stream.fileno()).columns
            # Chinese characters take two columns: half the width in characters always fits.
            self._stream.write(f"\r\x1b[K{line[: max(width // 2, 20)]}")
            self._open = True
        else:
            self._stream.write(line + "\n")
        self._stream.flush()

    def end(self) -> None:
        if self._open:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _summary(manifest: dict[str, Any], new: bool) -> dict[str, Any]:
    """The part of the manifest that says what became of each file."""
    return {"published": True, "new": new} | {k: manifest[k] for k in ("version", "counts", "reports", "refused")}


def _summary_lines(manifest: dict[str, Any], new: bool, out: Path) -> Iterable[str]:
    for entry in manifest["reports"]:
        yield f"{entry['title']} ({', '.join(source['name'] for source in entry['sources'])})"
        yield (
            "  "
            + ", ".join(f"{entry['read'][kind]} {kind}" for kind in entry["read"])
            + f", {entry['triples']} triples"
        )
        yield "  findings: " + _findings(entry["findings"])
    yield from map(_refusal_line, manifest["refused"])
    counts = manifest["counts"]
    yield (
        f"{'published' if new else 'unchanged'}: release {manifest['version']} in {out / 'current'}: "
        f"{counts['reports']} reports, {counts['refused']} refused, {counts['triples']} triples; "
        f"findings: {_findings(counts['findings'])}"
    )


def _findings(found: dict[str, int]) -> str:
    return ", ".join(f"{count} {severity}" for severity, count in found.items()) or "none"


def _refusal_line(refused: dict[str, Any]) -> str:
    error = ReadingError(refused["file"], refused["expected"], refused["found"], refused["page"])
    return f"refused: {error}"


# serve


def _serve(options: argparse.Namespace) -> int:
    from server.release import ReleaseMissingError  # noqa: PLC0415 - other commands need no server
    from server.serve import run  # noqa: PLC0415 - as above

    names = [field.name for field in dataclasses.fields(Settings)]
    settings = {name: value for name in names if (value := getattr(options, name)) is not None}
    if not (options.dir / "current/manifest.json").is_file():
        return _fail(f"{options.dir}: expected a release, found none")
    print(f"serving {options.dir} on http://{options.host}:{options.port}/", file=sys.stderr)
    try:
        run(options.dir, options.host, options.port, **settings)
    except (ReleaseMissingError, OSError) as error:
        return _fail(str(error))
    return 0


# inspect


def _inspect(options: argparse.Namespace) -> int:
    from kg_builder import inspection  # noqa: PLC0415 - the help needs no libraries
    from kg_builder.build import read_reports  # noqa: PLC0415 - as above

    reports = read_reports(options.report)
    if options.render:
        from kg_builder.readers.overlay import draw_reading  # noqa: PLC0415 - draws with libraries that only this needs

        if options.report.suffix.lower() != ".pdf":
            raise ReadingError(options.report.name, "a PDF to draw over", "another kind of file")
        draw_reading(options.report, [m for report in reports for m in inspection.marks(report)], options.render)
    if options.json:
        told = [inspection.report_to_json(report) for report in reports]
        print(json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False, indent=1))
    else:
        print("\n".join(line for report in reports for line in inspection.report_to_lines(report)))
    return 0


# check


def _check(options: argparse.Namespace) -> int:
    from kg_builder import clerk  # noqa: PLC0415 - the help needs no libraries

    checked = clerk.check_files(options.reports)
    if options.html:
        try:
            options.html.write_text(clerk.checked_to_html(checked, options.reports), encoding="utf-8")
        except OSError as error:
            return _fail(f"{options.html}: expected a file that can be written, found {error.strerror}")
    if options.json:
        print(json.dumps(clerk.checked_to_json(checked), ensure_ascii=False, indent=1))
    else:
        print("\n".join(clerk.checked_to_lines(checked)))
    return 1 if checked.errors else 0


# validate


def _validate(options: argparse.Namespace) -> int:
    from kg_builder.validation import TargetError, validate  # noqa: PLC0415 - the help needs no libraries

    try:
        violations = validate(options.target, options.format, sys.stdout)
    except TargetError as error:
        return _fail(str(error))
    return 1 if violations else 0


# publish


def _publish(options: argparse.Namespace) -> int:
    from kg_builder.publish import PublishError, Target, publish  # noqa: PLC0415 - the help needs no libraries

    if not options.to.startswith(("http://", "https://")):
        return _fail(f"expected an http or https address, found {options.to!r}")
    target = Target(options.to, options.user, os.environ.get("MINGZHANG_PASSWORD", ""))
    progress = _Progress(sys.stderr)
    try:
        done = publish(options.dir / "current", target, progress.say)
    except PublishError as error:
        progress.end()
        return _fail(str(error))
    progress.end()
    print(f"published: {done.sent} graphs sent, {done.kept} there already, {done.removed} removed")
    return 0


# query


def _query(options: argparse.Namespace) -> int:
    from server.querying import QueryError, run_query  # noqa: PLC0415 - the help needs no libraries

    text = options.query
    if text.endswith(".rq"):
        try:
            text = Path(text).read_text(encoding="utf-8")
        except OSError as error:
            return _fail(f"{text}: expected a file with a query, found {error.strerror}")
    try:
        run_query(options.dir / "current" / "store", text, options.format, sys.stdout.buffer)
    except QueryError as error:
        return _fail(str(error))
    return 0


# export


def _export(options: argparse.Namespace) -> int:
    if not (options.dir / "current/manifest.json").is_file():
        return _fail(f"{options.dir}: expected a release, found none")
    try:
        from kg_builder.parquet import write_parquet  # noqa: PLC0415 - an extra of its own
    except ImportError:
        return _fail("expected the extra mingzhang[parquet], found no pyarrow")
    for name, rows in write_parquet(options.dir / "current", options.parquet).items():
        print(f"{name}: {rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
