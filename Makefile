# What one can do here. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install run test browser engines style types imports check content review report language model suite chaos fuzz bench bench-nlu lock audit sbom

PYTHON ?= python3.11
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false
# The multidict that Rasa bears has no wheel for Python 3.11: its plain Python needs no compiler.
export MULTIDICT_NO_EXTENSIONS := 1

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

install: .venv/installed ## Install everything into .venv, from the locked and hashed requirements

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	  || { echo "make: Python 3.11 is needed, and '$(PYTHON)' is not it. Say where it is: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Installing. The first time this takes a minute or two."
	@$(PYTHON) -m venv --clear .venv || { echo "make: no virtual environment could be made; the message stands above" >&2; exit 1; }
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check uv \
	  && $(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock \
	  && $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable . ; } \
	  || { echo "make: the requirements could not be installed; is a package index reachable? The message stands above." >&2; exit 1; }
	@touch $@

run: install ## Start Waymark; its address is printed when the first message can be answered (HOST, PORT)
	@exec $(BIN)/waymark serve

test: install browser engines style types imports check model suite ## Install, then run every check and every test

browser: ## Install what the browser tests need: Debian's Chromium, and two checkers from npm
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || echo "make: NO BROWSER: chromium could not be installed, so the tests of the chat's page will be skipped" >&2
	@[ tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ] \
	  || (cd tests/browser && npm ci --silent --no-audit --no-fund) \
	  || echo "make: NO CHECKERS: npm could not install them, so some kinds of browser tests will be skipped" >&2
	@[ tests/webhook/channels/playground/node_modules/.package-lock.json -nt tests/webhook/channels/playground/package-lock.json ] \
	  || (cd tests/webhook/channels/playground && npm ci --silent --no-audit --no-fund) \
	  || echo "make: NO PLAYGROUND: npm could not install Microsoft's client, so the tests with it will be skipped" >&2

engines: ## Install what the tests of several machines need: Debian's Redis and PostgreSQL
	@command -v redis-server >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server >/dev/null; } \
	  || echo "make: NO REDIS: redis-server could not be installed, so the tests with it will be skipped" >&2
	@command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 \
	  || { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } \
	  || echo "make: NO POSTGRESQL: it could not be installed, so the tests with it will be skipped" >&2

style: install ## Check the style of the code
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: install ## Check the types
	@$(BIN)/mypy

imports: install ## Check which package imports which
	@$(BIN)/lint-imports

check: install ## Check every content file
	@$(BIN)/waymark check

content: install ## Bring the catalogues of all languages up to date with the English words
	@$(BIN)/waymark content

review: install ## Write the page for a native reader (LANG=ro)
	@$(BIN)/waymark review "$(LANG)"

report: install ## Measure understanding in all languages; write a page with the figures and the model's card
	@$(BIN)/waymark report

language: install ## Begin a language with all the files it needs (CODE=el)
	@$(BIN)/waymark language "$(CODE)"

model: install ## Train the model, unless it is up to date
	@$(BIN)/waymark train

suite: install ## Run the tests
	@$(BIN)/python -m pytest

chaos: install engines model ## Break everything under load, and print what people notice of it: a quarter of an hour
	@command -v strace >/dev/null || apt-get install -y -qq --no-install-recommends strace >/dev/null \
	  || echo "make: NO STRACE: it could not be installed, so slow and full disks will not be tried" >&2
	@CHAOS=1 $(BIN)/python -m pytest tests/chaos/test_chaos_at_length.py tests/conversations/test_nothing_is_kept_anywhere.py

bench: install ## Measure Waymark and the stock Rasa project under the same load, and how Waymark grows: half an hour and more
	@$(BIN)/waymark bench

bench-nlu: install ## Measure the stock Rasa pipeline and ours on the same lines (DATA=file or folder in Rasa's format, TEST=its test lines)
	@$(BIN)/waymark bench-nlu $(if $(DATA),"$(DATA)") $(if $(TEST),--test "$(TEST)")

fuzz: install ## Try what reads texts with millions of strange ones: hours (FUZZ=0.01 is a hundredth)
	@FUZZ=$${FUZZ:-1} $(BIN)/python -m pytest tests/fuzz

lock: ## Renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock

# Both tools want newer packages than Rasa bears, so each runs in an environment of its own. `--strict`: a package that cannot be
# looked up fails, where it would otherwise pass as harmless. What docs/security.md accepts, in the first column of its table, is left out.
audit: install ## Look up known vulnerabilities of everything that is installed
	@$(BIN)/uv tool run --quiet pip-audit==2.10.1 --strict --disable-pip --requirement requirements.lock \
	  $$(sed -nE 's/^\| ((CVE|GHSA|PYSEC)-[A-Za-z0-9-]+) .*/--ignore-vuln \1/p' docs/security.md)

sbom: install ## Write the bill of materials of .venv, with licences, to var/sbom.json (CycloneDX)
	@mkdir -p var && $(BIN)/uv tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py environment --pyproject pyproject.toml \
	  --output-reproducible --output-format JSON --output-file var/sbom.json $(BIN)/python && echo "var/sbom.json"
