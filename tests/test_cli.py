"""The command line as people run it: exit codes, and one clear line for everything that goes wrong."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from kg_builder import cli, inspection
from kg_builder.model import Report
from kg_builder.record import from_json, to_json
from tests.hand_made import report

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data/samples"
SMALLEST = SAMPLES / "yangquan-museum-2023.pdf"


def run(*arguments: str | Path, **values: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | values
    command = [sys.executable, "-m", "kg_builder.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8")


def run_here(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What `run` gives, without the second that it takes to start another Python."""
    out, told = (TextIOWrapper(BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        code = cli.main([str(a) for a in arguments])
    said = [stream.buffer.getvalue().decode() for stream in (out, told)]  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(arguments, code, *said)


def pdf(lines: list[str], pages: int = 1) -> bytes:
    data = BytesIO()
    canvas = Canvas(data, invariant=True)
    for _ in range(pages):
        for i, text in enumerate(lines):
            canvas.drawString(72, 700 - 20 * i, text)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def encrypted() -> bytes:
    data = BytesIO()
    Canvas(data, encrypt="secret").save()
    return data.getvalue()


# name → content, and what the line about it must say
BAD = {
    "empty.txt": (b"", "empty"),
    "empty.pdf": (b"", "empty"),
    "blank.txt": (b" \n\t\n", "empty"),
    "cut.pdf": (SMALLEST.read_bytes()[:20_000], "expected"),
    "encrypted.pdf": (encrypted(), "expected"),
    "no-text.pdf": (pdf([]), "expected"),
    "not-a.pdf": (b"hello", "expected"),
    "binary.txt": (b"\x00\x01\x02\xff\xfe" * 100, "expected"),
    "unknown.md": (b"# A recipe\n\nTwo eggs, 100 g of flour.\n", "expected"),
    "letter.pdf": (pdf(["Dear Sir or Madam,", "we thank you for 2 letters."]), "expected"),
    "gb18030.txt": ("关于开会的通知\n各位同事：周五下午开会。\n".encode("gb18030"), "expected"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], Path]:
    """A release of the smallest sample among files that are all bad, with its summary."""
    folder = tmp_path_factory.mktemp("cli")
    for name, (content, _) in BAD.items():
        (folder / name).write_bytes(content)
    (folder / ".hidden.txt").write_text("not looked at", encoding="utf-8")
    (folder / "table.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "report.pdf").write_bytes(SMALLEST.read_bytes())
    done = run("build", folder, folder / "table.xlsx", folder / "missing.pdf", "--out", folder / "out", "--json")
    assert done.returncode == 0, done.stderr
    return folder / "out", json.loads(done.stdout), folder


def test_bad_files_cost_only_themselves(built: tuple[Path, dict[str, Any], Path]) -> None:
    _, summary, _ = built
    assert [entry["sources"][0]["name"] for entry in summary["reports"]] == ["report.pdf"]
    refused = {r["file"]: r for r in summary["refused"]}
    assert set(refused) == {*BAD, "table.xlsx", "missing.pdf"}


@pytest.mark.parametrize("name", [*BAD, "table.xlsx", "missing.pdf"])
def test_each_refusal_is_one_clear_line(built: tuple[Path, dict[str, Any], Path], name: str) -> None:
    folder = built[2]
    done = run_here("inspect", folder / name)
    assert done.returncode == 1
    assert done.stdout == ""
    words = BAD.get(name, (b"", "expected"))[1]
    assert re.fullmatch(rf"mingzhang: {re.escape(name)}(, page \d+)?: expected .+, found .+\n", done.stderr)
    assert words in done.stderr
    told = [r for r in built[1]["refused"] if r["file"] == name]
    assert len(told) == 1
    assert told[0]["expected"]
    assert told[0]["found"]


def test_nothing_to_publish_leaves_the_old_release(built: tuple[Path, dict[str, Any], Path]) -> None:
    out, summary, folder = built
    done = run("build", folder / "unknown.md", folder / "empty.txt", "--out", out)
    assert done.returncode == 1
    assert "nothing could be published: 2 refused" in done.stderr
    assert done.stdout.count("refused: ") == 2
    assert json.loads((out / "current/manifest.json").read_text(encoding="utf-8"))["version"] == summary["version"]


def test_strict_fails_on_a_refusal_but_publishes(
    built: tuple[Path, dict[str, Any], Path], small_reports: list[Path], tmp_path: Path
) -> None:
    done = run("build", small_reports[0], built[2] / "empty.txt", "--out", tmp_path / "out", "--strict")
    assert done.returncode == 1
    assert "published: release" in done.stdout
    assert "refused: empty.txt: expected" in done.stdout
    again = run("build", small_reports[0], built[2] / "empty.txt", "--out", tmp_path / "out")
    assert again.returncode == 0
    assert "unchanged: release" in again.stdout
    other_base = run("build", small_reports[0], "--out", tmp_path / "out", "--base", "https://example.org/x")
    assert other_base.returncode == 0
    assert "published: release" in other_base.stdout
    manifest = json.loads((tmp_path / "out/current/manifest.json").read_text(encoding="utf-8"))
    assert manifest["base"] == "https://example.org/x/"
    assert manifest["reports"][0]["report"].startswith("https://example.org/x/id/report/")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["publish"],
        ["build", "--out", "x"],
        ["build", "a.pdf"],
        ["build", "a.pdf", "--out", "x", "--jobs", "0"],
        ["build", "a.pdf", "--out", "x", "--base", "ftp://x/"],
        ["build", "a.pdf", "--out", "x", "--base", "http://x/预"],
        ["build", "a.pdf", "--out", "x", "--base", "http://x/?a"],
        ["build", "a.pdf", "--out", "x", "--authority", "missing.tsv"],
        ["inspect"],
        ["query", "x", "ASK {}", "--format", "docx"],
        ["serve"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    assert "usage: mingzhang" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["build", "serve", "inspect", "validate", "query"])
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([command, "--help"])
    assert left.value.code == 0
    assert f"usage: mingzhang {command}" in capsys.readouterr().out


def test_reference_is_what_the_parser_says() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "docs/cli.py"], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == made.stdout


TRIPLE = '<http://a/> <http://b/> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
QUERIES = [
    ("SELECT (1.50 AS ?x) ('预算' AS ?y) {}", "table", "  x  y\n---  ----\n1.5  预算\n(1 rows)\n"),
    ("SELECT (1 AS ?x) ('a,b' AS ?y) {}", "csv", 'x,y\r\n1,"a,b"\r\n'),
    ("SELECT (1 AS ?x) {}", "tsv", "?x\n1\n"),
    ("ASK {}", "json", '{"head":{},"boolean":true}\n'),
    ("ASK { <http://a/> <http://b/> 1 }", "table", "false\n"),
    ("CONSTRUCT { <http://a/> <http://b/> 1 } {}", "nt", TRIPLE),
    ("SELECT ?x { VALUES ?x {} }", "table", "x\n-\n(0 rows)\n"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "form", "answer"), QUERIES)
def test_query_formats(built: tuple[Path, dict[str, Any], Path], query: str, form: str, answer: str) -> None:
    done = run_here("query", built[0], query, "--format", form)
    assert done.returncode == 0, done.stderr
    assert done.stdout.replace("\r\n", "\n") == answer.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }", "only reads"),
        ("INSERT DATA { <http://a/> <http://b/> 1 }", "only reads"),
        ("SELECT * { ?s ?p }", "expected SPARQL"),
        ("missing.rq", "expected a file with a query"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "for triples"),
    ],
)
def test_queries_that_fail(built: tuple[Path, dict[str, Any], Path], query: str, words: str) -> None:
    done = run_here("query", built[0], query, "--format", "csv")
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_query_without_a_release(tmp_path: Path) -> None:
    done = run_here("query", tmp_path, "ASK {}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "expected a release" in done.stderr


def test_serve_without_a_release(tmp_path: Path) -> None:
    done = run("serve", tmp_path)
    assert done.returncode == 1
    assert "expected a release" in done.stderr


def test_validate(built: tuple[Path, dict[str, Any], Path], tmp_path: Path) -> None:
    release = run("validate", built[0])
    assert release.returncode == 0
    assert release.stdout.endswith("0 violations\n")
    report = next((built[0] / "current/dumps/reports").glob("*.ttl"))
    assert run("validate", report).returncode == 0
    broken = tmp_path / "broken.ttl"
    broken.write_text(
        "@prefix mz: <https://w3id.org/mingzhang/ontology#> . <http://a/id/report/x> a mz:Report .", encoding="utf-8"
    )
    found = run("validate", broken)
    assert found.returncode == 1
    assert "The report has no title." in found.stdout
    as_turtle = run("validate", broken, "--format", "ttl")
    assert as_turtle.returncode == 1
    assert "sh:ValidationReport" in as_turtle.stdout
    for name, content, words in (("x.ttl", "<a", "expected RDF"), ("x.docx", "", "another kind")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        refused = run("validate", tmp_path / name)
        assert refused.returncode == 1
        assert words in refused.stderr
    assert run("validate", tmp_path / "missing.nt").returncode == 1


def test_inspect_gives_the_whole_report() -> None:
    done = run("inspect", SMALLEST, "--json")
    data = json.loads(done.stdout)
    assert all({"page", "text"} <= set(item) for item in data["unread"])
    plain = {**data, "unread": [{k: v for k, v in i.items() if k != "page"} for i in data["unread"]]}
    report = from_json(Report, plain)
    lines = run("inspect", SMALLEST).stdout.splitlines()
    assert lines == list(inspection.report_to_lines(report))
    assert inspection.report_to_json(report) == data
    assert sum(line.startswith("yangquan-museum-2023.pdf, page ") for line in lines) == report.sources[0].pages


def test_inspect_draws(tmp_path: Path) -> None:
    assert run("inspect", SMALLEST, "--render", tmp_path / "drawn.pdf").returncode == 0
    with pypdfium2.PdfDocument(tmp_path / "drawn.pdf") as drawn, pypdfium2.PdfDocument(SMALLEST) as source:
        assert len(drawn) == len(source)


def test_a_report_survives_json() -> None:
    assert from_json(Report, json.loads(json.dumps(to_json(report())))) == report()


def readme_query(name: str) -> tuple[str, str]:
    """The first query of the README and the answer that stands below it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    match = re.search(r"mingzhang query out/demo '([^']+)'\n```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert match
    return match[1], match[2]


def test_the_readme_s_first_query_gives_its_answer(sample_release: Path) -> None:
    for name in ("README.md", "README.zh.md"):
        query, answer = readme_query(name)
        assert run_here("query", sample_release, query).stdout == answer


@pytest.mark.parametrize("bound", ["--seconds", "--memory"])
def test_a_bound_of_one_file_that_a_cluster_would_not_hold_is_refused(
    bound: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["build", str(SMALLEST), "--out", str(tmp_path), "--cluster", "tcp://127.0.0.1:9", bound, "5"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("mingzhang: expected --cluster or a bound of one file") and said.count("\n") == 1
