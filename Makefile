# `make` alone says what there is.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ASSETS := node_modules/.ready
# Processes that run tests, each with engines of its own. Many tests wait rather than compute.
JOBS ?= 2
# The theme would advertise its successor at every build.
SITE := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
STYLES := $(wildcard services/portal/web/styles/*.scss)

.DEFAULT_GOAL := help
.PHONY: help setup run down test check texts search simulate fuzz races chaos alerts requests edge images bench soak site sbom clean

help: ## Lists these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) $(ASSETS) ## Builds .venv and node_modules from the locks; quick when nothing changed

run: setup ## Starts the whole system with example data; KAFKA=embedded needs no Java
	$(BIN)/waybill up --example

down: setup ## Stops a running system; its data stays
	$(BIN)/waybill down

test: setup ## All tests, on containers where Docker answers, else on local engines
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup ## Style, types, architecture, spelling, manifests, docs site, known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell $$(git ls-files)
	$(BIN)/python .ci/vocabulary.py
	$(BIN)/python -m tests.kubernetes
	$(SITE) --quiet
	$(BIN)/python .ci/audit.py requirements-dev.lock package-lock.json

texts: setup ## Adds new texts of the portal's pages to its translations
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ --no-location --sort-output --omit-header -o .texts.pot .
	$(BIN)/pybabel -q update -i .texts.pot -d services/portal/web/locale -D portal --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	rm .texts.pot

search: setup ## Properties with new random examples, twenty times as many; make test repeats the same
	$(BIN)/python -m pytest tests/unit -m hypothesis --hypothesis-profile search --timeout 6000 $(ARGS)

simulate: setup ## A hundred thousand seeded histories of the whole system, with faults everywhere
	$(BIN)/python -m tests.simulation --histories 100000 $(ARGS)

fuzz: setup ## A million spoilt messages to all services: nothing raises, every refusal is named
	$(BIN)/python -m tests.fuzz --inputs 1000000 $(ARGS)

races: setup ## A thousand of each race between contradicting commands, on real engines
	$(BIN)/python -m pytest tests/races --races 1000 --timeout 3000 $(ARGS)

chaos: setup ## Five hundred kills of services, broker and database under load, and what else breaks
	$(BIN)/python -m pytest tests/chaos --chaos --timeout 3000
	$(BIN)/python -m tests.chaos --kills 500 $(ARGS)

alerts: setup ## A fault for each alert on a running system, a quarter of an hour; needs prometheus
	$(BIN)/python -m tests.alerts $(ARGS)

requests: setup ## Two hundred requests, fit and unfit, to each operation of the API, held to its OpenAPI
	$(BIN)/python -m pytest tests/e2e/test_openapi.py --requests 200 --timeout 6000 $(ARGS)

edge: setup ## Every value that the contract accepts, in every field, at every place where it is met
	$(BIN)/python -m tests.edge $(ARGS)

site: setup ## Builds the docs site into site/
	$(SITE)

sbom: setup ## Writes waybill.cdx.json: the image's Python packages as a bill of materials (CycloneDX)
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o waybill.cdx.json requirements.lock

images: setup ## Takes the screenshots in docs/images from a running system
	$(BIN)/python -m pytest -q tests/browser/test_images.py tests/browser/test_typed_holds.py \
		tests/browser/test_sourcing.py tests/browser/test_exchange.py --write-images

bench: setup ## Measures in parts, such as ARGS=lifecycle; results go to bench/results
	$(BIN)/python -m bench $(ARGS)

soak: setup ## Twenty minutes at three quarters of the capacity: does memory or lag grow?
	$(BIN)/python -m bench soak $(ARGS)

clean: ## Stops a running system and removes its data, .venv and all caches
	if [ -x $(BIN)/waybill ]; then $(BIN)/waybill down; fi
	rm -rf .waybill $(VENV) node_modules site waybill.cdx.json .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements-dev.lock pyproject.toml .ci/venv
	.ci/venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(ASSETS): package.json package-lock.json .npmrc .ci/assets $(STYLES)
	.ci/assets
