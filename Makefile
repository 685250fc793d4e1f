# The two commands of the README, and the gates of CI: the same at the desk and there.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
# Wheels only: no compiler is needed. The constraints are the versions that the tests ran with.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --constraint constraints.txt

.PHONY: demo test acceptance study test-transformers test-spark lint types contracts docs examples check clean

demo: $(VENV)/.runtime  ## Install, bring data and model, recommend to user 196
	@$(BIN)/recsys-rag recommend --user 196 --profile "action movies" -k 5

# On all cores; the tests of one file stay together, which share what they fit.
test: $(VENV)/.dev assets  ## Run the test suite
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

acceptance: $(VENV)/.dev assets  ## Run the studies that take minutes: many texts, the documents' commands
	$(BIN)/python -m pytest -n auto --dist loadfile -m acceptance $(PYTEST_ARGS)

study: $(VENV)/.dev assets  ## Run the studies of the service that take tens of minutes
	$(BIN)/python -m pytest -m study $(PYTEST_ARGS)

.PHONY: assets
assets: $(VENV)/.runtime  ## Bring the data and models that the tests use
	@$(BIN)/recsys-rag data fetch ml-100k
	@$(BIN)/recsys-rag lm fetch smollm2
	@$(BIN)/recsys-rag lm fetch minilm

test-transformers: $(VENV)/.transformers assets  ## Also the tests of the [transformers] and [finetune] extras (installs torch)
	$(BIN)/python -m pytest -m transformers $(PYTEST_ARGS)

test-spark: $(VENV)/.spark  ## Also the tests on a Spark cluster of two workers here (installs pyspark; needs Java)
	$(BIN)/python -m pytest -m spark -rs $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

docs: $(VENV)/.dev  ## Regenerate what is generated
	$(BIN)/python docs/reference.py commands > docs/cli.md
	$(BIN)/python docs/reference.py settings > docs/settings.md
	$(BIN)/python tests/docs/api_page.py

examples: $(VENV)/.dev  ## Write docs/examples/text.md anew: twenty texts of each writer
	$(BIN)/python benchmarks/examples.py

check: lint types contracts test

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "recsys-rag needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make demo PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 2; }

$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing recsys-rag into $(VENV) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what the tests need ..."
	@$(INSTALL) --editable '.[parquet,serve,postgres]' --requirement requirements-dev.txt
	@touch $@

$(VENV)/.transformers: $(VENV)/.dev
	@echo "Installing the [finetune] extra ..."
	@$(INSTALL) torch==2.13.0
	@$(INSTALL) --editable '.[finetune]'
	@touch $@

# pyspark comes as a source archive only, which holds its jars and compiles nothing.
$(VENV)/.spark: $(VENV)/.dev
	@echo "Installing the [spark] extra ..."
	@$(INSTALL) --no-binary pyspark --editable '.[spark]'
	@touch $@
