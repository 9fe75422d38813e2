# make run     start the bot: the platforms whose tokens are set, else the console
#              make run ARGS="console --json --clock 2026-12-01T10:00" runs another command of `stalemate`
# make test    run the tests
# make check   format, lint, types, import contracts, tests
# make format  write the format
# make faults  try to break it in full, for half an hour, and write docs/reliability.md
# make pictures  draw what members see on both platforms into build/pictures/
# make bench   measure how fast it is beside what it stands on, and write docs/performance.md
#
# Each makes .venv first when it is missing or stale. Needed beforehand: Python 3.11 or newer, make, git.

MAKEFLAGS += --no-print-directory
VENV := .venv
PY := $(VENV)/bin/python

# Written last, so a half-made environment has none. It names the place too: an environment cannot be moved.
STAMP := $(VENV)/made-from
MADE_FROM := $(shell cat constraints.txt pyproject.toml | cksum) $(CURDIR)

FITS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet
# Half of their time the tests wait for a process or a platform: three at a time keep two cores busy.
PYTEST := $(PY) -m pytest -n 3 --dist worksteal

.PHONY: help run test check format bench faults pictures env-example venv
.NOTPARALLEL:

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed '/^$$/q'

run: venv
	@$(VENV)/bin/stalemate $(if $(ARGS),$(ARGS),run)

test: venv
	@$(PYTEST)

check: venv
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PYTEST)

format: venv
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: venv
	@$(PY) -m bench

faults: venv
	@$(PY) -m tests.faults $(GOALS)

pictures: venv
	@$(PY) -m tests.pictures

env-example: venv
	@$(PY) -m bot.host.config > .env.example

# All that this says goes to standard error: standard output is the program's.
venv:
	@if test -x $(PY) && test "$$(cat $(STAMP) 2>/dev/null)" = "$(MADE_FROM)"; then exit 0; fi; \
	found=; \
	for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if $$python -c '$(FITS)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if test -z "$$found"; then \
	  echo "Python 3.11 or newer with its venv module is needed, and none was found." \
	    "Install it, or name it: make PYTHON=/path/to/python" >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$found; this takes a minute or two." >&2; \
	{ rm -rf $(VENV) \
	  && $$found -m venv $(VENV) \
	  && $(PIP) install --require-hashes -r constraints.txt \
	  && $(PIP) install --no-deps --no-build-isolation -e . \
	  && echo "$(MADE_FROM)" > $(STAMP); } >&2
