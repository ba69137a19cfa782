"""The accuracy of citations on fields of real reports, where those are at hand."""

from __future__ import annotations

from real_reports import needs_reports

from bench.citations.__main__ import REPORTS, answers, measures, read_fields

TEXTS = REPORTS / "text"


def test_the_answer_file_is_whole() -> None:
    mentions = [a for found in answers().values() for a in found]
    assert len(mentions) >= 200
    assert all(a.start < a.end for a in mentions)
    assert {a.kind for a in mentions} >= {"document", "contract", "minutes", "approval", "application"}


@needs_reports
def test_accuracy_on_real_fields() -> None:
    fields, _ = read_fields(TEXTS)
    mentions, _, _, f1, number_precision, number_recall, issuer, kind, document, genre, level = measures(fields)
    assert int(mentions) >= 200
    assert min(map(float, (number_precision, number_recall))) >= 0.99
    assert min(map(float, (f1, issuer, document, genre, level))) >= 0.97
    assert float(kind) == 1  # no contract and no form is counted as a regulation
