"""A small release made by hand, and a real server over it: what the tests of the server talk to."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

BASE = "http://localhost:8000/"
MZ = "https://w3id.org/mingzhang/ontology#"
ROOT = Path(__file__).resolve().parents[1]

PREFIXES = f"""
@prefix mz: <{MZ}> .
@prefix id: <{BASE}id/> .
@prefix code: <https://w3id.org/mingzhang/code/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

# Two departments with a project each, one document that both cite, one budget with its table of expenditure.
# The document's text in the second project names nothing; its amount for the whole period is not printed.
TRIG = (
    PREFIXES
    + """
GRAPH <http://localhost:8000/id/report/a-2025> {
  <http://localhost:8000/id/report/a-2025> a mz:Report ; dcterms:title "甲市甲局2025年部门预算"@zh ;
    rdfs:label "甲市甲局2025年部门预算"@zh ;
    mz:reportingBody <http://localhost:8000/id/org/a> ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:stage <https://w3id.org/mingzhang/code/stage/budget> ; mz:scope <https://w3id.org/mingzhang/code/scope/department> ;
    mz:unreadCount 0 ; mz:sourceDigest "00" .
  <http://localhost:8000/id/report/a-2025#page=3> a mz:Page ; mz:pageNumber 3 ;
    dcterms:isPartOf <http://localhost:8000/id/report/a-2025> .
  <http://localhost:8000/id/org/a> a org:FormalOrganization, mz:Body, mz:Department ; rdfs:label "甲市甲局"@zh ; mz:code "057" .
  <http://localhost:8000/id/org/a-unit> a org:FormalOrganization, mz:Body, mz:Unit ; rdfs:label "甲市甲所"@zh ;
    org:subOrganizationOf <http://localhost:8000/id/org/a> .
  <http://localhost:8000/id/table/a-2025/t3> a mz:Table, qb:DataSet ; rdfs:label "支出总表"@zh ; dcterms:title "支出总表"@zh ;
    mz:reportedIn <http://localhost:8000/id/report/a-2025> ; mz:tableNumber 3 ; mz:printedUnit "万元" ;
    mz:tableKind <https://w3id.org/mingzhang/code/table/expenditure> ; mz:isEmpty false .
  <http://localhost:8000/id/obs/a-2025/t3-r1-c1> a mz:Observation, qb:Observation ; mz:row 1 ; mz:column 1 ;
    mz:table <http://localhost:8000/id/table/a-2025/t3> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> ;
    mz:organization <http://localhost:8000/id/org/a> ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:functionCode <https://w3id.org/mingzhang/code/function/2080208> ; mz:rowLabel "其他民政管理事务支出"@zh ;
    mz:heading "合计"@zh ; mz:amount 1234500.5 ; mz:printedAmount "123.45005万元" ;
    mz:partOfRow <http://localhost:8000/id/obs/a-2025/t3-r2-c1> ;
    mz:stage <https://w3id.org/mingzhang/code/stage/budget> ;
    prov:wasDerivedFrom <http://localhost:8000/id/report/a-2025#page=3> .
  <http://localhost:8000/id/obs/a-2025/t3-r2-c1> a mz:Observation, qb:Observation ; mz:row 2 ; mz:column 1 ;
    mz:table <http://localhost:8000/id/table/a-2025/t3> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> ;
    mz:organization <http://localhost:8000/id/org/a> ; mz:fiscalYear "2025"^^xsd:gYear ; mz:rowLabel "合计"@zh ;
    mz:heading "合计"@zh ; mz:isTotal true ; mz:amount 1234500.5 ; mz:printedAmount "123.45005万元" ;
    mz:stage <https://w3id.org/mingzhang/code/stage/budget> ;
    prov:wasDerivedFrom <http://localhost:8000/id/report/a-2025#page=3> .
  <http://localhost:8000/id/obs/a-2025/t3-r1-c2> a mz:Observation, qb:Observation ; mz:row 1 ; mz:column 2 ;
    mz:table <http://localhost:8000/id/table/a-2025/t3> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> ;
    mz:organization <http://localhost:8000/id/org/a> ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:functionCode <https://w3id.org/mingzhang/code/function/2080208> ; mz:rowLabel "其他民政管理事务支出"@zh ;
    mz:expenditureType <https://w3id.org/mingzhang/code/expenditureType/project> ;
    mz:heading "项目支出"@zh ; mz:amount 234500 ; mz:printedAmount "23.45万元" ;
    mz:partOfColumn <http://localhost:8000/id/obs/a-2025/t3-r1-c1> ;
    mz:stage <https://w3id.org/mingzhang/code/stage/budget> ;
    prov:wasDerivedFrom <http://localhost:8000/id/report/a-2025#page=3> .
  <http://localhost:8000/id/table/a-2025/t9> a mz:Table, qb:DataSet ; rdfs:label "“三公”经费表"@zh ;
    mz:reportedIn <http://localhost:8000/id/report/a-2025> ; mz:tableNumber 9 ; mz:printedUnit "万元" ;
    mz:tableKind <https://w3id.org/mingzhang/code/table/three-public> ; mz:isEmpty false .
  <http://localhost:8000/id/obs/a-2025/t9-r1-c1> a mz:Observation, qb:Observation ; mz:row 1 ; mz:column 1 ;
    mz:table <http://localhost:8000/id/table/a-2025/t9> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> ;
    mz:organization <http://localhost:8000/id/org/a> ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:topic <https://w3id.org/mingzhang/code/topic/three-public> ; mz:rowLabel "合计"@zh ; mz:isTotal true ;
    mz:heading "本年预算"@zh ; mz:amount 20000 ; mz:printedAmount "2.00万元" ;
    mz:stage <https://w3id.org/mingzhang/code/stage/budget> ;
    prov:wasDerivedFrom <http://localhost:8000/id/report/a-2025#page=3> .
  <http://localhost:8000/id/project/a-2025/p1> a mz:Project ; rdfs:label "高龄津贴"@zh ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:reportedIn <http://localhost:8000/id/report/a-2025> ;
    mz:administeredBy <http://localhost:8000/id/org/a> ; mz:implementedBy <http://localhost:8000/id/org/a-unit> ;
    mz:annualAmount 234500 ; mz:printedAnnualAmount "23.45万元" ; mz:totalAmount 469000 ;
    mz:hasAppropriation <http://localhost:8000/id/appropriation/a-2025/p1/annual-provincial>,
      <http://localhost:8000/id/appropriation/a-2025/p1/implementation-provincial>,
      <http://localhost:8000/id/appropriation/a-2025/p1/annual-carry-over> ;
    mz:hasCitation <http://localhost:8000/id/citation/a-2025/p1/c1> ;
    mz:hasLegalBasis <http://localhost:8000/id/law/jin-cai-zong-2024-210> ;
    mz:hasField <http://localhost:8000/id/project/a-2025/p1#field-legal-basis> ;
    mz:hasIndicator <http://localhost:8000/id/indicator/a-2025/p1/i1> ;
    mz:budgetLine <http://localhost:8000/id/obs/a-2025/t3-r1-c2> ;
    prov:wasDerivedFrom <http://localhost:8000/id/report/a-2025#page=3> .
  <http://localhost:8000/id/project/a-2025/p1#field-legal-basis> a mz:TextField ;
    mz:field <https://w3id.org/mingzhang/code/field/legal-basis> ; mz:text "依据晋财综〔2024〕210号文件。"@zh ;
    mz:reportedIn <http://localhost:8000/id/report/a-2025> .
  <http://localhost:8000/id/citation/a-2025/p1/c1> a mz:Citation ; mz:quote "晋财综〔2024〕210号"@zh ;
    mz:citedDocument <http://localhost:8000/id/law/jin-cai-zong-2024-210> ;
    mz:citedInField <https://w3id.org/mingzhang/code/field/legal-basis> ;
    mz:span <http://localhost:8000/id/citation/a-2025/p1/c1#span> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> .
  <http://localhost:8000/id/citation/a-2025/p1/c1#span> a mz:Span ; oa:start 2 ; oa:end 15 .
  <http://localhost:8000/id/appropriation/a-2025/p1/annual-provincial> a mz:Appropriation ; rdfs:label "省级资金"@zh ;
    mz:fundingSource <https://w3id.org/mingzhang/code/funding/provincial> ; mz:amount 200000 ; mz:printedAmount "20万元" ;
    mz:horizon <https://w3id.org/mingzhang/code/horizon/annual> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> .
  <http://localhost:8000/id/appropriation/a-2025/p1/implementation-provincial> a mz:Appropriation ; rdfs:label "省级资金"@zh ;
    mz:fundingSource <https://w3id.org/mingzhang/code/funding/provincial> ; mz:amount 469000 ; mz:printedAmount "46.9万元" ;
    mz:horizon <https://w3id.org/mingzhang/code/horizon/implementation> ;
    mz:reportedIn <http://localhost:8000/id/report/a-2025> .
  <http://localhost:8000/id/appropriation/a-2025/p1/annual-carry-over> a mz:Appropriation ; rdfs:label "上年结转"@zh ;
    mz:fundingSource <https://w3id.org/mingzhang/code/funding/carry-over> ; mz:amount 34500 ; mz:printedAmount "3.45万元" ;
    mz:horizon <https://w3id.org/mingzhang/code/horizon/annual> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> .
  <http://localhost:8000/id/indicator/a-2025/p1/i1> a mz:Indicator ; rdfs:label "发放及时率"@zh ; mz:targetText "≥95%" ;
    mz:indicatorKind <https://w3id.org/mingzhang/code/indicator/output-timeliness> ; mz:targetValue 95 ; mz:targetUnit "%" ;
    mz:comparison <https://w3id.org/mingzhang/code/comparison/ge> ;
    mz:horizon <https://w3id.org/mingzhang/code/horizon/annual> ; mz:reportedIn <http://localhost:8000/id/report/a-2025> .
}
GRAPH <http://localhost:8000/id/report/b-2025> {
  <http://localhost:8000/id/report/b-2025> a mz:Report ; dcterms:title "甲市乙局2025年部门预算"@zh ;
    rdfs:label "甲市乙局2025年部门预算"@zh ;
    mz:reportingBody <http://localhost:8000/id/org/b> ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:stage <https://w3id.org/mingzhang/code/stage/budget> ; mz:scope <https://w3id.org/mingzhang/code/scope/department> ;
    mz:unreadCount 2 ; mz:sourceDigest "11" .
  <http://localhost:8000/id/org/b> a org:FormalOrganization, mz:Body, mz:Department ; rdfs:label "甲市乙局"@zh .
  <http://localhost:8000/id/project/b-2025/p1> a mz:Project ; rdfs:label "数据平台运维"@zh ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:reportedIn <http://localhost:8000/id/report/b-2025> ; mz:administeredBy <http://localhost:8000/id/org/b> ;
    mz:annualAmount 500000 ; mz:printedAnnualAmount "50万元" ;
    mz:hasCitation <http://localhost:8000/id/citation/b-2025/p1/c1> ;
    mz:hasIndicator <http://localhost:8000/id/indicator/b-2025/p1/i1> .
  <http://localhost:8000/id/citation/b-2025/p1/c1> a mz:Citation ; mz:quote "《关于某项资金的通知》"@zh ;
    mz:citedDocument <http://localhost:8000/id/law/jin-cai-zong-2024-210> ;
    mz:citedInField <https://w3id.org/mingzhang/code/field/necessity> ; mz:reportedIn <http://localhost:8000/id/report/b-2025> .
  <http://localhost:8000/id/indicator/b-2025/p1/i1> a mz:Indicator ; rdfs:label "发放及时率"@zh ; mz:targetText "≥90%" ;
    mz:indicatorKind <https://w3id.org/mingzhang/code/indicator/output-timeliness> ; mz:targetValue 90 ; mz:targetUnit "%" ;
    mz:comparison <https://w3id.org/mingzhang/code/comparison/ge> ;
    mz:horizon <https://w3id.org/mingzhang/code/horizon/annual> ; mz:reportedIn <http://localhost:8000/id/report/b-2025> .
  <http://localhost:8000/id/project/b-2025/p2> a mz:Project ; rdfs:label "办公设备购置"@zh ; mz:fiscalYear "2025"^^xsd:gYear ;
    mz:reportedIn <http://localhost:8000/id/report/b-2025> ; mz:administeredBy <http://localhost:8000/id/org/b> ;
    mz:annualAmount 70000 ; mz:budgetLine <http://localhost:8000/id/obs/b-2025/t12-r1-c1> .
  <http://localhost:8000/id/obs/b-2025/t12-r1-c1> a mz:Observation, qb:Observation ; mz:row 1 ; mz:column 1 ;
    mz:table <http://localhost:8000/id/table/b-2025/t12> ; mz:reportedIn <http://localhost:8000/id/report/b-2025> ;
    mz:organization <http://localhost:8000/id/org/b> ; mz:fiscalYear "2025"^^xsd:gYear ; mz:rowLabel "办公设备购置"@zh ;
    mz:heading "合计"@zh ; mz:amount 60000 ; mz:printedAmount "6万元" .
  <http://localhost:8000/id/table/b-2025/t12> a mz:Table, qb:DataSet ; rdfs:label "项目支出表"@zh ;
    mz:tableKind <https://w3id.org/mingzhang/code/table/projects-current> ; mz:isEmpty false ;
    mz:reportedIn <http://localhost:8000/id/report/b-2025> ; mz:tableNumber 12 .
  <http://localhost:8000/id/finding/b-2025/f1> a mz:Finding ; mz:severity <https://w3id.org/mingzhang/code/severity/error> ;
    mz:check <http://localhost:8000/id/check/project-rows> ; mz:concerns <http://localhost:8000/id/project/b-2025/p2> ;
    mz:expected "60000" ; mz:found "70000" ; mz:reportedIn <http://localhost:8000/id/report/b-2025> ;
    <http://www.w3.org/ns/shacl#resultMessage> "目标表金额与项目支出表不一致"@zh, "The form differs from its rows"@en .
  <http://localhost:8000/id/check/project-rows> a mz:Check ; rdfs:label "项目与预算行"@zh, "Project and its rows"@en .
}
GRAPH <http://localhost:8000/id/documents> {
  <http://localhost:8000/id/law/jin-cai-zong-2024-210> a mz:LegalDocument ; dcterms:title "关于某项资金的通知"@zh ;
    mz:documentNumber "晋财综〔2024〕210号" ; mz:issueYear "2024"^^xsd:gYear ;
    mz:documentKind <https://w3id.org/mingzhang/code/documentKind/normative-document> ;
    mz:issuingLevel <https://w3id.org/mingzhang/code/issuingLevel/provincial> .
}
"""
)


