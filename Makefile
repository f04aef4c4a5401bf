# Two commands are enough: `make run` and `make test`. Both make their own virtual environment from a lock file.
.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench browser secrets lock
BIN := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## .venv from requirements.lock, with trygghet in .venv/bin
	@.ci/setup requirements.lock

run: setup ## the whole product with the example, on this machine alone; Ctrl-C stops it
	@exec $(BIN)/trygghet run --with-parent

test: browser ## the tests, with a browser where one is found or can be installed
	@$(BIN)/python -m pytest -rs -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: browser ## format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -rs -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

format: develop ## formats what ruff would not accept
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

MEASURED := ticks dispatch holding planning walls pages paint
bench: ## measures ticks, dispatch, planning, walls and residents' pages beside other ways; OPTIONS=--full takes the sizes that the goals name, and an hour
	@.ci/setup requirements-bench.lock
	@for one in $(MEASURED); do echo "$$one" && $(BIN)/python benchmarks/$$one.py $(OPTIONS) || exit 1; done

.PHONY: develop
develop:
	@.ci/setup requirements-dev.lock

browser: develop
	@$(BIN)/python -m tests.browser

secrets: ## passwords for compose.yaml, made once; the folder is closed, so the files in it may be read by containers
	@test ! -e secrets || { echo "secrets/ finns redan."; exit 1; }
	@mkdir -m 700 secrets && umask 022 && word() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; } && \
	    database=$$(word) && queue=$$(word) && printf %s "$$database" > secrets/postgres_password && \
	    printf %s "postgresql://trygghet:$$database@postgres:5432/trygghet" > secrets/database_url && \
	    printf %s "redis://:$$queue@valkey:6379/0" > secrets/redis_url && printf %s "$$(word)$$(word)" > secrets/secret_key && \
	    printf 'requirepass %s\nappendonly yes\nsave ""\nmaxmemory-policy noeviction\ndir /data\n' "$$queue" > secrets/valkey.conf

# Django, which carries nothing of ours but is asked for by the package that carries htmx, is left out with what it needs;
# one of the queues that we are measured beside needs one of those all the same.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	--no-emit-package django --no-emit-package asgiref --no-emit-package sqlparse pyproject.toml
lock: ## renews the lock files; needs uv
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock
	$(subst --no-emit-package asgiref,,$(LOCK)) --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock
