"""The Reconciliation API 0.2: its answers have the shapes of the specification, and certain matches are certain.

The shapes are written here after sections 3 to 6 of the specification.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from jsonschema import Draft7Validator
from server_fixture import BASE, Server, serving, write_release

TEXT: dict[str, Any] = {"type": "string"}
TYPE = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "name": TEXT}}
TEMPLATE = {"type": "string", "pattern": r"\{\{id\}\}"}
SERVICE = {"type": "object", "required": ["service_url", "service_path"],
           "properties": {"service_url": TEXT, "service_path": TEXT}}  # fmt: skip
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": TEXT, "contains": {"const": "0.2"}},
        "name": TEXT,
        "identifierSpace": TEXT,
        "schemaSpace": TEXT,
        "defaultTypes": {"type": "array", "uniqueItems": True, "items": TYPE},
        "view": {"type": "object", "required": ["url"], "properties": {"url": TEMPLATE}},
        "preview": {
            "type": "object",
            "required": ["url", "width", "height"],
            "properties": {"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}},
        },
        "suggest": {"type": "object", "additionalProperties": SERVICE, "required": ["entity", "property", "type"]},
        "extend": {
            "type": "object",
            "required": ["propose_properties"],
            "properties": {"propose_properties": SERVICE, "property_settings": {"type": "array"}},
        },
    },
}
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "description": TEXT,
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": {"type": "array", "items": TYPE},
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
    },
}
SUGGESTED = {
    "type": "object",
    "required": ["result"],
    "properties": {
        "result": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": TEXT, "name": TEXT, "description": TEXT, "notable": {"items": TYPE}},
            },
        }
    },
}


def only(**members: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": [*members], "properties": members}


EXTENDED = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "array", "items": {**TYPE, "required": ["id", "name"]}},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {"oneOf": [only(id=TEXT, name=TEXT), only(str=TEXT), only(float={"type": "number"})]},
                },
            },
        },
    },
}


def shaped(value: Any, schema: dict[str, Any]) -> Any:
    """The value, which has the shape."""
    Draft7Validator.check_schema(schema)
    errors = [error.message for error in Draft7Validator(schema).iter_errors(value)]
    assert not errors, errors
    return value


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("reconcile")
    write_release(directory, "v1")
    with serving(directory, rate=0, workers=1) as running:
        yield running


def post(server: Server, **form: Any) -> Any:
    data = urlencode({name: json.dumps(value) for name, value in form.items()}).encode()
    reply = server.request("POST", "/reconcile", data, Content_Type="application/x-www-form-urlencoded")
    assert (reply.status, reply.media) == (200, "application/json"), reply.text
    assert reply.headers["access-control-allow-origin"] == "*"
    return reply.json()


def candidates(server: Server, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shaped(post(server, queries={"q": query}), RESULTS)["q"]["result"]
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    return found


def test_the_manifest_is_that_of_the_specification(server: Server) -> None:
    manifest = shaped(server.get("/reconcile").json(), MANIFEST)
    assert manifest["identifierSpace"] == BASE
    assert [one["id"] for one in manifest["defaultTypes"]] == ["Body", "Project", "LegalDocument", "Report", "Code"]
    assert shaped(server.get("/reconcile?lang=en").json(), MANIFEST)["name"] == "Mingzhang"


# kind, text, identifier of the best, whether it is certain
NAMES = [
    ("Body", "甲市甲局", "id/org/a", True),
    ("Body", "甲市 甲局", "id/org/a", True),
    ("Body", "甲局", "id/org/a", False),
    ("LegalDocument", "晋财综〔2024〕210号", "id/law/jin-cai-zong-2024-210", True),
    ("LegalDocument", "晋财综[2024]210号", "id/law/jin-cai-zong-2024-210", True),
    ("LegalDocument", "关于某项资金的通知", "id/law/jin-cai-zong-2024-210", True),
    ("LegalDocument", "晋财综 210", "id/law/jin-cai-zong-2024-210", False),
    ("Project", "高龄津贴", "id/project/a-2025/p1", True),
    ("Code", "output-timeliness", "code/indicator/output-timeliness", True),
    ("Code", "时效指标", "code/indicator/output-timeliness", True),
]


@pytest.mark.parametrize(("kind", "text", "identifier", "certain"), NAMES)
def test_a_name_finds_its_thing(server: Server, kind: str, text: str, identifier: str, certain: bool) -> None:
    best = candidates(server, query=text, type=kind)[0]
    assert (best["id"], best["match"], best["score"] == 100) == (identifier, certain, certain)
    assert [one["id"] for one in best["type"]] == [kind]


def test_one_name_of_two_things_is_never_certain(server: Server) -> None:
    found = candidates(server, query="局", type=["Body", "Project"])
    assert len(found) > 1 and not any(one["match"] for one in found)


def test_a_property_that_says_otherwise_lowers_the_score(server: Server) -> None:
    def best(pid: str, value: Any) -> tuple[float, bool]:
        (one,) = candidates(server, query="高龄津贴", type="Project", properties=[{"pid": pid, "v": value}])
        return one["score"], one["match"]

    assert best("fiscalYear", "2025") == (100, True)
    assert best("fiscalYear", 2025) == (100, True)
    assert best("fiscalYear", "2024") == (75, False)
    assert best("administeredBy", "甲市甲局") == (100, True)
    assert best("administeredBy", {"id": "id/org/a"}) == (100, True)
    assert best("annualAmount", "234500.00") == (100, True)
    assert best("nothing", "x") == (95, True)


def test_nothing_is_found_where_nothing_is(server: Server) -> None:
    assert candidates(server, query="不存在的机构名称") == []
    assert candidates(server, query="") == []


def test_a_batch_and_its_other_ways(server: Server) -> None:
    queries = {f"q{n}": {"query": "甲市甲局", "limit": 1} for n in range(40)}
    every = shaped(post(server, queries=queries), RESULTS)
    assert set(every) == set(queries) and all(len(one["result"]) == 1 for one in every.values())
    one = {"q0": {"query": "甲市甲局", "limit": 1}}
    address = "/reconcile?queries=" + quote(json.dumps(one))
    assert server.get(address).json() == {"q0": every["q0"]}
    for body in (one, {"queries": one}):
        reply = server.request("POST", "/reconcile", json.dumps(body).encode(), Content_Type="application/json")
        assert reply.json() == {"q0": every["q0"]}


@pytest.mark.parametrize("what,prefix,expected", [
    ("entity", "甲市", "id/org/a"), ("property", "fiscal", "fiscalYear"), ("property", "文号", "documentNumber"),
    ("type", "", "Project"),
])  # fmt: skip
def test_suggestions_have_their_shape(server: Server, what: str, prefix: str, expected: str) -> None:
    told = shaped(server.get(f"/reconcile/suggest/{what}?prefix={quote(prefix)}").json(), SUGGESTED)
    assert expected in [one["id"] for one in told["result"]]


def test_a_table_is_extended_by_values_with_their_pages(server: Server) -> None:
    proposed = server.get("/reconcile/properties?type=Project&limit=4").json()
    assert [one["id"] for one in proposed["properties"]] == [
        "fiscalYear", "administeredBy", "implementedBy", "annualAmount"]  # fmt: skip
    pids = [{"id": pid} for pid in ("fiscalYear", "administeredBy", "annualAmount", "printedAnnualAmount",
                                    "totalAmount", "wasDerivedFrom")]  # fmt: skip
    told = shaped(
        post(
            server,
            extend={"ids": ["id/project/a-2025/p1", "id/project/b-2025/p1", "id/project/none"], "properties": pids},
        ),
        EXTENDED,
    )
    row = told["rows"]["id/project/a-2025/p1"]
    assert row["fiscalYear"] == [{"str": "2025"}]
    assert row["administeredBy"] == [{"id": "id/org/a", "name": "甲市甲局"}]
    assert (row["annualAmount"], row["printedAnnualAmount"]) == ([{"float": 234500.0}], [{"str": "23.45万元"}])
    assert told["rows"]["id/project/b-2025/p1"]["totalAmount"] == []  # blank, and not 0
    assert row["wasDerivedFrom"][0]["str"].endswith("#page=3")
    assert not any(told["rows"]["id/project/none"].values())


def test_previews_may_stand_in_frames_and_view_leads_to_the_page(server: Server) -> None:
    for identifier, name in (("id/org/a", "甲市甲局"), ("code/function/208", "208")):
        reply = server.get(f"/reconcile/preview/{quote(identifier, safe='')}")
        assert reply.status == 200 and name in reply.text
        assert "frame-ancestors *" in reply.headers["content-security-policy"]
        led = server.get(f"/reconcile/view/{quote(identifier, safe='')}")
        assert (led.status, led.headers["location"]) == (303, f"/{identifier}")
    assert server.get("/reconcile/preview/id/org/none").status == 404
    assert server.get("/reconcile/preview/https://evil.example/").status == 404


WRONG: list[dict[str, Any]] = [
    {"queries": []},
    {"queries": {"q": 3}},
    {"queries": {"q": {"query": "x", "properties": [{"v": 1}]}}},
    {"queries": {str(number): {} for number in range(101)}},
    {"extend": 3},
    {"extend": {"ids": [], "properties": [{"id": "secret"}]}},
]


@pytest.mark.parametrize("form", ["queries=%7B", *(urlencode({k: json.dumps(v) for k, v in w.items()}) for w in WRONG)])
def test_what_is_no_batch_is_told(server: Server, form: str) -> None:
    reply = server.get("/reconcile?" + form)
    assert (reply.status, reply.media) == (400, "application/problem+json")
    assert "expected" in reply.json()["detail"]


def test_names_of_the_samples_are_reconciled(sample_server: Server) -> None:
    queries = {
        "body": {"query": "阳泉市民政局", "type": "Body", "properties": [{"pid": "region", "v": "140300"}]},
        "document": {"query": "晋财综〔2012〕1号", "type": "LegalDocument"},
        "code": {"query": "2010601", "type": "Code"},
        "name": {"query": "信息事务", "type": "Code"},  # other codes that this release lacks may have the name
    }
    told = shaped(post(sample_server, queries=queries), RESULTS)
    best = {key: one["result"][0] for key, one in told.items()}
    assert {key: (one["id"], one["match"]) for key, one in best.items()} == {
        "body": ("id/org/140300-yang-quan-shi-min-zheng-ju", True),
        "document": ("id/law/jin-cai-zong-2012-1", True),
        "code": ("code/function/2010601", True),
        "name": ("code/function/2010504", False),
    }
