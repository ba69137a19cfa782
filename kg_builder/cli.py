"""The commands of `mingzhang`: arguments in, messages and exit codes out; the work is done elsewhere.

Exit codes: 0 done; 1 nothing published, a refusal under --strict, violations, an unreadable file; 2 wrong usage.
Each command imports what it needs when it runs: the help and the wrong usage need no libraries.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import Field, dataclass, fields
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal, TextIO

import kg_builder
from kg_builder.build.publication import Publications, read_publications
from kg_builder.errors import ReadingError
from server.settings import Settings

Run = Callable[[argparse.Namespace], int]
RESULT_FORMATS = ("table", "csv", "tsv", "json", "xml")
GRAPH_FORMATS = ("ttl", "nt", "jsonld", "rdf")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # names of files may hold what is no text
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    run: Run = options.run
    try:
        return run(options)
    except BrokenPipeError:  # the reader of our output has left (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _fail("interrupted; the release in place is unchanged" if options.name == "build" else "interrupted")
    except (ReadingError, OSError) as error:
        return _fail(_words(error))
    except MemoryError:
        return _fail("expected enough memory, found too little")
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        from kg_builder.build.workers import place_of

        return _fail(place_of(error))


def parser() -> argparse.ArgumentParser:
    """The commands with their options and help."""
    top = argparse.ArgumentParser(
        prog="mingzhang",
        description="Turn Chinese government budget disclosures into linked data that people can trust.",
    )
    top.add_argument("--version", action="version", version=f"mingzhang {kg_builder.__version__}")
    commands = top.add_subparsers(dest="name", metavar="COMMAND", required=True)
    for command in COMMANDS:
        added = commands.add_parser(command.name, help=command.help, description=command.description)
        for argument in command.arguments:
            added.add_argument(argument.name, help=argument.help, **argument.options)
        added.set_defaults(run=command.run)
    return top


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument of a command; `options` as `ArgumentParser.add_argument` takes them."""

    name: str
    help: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    help: str
    description: str
    arguments: tuple[_Argument, ...]
    run: Run


COMMANDS: list[_Command] = []  # in the order of the help


def _command(name: str, help: str, description: str, *arguments: _Argument) -> Callable[[Run], Run]:
    """The function below is this command."""

    def added(run: Run) -> Run:
        COMMANDS.append(_Command(name, help, description, arguments, run))
        return run

    return added


def _argument(name: str, help: str, **options: Any) -> _Argument:
    return _Argument(name, help, options)


_DIR = _argument("dir", "folder of the releases", metavar="DIR", type=Path)


def _json_of(what: str) -> _Argument:
    return _argument("--json", f"print {what} as JSON", action="store_true")


def _language_of(environment: Mapping[str, str]) -> Literal["zh", "en"]:
    """Chinese where the locale of messages is Chinese (zh_CN.UTF-8), else English."""
    named = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, named), "").startswith("zh") else "en"


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return int(text)


def _two_or_more(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:  # the release that was served until now is still being read
        raise argparse.ArgumentTypeError(f"expected a whole number from 2, found {text!r}")
    return int(text)


# What one file may take, so that none stops the others.
_FILE_SECONDS, _FILE_MEMORY = 900, 2048
_BOUNDS = (
    _argument(
        "--seconds",
        f"longest time that one file may take (default: {_FILE_SECONDS})",
        metavar="N",
        type=_positive,
    ),
    _argument(
        "--memory",
        f"most memory that one file may take, in megabytes (default: {_FILE_MEMORY})",
        metavar="N",
        type=_positive,
    ),
)


def _bounds(options: argparse.Namespace) -> tuple[float, int]:
    """The seconds and megabytes that one file may take."""
    return float(options.seconds or _FILE_SECONDS), options.memory or _FILE_MEMORY


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


def _web_iri(text: str) -> str:
    if not (text.isascii() and text.startswith(("http://", "https://")) and not set(text) & set(' <>"{}|\\^`')):
        raise argparse.ArgumentTypeError(f"expected an http or https IRI, found {text!r}")
    return text


def _contact(text: str) -> str:
    mail = text.removeprefix("mailto:")
    return text if mail != text and "@" in mail and not set(mail) & set(' <>"{}|\\^`') else _web_iri(text)


def _base(text: str) -> str:
    """An absolute http(s) IRI of ASCII characters; a slash at its end is added."""
    if not (text.isascii() and text.startswith(("http://", "https://")) and not set(text) & set(' <>"{}|\\^`#?')):
        raise argparse.ArgumentTypeError(f"expected an http or https IRI, found {text!r}")
    return text.rstrip("/") + "/"


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"expected a file, found none at {text}")
    return Path(text)


