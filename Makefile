# An active virtual environment is used as it is; without one, everything goes to .venv in this folder.
VENV := $(if $(VIRTUAL_ENV),$(VIRTUAL_ENV),.venv)
BIN := $(VENV)/bin
PYTHON ?= python3
# EDITABLE= (empty) installs a copy instead, as somebody does who installs the wheel.
EDITABLE ?= -e
STAMP := $(VENV)/.greenmill-installed
ARGS ?=

.PHONY: install run test lint bench clean

install $(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt $(EDITABLE) '.[test]'
	touch $(STAMP)

run: $(STAMP)  ## the eleven policy mixes; ARGS='province=demo seeds=2' to change
	$(BIN)/greenmill run $(ARGS)

test: $(STAMP)
	$(BIN)/pytest -n 2 $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
