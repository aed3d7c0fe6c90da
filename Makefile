# Everything is set up in .venv; nothing needs to be installed by hand but Python 3.11 or later.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
DEMO_HOME := benchmart-home

.PHONY: help setup demo test check form types sql format bench bench-detection bench-tui docs clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[runner,predict,onnx,train,web,dev]'
	touch $@

setup: $(INSTALLED) ## Install benchmart and its tools into .venv

demo: $(INSTALLED) ## Measure a small suite on this machine, build the warehouse, show what is in it
	$(BIN)/benchmart collect --suite demo --home $(DEMO_HOME) || test $$? -eq 3
	$(BIN)/benchmart build --home $(DEMO_HOME)
	@echo; echo "== What works where"
	$(BIN)/benchmart matrix --home $(DEMO_HOME)
	@echo; echo "== Precisions compared on equal conditions"
	$(BIN)/benchmart sql --home $(DEMO_HOME) --query precision_gains
	@echo; echo "== Devices compared on equal conditions"
	$(BIN)/benchmart compare --home $(DEMO_HOME)
	@echo; echo "== Predicted for a device that was never measured here"
	$(BIN)/benchmart predict one resnet50 h100-sxm --precision amp_fp16 --batch-size 256 --home $(DEMO_HOME)
	@echo; echo "== Hardware chosen for a model of 7 billion parameters, which nothing here measured"
	$(BIN)/benchmart select one llama-7b --limit 5 --home $(DEMO_HOME)
	@echo; echo "== Its training planned on 8 devices of 24 GB"
	$(BIN)/benchmart plan training llama-7b --gpus 8 --gpu-memory 24GB --batch 32 --sequence-length 2048
	@echo; echo "The DuckDB file: $(CURDIR)/$(DEMO_HOME)/warehouse.duckdb"

test: $(INSTALLED) ## Run all checks and all tests, those of the dbt project among them
	$(MAKE) check
	@# Threads for every core in both processes would mostly wait for each other.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -m alone

check: $(INSTALLED) ## What CI checks beside the tests: form, types, layers, SQL
	$(MAKE) -j 2 types sql form

form: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(INSTALLED)
	$(BIN)/mypy

sql: $(INSTALLED)
	BENCHMART_HOME=$$(mktemp -d) $(BIN)/sqlfluff lint --processes 1 models analyses

format: $(INSTALLED) ## Put Python and SQL into the house form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(INSTALLED) ## Measure benchmart itself; prints the table of the README
	$(BIN)/python benchmarks/run.py

# What the detector is held against, in an environment of its own: it wants an older numpy.
.venv-otava:
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check 'apache-otava==0.8.*'

bench-detection: $(INSTALLED) .venv-otava ## Score the detector of changes beside no change at all and Apache Otava
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/detection/bench_detection.py

bench-tui: $(INSTALLED) ## Measure the terminal browser over a million results: start, keys, filter, memory, random keys
	$(BIN)/python benchmarks/browser/bench_tui.py

docs: $(INSTALLED) ## Describe all marts and columns, and write the reports of the demo, in target/docs/
	$(BIN)/benchmart build --home $(DEMO_HOME)
	BENCHMART_HOME=$(DEMO_HOME) $(BIN)/dbt docs generate --static
	mkdir -p target/docs
	cp target/static_index.html target/docs/tables.html
	$(BIN)/benchmart matrix --home $(DEMO_HOME) --format html --output target/docs/matrix.html
	$(BIN)/benchmart report all --home $(DEMO_HOME) --output target/docs

clean: ## Remove the environment and everything that can be rebuilt
	rm -rf .venv .venv-otava target logs $(DEMO_HOME)/.build