def _publications(text: str) -> Publications:
    try:
        return read_publications(_file(text))
    except ReadingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _fail(message: str) -> int:
    print(f"mingzhang: {message}", file=sys.stderr)
    return 1


def _words(error: Exception) -> str:
    """What an error says, in one line without Python's words."""
    if isinstance(error, OSError) and error.errno is not None:
        from kg_builder.build.workers import system_words

        return system_words(error)
    return " ".join(str(error).split())


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def _progress(stream: TextIO) -> Iterator[Callable[[str], None]]:
    """Says lines of progress: one that is written over on a terminal, one after another elsewhere."""
    terminal = stream.isatty()

    def say(line: str) -> None:
        if terminal:
            width = os.get_terminal_size(stream.fileno()).columns
            # Chinese characters take two columns: half the width in characters always fits.
            stream.write(f"\r\x1b[K{line[: max(width // 2, 20)]}")
        else:
            stream.write(line + "\n")
        stream.flush()

    try:
        yield say
    finally:
        if terminal:
            stream.write("\r\x1b[K")
            stream.flush()


@_command(
    "build",
    "read reports, check them and publish a release",
    "Read report files and folders, check them and publish a new release in DIR. Exit code 0: "
    "published; 1: nothing could be published, or a report was refused under --strict; 2: wrong usage.",
    _argument(
        "inputs",
        "a .pdf, .xlsx, .xls, .docx, .html, .ofd, .zip, .txt or .md file, or a folder",
        metavar="INPUT",
        nargs="+",
        type=Path,
    ),
    _argument("--out", "folder of the releases", metavar="DIR", type=Path, required=True),
    _argument(
        "--base",
        "address that all IRIs begin with (default: %(default)s)",
        metavar="IRI",
        type=_base,
        default="http://localhost:8000/",
    ),
    _argument(
        "--jobs",
        "processes that work at the same time (default: one for each core)",
        metavar="N",
        type=_positive,
        default=os.cpu_count() or 1,
    ),
    _argument("--authority", "a larger table of laws (.tsv) to link to", metavar="FILE", type=_file),
    _argument("--publisher", "who publishes the release, in its catalogue and on its pages", metavar="NAME"),
    _argument("--contact", "how to reach the publisher: mailto:… or https://…", metavar="IRI", type=_contact),
    _argument(
        "--licence",
        "the licence of the release (default: %(default)s)",
        metavar="IRI",
        type=_web_iri,
        default="https://creativecommons.org/licenses/by/4.0/",
    ),
    _argument("--title", "the title of the release", metavar="TEXT"),
    _argument(
        "--with-sources",
        "put the files themselves into the release, so that each figure is shown on its page; names and telephone "
        "numbers of people are covered in what is shown",
        action="store_true",
    ),
    _argument(
        "--sources",
        "a table (.tsv) with the columns file, url and published (YYYY-MM-DD): where and when each file was published; "
        "body, region, year, stage, scope and title are used where the file itself does not say them",
        metavar="FILE",
        type=_publications,
        default=Publications({}),
    ),
    _argument(
        "--keep",
        "how many releases stay in DIR, the new one and the one before it among them (default: %(default)s)",
        metavar="N",
        type=_two_or_more,
        default=5,
    ),
    *_BOUNDS,
    _argument(
        "--cluster",
        "read and make the reports on the Dask cluster of this scheduler (extra mingzhang[cluster]); its workers see "
        "the same folders. What one file may take is not bounded there but by the cluster's own limits: not with "
        "--seconds or --memory",
        metavar="ADDRESS",
    ),
    _argument("--strict", "exit with 1 if any file was refused", action="store_true"),
    _json_of("the summary"),
)
def _build(options: argparse.Namespace) -> int:
    from kg_builder.build import NothingPublishedError, Options, build
    from kg_builder.build.inputs import Publisher
    from kg_builder.release.standing import ReleaseError

    if options.cluster and (options.seconds or options.memory):
        return _fail(
            "expected --cluster or a bound of one file (--seconds, --memory), which holds here alone, found both"
        )
    seconds, memory = _bounds(options)
    publisher = Publisher(options.publisher, options.contact, options.licence, options.title)
    how = Options(
        options.base,
        options.jobs,
        seconds,
        options.authority,
        options.cluster,
        memory,
        publisher,
        options.with_sources,
        options.sources,
        options.keep,
    )
    try:
        with _progress(sys.stderr) as say:
            manifest, new = build(options.inputs, options.out, how, say)
    except NothingPublishedError as error:
        if options.json:
            _print_json({"published": False, "reports": [], "refused": error.refused})
        else:
            print("\n".join(_refusal_lines(error.refused)))
        return _fail(str(error))
    except (ReleaseError, OSError) as error:
        said = _words(error)
        where = "" if str(options.out) in said else f"{options.out}: "
        return _fail(f"{where}{said}; the release in place is unchanged")
    if options.json:
        _print_json(_summary(manifest, new))
    else:
        print("\n".join(_summary_lines(manifest, new, options.out)))
    return 1 if options.strict and manifest["refused"] else 0


