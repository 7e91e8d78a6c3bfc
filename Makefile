# make help lists everything. Every target does its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= $(or $(POINTSMAN_PORT),8000)
HOST ?= $(or $(POINTSMAN_HOST),127.0.0.1)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := .uv/uv
# Empty when there is no npm, or a node that is too old to build the console.
NPM := $(shell node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null && command -v npm)
CONSOLE := src/pointsman/web/console/dist
# What an ordinary user without a home folder can write to.
export UV_CACHE_DIR ?= $(if $(shell test -w "$$HOME" && echo yes),$(HOME)/.cache/uv,$(CURDIR)/.uv/cache)
export npm_config_cache ?= $(if $(shell test -w "$$HOME" && echo yes),$(HOME)/.npm,$(CURDIR)/.uv/npm)
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup console serve test pictures prove check format bench

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready $(if $(NPM),$(CONSOLE)/index.html) ## Install everything into .venv, and build the console
	@test -n "$(NPM)" || echo "npm is not here, so the console is left out: install node 20, then make console"

$(UV):
	$(PYTHON) scripts/get_uv.py $(UV)

$(VENV)/.ready: pyproject.toml uv.lock | $(UV)
	# Compiled now, and not by every process that starts: that would take each of them two seconds.
	$(UV) sync --frozen --inexact --compile-bytecode --python $$(command -v $(PYTHON))
	$(BIN)/python -m compileall -q src
	@touch $@

# What the pages are made from; the server's own code too, because it describes what the client may ask.
console: setup ## Build the pages of the console (needs node 20)
	@test -n "$(NPM)" || { echo "install node 20 first: the console is built with npm"; exit 1; }

console/node_modules/.ready: console/package.json console/package-lock.json
	# Not `ci`: that insists on the packages of every platform, which not every registry has.
	cd console && $(NPM) install --no-save --no-audit --no-fund
	@touch $@

console/src/api/schema.d.ts: $(VENV)/.ready console/node_modules/.ready $(shell find src/pointsman/web -name '*.py' 2>/dev/null)
	scripts/console_client.sh

$(CONSOLE)/index.html: console/src/api/schema.d.ts console/index.html console/vite.config.ts $(shell find console/src -type f 2>/dev/null)
	cd console && $(NPM) run build

serve: setup ## Serve on http://127.0.0.1:8000 with a sample organization (PORT=…, HOST=…)
	@POINTSMAN_HOST=$(HOST) POINTSMAN_PORT=$(PORT) $(BIN)/pointsman sample
	@exec $(BIN)/pointsman serve --host $(HOST) --port $(PORT)

test: setup ## Run every test, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2 --dist worksteal -m "not prove"

pictures: setup ## Take the pictures of the documentation anew
	TAKE_PICTURES=1 $(BIN)/pytest tests/console

prove: setup ## Run the long proofs too: a million rows, many schedules
	$(BIN)/pytest -n 2 --dist worksteal

check: setup ## Formatting, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(UV) lock --check
	$(if $(NPM),cd console && $(NPM) run check)

format: setup ## Format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(if $(NPM),cd console && $(NPM) run format)

bench: setup ## Run the benchmarks against their peers (about ten minutes)
	$(UV) sync --frozen --inexact --extra bench --python $$(command -v $(PYTHON))
	$(BIN)/pointsman bench
