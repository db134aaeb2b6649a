# `make demo` and `make test` do all the set-up themselves. Needs Python 3.11 or newer; PYTHON=... names another one.

PYTHON ?= python3
export PYTHON

# Articles that `make bench` indexes.
N = 100000

# Each file in one of two processes, so that what is dear to start, such as the browser, is started once.
TESTING = -q --numprocesses 2 --dist loadfile

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
	    printf '  make %-12s %s\n' "$$name" "$$what"; done

demo: environment ## index the samples in seeds/ and search them
	.venv/bin/newsstand index seeds
	@echo
	.venv/bin/newsstand search våpenhvile
	@echo
	@echo 'To open the page: make serve, then http://127.0.0.1:8000 in a browser.'

serve: environment ## show index/ as a page on 127.0.0.1:8000
	.venv/bin/newsstand serve

test: environment browser ## run the tests
	.venv/bin/python -m pytest $(TESTING)

test-whoosh: ## run the tests on Whoosh 2.7.4 instead of whoosh3
	@tools/environment .venv-whoosh whoosh
	.venv-whoosh/bin/python -m pytest $(TESTING) -o "filterwarnings=$$(printf 'error\nignore:::.*whoosh')"

test-lowest: ## run the tests on the lowest versions of everything that are allowed (needs Python 3.11)
	@tools/environment .venv-lowest lowest
	.venv-lowest/bin/python -m pytest $(TESTING) -o "filterwarnings=$$(printf 'error\nignore::DeprecationWarning')"

lock: ## pin anew what tests and CI install
	tools/lock

audit: environment ## look up known vulnerabilities of what is pinned (needs the network)
	@tools/audit

lint: environment ## check style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

torture: environment ## try for half an hour to make it lose, leak or hang; PARTS='crash fuzz' for some of it
	@.venv/bin/python -c 'import atheris' 2>/dev/null || .venv/bin/python -m pip install -q -e '.[torture]' >&2 || \
	    echo '*** NO COVERAGE: atheris could not be installed; fuzzing goes by chance.' >&2
	.venv/bin/python -m torture $(PARTS) $(ARGS)

eval: environment ## measure the quality of results on the articles in DATA=DIR
	@test -n '$(DATA)' || { echo "usage: make eval DATA=DIR [ARGS='--json FILE …']" >&2; exit 2; }
	.venv/bin/python -m evaluation '$(DATA)' $(ARGS)

bench: environment ## measure speed beside other engines on N (100,000) articles of the JSONL in CORPUS=FILE
	@test -n '$(CORPUS)' || { echo "usage: make bench CORPUS=FILE [N=100000] [ARGS='--json FILE …']" >&2; exit 2; }
	@.venv/bin/python -c 'import tantivy' 2>/dev/null || .venv/bin/python -m pip install --quiet --editable '.[bench]'
	.venv/bin/python -m bench '$(CORPUS)' --articles $(N) $(ARGS)

clean: ## remove environments, caches and build products; index/ stays
	rm -rf .venv .venv-whoosh .venv-lowest .cache build dist *.egg-info .hypothesis .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@tools/environment .venv

# Tests of the page in a real browser are skipped where there is none.
browser:
	@if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo 'newsstand: installing chromium, for the tests of the page' >&2; \
	    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver; } >&2 || \
	    echo '*** NO BROWSER: chromium could not be installed; the tests of the page in a browser are skipped.' >&2; \
	else \
	    echo '*** NO BROWSER: the tests of the page in a browser are skipped.' >&2; \
	    echo '*** To run them: sudo apt-get install chromium chromium-driver' >&2; fi

.PHONY: help demo serve test test-whoosh test-lowest lock audit lint torture eval bench clean environment browser
