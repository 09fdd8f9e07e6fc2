# TPBIS Events. `make` alone lists what can be asked.
# Everything needs make and Python 3.11 or newer; the rest goes into .venv here.

PORT ?= 8000
ARGS ?=
# The first Python that is new enough; name another with PYTHON=...
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

# Relative, so that a space in the path to this directory does no harm.
VENV_PYTHON := .venv/bin/python
FLASK := $(VENV_PYTHON) -m flask --app wsgi
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard tpbis_events/translations/*/LC_MESSAGES/messages.po))
NO_PYTHON := Python 3.11 or newer was not found. On Debian and Ubuntu: apt-get install python3 python3-venv

export PYTHONUTF8 := 1
ifeq ($(origin PATH),undefined)
export PATH := /usr/local/bin:/usr/bin:/bin
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test bench check catalogues venv clean environment environment-dev

help: ## list what can be asked
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name does; do printf '  make %-12s %s\n' "$$name" "$$does"; done

run: environment $(CATALOGUES) ## start everything, with demo data, on http://127.0.0.1:8000 (PORT=8000)
	@PORT='$(PORT)' $(FLASK) setup
	@PORT='$(PORT)' exec $(FLASK) serve --port '$(PORT)'

test: environment-dev $(CATALOGUES) ## run every test that can run here (ARGS="-k seats")
	@$(VENV_PYTHON) -m pytest -n auto --dist loadfile $(ARGS)

bench: environment-dev $(CATALOGUES) ## run the benchmarks (BENCH_JSON=file, ARGS=)
	@$(VENV_PYTHON) -m bench $(ARGS)

check: environment-dev ## lint, formatting, types, catalogues, templates
	@failed=; for step in 'ruff check' 'ruff format --check' 'mypy'; do \
		echo "== $$step"; $(VENV_PYTHON) -m $$step || failed=1; done; \
	for step in check_catalogues check_templates; do \
		echo "== $$step"; $(VENV_PYTHON) scripts/$$step.py || failed=1; done; \
	test -z "$$failed"

catalogues: environment ## bring both catalogues in line with the sources (ARGS="--merge FILE.json")
	@$(VENV_PYTHON) scripts/catalogues.py $(ARGS)

venv: environment-dev ## make .venv with everything to run, test and check

clean: ## remove what make made; the data in instance/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find config.py wsgi.py tpbis_events tests scripts bench migrations -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	@rm -f $(CATALOGUES)

environment environment-dev:
	@test -n '$(PYTHON)' || { echo '$(NO_PYTHON)' >&2; exit 1; }
	@'$(PYTHON)' scripts/environment.py $(if $(filter %-dev,$@),dev,run)

%.mo: %.po | environment
	@$(VENV_PYTHON) -m babel.messages.frontend -q compile -i $< -o $@
