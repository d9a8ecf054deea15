# Only git, make and python3 >= 3.11 with pip are needed; everything else goes into .venv.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
LOCK   := requirements/dev.txt

.PHONY: demo test check faults fix lock clean setup

demo: setup  ## the main job in the sandbox, from question to undo
	@$(VENV)/bin/adsteward demo

test: setup  ## all tests; no network needed
	$(PY) -m pytest

check: setup  ## lint, format and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

faults: setup  ## 10,000 random histories of faults and crashes; a few minutes
	ADSTEWARD_HISTORIES=10000 $(PY) -m pytest tests/faults --hypothesis-seed=$(or $(SEED),$(shell date +%s))

fix: setup  ## let ruff mend what it can
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

setup: $(VENV)/.ready

$(VENV)/.ready: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "adsteward needs Python 3.11 or newer; set PYTHON=python3.12, for example")'
	@echo "Setting up $(VENV) (once; about a minute)"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
	  $(PYTHON) -m pip install --quiet --target .cache/virtualenv virtualenv && \
	  PYTHONPATH=.cache/virtualenv $(PYTHON) -m virtualenv --quiet $(VENV); }
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:  ## pin the dependencies again, by version and hash only (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache build dist
