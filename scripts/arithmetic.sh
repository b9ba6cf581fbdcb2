#!/bin/sh
# Compiles the guest of `make figures-arithmetic`, a package outside the workspace, as contracts are, and
# prints where its module lies.
set -eu
. "$(dirname -- "$0")/lib.sh"

export CARGO_TARGET_DIR=$TARGET_DIR/arithmetic
manifest=$ROOT/benches/arithmetic/Cargo.toml
case $(wasm_backend) in
rustup)
    cargo build --quiet --release --locked --manifest-path "$manifest" --target $WASM_TARGET
    ;;
debian)
    # Core is compiled from the library's source, as scripts/contracts.sh has it.
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32V1_NONE_LINKER=$(wasm_linker) \
        cargo build --quiet --release --locked --manifest-path "$manifest" --target $WASM_TARGET \
        -Zbuild-std=core,alloc
    ;;
*) fail "no compiler for $WASM_TARGET; run scripts/setup.sh" ;;
esac
echo "$CARGO_TARGET_DIR/$WASM_TARGET/release/tenor_arithmetic.wasm"
