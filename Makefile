# Only git, make and python3 >= 3.11 with pip are needed; everything else goes into .venv.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
LOCK   := requirements/dev.txt
BENCH  := .cache/bench
CONF   := .cache/conformance
PYTEST := PYTHONDONTWRITEBYTECODE= $(PY) -m pytest
LUCK   := $(or $(SEED),$(shell date +%s))

# A virtual environment in $(1), also where python3 has no ensurepip.
define new_venv
$(PYTHON) -m venv $(1) 2>/dev/null || { \
	  $(PYTHON) -m pip install --quiet --target .cache/virtualenv virtualenv && \
	  PYTHONPATH=.cache/virtualenv $(PYTHON) -m virtualenv --quiet $(1); }
endef

.PHONY: demo test check fuzz faults fix docs bench conformance hosts browser lock clean setup

demo: setup  ## the main job in the sandbox, from question to undo
	@$(VENV)/bin/adsteward demo

test: setup  ## all tests but those of `browser`, on all cores; no network needed, the same every time
	$(PYTEST) -n auto --dist worksteal --ignore=tests/web/browser

check: setup  ## lint, format and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

fuzz: setup  ## every property on new examples, ten times as many; SEED="1 2 3" takes these, PART= some tests
	@for seed in $(LUCK); do echo "SEED=$$seed"; \
	  $(PYTEST) -n auto --dist worksteal -m hypothesis --hypothesis-profile=fuzz --hypothesis-seed=$$seed $(PART) || exit; done

faults: setup  ## 10,000 random histories of faults, crashes and other people's edits, on two cores; SEED=1 takes these
	@echo "SEED=$(LUCK)"; for half in 0 1; do ADSTEWARD_HISTORIES=5000 $(PYTEST) -q tests/faults/test_histories.py \
	  --hypothesis-profile=fuzz --hypothesis-seed=$$(($(LUCK) + half)) & jobs="$$jobs $$!"; done; \
	  failed=0; for job in $$jobs; do wait $$job || failed=1; done; exit $$failed

fix: setup  ## let ruff mend what it can
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

docs: setup  ## fill in what the docs repeat of the code, and measure docs/errors.md again
	$(PY) -m tests.docs.generate
	ADSTEWARD_WRITE_DOCS=1 $(PY) -m pytest tests/docs/test_error_table.py

bench: $(BENCH)/.ready  ## side by side with Meta's own SDK, in an environment of its own
	@PYTHONPATH=. $(BENCH)/bin/python benchmarks/client.py

$(BENCH)/.ready: requirements/bench.txt
	@echo "Setting up $(BENCH) (once; about a minute)"
	@$(call new_venv,$(BENCH))
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

conformance: $(CONF)/.ready  ## Meta's own SDK, its CLI and the guide's curl commands against the sandbox
	@$(CONF)/bin/python tests/conformance/meta_cli.py
	@$(CONF)/bin/python -m pytest -rs tests/conformance

$(CONF)/.ready: requirements/conformance.txt
	@echo "Setting up $(CONF) (once; about a minute)"
	@$(call new_venv,$(CONF))
	@$(CONF)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

hosts: setup  ## the plugin in real hosts (OpenClaw, Claude Code, the MCP inspector); about ten minutes, 1 GB in .cache
	@sh tests/hosts/install.sh .cache/hosts
	@ADSTEWARD_HOSTS=$(CURDIR)/.cache/hosts $(PY) -m pytest -rs tests/hosts

browser: setup  ## the page in the system's Chromium: desktop and phone, accessibility, impatient people
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/browser.txt
	@$(PYTEST) -n 2 -rs tests/web/browser

setup: $(VENV)/.ready

$(VENV)/.ready: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "adsteward needs Python 3.11 or newer; set PYTHON=python3.12, for example")'
	@echo "Setting up $(VENV) (once; about a minute)"
	@$(call new_venv,$(VENV))
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:  ## pin the dependencies again, by version and hash only (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras --group dev pyproject.toml -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group pyproject.toml:browser -c requirements/dev.txt -o requirements/browser.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group bench pyproject.toml -c requirements/runtime.txt -o requirements/bench.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group conformance pyproject.toml -c requirements/runtime.txt -o requirements/conformance.txt
	uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --group pyproject.toml:conformance-cli -o requirements/conformance-cli.txt

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache build dist
