# Every target does the set-up that it needs. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench docs clean
SHELL := /bin/sh
BIN := .venv/bin
WORKERS ?= 2

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: .venv/.installed ## Make .venv from uv.lock (finds or installs uv; PYTHON=… names another Python)

.venv/.installed: uv.lock pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" sh scripts/setup.sh

run: setup ## The whole chain on the bundled sample, then the web page (ONCE=1: end after the summary; ARGS=…)
	@$(BIN)/falselight run $(if $(ONCE),--once) $(ARGS)

test: setup ## All tests; closes with what was NOT RUN and how to install it (SLOW=0: without slow ones; ARGS=…)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(if $(filter 0,$(SLOW)),-m "not slow") $(ARGS)

check: setup ## Format, lint, types, import contracts, generated pages, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/generate_docs.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: setup ## Benchmarks: one figure a line (BENCH=bench/one.py runs a single one)
	@for bench in $(or $(BENCH),$(sort $(wildcard bench/*.py))); do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

docs: setup ## Write the generated pages again and build site/
	@$(BIN)/python scripts/generate_docs.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "site/index.html"

clean: ## Remove var/ (all collected data of this checkout), site/ and caches; .venv stays
	rm -rf var site build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find bench connectors dags falselight nlp scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
