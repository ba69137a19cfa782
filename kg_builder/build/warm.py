"""Imported by the process that workers are copies of: the code and the tables that each of them needs, loaded once."""

from __future__ import annotations

import gc

gc.disable()  # what is imported stays: to look for cycles among it takes a fifth of the time

from kg_builder import vocab
from kg_builder.build import stages
from kg_builder.check import rules
from kg_builder.graph import iri
from kg_builder.legal.authority import own_authority
from kg_builder.readers import pdf
from kg_builder.release import dumps

__all__ = ["pdf", "stages"]

for scheme in ("function", "economic", "governmentEconomic", "indicator", "funding"):
    vocab.concepts(scheme)
iri.region_code(iri.slug("上海市"))
rules()
own_authority()
dumps.jsonld_head()
dumps.turtle_head()

# What stands now stays for good: the collector need not look at it again, nor copy its memory pages into each worker.
gc.freeze()
# A report makes millions of small objects, hardly any in cycles: looking for those at every 700th took a twentieth of
# the time.
gc.set_threshold(50_000, 20, 20)
gc.enable()
