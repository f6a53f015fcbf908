# Two commands do all the set-up: `make demo` shows the product, `make test` runs its tests.
# `make check` is what continuous integration runs. `make help` lists the rest.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help demo test check lint docs words wheel pictures clean
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell .ci/python)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
SAMPLE := demo/alder-quay.mbox
SAMPLE_WRITER := $(shell find src/amends/sources/sample -type f ! -name "*.pyc")
# The floors of docs/developer/house.md: branches of the pure core and of the desk's actions, branches of everything else.
CORE_FLOOR := 100
ACTIONS_FLOOR := 100
ELSE_FLOOR := 95
CORE := */amends/core/*
ACTIONS := */amends/desk/actions/*
# What keeps rows runs once more on PostgreSQL; the browser sees the same pages on both, and looks at them once. So it is
# with the walks of all pages by all roles and in all languages: they ask what the tests of each page ask on both.
WALKS := test_access test_restricted test_entrance test_language test_language_empty
ON_POSTGRESQL := tests/desk tests/web tests/portal tests/cli/test_first.py tests/cli/test_serve_live.py $(WALKS:%=--ignore=tests/web/%.py)
PORT := 8322

help:
	@echo 'make demo      install Amends here and open the desk of a staffing firm that does not exist (PORT=8322)'
	@echo 'make test      install what the tests need and run all of them'
	@echo 'make check     style, types, layers, documentation, the wheel, then the tests'
	@echo 'make pictures  draw the pictures of the README anew'
	@echo 'make words     collect every text that can be translated'
	@echo 'make clean     remove everything that these commands made'

# Runs until Ctrl-C. The firm is built the first time, and every start opens a fresh copy of it.
demo: $(VENV)/.installed
	@$(BIN)/amends demo --folder demo --port $(PORT)

test: $(VENV)/.developer $(VENV)/.tools
	@$(BIN)/coverage erase
	@.ci/tests $(BIN) $(ON_POSTGRESQL)
	@$(BIN)/coverage combine --quiet
	@.ci/covered '$(BIN)/coverage' 'The core' $(CORE_FLOOR) --include='$(CORE)'
	@.ci/covered '$(BIN)/coverage' "The desk's actions" $(ACTIONS_FLOOR) --include='$(ACTIONS)'
	@.ci/covered '$(BIN)/coverage' 'Everything else' $(ELSE_FLOOR) --omit='$(CORE),$(ACTIONS)'

check:
	@$(MAKE) lint
	@$(MAKE) docs
	@$(MAKE) wheel
	@$(MAKE) test

lint: $(VENV)/.developer
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/layers.txt 2>&1 || { cat $(VENV)/layers.txt; exit 1; }
	@echo 'Style, types and layers: fine.'

docs: $(VENV)/.developer
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python docs/words.py --check
	@echo 'Generated documentation: up to date.'

# What translators begin with (docs/developer/translate.md).
words: $(VENV)/.developer
	@$(BIN)/python docs/words.py

# The wheel, installed where nothing else is, finds the same in the sample as the checkout does.
wheel: $(VENV)/.developer $(SAMPLE)
	@rm -rf build && mkdir build
	@$(PIP) wheel --no-deps --wheel-dir build .
	@$(BIN)/python -m venv build/empty
	@build/empty/bin/python -m pip -qq --disable-pip-version-check --no-input install build/amends-*.whl
	@$(BIN)/amends scan --format json $(SAMPLE) > build/checkout.json
	@cd build && empty/bin/amends scan --format json ../$(SAMPLE) > wheel.json
	@cmp build/checkout.json build/wheel.json
	@echo 'The wheel, in an empty environment, reads the sample as the checkout does.'
	@$(BIN)/python .ci/wheel build/amends-*.whl build/empty/bin/amends

pictures: $(VENV)/.developer $(VENV)/.tools $(SAMPLE)
	@$(BIN)/python docs/pictures.py $(SAMPLE)

clean:
	rm -rf $(VENV) build demo dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(SAMPLE): $(SAMPLE_WRITER) | $(VENV)/.installed
	@mkdir -p demo
	@$(BIN)/amends sample --force $@ > /dev/null

$(BIN)/python:
	@.ci/virtual-environment "$(PYTHON)" $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo 'Installing Amends into $(VENV) …'
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.developer: pyproject.toml | $(BIN)/python
	@echo 'Installing Amends and what its tests need into $(VENV) …'
	@$(PIP) install --editable '.[outlook,pdf,postgres]' $$($(BIN)/python .ci/developer-packages)
	@touch $(VENV)/.installed $@

$(VENV)/.tools: .ci/tools | $(BIN)/python
	@.ci/tools $(BIN)
	@touch $@