def write_release(directory: Path, version: str, trig: str = TRIG) -> Path:
    """A release folder as the contract describes it, made current in one step."""
    folder = directory / "releases" / version
    (folder / "dumps").mkdir(parents=True)
    store = ox.Store(str(folder / "store"))
    store.bulk_load(input=trig.encode(), format=ox.RdfFormat.TRIG)
    for codes in sorted((ROOT / "ontology/codes").glob("*.ttl")):
        if codes.stem not in {"region", "function", "economic", "governmentEconomic", "revenue"}:
            store.bulk_load(path=str(codes), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(BASE + "id/documents"))
    store.optimize()
    store.flush()
    dump = folder / "dumps/mingzhang.nq"
    dump.write_bytes(store.dump(format=ox.RdfFormat.N_QUADS) or b"")
    (folder / "catalog.ttl").write_text(f"<{BASE}catalog#dataset> a <http://www.w3.org/ns/dcat#Dataset> .\n")
    digest = hashlib.sha256(dump.read_bytes()).hexdigest()
    files = [{"path": "dumps/mingzhang.nq", "sha256": digest, "size": dump.stat().st_size}]
    manifest = {"version": version, "base": BASE, "inputs": [], "counts": {"quads": len(store)}, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    del store
    (directory / "next").symlink_to(folder.relative_to(directory))
    (directory / "next").replace(directory / "current")
    return folder


@dataclass(frozen=True)
class Reply:
    """Status, headers (names in lower case) and body of one answer; `broken` when the body came without its end."""

    status: int
    headers: dict[str, str]
    body: bytes
    broken: bool = False

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self):  # noqa: ANN201 - any JSON
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def request(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, {k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            broken = False
            try:
                data = response.read()
            except http.client.IncompleteRead as error:
                data, broken = error.partial, True
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, data, broken)
        finally:
            connection.close()

    def get(self, target: str, **headers: str) -> Reply:
        return self.request("GET", target, **headers)

    def workers(self) -> list[int]:
        """Process ids of the query processes."""
        path = Path(f"/proc/{self.process.pid}/task")
        children = " ".join((task / "children").read_text() for task in path.iterdir())
        return [int(pid) for pid in children.split()]


@contextlib.contextmanager
def serving(directory: Path, **settings: float) -> Iterator[Server]:
    """A real server in a process of its own, on a port of the system's choice."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from server.serve import run; run({str(directory)!r}, port={port}, **{settings!r})"
    log = directory / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=file)
    server = Server(port, process, log)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                server.get("/healthz")
                break
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.05)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def iris_of(trig: str = TRIG) -> list[str]:
    """Every entity IRI of the fixture, fragments cut off."""
    return sorted({iri.partition("#")[0] for iri in re.findall(rf"<({re.escape(BASE)}id/[^>]+)>", trig)})
