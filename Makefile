# The technical logbook of an exam centre. `make` alone shows this list.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint bench bench-peers translations pictures lock packages

# Debian packages that the tests need, as COMMAND-OR-FILE:PACKAGE.
TEST_PACKAGES := chromium:chromium pdftotext:poppler-utils qpdf:qpdf /usr/lib/postgresql/15/bin/initdb:postgresql-15 setpriv:util-linux certutil:libnss3-tools openssl:openssl \
	/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf:fonts-dejavu-core

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{ printf "%-18s %s\n", $$1, $$2 }'

install: ## make the environment .venv and nothing else
	@.ci/venv requirements.txt

install-dev: ## the same with the tools for tests and checks
	@.ci/venv requirements-dev.txt

run: install ## start the logbook (PORT=8080 make run: another port)
	@$(if $(PORT),LOGBOOK_PORT='$(PORT)') exec .venv/bin/flask start

test: packages install-dev lint ## check everything (ARGS='-k merkle -n0': some tests, in one process)
	@.venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: install-dev ## style and types only
	@.venv/bin/ruff check .
	@.venv/bin/mypy $(wildcard app/domain app/services reports)

bench: install ## measure every goal of speed (ARGS=--profile: where a missed one spends its time)
	@.venv/bin/python -m bench.run $(ARGS)

bench-peers: install ## install django-helpdesk and Roundup into .peers and measure ticks against them
	@.ci/debian /usr/lib/postgresql/15/bin/initdb:postgresql-15 setpriv:util-linux
	@[ -x .peers/bin/python ] && cmp -s bench/peers/requirements.txt .peers/stamp || { \
		echo "Installing the peers into .peers ..." && rm -rf .peers && .venv/bin/python -m venv .peers && \
		.peers/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-deps \
			--requirement bench/peers/requirements.txt && cp bench/peers/requirements.txt .peers/stamp; }
	@.venv/bin/python -m bench.run --only peers $(ARGS)

translations: install-dev ## take new texts into the .po files
	@pot=$$(mktemp) && trap 'rm -f "$$pot"' EXIT && \
		.venv/bin/pybabel -q extract --mapping-file app/translations/babel.cfg --project technical-logbook --version 1 \
		--no-location --no-wrap --sort-output --output-file "$$pot" . && \
		.venv/bin/pybabel -q update --input-file "$$pot" --output-dir app/translations --no-wrap \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

pictures: packages install-dev ## make the pictures of README and guides from a fresh demonstration
	@.venv/bin/python docs/pictures/make.py

lock: ## for maintainers: lock the newest allowed packages (needs uv)
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command 'make lock' --output-file requirements.txt requirements.in
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command 'make lock' --output-file requirements-dev.txt requirements-dev.in

packages:
	@.ci/debian $(TEST_PACKAGES)
