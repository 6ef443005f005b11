# Everything one does with Reserve. Needs make and Python 3.11; the rest installs itself into .venv.

PY := .venv/bin/python
# Without a DEBUG line in the environment or in .env this is a demo on one's own machine.
DEMO := if [ -z "$${DEBUG+set}" ] && ! grep -qs '^ *DEBUG *=' .env; then export DEBUG=on; fi
# What a real site sets, for the checks that only mean something there.
SITE := SECRET_KEY=only-for-the-check-$(subst $() ,,a b c d e f g h i j k l m n o p q r s t u v w x y z)-0123456789 \
	DEBUG=off BASE_URL=https://reserve.example.com ALLOWED_HOSTS=reserve.example.com BEHIND_PROXY=on \
	PAYMENTS_SANDBOX=on

.PHONY: help run test check fix bench chaos lock
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## serve Reserve with its demo worlds on http://127.0.0.1:8000 (PORT=…)
	@.ci/environment requirements.txt
	@$(DEMO); $(PY) manage.py migrate --verbosity 0 && $(PY) manage.py seed_demo --if-empty \
		&& exec $(PY) manage.py serve

test: ## every test: SQLite, PostgreSQL and Redis, JavaScript, browser (ARGS="-k hold")
	@.ci/environment requirements-dev.txt
	@.ci/test

check: ## format, lint, types, floors, migrations, settings, templates, dependencies
	@.ci/environment requirements-dev.txt
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache
	DEBUG=on $(PY) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy --fail-level WARNING, with the settings of a real site"
	@$(SITE) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m djlint templates --lint --quiet
	@.ci/audit

fix: ## format, and mend what the linter can mend
	@.ci/environment requirements-dev.txt
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: ## the benchmarks, as ratios to the limit of the same run (needs PostgreSQL)
	@.ci/environment requirements-dev.txt
	$(PY) -m benchmarks

chaos: ## break a running site in every way there is, and judge it (needs PostgreSQL and Redis)
	@.ci/environment requirements-dev.txt
	$(PY) -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

lock: ## pin requirements*.in anew, with hashes (needs uv)
	uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
