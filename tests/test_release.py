"""A release is complete or absent, the same for the same input, and readable by others."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import frictionless
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from kg_builder.build import Options, build
from kg_builder.build.inputs import Publisher
from kg_builder.kept import read_kept
from kg_builder.release import dumps
from kg_builder.release.patch import PATCH, patch
from kg_builder.release.pieces import Part, write_part
from kg_builder.release.search_index import index_piece
from kg_builder.release.sheets import COLUMNS
from kg_builder.release.standing import Manifest, ReleaseError, current, locked
from kg_builder.release.write import publish
from server.release import Release, ReleaseMissingError
from server.settings import Settings

MZ = "https://w3id.org/mingzhang/ontology#"
BASE = "http://localhost:8000/"
ROOT = Path(__file__).parents[1]
DCAT_AP = ROOT.parent / "shared/standards/dcat-ap-3.0.1"
FORMATS = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld"}

# What serialisers and stores are known to rewrite, and what they must not.
LITERALS = [
    '"1234.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    '"110"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    '"12"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>',
    '"2025"^^<http://www.w3.org/2001/XMLSchema#gYear>',
    '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    '"1,098.40万元"',
    '"007"',
    '"阳泉市民政局"@zh',
    '"a budget"@en',
    '"quote \\" backslash \\\\ tab \\t line \\n next\u0085line\u2028separator"',
    '"<b>&amp;"',
    '""',
]


def line(subject: str, predicate: str, value: str) -> bytes:
    return f"<{BASE}id/{subject}> <{predicate}> {value} .\n".encode()


def part(folder: Path, name: str, literals: list[str]) -> Part:
    """The files of one small report, as the build makes them."""
    report = f"{BASE}id/report/{name}"
    lines = [
        line(f"report/{name}", dumps.RDF_TYPE, f"<{MZ}Report>"),
        line(f"report/{name}", f"{MZ}reportingBody", f"<{BASE}id/org/shared>"),
        line("org/shared", dumps.RDF_TYPE, f"<{MZ}Department>"),
        line("org/shared", "http://www.w3.org/2000/01/rdf-schema#label", '"阳泉市民政局"@zh'),
        *(line(f"obs/{name}/{i}", f"{MZ}printedAmount", text) for i, text in enumerate(literals)),
    ]
    lines.sort()
    folder.mkdir(parents=True)
    entry = {"report": report, "name": name, "title": f"报告 {name}", "body": "阳泉市民政局", "year": 2025}
    entry |= {
        "region": "140300",
        "sources": [{"name": f"{name}.txt", "sha256": "0" * 64}],
        "triples": len(lines),
        "findings": {"warning": 1},
    }
    findings = [line(f"finding/{name}", dumps.RDF_TYPE, f"<{MZ}Finding>")]
    facts = {"graph": report, "name": name, "entry": entry, "refused": []}
    index = index_piece(quad.triple for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES))
    write_part(lines, findings, report, folder, facts, name, index)
    return Part(report, folder)


def shared(folder: Path) -> Part:
    """The part of the graph that reports share, before what their graphs have in common is put there."""
    graph = f"{BASE}graph/shared"
    folder.mkdir(parents=True)
    write_part([], [], graph, folder, {"graph": graph}, None, index_piece([]))
    return Part(graph, folder)


def about(recipe: str = "r") -> Manifest:
    software = {"name": "mingzhang", "version": "0.1.0", "code": "0" * 64}
    inputs = [{"name": "a.txt", "sha256": "0" * 64, "size": 1}]
    told = {"base": BASE, "publisher": Publisher().entry, "recipe": recipe}
    return {"software": software, "inputs": inputs, "refused": [], **told}


def release(out: Path, work: Path, names: str = "ab", keep: int = 5) -> Manifest:
    """Publish one part for each letter; `work` is a folder of its own."""
    parts = [*(part(work / name, name, LITERALS) for name in names), shared(work / "shared")]
    with locked(out):
        return publish(parts, about(names), out, jobs=2, keep=keep)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    folder = tmp_path_factory.mktemp("release")
    return folder / "out", release(folder / "out", folder / "work")


def loaded(folder: Path) -> Manifest:
    found: Manifest = json.loads(read_kept(folder / "loaded.json")[0])
    return found


def expanded(out: Path, suffix: str) -> bytes:
    return gzip.decompress((out / f"current/dumps/mingzhang.{suffix}.gz").read_bytes())


def union_size(names: str = "ab") -> int:
    shared = 2  # statements about the department, once in the union
    return len(names) * (4 + len(LITERALS)) - (len(names) - 1) * shared


def test_the_contract_s_files_are_there(published: tuple[Path, Manifest]) -> None:
    out, manifest = published
    files = {p.relative_to(out / "current").as_posix() for p in (out / "current/").rglob("*") if p.is_file()}
    expected = {"manifest.json", "catalog.ttl", "quality/findings.ttl", "dumps/datapackage.json"}
    expected |= {f"dumps/mingzhang.{suffix}.gz" for suffix in ("nq", "ttl", "jsonld", "nt")}
    expected |= {f"dumps/reports/{name}.{suffix}" for name in "ab" for suffix in ("ttl", "jsonld")}
    expected |= {f"dumps/csv/{name}.csv" for name in COLUMNS}
    beside = {"search.sqlite", "loaded.json"}  # what only the server and the next build look at
    assert {f for f in files if not f.startswith("store/")} == expected | beside
    assert {file["path"] for file in manifest["files"]} == expected - {"manifest.json"}
    assert json.loads((out / "current/manifest.json").read_text(encoding="utf-8")) == manifest
    assert current(out) == manifest


@pytest.mark.parametrize("suffix", FORMATS)
def test_other_libraries_read_the_same_triples(published: tuple[Path, Manifest], suffix: str) -> None:
    out, manifest = published
    expected = rdflib.Graph().parse(data=expanded(out, "nt"), format="nt")
    by_rdflib = rdflib.Graph().parse(data=expanded(out, suffix), format=FORMATS[suffix])
    form = {"nt": ox.RdfFormat.N_TRIPLES, "ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD}[suffix]
    by_oxigraph = list(ox.parse(expanded(out, suffix), format=form))
    assert set(by_rdflib) == set(expected)
    assert len(by_oxigraph) == len(set(map(str, by_oxigraph))) == len(expected)
    assert manifest["counts"]["triples"] == len(expected) == union_size()
    assert dumps.sorted_triples(by_oxigraph) == sorted(expanded(out, "nt").splitlines(keepends=True))


def test_literals_are_exact(published: tuple[Path, Manifest]) -> None:
    lines = expanded(published[0], "nt").decode().split("\n")
    printed = {text.partition("printedAmount> ")[2][:-2] for text in lines if "printedAmount" in text}
    assert printed == set(LITERALS)


def test_quads_keep_one_graph_for_each_report(published: tuple[Path, Manifest]) -> None:
    out, manifest = published
    found = list(ox.parse(expanded(out, "nq"), format=ox.RdfFormat.N_QUADS))
    assert {str(quad.graph_name) for quad in found} == {
        f"<{BASE}graph/shared>",
        *(f"<{BASE}id/report/{name}>" for name in "ab"),
    }
    assert len(found) == manifest["counts"]["quads"] == len(ox.Store.read_only(str(out / "current/store")))
    dataset = rdflib.Dataset()
    dataset.parse(data=expanded(out, "nq"), format="nquads")
    assert len(list(dataset.quads())) == len(found)


def test_dumps_of_one_report(published: tuple[Path, Manifest]) -> None:
    folder = published[0] / "current/dumps/reports"
    graphs = [rdflib.Graph().parse(folder / f"a.{suffix}", format=FORMATS[suffix]) for suffix in ("ttl", "jsonld")]
    assert set(graphs[0]) == set(graphs[1])
    assert len(graphs[0]) == 4 + len(LITERALS)


def test_catalog_describes_every_file(published: tuple[Path, Manifest]) -> None:
    out, manifest = published
    graph = rdflib.Graph().parse(out / "current/catalog.ttl")
    dcat, spdx = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.Namespace("http://spdx.org/rdf/terms#")
    sizes = {str(s): o for s, o in graph.subject_objects(dcat.byteSize)}
    for file in manifest["files"]:
        if file["path"].startswith("dumps/"):
            node = f"{BASE}catalog#{file['path']}"
            assert sizes[node] == rdflib.Literal(str(file["size"]), datatype=rdflib.XSD.nonNegativeInteger)
            checksum = graph.value(rdflib.URIRef(node), spdx.checksum)
            assert str(graph.value(checksum, spdx.checksumValue)) == file["sha256"]
    assert not [s for s in graph.subjects() if isinstance(s, rdflib.BNode)]
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    whole = rdflib.URIRef(f"{BASE}catalog#dataset")
    partitions = {
        str(graph.value(p, void["class"])): int(str(graph.value(p, void.entities)))
        for p in graph.objects(whole, void.classPartition)
    }
    assert partitions == {f"{MZ}Department": 1, f"{MZ}Report": 2}


def test_a_publisher_is_named_in_the_catalogue(sample_release: Path, tmp_path: Path) -> None:
    told = Publisher("某某研究所", "mailto:data@example.org", "https://example.org/licence", "某市预算数据")
    out = tmp_path / "out"
    subprocess.run(["cp", "-a", sample_release, out], check=True)  # what was read for it is kept there
    build([ROOT / "data/samples"], out, Options(publisher=told), lambda _: None)
    graph = rdflib.Graph().parse(out / "current/catalog.ttl")
    catalogue = graph.value(predicate=rdflib.RDF.type, object=rdflib.DCAT.Catalog)
    assert str(graph.value(catalogue, rdflib.DCTERMS.title)) == "某市预算数据"
    assert {str(o) for o in graph.objects(None, rdflib.DCTERMS.license)} == {"https://example.org/licence"}
    assert str(graph.value(graph.value(catalogue, rdflib.DCTERMS.publisher), rdflib.FOAF.name)) == "某某研究所"
    contact = {graph.value(s, rdflib.DCAT.contactPoint) for s in graph.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset)}
    vcard = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
    assert [str(graph.value(node, vcard.hasEmail)) for node in contact] == ["mailto:data@example.org"]


@pytest.mark.skipif(not DCAT_AP.exists(), reason="the shapes of DCAT-AP are not beside this checkout")
@pytest.mark.parametrize("shapes", ["shapes", "range", "deprecateduris", "shapes_recommended"])
def test_the_catalogue_by_the_shapes_of_dcat_ap(sample_release: Path, shapes: str) -> None:
    """The shapes as they are published; what the recommended ones still ask for is what nobody has told the build."""
    catalogue = rdflib.Graph().parse(sample_release / "current/catalog.ttl")
    _, told, _ = pyshacl.validate(catalogue, shacl_graph=rdflib.Graph().parse(DCAT_AP / f"{shapes}.ttl"))
    paths = {str(path) for path in told.objects(None, rdflib.SH.resultPath)}
    dcat, terms = str(rdflib.DCAT), str(rdflib.DCTERMS)
    asked = {
        dcat + "contactPoint",
        dcat + "bbox",
        dcat + "centroid",
        terms + "issued",
        terms + "modified",
        terms + "type",
    }
    assert paths == (asked if shapes == "shapes_recommended" else set())


def test_the_tables_are_a_data_package(sample_release: Path) -> None:
    """The peer's own validator reads every row by the schema; codes keep their first zero."""
    package = frictionless.Package(str(sample_release / "current/dumps/datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "note"])[:5]
    assert sorted(package.resource_names) == sorted(COLUMNS)
    observations = package.get_resource("observations").read_rows()
    assert len(observations) > 500
    assert {type(row["amount_yuan"]) for row in observations} == {Decimal}
    assert {type(row["function_code"]) for row in observations} == {str, type(None)}


def test_two_builds_give_the_same_bytes(published: tuple[Path, Manifest], tmp_path: Path) -> None:
    out, manifest = published
    again = release(tmp_path / "out", tmp_path / "work", "ba")
    assert again["counts"] == manifest["counts"]
    for file in manifest["files"]:
        if not file["path"].startswith("catalog"):
            pair = [(folder / "current" / file["path"]).read_bytes() for folder in (out, tmp_path / "out")]
            assert pair[0] == pair[1], file["path"]


@pytest.mark.parametrize("keep", [2, 3, 5])
def test_the_old_release_is_kept_and_older_ones_go(keep: int, tmp_path: Path) -> None:
    out = tmp_path / "out"
    versions = []
    for turn, names in enumerate(("a", "ab", "abc", "abcd")):
        versions.append(release(out, tmp_path / f"work{turn}", names, keep)["version"])
        if turn == 0:
            reader = ox.Store.read_only(str((out / "current").resolve() / "store"))
            before = len(reader)
        if turn == 1:
            assert len(list(reader.quads_for_pattern(None, None, None, None))) == before
    assert sorted(p.name for p in (out / "releases").iterdir()) == sorted(versions[-keep:])
    assert (out / "current").resolve().name == versions[3]


def test_a_release_tells_what_it_changed_of_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = release(out, tmp_path / "1", "a")
    assert not (out / "current/changes.json").exists()
    second = release(out, tmp_path / "2", "ab")
    told = json.loads((out / "current/changes.json").read_text(encoding="utf-8"))
    assert (told["from"], told["to"]) == (first["version"], second["version"])
    assert told["counts"]["reports"] == {"changed": 0, "went": 0, "came": 1, "moved": 0}
    assert [change["name"] for change in told["shown"]["reports"]] == ["报告 b"]
    assert current(out) == second  # it is no part of the release


def test_a_release_that_comes_again_is_the_newest(tmp_path: Path) -> None:
    """Kept releases are in the order of their publication, whatever their versions."""
    out = tmp_path / "out"
    versions = [release(out, tmp_path / str(turn), names, 2)["version"] for turn, names in enumerate(["a", "ab", "a"])]
    assert versions[0] == versions[2]
    assert sorted(p.name for p in (out / "releases").iterdir()) == sorted(versions[1:])
    assert (out / "current").resolve().name == versions[0]


def test_a_name_that_two_reports_state_multiplies_no_sum(published: tuple[Path, Manifest]) -> None:
    """Engines give a triple of two graphs twice where all graphs are the default graph."""
    store = ox.Store.read_only(str(published[0] / "current/store"))
    named = "?body <http://www.w3.org/2000/01/rdf-schema#label> ?name"
    for pattern, number in (
        (named, 1),
        (f"?report <{MZ}reportingBody> ?body . {named}", 2),
        ("?s ?p ?o", union_size()),
    ):
        query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        ((found,),) = store.query(query, use_default_graph_as_union=True)
        assert int(found.value) == number


def test_a_store_is_taken_over_with_what_changed(tmp_path: Path) -> None:
    """Few changes are made in links to the files of the store before, which stays as it was."""
    out, names = tmp_path / "out", "abcdefghijkl"
    release(out, tmp_path / "1", names)
    first = (out / "current").resolve()
    release(out, tmp_path / "2", names + "m")
    second = (out / "current").resolve()
    stores = [set(ox.Store.read_only(str(folder / "store"))) for folder in (first, second)]
    assert loaded(second)["changed"] > 0
    afresh = ox.Store()
    afresh.load(expanded(out, "nq"), format=ox.RdfFormat.N_QUADS)
    assert stores[1] == set(afresh)
    assert len(stores[1]) - len(stores[0]) == 2 + len(LITERALS)
    shared = {path.name for path in (first / "store").glob("*.sst")} & {
        p.name for p in (second / "store").glob("*.sst")
    }
    assert any((first / "store" / name).samefile(second / "store" / name) for name in shared)
    release(out, tmp_path / "3", names[1:])
    assert len(ox.Store.read_only(str(out / "current/store"))) == len(stores[0]) - 2 - len(LITERALS)
    release(out, tmp_path / "4", "xyz")
    assert loaded(out / "current")["changed"] == 0


def test_going_back_to_an_older_release(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = release(out, tmp_path / "1", "a")
    release(out, tmp_path / "2", "ab")
    older, newer = (out / "releases" / first["version"], (out / "current").resolve())
    assert gzip.decompress((newer / PATCH).read_bytes()) == b"".join(patch(older, newer))
    assert not (older / PATCH).exists()
    assert release(out, tmp_path / "3", "a") == first
    assert current(out) == first


@pytest.mark.parametrize("victim", ["manifest.json", "dumps/mingzhang.ttl.gz", "store"])
def test_a_damaged_release_is_noticed_and_built_again(tmp_path: Path, victim: str) -> None:
    out = tmp_path / "out"
    first = release(out, tmp_path / "1", "a")
    path = out / "current" / victim
    path.rename(path.with_name("lost"))
    assert current(out) is None
    assert release(out, tmp_path / "2", "a") == first
    assert current(out) == first


def test_two_builds_at_once_are_kept_apart(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(ReleaseError, match=f"process {os.getpid()}"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_a_folder_in_the_way_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out/current").mkdir(parents=True)
    with pytest.raises(ReleaseError, match="found a folder"):
        release(tmp_path / "out", tmp_path / "work")


# For each line of its input, a process that dies at the n-th change it makes to the file system under DIR.
CRASH = """
import itertools, os, sys
from pathlib import Path

steps = itertools.count(1)  # threads take from it without a lock

def watch(event, arguments):
    if event in ("open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir", "os.link"):
        # Opening to read changes nothing; the folders and files that are forced to the disk are opened without a mode.
        writes = event != "open" or arguments[1] is None or arguments[1][0] in "wax"
        if f"{arguments[0]}/".startswith(f"{out}/") and writes and next(steps) == limit:
            os._exit(9)

if __name__ == "__main__":
    from kg_builder.release import write as publishing
    from tests.test_release import release

    # The search index is made in the process that dies, not in one more for each step.
    publishing.run_once = lambda function, task, seconds: function(task)
    for line in sys.stdin:
        out, work, limit = line.rstrip("\\n").split("\\t")
        limit = int(limit)
        child = os.fork()  # of a process that has nothing but its imports
        if child == 0:
            sys.addaudithook(watch)
            release(Path(out), Path(work), "ab")
            print(next(steps) - 1, end=" ", flush=True)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def crash(tmp_path: Path) -> Iterator[Callable[[Path, int], list[int]]]:
    """Publishes in a process that dies at a step (0: never): the number of its steps where it lived, its exit code."""
    script = tmp_path / "crash.py"
    script.write_text(CRASH, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        ask, answers, works = process.stdin, process.stdout, itertools.count()

        def crashed(out: Path, limit: int) -> list[int]:
            ask.write(f"{out}\t{tmp_path / f'work{next(works)}'}\t{limit}\n")
            return [int(part) for part in answers.readline().split()]

        yield crashed


def test_a_crash_at_any_step_leaves_a_whole_release(tmp_path: Path, crash: Callable[[Path, int], list[int]]) -> None:
    out = tmp_path / "out"
    old = release(out, tmp_path / "old", "a")
    release(tmp_path / "calm", tmp_path / "calm-old", "a")
    steps, code = crash(tmp_path / "calm", 0)
    new = current(tmp_path / "calm")
    assert code == 0
    assert new is not None
    assert steps > 20
    # The first steps and all near the move one by one; those between, where files are only written, by samples.
    seen = []
    for limit in [1, 2, 3, *range(4, steps - 16, 6), *range(steps - 16, 2 * steps)]:
        code = crash(out, limit)[-1]
        served = current(out)
        assert served in (old, new)
        seen.append((code, served == new))
        if served == new:
            break
    assert seen[:-1] == [(9, False)] * (len(seen) - 1)
    assert len(seen) > 8
    assert seen[-1] == (9, True), "the step after the move was not reached"
    assert release(out, tmp_path / "last", "ab") == new
    assert not [p.name for p in (out / "releases").iterdir() if p.suffix]


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST-*"])
def test_a_release_whose_store_is_corrupt_is_not_taken_up(tmp_path: Path, name: str) -> None:
    """The engine tells of corruption by another kind of error than of a missing file."""
    out = tmp_path / "out"
    release(out, tmp_path / "work", "a")
    (path,) = (out / "current/store").glob(name)
    path.write_bytes(b"")
    assert current(out) is None
    with pytest.raises(ReleaseMissingError, match="expected a release"):
        Release(out / "current", Settings())
