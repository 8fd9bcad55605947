# Fourview's commands. Each does its own set-up (tools/setup.sh) and can be the first one typed.
#
#   STUDY    make run: a folder, DICOMDIR, zip or file to read instead of the demo study
#   TESTS    make test: files, folders or options for pytest
#   WORKERS  make test: processes; 2 without it
#   BENCH    make bench: names of benchmarks, all without it
#   DIST     make package: where the bundle goes; dist without it
#   PYTHON, VENV: see tools/setup.sh

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
SETUP := @VENV="$(VENV)" PYTHON="$(PYTHON)" sh tools/setup.sh
WORKERS ?= 2
DIST ?= dist

.DEFAULT_GOAL := help
.PHONY: help setup run test lint checks bench package clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

setup: ## install everything that tests need, and stop
	$(SETUP) test

run: ## open the window on a study; without a display, say where its picture is
	$(SETUP) run
	@mkdir -p out
	@study="$(STUDY)"; : $${study:=$$($(BIN)/fourview demo --cached)} && test -n "$$study" && \
	if [ -n "$$DISPLAY$$WAYLAND_DISPLAY$$QT_QPA_PLATFORM" ]; then $(BIN)/fourview "$$study"; else \
		$(BIN)/fourview render "$$study" --out out/study.png && \
		$(BIN)/fourview analyze "$$study" --out out/findings && \
		echo "There is no display. The hung study is a picture: $$PWD/out/study.png" && \
		echo "What the AI reading found: $$PWD/out/findings"; fi

test: export QT_QPA_PLATFORM ?= offscreen
test: ## lint, types and tests
	$(SETUP) test
	@$(MAKE) --no-print-directory checks
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

lint: ## style, types and the floors alone
	$(SETUP) lint
	@$(MAKE) --no-print-directory checks

checks:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: ## measure against the references
	$(SETUP) bench
	$(BIN)/python -m benchmarks $(BENCH)

package: ## make a folder that runs without Python: dist/fourview
	$(SETUP) package
	$(BIN)/pyinstaller --noconfirm --log-level ERROR --distpath "$(DIST)" --workpath "$(DIST)/work" build.spec
	@echo "built: $$(du -sm "$(DIST)/fourview" | cut -f1) MB; now trying it"
	@sh tools/try-bundle.sh "$(DIST)/fourview"

clean: ## remove what was made here; the virtual environment too
	rm -rf $(VENV) build dist out *.egg-info .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache
