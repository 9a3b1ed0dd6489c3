# Each target does all the set-up it needs: `make run` and `make test` work on a fresh clone.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INDEX := index

# Question sets to measure with; they are no part of the project.
EVAL := ../shared/eval
PACKS := $(wildcard ../shared/seeds/*.pdf)

.PHONY: install run test check faults evaluate bench soak fuzz browser clean

install: .venv/installed

# pip is brought up to date first: older ones know no dependency groups.
.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kindsearch needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet --editable ".[mcp,metrics,langchain,llama-index,haystack]" --group dev
	touch $@

# Files that can't be read are named in the report; the others are served all the same.
run: install
	-$(BIN)/kindsearch ingest --index $(INDEX)
	$(BIN)/kindsearch ask "how do we measure kindness?" --index $(INDEX)
	$(BIN)/kindsearch ask "who rings round the wards at night?" --index $(INDEX)
	$(BIN)/kindsearch serve --index $(INDEX)

# As many at once as there are cores; tests of one module stay together, for they share an archive or a browser.
PYTEST := $(BIN)/pytest -n auto --dist loadfile

test: install browser
	$(PYTEST)

check: install browser
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST)

# Faults in every step, kills and damage in their thousands (docs/reliability.md): about half an hour on two cores.
faults: install
	$(BIN)/pytest -m faults -s

# Every figure of docs/evaluation.md that does not name another command: about twenty minutes on two cores.
evaluate: install
	$(BIN)/kindsearch evaluate tests/data/sample_questions.jsonl --corpus corpus
	$(BIN)/kindsearch evaluate $(EVAL)/packs_dev $(PACKS:%=--corpus %)
	$(BIN)/kindsearch evaluate $(EVAL)/locomo_dev
	$(BIN)/kindsearch evaluate $(EVAL)/qmsum_dev --scope both
	$(BIN)/kindsearch evaluate $(EVAL)/scifact_dev --scope corpus

# Every figure of docs/benchmarks.md, on a machine that does nothing else: hours. Archives are kept in build/bench.
BENCH := $(BIN)/python -m scripts.bench
RECORDS := build/bench/records
bench: install
	$(BIN)/pip install --quiet --disable-pip-version-check --group bench --group peers
	$(BENCH) encode --sets $(EVAL) --json $(RECORDS)/encode.json
	$(BENCH) ingest-meetings --sets $(EVAL) --json $(RECORDS)/ingest-meetings.json
	$(BENCH) peers --sets $(EVAL) --json $(RECORDS)/peers.json
	for n in 10000 100000 1000000; do \
		$(BENCH) size $$n --ask --sets $(EVAL) --json $(RECORDS)/size-$$n.json && \
		$(BENCH) recall $$n --sets $(EVAL) --json $(RECORDS)/recall-$$n.json || exit 1; \
	done
	$(BENCH) plot $(RECORDS)/encode.json $(RECORDS)/size-*.json

# Our own parsers under what a fuzzer makes up, a minute each; what it finds is in build/fuzz.
FUZZED := captions chat transcript slides any notes dates
FUZZ_SECONDS := 60
fuzz: install
	$(BIN)/pip install --quiet --disable-pip-version-check --group fuzz
	mkdir -p build/fuzz
	for parser in $(FUZZED); do \
		$(BIN)/python -m scripts.fuzz $$parser -max_total_time=$(FUZZ_SECONDS) -max_len=2000 -timeout=10 \
			-artifact_prefix=build/fuzz/$$parser- || exit 1; \
	done

# Eight ask for ten minutes while files are rewritten and taken out; the tests run half a minute of it.
soak: install
	$(BIN)/python -m scripts.soak --seconds 600

# The browser tests need a Chromium and axe-core; without them they are skipped, saying so.
browser:
	@scripts/ensure_browser.sh

clean:
	rm -rf .venv $(INDEX)/catalog.sqlite* $(INDEX)/generation-* build dist src/*.egg-info
