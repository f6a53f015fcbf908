# Two commands do all the set-up: `make demo` shows the product, `make test` runs its tests.
# `make check` is what continuous integration runs. `make help` lists the rest.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help demo test check lint docs wheel pictures clean
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell .ci/python)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
SAMPLE := demo/alder-quay.mbox
SAMPLE_WRITER := $(shell find src/amends/sources/sample -type f ! -name "*.pyc")
# The floors of docs/developer/house.md: branches of the pure core, branches of everything else.
CORE_FLOOR := 100
ELSE_FLOOR := 95

help:
	@echo 'make demo      install Amends here and scan the mailbox of a staffing firm that does not exist'
	@echo 'make test      install what the tests need and run all of them'
	@echo 'make check     style, types, layers, documentation, the wheel, then the tests'
	@echo 'make pictures  draw the pictures of the README anew'
	@echo 'make clean     remove everything that these commands made'

demo: $(VENV)/.installed $(SAMPLE)
	@echo "Scanning $(SAMPLE): half a year of mail of Alder & Quay, a firm that does not exist."
	@$(BIN)/amends scan $(SAMPLE)
	@echo "Now yours: $(BIN)/amends scan PATH-TO-YOUR-MAILBOX"

test: $(VENV)/.developer $(VENV)/.tools
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --quiet
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --include='*/amends/core/*' --fail-under=$(CORE_FLOOR) > $(VENV)/core.txt || \
		{ cat $(VENV)/core.txt; echo 'The core is covered below its floor.'; exit 1; }
	@$(BIN)/coverage report --omit='*/amends/core/*' --fail-under=$(ELSE_FLOOR) > $(VENV)/rest.txt || \
		{ cat $(VENV)/rest.txt; echo 'Everything but the core is covered below its floor.'; exit 1; }
	@echo "Covered: core $$(awk '/^TOTAL/ {print $$NF}' $(VENV)/core.txt)," \
		"the rest $$(awk '/^TOTAL/ {print $$NF}' $(VENV)/rest.txt)."

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
	@echo 'Generated documentation: up to date.'

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
	@$(PIP) install --editable '.[outlook]' $$($(BIN)/python .ci/developer-packages)
	@touch $(VENV)/.installed $@

$(VENV)/.tools: .ci/tools | $(BIN)/python
	@.ci/tools $(BIN)
	@touch $@
