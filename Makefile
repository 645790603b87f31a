# Any Python 3.11 to 3.13, named or found; everything else goes into .venv/ from requirements.lock.
# With uv the set-up is faster; without it the venv's own pip does the same.

PYTHON ?=
TESTFLAGS ?= -n auto --dist worksteal
UPGRADE ?=
# The runtimes that are installed with .venv/: by default the one that packs are written for. None with WITH=
WITH ?= --current

# What we start reports nothing about us: dbt, npm and others ask for this variable.
export DO_NOT_TRACK := 1

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

LOCK := requirements.lock
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# A name on the PATH may be a shim without an interpreter behind it, so each candidate is asked for its version.
SUITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
CANDIDATES := $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11 python)
NO_PYTHON := No Python 3.11, 3.12 or 3.13 was found$(if $(PYTHON), at PYTHON=$(PYTHON)): \
	install one, or name it with: make PYTHON=/path/to/python3
NO_ENSUREPIP := This Python cannot make virtual environments: \
	install its venv package (Debian, Ubuntu: apt install python3-venv) or uv.
NO_UV := Resolving the lock needs uv: install it with: python3 -m pip install uv

.PHONY: help
help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: install
install: $(STAMP) ## make .venv/ with everything in it; again only when the lock or pyproject.toml changed

$(STAMP): $(LOCK) pyproject.toml
	@rm -f $@; \
	python=; \
	for candidate in $(CANDIDATES); do \
		if "$$candidate" -c '$(SUITS)' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo '$(NO_PYTHON)' >&2; exit 1; fi; \
	uv=; if uv --version >/dev/null 2>&1; then uv=yes; fi; \
	if ! $(BIN)/python -c '$(SUITS)' >/dev/null 2>&1 || [ -n "$(PYTHON)" ]; then \
		if [ -n "$$uv" ]; then \
			uv venv --quiet --no-project --clear --python "$$python" $(VENV) || exit 1; \
		else \
			"$$python" -c 'import ensurepip' 2>/dev/null || { echo '$(NO_ENSUREPIP)' >&2; exit 1; }; \
			"$$python" -m venv --clear $(VENV) || exit 1; \
		fi; \
	fi; \
	echo "Installing into $(VENV)/ from $(LOCK); the first time takes a minute or two."; \
	if [ -n "$$uv" ]; then \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r $(LOCK) && \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . || exit 1; \
	else \
		{ $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; } && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25' && \
		$(BIN)/python -m pip install --quiet --require-hashes -r $(LOCK) && \
		$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . || exit 1; \
	fi; \
	touch $@
	@$(if $(WITH),$(BIN)/dfops runtime install $(WITH),:)

.PHONY: runtimes
runtimes: install ## make the environments of all runtimes that packs are proven on, each 300 MB
	@$(BIN)/dfops runtime install

.PHONY: html
html: install ## check the model and build both sites into build/
	@$(BIN)/dfops build --audience all

.PHONY: test
test: install ## run the tests that a change needs, in minutes
	@$(BIN)/python -m pytest $(TESTFLAGS)

.PHONY: test-all
test-all: install ## run every test, the long ones as well; SAMPLE=SEED/N runs N per cent of those
	@$(BIN)/python -m pytest $(TESTFLAGS) -m 'not bench and not slow' $(if $(SAMPLE),--sample '$(SAMPLE)')

.PHONY: engines
engines: ## start a PostgreSQL of our own on this machine, for `make test` and `dfops pack check`
	@tests/engines/postgres.sh start

.PHONY: engines-slow
engines-slow: install ## Spark and fakesnow in environments of their own, 0.7 GB, for `pytest -m slow`
	@tests/engines/environments.sh

.PHONY: engines-stop
engines-stop: ## stop the PostgreSQL, and forget what it held
	@tests/engines/postgres.sh stop

.PHONY: check
check: install ## check every rule, build nothing
	@$(BIN)/dfops check

CATALOG ?= build/catalog

.PHONY: client
client: install ## build what users install packs with, as a wheel, into CATALOG=DIR; dfops pack publish lists it
	@mkdir -p '$(CATALOG)/client'
	@root=$$(ls '$(CATALOG)/metadata' 2>/dev/null | grep -E '^[0-9]+\.root\.json$$' | sort -n | tail -n 1); \
	if [ -z "$$root" ]; then \
		echo 'This wheel trusts no catalog, so its users need --trust FILE: first run dfops catalog init.' >&2; \
	fi; \
	DFOPS_EMBED_ROOT="$${root:+$(CATALOG)/metadata/$$root}" \
		$(BIN)/python -m hatchling build --target wheel --directory '$(CATALOG)/client'

.PHONY: serve
serve: install ## preview the internal site, rebuilt as you save
	@$(BIN)/dfops serve

.PHONY: bless
bless: install ## write anew what is derived and kept in git: the exports that say so
	@$(BIN)/dfops export all --committed

.PHONY: lint
lint: install ## ruff, mypy and the layers
	@failed=0; \
	$(BIN)/ruff check --quiet || failed=1; \
	$(BIN)/ruff format --check --quiet || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports --no-logo || failed=1; \
	exit $$failed

.PHONY: bench
bench: install ## measure speed and memory, as ratios within one run
	@$(BIN)/python -m pytest -m bench -q
	@$(BIN)/python -m tests.bench

FIGURES ?=
MINUTES ?= 10

.PHONY: hardening
hardening: install ## measure what hostile input does, in about an hour; FIGURES='F1 F2' only these, MINUTES=10 for F2
	@$(BIN)/python -m tests.hardening $(FIGURES) --minutes $(MINUTES)

SEED ?= 1
COUNT ?= 300

.PHONY: mutate
mutate: install ## change facts of the model one at a time and list what check and diff miss; SEED=1 COUNT=300
	@$(BIN)/python -m tests.mutation --seed '$(SEED)' --count '$(COUNT)'

.PHONY: lock
lock: ## resolve requirements.lock again; UPGRADE=--upgrade takes newer versions
	@uv --version >/dev/null 2>&1 || { echo '$(NO_UV)' >&2; exit 1; }
	@uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--all-extras --no-annotate --custom-compile-command 'make lock' \
		$(UPGRADE) --output-file $(LOCK) pyproject.toml >/dev/null

.PHONY: clean
clean: engines-stop ## remove what was built; .venv/ stays
	@rm -rf build .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find generators tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
