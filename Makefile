# The two commands of the README are `make run` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?= --driver telescope --driver ccd --driver focuser --driver filterwheel
PYTEST_ARGS ?= --numprocesses auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run test check format bench system-packages clean

help:  ## Say what there is to make
	@sed -n 's/^\([a-z-]*\):.*##/\1:/p' $(MAKEFILE_LIST) | column -t -s:

$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	    echo "make: no virtual environment could be made. On Debian: sudo apt install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# pyindi-client asks for dbus-python, which wants D-Bus headers to build and is needed only on
# desktops: it is installed without what it asks for.
$(VENV)/.test: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,indipy]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps 'pyindi-client>=2.1'
	@touch $@

run: $(VENV)/.run  ## Start the hub with a simulated observatory (ARGS="..." for others)
	$(BIN)/lightapt-server $(ARGS)

test: $(VENV)/.test system-packages  ## Set up and run all tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.test system-packages  ## What to run before each commit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python -m pytest $(PYTEST_ARGS)

format: $(VENV)/.test  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test system-packages  ## Measure against Debian's indiserver and a bare relay in C
	$(BIN)/python -m tests.benchmarks $(BENCH_ARGS)

# Debian's INDI (the reference server, its simulators and tools), fitsverify and a plate solver. Installed where apt and the right to use it are there.
system-packages:
	@sh .ci/system-packages

clean:  ## Remove the virtual environment and all caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
