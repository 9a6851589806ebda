# What a newcomer types. Needs git, make, Node 20.19+ and npm; everything else is fetched or made.

NODE_RUN := node --import tsx

.DEFAULT_GOAL := help
.PHONY: help start test bench deploy build lint format types check-node

help:
	@echo 'make start    run Longshore on this machine, with a demo model (installs Docker on Debian and Ubuntu)'
	@echo 'make test     lint, types and all tests'
	@echo 'make bench    measure what docs/ promises'
	@echo 'make deploy   deploy to Cloudflare Workers (says first what it will do)'
	@echo 'make build    build the Worker and the agent into dist/'
	@echo 'make lint     check the code; make format: put it in form; make types: check its types'
	@echo
	@echo 'npm start     run Longshore on this machine, without the demo (npm start -- --help)'

# `exec`: a Ctrl-C then ends make with our own process, which stops everything in order.
start: check-node node_modules/.package-lock.json
	@exec $(NODE_RUN) local/main.ts --demo

# Without a Docker engine the tests that need one are not run, which only a person at a terminal may overlook.
test: check-node node_modules/.package-lock.json
	@$(NODE_RUN) local/docker/main.ts || { \
	  [ -z "$$CI" ] || exit 1; \
	  echo; echo '=== NO DOCKER ENGINE: the tests that need one cannot pass ==='; echo; }
	@$(NODE_RUN) local/build.ts
	@npm run --silent lint
	@npm run --silent types
	@npx --no-install vitest run

# About twelve minutes. With 1,000 hosts it takes some five more: see bench/README.md.
bench: check-node node_modules/.package-lock.json
	@$(NODE_RUN) bench/dispatch.ts $(BENCH_FLAGS)
	@$(NODE_RUN) bench/render.ts
	@$(NODE_RUN) bench/agent.ts
	@$(NODE_RUN) bench/dashboard.ts
	@$(NODE_RUN) bench/scale.ts --hosts 10,100

deploy: check-node node_modules/.package-lock.json
	@exec $(NODE_RUN) local/deploy.ts $(DEPLOY_FLAGS)

build: check-node node_modules/.package-lock.json
	@$(NODE_RUN) local/build.ts

lint format types: check-node node_modules/.package-lock.json
	@npm run --silent $@

# npm writes this file last, so a broken installation is done again.
node_modules/.package-lock.json: package-lock.json .npmrc | check-node
	@echo '  npm packages ........ (about a minute)'
	@begun=$$(date +%s); npm ci --no-progress --loglevel=error && touch $@ \
	  && echo "  npm packages ........ installed ($$(($$(date +%s) - begun)) s)"

check-node:
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
	  || { echo "Longshore needs Node 20.19 or newer; this machine has $$(node --version 2>/dev/null || echo none)." >&2; \
	       echo 'Install it from https://nodejs.org/en/download' >&2; exit 1; }
	@command -v npm >/dev/null || { echo 'Longshore needs npm, which comes with Node: https://nodejs.org/en/download' >&2; exit 1; }
