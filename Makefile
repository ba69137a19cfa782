# `make demo` builds the sample data and serves it; `make test` runs all tests. Both set up what they need in .venv.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SITE := out/demo

.PHONY: demo build test lint bench docs wheel screenshots vendor clean

demo: build
	@echo
	@echo "Open http://localhost:$(PORT)/ in a browser; stop with Ctrl+C."
	@echo
	$(BIN)/mingzhang serve $(SITE) --port $(PORT)

build: .venv/installed
	$(BIN)/mingzhang build data/samples --out $(SITE) --base http://localhost:$(PORT)/

test: .venv/developed
	$(BIN)/pytest

lint: .venv/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_complexity.py

# The references of the command line, the terms and the server's routes and settings, written from the program itself;
# tests compare them.
docs: .venv/developed
	$(BIN)/python docs/cli.py > docs/cli.md
	$(BIN)/python docs/terms.py > docs/terms.md
	$(BIN)/python docs/api.py
	$(BIN)/python docs/architecture.py > docs/architecture.md

# docs/site.png, and every main page wide and narrow, light and dark, in out/screenshots; needs Chromium.
screenshots: .venv/developed build
	$(BIN)/python -m docs.screenshots $(SITE)

# The pictures' library and the editor of the site, bundled anew from the packages of server/vendor/package.json.
vendor:
	rm -rf out/vendor && mkdir -p out && cp -r server/vendor out/vendor
	cd out/vendor && npm install --no-audit --no-fund --silent && npm run --silent build
	cp out/vendor/built/*.min.js server/static/vendor/

# The short form of every bench, written to bench/RESULTS.md; about six minutes. Needs wrk (apt-get install wrk).
bench: .venv/benched
	$(BIN)/python -m bench

wheel: .venv/developed
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/developed: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.venv/benched: .venv/developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@

clean:
	rm -rf .venv out dist build
