# The ways in: run it, test it, check it, measure it. `make run PORT=8001` and the like work too.

PY = .venv/bin/python
setup = @sh .ci/setup

.PHONY: run test test-services test-litellm check screenshots bench soak supply lock clean

run:
	$(setup) requirements.lock
	@exec $(PY) manage.py serve

test:
	$(setup) requirements-dev.lock
	@$(PY) -m tests.browser.chromium
	@$(PY) -m tests.support.firefox.program
	@exec $(PY) -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder $(ARGS)

# On PostgreSQL and Redis of their own, from installed programs: all that touches a database.
test-services:
	$(setup) requirements-dev.lock
	@exec $(PY) -m tests.services $(ARGS)

# Through a LiteLLM proxy, which gets an environment of its own (about 400 MB).
test-litellm:
	$(setup) requirements-dev.lock
	$(setup) requirements-litellm.lock .litellm --no-compile
	@LITELLM=run exec $(PY) -m pytest tests/litellm $(ARGS)

check:
	$(setup) requirements-dev.lock
	@exec sh .ci/check

bench:
	$(setup) requirements-dev.lock
	@exec $(PY) -m tests.bench $(ARGS)

# The pictures of the README and the tour, where what is behind them changed.
screenshots:
	$(setup) requirements-dev.lock
	@exec $(PY) -m tests.tour $(ARGS)

soak:
	$(setup) requirements-dev.lock
	@exec $(PY) -m tests.soak

# Advisories about the locked packages, and the list of parts.
supply:
	$(setup) requirements-dev.lock
	$(setup) requirements-supply.lock .supply
	@exec $(PY) -m tests.supply

lock:
	@exec sh .ci/lock

clean:
	rm -rf .venv .litellm .supply test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
