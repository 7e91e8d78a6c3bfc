# make help lists everything. Every target does its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= $(or $(POINTSMAN_PORT),8000)
HOST ?= $(or $(POINTSMAN_HOST),127.0.0.1)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := .uv/uv
# What an ordinary user without a home folder can write to.
export UV_CACHE_DIR ?= $(if $(shell test -w "$$HOME" && echo yes),$(HOME)/.cache/uv,$(CURDIR)/.uv/cache)
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup serve test prove check format bench docs

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## Install everything into .venv

$(UV):
	$(PYTHON) scripts/get_uv.py $(UV)

$(VENV)/.ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --inexact --python $$(command -v $(PYTHON))
	@touch $@

serve: setup ## Serve on http://127.0.0.1:8000 with a sample organization (PORT=…, HOST=…)
	@POINTSMAN_HOST=$(HOST) POINTSMAN_PORT=$(PORT) $(BIN)/pointsman sample
	@exec $(BIN)/pointsman serve --host $(HOST) --port $(PORT)

test: setup ## Run every test, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2 --dist worksteal -m "not prove"

prove: setup ## Run the long proofs too: a million rows, many schedules
	$(BIN)/pytest -n 2 --dist worksteal

check: setup ## Formatting, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(UV) lock --check

format: setup ## Format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Run the benchmarks against their peers (about ten minutes)
	$(UV) sync --frozen --inexact --extra bench --python $$(command -v $(PYTHON))
	$(BIN)/pointsman bench
