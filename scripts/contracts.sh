#!/bin/sh
# Compiles contract crates to wasm, into target/contracts/wasm/<name>.wasm.
#
#   scripts/contracts.sh                 the five contracts of this repository
#   scripts/contracts.sh tenor-cash …    these packages
#
# WASM_OUT names another folder for the modules, WASM_CONFIG a file of cargo settings.
#
# Contracts get a profile and a target directory of their own, so that building them never
# disturbs the node's build, and the node's never theirs.
set -eu
. "$(dirname -- "$0")/lib.sh"

# Features that other crates of the workspace ask for must not reach a contract.
unset CARGO_RESOLVER_FEATURE_UNIFICATION CARGO_UNSTABLE_FEATURE_UNIFICATION

CONTRACTS_DIR=$TARGET_DIR/contracts
OUT=${WASM_OUT:-$CONTRACTS_DIR/wasm}
SETTINGS=${WASM_CONFIG:+--config $WASM_CONFIG}
[ $# -gt 0 ] || set -- tenor-registry tenor-cash tenor-issuance tenor-coupon tenor-settlement

# Machine paths must not reach the module: the same source has the same hash everywhere.
remap="--remap-path-prefix=$ROOT=tenor --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"

build_with_rustup() {
    sysroot=$(rustc --print sysroot)
    RUSTFLAGS="$remap --remap-path-prefix=$sysroot=rust" CARGO_TARGET_DIR=$CONTRACTS_DIR \
        cargo $SETTINGS rustc --quiet --locked --profile contract -p "$1" --lib --crate-type cdylib \
        --target $WASM_TARGET
}

# The installed compiler has no precompiled core for the target: cargo compiles it from the
# library's source, which needs the unstable flag and hence RUSTC_BOOTSTRAP.
build_with_debian() {
    sysroot=$(/usr/bin/rustc --print sysroot)
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$CONTRACTS_DIR \
        CARGO_TARGET_WASM32V1_NONE_LINKER=$(wasm_linker) \
        RUSTFLAGS="$remap --remap-path-prefix=$sysroot=rust" \
        cargo $SETTINGS rustc --quiet --locked --profile contract -p "$1" --lib --crate-type cdylib \
        --target $WASM_TARGET -Zbuild-std=core,alloc
}

backend=$(wasm_backend)
[ -n "$backend" ] || fail "no compiler for $WASM_TARGET; run scripts/setup.sh"
mkdir -p "$OUT"
cd "$ROOT"
for package in "$@"; do
    "build_with_$backend" "$package"
    file=$(printf %s "$package" | tr - _).wasm
    name=${package#tenor-}.wasm
    cmp -s "$CONTRACTS_DIR/$WASM_TARGET/contract/$file" "$OUT/$name" ||
        cp "$CONTRACTS_DIR/$WASM_TARGET/contract/$file" "$OUT/$name"
    say "contract $name: $(wc -c <"$OUT/$name" | tr -d ' ') bytes"
done