def _summary(manifest: dict[str, Any], new: bool) -> dict[str, Any]:
    """The part of the manifest that says what became of each file."""
    return {"published": True, "new": new} | {k: manifest[k] for k in ("version", "counts", "reports", "refused")}


def _summary_lines(manifest: dict[str, Any], new: bool, out: Path) -> Iterable[str]:
    for entry in manifest["reports"][:_SHOWN]:
        yield f"{entry['title']} ({', '.join(source['name'] for source in entry['sources'])})"
        yield (
            "  "
            + ", ".join(f"{entry['read'][kind]} {kind}" for kind in entry["read"])
            + f", {entry['triples']} triples"
        )
        if "also" in entry:
            yield f"  one body: {entry['body']}, {', '.join(entry['also'])}"
        yield "  findings: " + _findings(entry["findings"])
    if more := manifest["reports"][_SHOWN:]:
        read = {kind: sum(entry["read"][kind] for entry in more) for kind in more[0]["read"]}
        yield f"{len(more)} more reports (--json has all): {', '.join(f'{n} {kind}' for kind, n in read.items())}"
    yield from _refusal_lines(manifest["refused"])
    counts = manifest["counts"]
    yield (
        f"{'published' if new else 'unchanged'}: release {manifest['version']} in {out / 'current'}: "
        f"{counts['reports']} reports, {counts['refused']} refused, {counts['triples']} triples; "
        f"findings: {_findings(counts['findings'])}"
    )


def _findings(found: dict[str, int]) -> str:
    return ", ".join(f"{count} {severity}" for severity, count in found.items()) or "none"


_SHOWN = 10  # refusals of one reason that are printed; --json has them all


def _refusal_lines(refused: Sequence[dict[str, Any]]) -> Iterable[str]:
    """A line for each of the first refusals of each reason, then how many more there are of which reason."""
    reasons: dict[str, list[dict[str, Any]]] = {}
    for entry in refused:
        reasons.setdefault(entry["expected"], []).append(entry)
    for reason, entries in reasons.items():
        yield from map(_refusal_line, entries[:_SHOWN])
        if len(entries) > _SHOWN:
            yield f"refused: {len(entries) - _SHOWN} more where {reason} was expected (--json has all)"


def _refusal_line(refused: dict[str, Any]) -> str:
    error = ReadingError(refused["file"], refused["expected"], refused["found"], refused["page"])
    return f"refused: {error}"


_METAVARS = {"engine": "URL", "proxy": "ADDRESS"}


def _setting(field: Field[Any]) -> _Argument:
    """A limit of the service as an option of `serve`."""
    whole = _size if field.name in {"cache", "rate"} else _some
    kind = {"float": _seconds, "str": str}.get(str(field.type), whole)
    told = field.metadata["help"] + (" (default: by cores)" if field.name == "workers" else _default(field))
    return _argument("--" + field.name.replace("_", "-"), told, metavar=_METAVARS.get(field.name, "N"), type=kind)


def _default(field: Field[Any]) -> str:
    value = field.default
    for shift, sign in ((20, "M"), (10, "K")):
        if isinstance(value, int) and value >= 1 << shift and value % (1 << shift) == 0:
            return f" (default: {value >> shift}{sign})"
    return f" (default: {value})" if value else ""


@_command(
    "serve",
    "serve the current release over HTTP",
    "Serve the current release of DIR: pages, linked data and a SPARQL endpoint. A new release in DIR "
    "is taken up without a restart.",
    _DIR,
    _argument("--host", "address to listen on (default: %(default)s)", default="127.0.0.1"),
    _argument("--port", "port to listen on (default: %(default)s)", type=int, default=8000),
    *map(_setting, fields(Settings)),
)
def _serve(options: argparse.Namespace) -> int:
    from server.release import ReleaseMissingError
    from server.serve import run

    names = [field.name for field in fields(Settings)]
    settings = {name: value for name in names if (value := getattr(options, name)) is not None}
    if not (options.dir / "current/manifest.json").is_file():
        return _fail(f"{options.dir}: expected a release, found none")
    print(f"serving {options.dir} on http://{options.host}:{options.port}/", file=sys.stderr)
    try:
        run(options.dir, options.host, options.port, **settings)
    except (ReleaseMissingError, OSError) as error:
        return _fail(str(error))
    return 0


