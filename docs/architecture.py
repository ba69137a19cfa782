"""The modules in their own words → `docs/architecture.md`: `python docs/architecture.py > docs/architecture.md`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_OPENING = """# How it is built

Data flows one way, and imports point against it: a module knows those before it, never those after it.

```
file ──▶ pages ──▶ report ──▶ graph ──▶ findings ──▶ release ──▶ server
      readers/  templates/  graph/      check.py    release/     server/
                legal/      (triples)   (shapes/)   (a folder)   (site, SPARQL)
```

- `kg_builder/model.py` holds the values at every boundary: pages, tables, observations, projects, statements. They are
  frozen, and each keeps its place on the page.
- Terms, code lists and the labels that print uses for them stand in `ontology/`, checks in `shapes/`; Python reads them
  from there through `kg_builder/vocab.py`. A test fails where code uses a term that the ontology lacks.
- `kg_builder` and `server` meet only at the release folder. What they share stands in two modules that know nothing of
  either: `kg_builder/vocab.py`, and `kg_builder/picture.py`, which draws a page with what is personal covered.
- What a reader cannot place is reported as unread, never guessed; what is left out is left out for a stated reason.

How a cell becomes triples, and where to look when one is wrong:

1. `readers/` gives pages: lines and tables of cells, each `Cell` with its `Place` (page and box, or line).
2. `templates/report.py` runs its `READERS` over one `Ledger` of all that is printed (`templates/ledger.py`). Each takes
   cells, ignores them for a reason, or leaves them unread, under its own name; later ones see what is left.
3. `templates/tables/grids.py` joins the pieces of a table under its title, `heads.py` says what each column is,
   `meanings.py` what each row is, and `panels.py` makes an `Observation` of each figure. What any line or label is (a
   total, a unit, a note, a page number) all of them ask of `marks.py`.
4. `graph/reports.py` writes the observation: its IRI from `graph/names.py`, its dimensions as concepts of
   `ontology/codes/`, the page it is printed on. `legal/` does the same for the documents that texts cite.
5. `check.py` runs `shapes/` over the graph of one report; `release/write.py` joins all graphs, dumps and tables.

`mingzhang inspect FILE` shows steps 1 to 3 for one file, `mingzhang check FILE` all but the release.

Where a change begins:

{changes}

After each, `make docs`.

Each module in the order of its folder, in its own words:
"""
# what is changed → where that begins
_CHANGES = {
    "a kind of table": """`ontology/codes/table.ttl` (its code and the titles that print uses), its Data Cube structure
        in `ontology/mingzhang.ttl`, and, for other titles or special rows, `templates/tables/kinds.py`""",
    "a way of printing projects": """a module that reads it, and an entry in the tuple `READERS` of
        `templates/report.py`: each reader takes what those before it left""",
    "a check": """`shapes/`: `narrative.ttl` for sentences against tables, `table.ttl` and `reconcile.ttl` for tables,
        `completeness.ttl`, `text.ttl`, `project.ttl`; each rule says its own tolerance. What the rules compare is
        made in `graph/comparisons.py`, `graph/statement_links.py` and `graph/statement_figures.py`""",
    "what a printed line or label is": """`marks.py`, where every reader asks; its cases stand in `tests/test_marks.py`.
        Words of a table's head: `head_words.py`""",
    "how a citation is read or judged": """`legal/`: rules in decision lists, each with its example, in `judgement.py`
        (is it a document), `kinds.py`, `pairs.py` (its number), `attribution.py` (its issuer); facts in `data/*.tsv`.
        `python -m bench.rules` says how often each rule fires""",
    "a kind of entity": """its class in `ontology/mingzhang.ttl` and `ontology/context.jsonld`, what makes it in
        `graph/reports.py`, and its entry in `server/pages/kinds.py`, with `records.anything` or a page of its own""",
    "a list or page of the site": """`server/pages/kinds.py`: one entry gives routes, menu, home and sitemap; what is
        sought also stands in `release/search_index.py`""",
    "a limit of the service": "`server/settings.py`; what stands before the application, in `server/front/`",
    "a table of the CSV files": """`release/sheets.py`: its columns in `COLUMNS`, how two releases compare it in
        `COMPARED`, the class of its rows and what makes one; its words in `server/pages/columns.py`""",
    "a column of the CSV tables": """`release/sheets.py`: a name in `COLUMNS`, a value at the same place of the row, a
        type in `TYPES`; its words, where it is not named after a property, in `server/pages/columns.py`""",
    "a format of files": "`readers/`: it gives pages, and the rest is the same",
}


def listing() -> str:
    """Each package with its modules and the first sentence of their docstrings, in Markdown."""
    rows = "\n".join(f"| {change} | {' '.join(place.split())} |" for change, place in _CHANGES.items())
    opening = _OPENING.replace("{changes}", f"| to change | open |\n| --- | --- |\n{rows}")
    return opening + "\n".join(line for package in ("kg_builder", "server") for line in _package(ROOT / package))


def _package(folder: Path) -> Iterator[str]:
    name = folder.relative_to(ROOT).as_posix()
    yield f"\n## `{name}/`\n"
    if own := ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))):
        yield f"{_sentence(own)}\n"
    yield "| module | what it does |\n| --- | --- |"
    for path in sorted(folder.glob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if path.name != "__init__.py":
            yield f"| `{path.stem}` | {_sentence(text)} |"
    for inner in sorted(path for path in folder.iterdir() if (path / "__init__.py").exists()):
        yield from _package(inner)


def _sentence(text: str) -> str:
    """The first paragraph on one line."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(listing() + "\n")
