# Everything a person or a machine does with this project; `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

SHELL := bash
.SHELLFLAGS := -o pipefail -c
PIP := $(BIN)/pip install --disable-pip-version-check --require-hashes
# Half of the time of a whole call is waiting.
WORKERS := $(shell $(PYTHON) -c 'import os; print(3 * os.cpu_count() // 2)')
COUNTED := awk '/^Collecting/ { printf "\r  %d packages", ++n; fflush() } END { print "" }'

.DEFAULT_GOAL := help
.PHONY: help run test test-full check fix bench drill lock docs

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

$(INSTALLED): requirements.lock pyproject.toml
	@echo "Installing what the hotline needs into $(VENV) (once; a minute or two) …"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.lock 2>/dev/null | $(COUNTED) || $(PIP) --quiet -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	@echo "Installing what the tests need …"
	@$(PIP) -r requirements-dev.lock 2>/dev/null | $(COUNTED) || $(PIP) --quiet -r requirements-dev.lock
	@touch $@

run: $(INSTALLED)  ## install, start everything, place sample calls, leave the console open
	@exec $(BIN)/hotline up

test: $(INSTALLED_DEV)  ## install and pass all tests (under 4 minutes after installing)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not full" -q

test-full: $(INSTALLED_DEV)  ## the same and what takes longer: both databases in depth, 2,000 fuzz examples, kill drills
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q --hypothesis-profile=searching

check: $(INSTALLED_DEV)  ## style, types, and which room may import which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

fix: $(INSTALLED_DEV)  ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(INSTALLED_DEV)  ## measure what the house adds, as ratios in one run
	@$(BIN)/python -m tools.bench

drill: $(INSTALLED_DEV)  ## a surge day in full, virtual and live, processes killed, SQL away; reports in docs/drills/
	@$(BIN)/hotline drill chengdu-2022-07-29 --report docs/drills/virtual
	@$(BIN)/hotline drill chengdu-2022-07-29 --live --calls 2000 --speed 200 --report docs/drills/live-2000
	@$(BIN)/hotline drill chengdu-2022-07-29 --live --calls 2000 --speed 200 --kill 25 --seed 2 --report docs/drills/live-2000-killed
	@$(BIN)/hotline drill chengdu-2022-07-29 --live --calls 800 --speed 500 --kill 25 --seed 4 --database postgresql --database-away 30 --report docs/drills/live-postgresql-killed
	@$(BIN)/hotline drill chengdu-2022-07-29 --live --peak --speed 5 --report docs/drills/live-peak-hour

lock: $(INSTALLED_DEV)  ## pin the newest versions that pyproject.toml allows, with hashes
	@$(BIN)/python -m tools.lock

docs: $(INSTALLED)  ## write the settings table of README.md and the picture of docs/lifecycle.md anew
	@$(BIN)/python -m tools.settings_into_readme
	@$(BIN)/python -m tools.lifecycle_into_docs