@_command(
    "mcp",
    "answer assistants over the Model Context Protocol",
    "Serve the current release of DIR, or the site at URL, to assistants over the Model Context Protocol: tools that "
    "find bodies, projects and documents and give figures with their pages (extra mingzhang[mcp]). It speaks on "
    "standard input and output; with --http on http://HOST:PORT/mcp.",
    _argument("place", "folder of the releases, or http(s) address of a site that serves one", metavar="DIR|URL"),
    _argument("--http", "speak over streamable HTTP", action="store_true"),
    _argument("--host", "address to listen on (default: %(default)s)", default="127.0.0.1"),
    _argument("--port", "port to listen on (default: %(default)s)", type=int, default=8001),
    *(_setting(field) for field in fields(Settings) if field.name in {"deadline", "memory"}),
)
def _mcp(options: argparse.Namespace) -> int:
    if "://" not in options.place and not (Path(options.place) / "current/manifest.json").is_file():
        return _fail(f"{options.place}: expected a release, found none")
    try:
        from server.assistant import tools
    except ImportError:
        return _fail("expected the extra mingzhang[mcp], found no mcp")
    from server.assistant.site import SiteError
    from server.release import ReleaseMissingError

    limits = {name: value for name in ("deadline", "memory") if (value := getattr(options, name)) is not None}
    http = (options.host, options.port) if options.http else None
    try:
        tools.run(options.place, http=http, **limits)
    except (ReleaseMissingError, SiteError, OSError) as error:
        return _fail(str(error))
    return 0


@_command(
    "inspect",
    "show what is read from one report, page by page",
    "Show what is read from one report, page by page: whose it is, tables, forms, what was ignored and "
    "why, and what was not read.",
    _argument("report", "a .pdf, .xlsx, .xls, .docx, .html, .ofd, .zip, .txt or .md file", metavar="REPORT", type=Path),
    _json_of("the whole parsed report"),
    *_BOUNDS,
    _argument("--render", "draw what was read over the pages of a PDF", metavar="OUT.pdf", type=Path),
)
def _inspect(options: argparse.Namespace) -> int:
    from kg_builder import apart

    task = apart.Inspecting(options.report, options.json, options.render)
    told = apart.done_apart(apart.inspect, task, *_bounds(options))
    print(told.text)
    for error in told.refused:
        _fail(str(error))
    return 1 if told.refused else 0


@_command(
    "check",
    "check a report before it is published",
    "Check one report before it is published: figures that disagree, tables and notes that are "
    "missing, codes, names and forms, each with its page, most serious first; then what was checked, and the pages "
    "where something was not read. Exit code 1 if there are errors.",
    _argument(
        "reports",
        "the .pdf, .xlsx, .xls, .docx, .html, .ofd, .zip, .txt or .md file of the report, or its several files",
        metavar="REPORT",
        nargs="+",
        type=Path,
    ),
    _argument("--html", "write a page that shows the findings in place", metavar="OUT.html", type=Path),
    _json_of("the findings"),
    _argument("--lang", "language of the findings (default: that of the locale)", choices=("zh", "en")),
    *_BOUNDS,
)
def _check(options: argparse.Namespace) -> int:
    from kg_builder import apart

    language = options.lang or _language_of(os.environ)
    task = apart.Checking(tuple(options.reports), options.json, options.html is not None, language)
    told = apart.done_apart(apart.check, task, *_bounds(options))
    if options.html:
        try:
            options.html.write_text(told.html, encoding="utf-8")
        except OSError as error:
            return _fail(f"{options.html}: expected a file that can be written, found {error.strerror}")
    print(told.text)
    return 1 if told.errors else 0


@_command(
    "validate",
    "check an RDF file or a release against the shapes",
    "Check an RDF file or the current release of a folder against the SHACL shapes and list the "
    "findings. Exit code 1 if there are violations.",
    _argument("target", "an RDF file, or a folder of releases", metavar="FILE|DIR", type=Path),
    _argument(
        "--format",
        "one line for each finding, or the SHACL report in Turtle (default: %(default)s)",
        choices=("text", "ttl"),
        default="text",
    ),
    _argument(
        "--files", "compare the files of the release with its manifest, by their digests, instead", action="store_true"
    ),
)
def _validate(options: argparse.Namespace) -> int:
    from kg_builder.validation import TargetError, validate, validate_files

    try:
        if options.files:
            violations = validate_files(options.target, sys.stdout)
        else:
            violations = validate(options.target, options.format, sys.stdout)
    except TargetError as error:
        return _fail(str(error))
    return 1 if violations else 0


