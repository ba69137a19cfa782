"""The form for Excel: the mark, and no text that a spreadsheet would take for a formula; all else as it was."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server_fixture import TRIG, Server, serving, write_release

from server.excel import for_excel

MARK = b"\xef\xbb\xbf"
HARMLESS = [
    "",
    "a",
    "a=b",
    " =1",
    "1-1",
    "-3.5",
    "+50.0%",
    "-1,234.50",
    "-2E-3",
    "+5",
    "-.5",
    "-7.",
    "预算",
    '"=1',
    "'=1",
]
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@a",
    "\t=1",
    "\r=1",
    "\n=1",
    "-",
    "-a",
    "--1",
    "+86-10",
    "=a,b",
    '=a"b',
    "-INF",
    "=",
    "@1\n",
]


def in_excel(rows: list[list[str]], size: int = 1 << 20) -> list[list[str]]:
    """Rows as they come out of the form for Excel, cut into pieces of a size on the way."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    data = text.getvalue().encode()
    found = b"".join(for_excel(data[i : i + size] for i in range(0, len(data), size)))
    assert found.startswith(MARK)
    return list(csv.reader(io.StringIO(found[3:].decode(), newline="")))


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
def test_texts_are_no_formulas_and_numbers_stay(size: int) -> None:
    rows = [["甲", "乙"], *([text, "x"] for text in HARMLESS), *(["x", text] for text in FORMULAS)]
    wanted = [*rows[: len(HARMLESS) + 1], *(["x", "'" + text] for text in FORMULAS)]
    assert in_excel(rows, size) == wanted


@given(
    st.lists(st.lists(st.text("=+-@\t\r\n\",'1.5%a预 "), min_size=2, max_size=4), max_size=6), st.integers(1, 9)
)  # fmt: skip
def test_only_apostrophes_are_added(rows: list[list[str]], size: int) -> None:
    found = in_excel(rows, size)
    assert [len(row) for row in found] == [len(row) for row in rows]
    for before, after in zip(chain(*rows), chain(*found), strict=True):
        number = re.fullmatch(r"[+-]?(\d[\d,]*(\.\d*)?|\.\d+)%?", before, re.ASCII)
        assert after == ("'" + before if before.startswith(tuple("=+-@\t\r\n")) and not number else before)


def test_terms_of_tsv() -> None:
    rows = b'?a\t?b\n"=1"@zh\t-3.5\n"a\\t=1"\t"@x"^^<http://e/>\n-INF\t<http://e/=1>\n"\\"=1"\t"-5"\n'
    wanted = b'?a\t?b\n"\'=1"@zh\t-3.5\n"a\\t=1"\t"\'@x"^^<http://e/>\n\'-INF\t<http://e/=1>\n"\\"=1"\t"-5"\n'
    for size in (1, 5, 1000):
        assert b"".join(for_excel((rows[i : i + size] for i in range(0, len(rows), size)), "tsv")) == MARK + wanted


def test_what_breaks_off_breaks_off() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a\r\n=1,b\r\n=2"
        raise OSError

    stream = for_excel(pieces())
    assert next(stream) + next(stream) + next(stream) == MARK + b"a\r\n'=1,b\r\n'=2"
    with pytest.raises(OSError):
        next(stream)


def test_lines_may_end_in_a_line_feed_alone() -> None:
    assert b"".join(for_excel([b'a,=b\n=c,"=d\n', b'e"\n'])) == MARK + b"a,'=b\n'=c,\"'=d\ne\"\n"


# Over HTTP: results, lists, tables of pages, dumps

FORMULA = '=HYPERLINK("http://e/","x")'
PRINTED = json.dumps(FORMULA)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A release in which a project is called by a formula, in the graph and in the dumps."""
    directory = tmp_path_factory.mktemp("excel")
    folder = write_release(directory, "v1", TRIG.replace('"办公设备购置"', PRINTED))
    sheet = folder / "dumps/csv/projects.csv"
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(["id/x", FORMULA, "-3.5"])
    sheet.write_bytes(sheet.read_bytes() + text.getvalue().encode() * 5000)
    with serving(directory, rate=0, workers=2, buffer=64) as running:
        yield running


QUERY = quote('SELECT ?name ?n { VALUES ?n { -3.5 } ?s a <https://w3id.org/mingzhang/ontology#Project> ; '
              "<http://www.w3.org/2000/01/rdf-schema#label> ?name }")  # fmt: skip
TARGETS = [
    f"/sparql?query={QUERY}&format=csv",
    "/projects?format=csv",
    "/page/org/b?csv=projects",
    "/dumps/csv/projects.csv?",
]


def cells(body: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(body.decode(), newline="")) for cell in row]


@pytest.mark.parametrize("target", TARGETS)
def test_the_form_for_excel_alone_is_guarded(server: Server, target: str) -> None:
    plain, excel = server.get(target), server.get(target + "&bom=1")
    assert not plain.body.startswith(MARK)
    assert FORMULA in cells(plain.body)
    assert excel.body.startswith(MARK)
    assert cells(excel.body[3:]) == ["'" + one if one == FORMULA else one for one in cells(plain.body)]
    assert excel.headers["etag"] != plain.headers["etag"]
    again = server.get(target + "&bom=1", If_None_Match=excel.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_result_in_tsv_too(server: Server) -> None:
    plain = server.get(f"/sparql?query={QUERY}&format=tsv").text
    assert server.get(f"/sparql?query={QUERY}&format=tsv&bom=1").body == MARK + plain.replace('"=', "\"'=").encode()
    assert "\t-3.5\n" in plain
