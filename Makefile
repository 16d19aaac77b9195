# What a newcomer needs: `make demo` and `make test`. Both install the system packages they lack (Debian, Ubuntu).

SWIFT ?= swift
BIN := .build/release

.PHONY: demo test build lint format bench behaviours schemas packages clean

# 200 virtual users chat for 30 seconds through real HTTP and MQTT; the verdict and the report follow.
demo: build
	$(BIN)/chatrix-sim run scenarios/smoke.yaml

build: packages
	$(SWIFT) build -c release --product chatrix-sim

test: packages
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

# Layout and style; `make format` mends what it can.
lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

bench: packages
	$(SWIFT) build -c release --product chatrix-bench
	$(BIN)/chatrix-bench core

# The page of the behaviour catalogue, which names the checks; a test compares it.
behaviours: build
	$(BIN)/chatrix-sim behaviours --markdown > docs/behaviours.md

# The JSON Schema of scenario files and the tables of their page; tests compare both.
schemas: build
	$(BIN)/chatrix-sim schema > docs/schemas/scenario.schema.json
	$(BIN)/chatrix-sim schema --tables docs/scenarios.md

packages:
	@scripts/install-packages

clean:
	$(SWIFT) package clean
