# Tenor. `make demo` and `make test` do everything, on a bare Debian or Ubuntu with rustup's cargo.

# One profile for everything, so that RocksDB and wasmtime compile once.
CARGO_FLAGS := --release --locked
TARGET := $(or $(CARGO_TARGET_DIR),target)
TENOR := $(TARGET)/release/tenor
PREFIX ?= /usr/local
# What tests could not try on this machine, a line each.
SKIPPED := $(abspath $(TARGET))/skipped.txt
MINUTES ?= 60

DEMO := $(TENOR) demo --contracts $(TARGET)/contracts/wasm --bonds examples/bonds

.PHONY: demo demo-check test build contracts setup install lint fmt figures figures-arithmetic gas-calibration soak durability conformance fuzz fresh-check examples verifier schemathesis

demo: build contracts ## three bonds from issue to redemption, against a real node
	@$(DEMO)
	@echo "the demo ran $(TENOR); make install puts it on the PATH"

test: build contracts examples verifier ## all tests; TENOR_VECTORS names a folder of external vectors
	@rm -f $(SKIPPED)
	@command -v python3 >/dev/null || echo "not tested here: the state's vectors: python3 is absent" >>$(SKIPPED)
	@TENOR_SKIPPED=$(SKIPPED) cargo test $(CARGO_FLAGS) --workspace --no-fail-fast; status=$$?; \
		if [ -s $(SKIPPED) ]; then sort -u $(SKIPPED); else echo "no test was left out on this machine"; fi; \
		exit $$status
	@if command -v python3 >/dev/null; then python3 docs/state_vectors.py; fi
	@$(MAKE) --no-print-directory demo-check

demo-check: build contracts ## the demo again: its blocks replayed, its table recomputed without our code
	@rm -rf $(TARGET)/demo-ledger
	@$(DEMO) --data $(TARGET)/demo-ledger --json >$(TARGET)/demo.json 2>$(TARGET)/demo.log || \
		{ tail -n 20 $(TARGET)/demo.log; exit 1; }
	@$(TENOR) node replay $(TARGET)/demo-ledger/node
	@if command -v python3 >/dev/null; then \
		python3 tests/demo_check.py $(TARGET)/demo.json examples/bonds; \
	else \
		echo "python3 is missing: the demo's table is not recomputed"; \
	fi

setup:
	@scripts/setup.sh

build: setup ## the tenor binary
	cargo build $(CARGO_FLAGS) --workspace

contracts: setup ## the five contracts, compiled to wasm
	@scripts/contracts.sh

examples: setup
	@scripts/contracts.sh tenor-example-counter tenor-example-quote tenor-example-token

verifier: setup ## the proof crate as a module for browsers: target/verifier/verifier.wasm
	@WASM_OUT=$(TARGET)/verifier WASM_CONFIG=scripts/verifier.toml scripts/contracts.sh tenor-verifier

install: build contracts ## puts tenor on the PATH (PREFIX=/usr/local)
	install -D -m 755 $(TENOR) $(DESTDIR)$(PREFIX)/bin/tenor
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/tenor/contracts $(TARGET)/contracts/wasm/*.wasm
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/tenor/bonds examples/bonds/*.toml
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' node/cli/systemd/tenor.service \
		> $(DESTDIR)$(PREFIX)/lib/systemd/system/tenor.service
	$(TENOR) man $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(TENOR) completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tenor

fmt:
	cargo fmt --all

lint: setup ## what a change must pass before it is committed
	cargo fmt --all --check
	cargo clippy $(CARGO_FLAGS) --workspace --all-targets -- -D warnings

figures: build contracts examples ## headline figures, as ratios measured in one process
	@TENOR_BINARY=$(TENOR) $(TARGET)/release/figures

figures-arithmetic: build ## two kinds of decimals, measured in a guest
	@module=$$(scripts/arithmetic.sh) && TENOR_ARITHMETIC=$$module $(TARGET)/release/figures arithmetic

gas-calibration: build contracts ## nanoseconds per gas of each class of operation; fails if one is sold too cheaply
	@$(TARGET)/release/gas_calibration $(ROUNDS)

schemathesis: build ## the API against its OpenAPI document with PyPI's schemathesis, 3 minutes
	@SECONDS_MAX=$(or $(SECONDS_MAX),180) scripts/schemathesis.sh $(abspath $(TENOR))

soak: build contracts ## a node under load for MINUTES: its memory must not grow
	TENOR_SOAK_MINUTES=$(MINUTES) cargo test $(CARGO_FLAGS) --workspace --test integration -- --nocapture process::soak

durability: build contracts ## every case of the durability tests, and 2,000 kills: about an hour
	TENOR_DURABILITY=long cargo test $(CARGO_FLAGS) -p tenor-rocksdb --test durability -- --nocapture
	TENOR_KILLS=2000 cargo test $(CARGO_FLAGS) --workspace --test integration -- --nocapture process::kill

conformance: setup ## external vectors: TENOR_VECTORS=<folder> make conformance
	@test -n "$$TENOR_VECTORS" || { echo "set TENOR_VECTORS to the folder of vectors" >&2; exit 1; }
	cargo test $(CARGO_FLAGS) --workspace --test conformance -- --nocapture
	cargo test $(CARGO_FLAGS) --workspace --test integration -- --nocapture crypto_vectors wasm_suite

fuzz: build contracts examples ## every fuzz target for FUZZ_SECONDS each (1,200 if not set)
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),1200) cargo test $(CARGO_FLAGS) -p tenor-bond-math --all-features --test fuzz_terms -- --nocapture --test-threads=1
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),1200) cargo test $(CARGO_FLAGS) --workspace --test integration -- --nocapture fuzz::

fresh-check: ## both commands on a minimal Debian in a folder; needs root and debootstrap
	@scripts/fresh-check.sh
