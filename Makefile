# `make demo` builds the sample data and serves it; `make test` runs all tests. Both set up what they need in .venv.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SITE := out/demo
# Tests also wait for servers, browsers and downloads: one process more than there are cores.
TESTERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: demo build test lint bench docs wheel screenshots vendor lock clean

demo: build
	@echo
	@echo "Open http://localhost:$(PORT)/ in a browser; stop with Ctrl+C."
	@echo
	$(BIN)/mingzhang serve $(SITE) --port $(PORT)

build: .venv/installed
	$(BIN)/mingzhang build data/samples --out $(SITE) --base http://localhost:$(PORT)/

test: .venv/developed
	$(BIN)/pytest --numprocesses $(TESTERS) --dist loadfile

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

# requirements/*.lock: the versions that are installed, with the digests of their files for every platform. To add a
# dependency, write it into pyproject.toml with an upper bound, run `make lock`, and commit both; what is locked already
# keeps its version. `make lock UPGRADE=--upgrade` takes the newest versions that pyproject.toml allows.
lock:
	$(PYTHON) -m venv out/uv
	out/uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	mkdir -p requirements
	$(COMPILE) --extra dev --extra bench $(UPGRADE) --output-file requirements/bench.lock
	$(COMPILE) --extra dev --constraint requirements/bench.lock --output-file requirements/dev.lock
	$(COMPILE) --constraint requirements/bench.lock --output-file requirements/run.lock

COMPILE := out/uv/bin/uv pip compile --quiet pyproject.toml --group build --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock'
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Exactly the files of the lock; then this folder itself, which is fetched from nowhere and needs nothing more.
.venv/installed: pyproject.toml requirements/run.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes --requirement requirements/run.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/developed: .venv/installed requirements/dev.lock
	$(PIP) --require-hashes --requirement requirements/dev.lock
	@touch $@

.venv/benched: .venv/developed requirements/bench.lock
	$(PIP) --require-hashes --requirement requirements/bench.lock
	@touch $@

clean:
	rm -rf .venv out dist build
