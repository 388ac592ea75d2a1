# Set-up and daily use. `make` alone lists what there is.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup web train run chat check test test-slow soak audit clean

# Both would lead uv away from .venv.
unexport VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

# uv is asked for anew each time, some milliseconds: a path that was written down goes stale.
# exec leaves no shell between make and the program, so Ctrl-C reaches it.
in_venv = uv="$$(scripts/bootstrap.sh uv)" && exec "$$uv" run --no-sync

synced := .venv/.medpath-synced
encoder := models/encoder/.medpath-built
widget := web/dist/.medpath-built
deploy_checks := .tools/deploy/.medpath-synced

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo "Without make: .venv/bin/medpath COMMAND, or uv run --no-sync medpath COMMAND"

setup: $(encoder) ## install everything and build the sentence encoders

web: $(widget) ## setup, then bundle the web widget

train: setup ## setup, then train the model when there is none or the data changed
	@$(in_venv) medpath train

run: train web ## train, bundle the widget, then start the assistant (Ctrl-C stops it)
	@$(in_venv) medpath run

chat: train ## train, then talk to the assistant in this terminal
	@$(in_venv) medpath chat

check: setup ## lint, format, types and the knowledge files
	@$(in_venv) ruff check .
	@$(in_venv) ruff format --check .
	@$(in_venv) mypy medpath
	@$(in_venv) medpath knowledge check

test: train web check $(deploy_checks) ## train, bundle the widget, check, then the tests (browsers: chromium firefox-esr webkit2gtk-driver xvfb)
	@$(in_venv) pytest

test-slow: train web ## the tests that wait for limits, kill and restart servers: a quarter of an hour
	@$(in_venv) pytest -m 'slow and not soak'

soak: train web ## the tests that take minutes to hours (MEDPATH_SOAK_SECONDS: how long each of the two longest goes on, 3600)
	@$(in_venv) pytest -m soak -s

audit: ## ask the registries for advisories on what is locked (needs a network; docs/security.md judges the known ones)
	@scripts/audit.sh

clean: ## remove all that was installed or built: .venv, .tools, models, the widget, caches
	rm -rf .venv .tools web/node_modules web/dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .rasa build *.egg-info
	find models -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	find . \( -name .git -o -name node_modules \) -prune -o -type d -name __pycache__ -exec rm -rf {} +

$(synced): pyproject.toml uv.lock .python-version
	@scripts/bootstrap.sh sync
	@touch $@

$(widget): $(synced) $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*')
	@scripts/bootstrap.sh web
	@touch $@

$(deploy_checks): deploy/checks/pyproject.toml deploy/checks/uv.lock
	@scripts/bootstrap.sh checks
	@touch $@

# Also after a change of the libraries: the encoders are made from one of them.
$(encoder): $(synced) $(wildcard data/language/*_adapter.safetensors medpath/language/*encoder*.py)
	@scripts/bootstrap.sh encoder
	@touch $@