@_command(
    "query",
    "run a SPARQL query on the current release",
    "Run a SPARQL query on the current release of DIR. The default graph is the union of all graphs.",
    _DIR,
    _argument("query", "the query, or a file that holds it", metavar="QUERY|FILE.rq"),
    _argument(
        "--format",
        "of the answer (default: table for rows, ttl for triples)",
        choices=(*RESULT_FORMATS, *GRAPH_FORMATS),
    ),
)
def _query(options: argparse.Namespace) -> int:
    from server.engine.querying import QueryError, run_query

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


@_command(
    "diff",
    "tell what changed between two releases",
    "Tell what came, went, changed and moved between two releases: reports, documents, figures, projects, citations, "
    "targets, findings. A figure is the same where its table, row and column are; one that stands elsewhere unchanged "
    "has moved.",
    _argument("old", "a release (DIR/releases/VERSION), or a folder of releases", metavar="OLD", type=Path),
    _argument("new", "the other release, in the same way", metavar="NEW", type=Path),
    _argument(
        "--format",
        "what is printed: `text` for people (the default), `json` all changes, `patch` an RDF Patch of all statements "
        "for a mirror, `prov` all changes in PROV as Turtle",
        choices=("text", "json", "patch", "prov"),
        default="text",
    ),
    _argument("--json", "the same as --format json", action="store_const", dest="format", const="json"),
)
def _diff(options: argparse.Namespace) -> int:
    from kg_builder.release import changes, patch
    from kg_builder.release.standing import ReleaseError

    try:
        old, new = changes.release_folder(options.old), changes.release_folder(options.new)
        if options.format == "json":
            changes.write_json(old, new, sys.stdout)
        elif options.format == "patch":
            sys.stdout.buffer.writelines(patch.patch(old, new))
        elif options.format == "prov":
            patch.write_provenance(old, new, sys.stdout.buffer)
        else:
            print("\n".join(changes.change_lines(changes.summary(old, new, changes.changes(old, new)))))
    except ReleaseError as error:
        return _fail(str(error))
    return 0


@_command(
    "publish",
    "load the current release into a SPARQL server",
    "Load the current release of DIR into a SPARQL server through its Graph Store Protocol: one named "
    "graph for each report, and what they share. Graphs that are there already are not sent again, those that left "
    "the release are removed; a run that was broken off is gone on with by the next. Then "
    "`mingzhang serve DIR --engine URL` serves the site over that server.",
    _DIR,
    _argument(
        "--to",
        "the Graph Store, such as http://localhost:7878/store (Oxigraph) or "
        "http://localhost:8890/sparql-graph-crud-auth (Virtuoso)",
        metavar="URL",
        required=True,
    ),
    _argument(
        "--user",
        "where the server asks for one; the password is taken from the environment, MINGZHANG_PASSWORD",
        metavar="NAME",
        default="",
    ),
)
def _publish(options: argparse.Namespace) -> int:
    from kg_builder.publish import PublishError, Target, publish

    if not options.to.startswith(("http://", "https://")):
        return _fail(f"expected an http or https address, found {options.to!r}")
    target = Target(options.to, options.user, os.environ.get("MINGZHANG_PASSWORD", ""))
    try:
        with _progress(sys.stderr) as say:
            done = publish(options.dir / "current", target, say)
    except PublishError as error:
        return _fail(str(error))
    print(f"published: {done.sent} graphs sent, {done.kept} there already, {done.removed} removed")
    return 0


@_command(
    "export",
    "write the tables of the current release for other engines",
    "Write the tables of the current release of DIR (figures, projects, citations, targets, findings) "
    "as Parquet, parted by region and year, for Spark, Trino or DuckDB (extra mingzhang[parquet]).",
    _DIR,
    _argument("--parquet", "folder to write to", metavar="OUT", type=Path, required=True),
)
def _export(options: argparse.Namespace) -> int:
    if not (options.dir / "current/manifest.json").is_file():
        return _fail(f"{options.dir}: expected a release, found none")
    try:
        from kg_builder.release.parquet import write_parquet
    except ImportError:
        return _fail("expected the extra mingzhang[parquet], found no pyarrow")
    for name, rows in write_parquet(options.dir / "current", options.parquet).items():
        print(f"{name}: {rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
