#!/bin/sh
# Installs what is missing to build Tenor on Debian or Ubuntu, and says what and why.
#
# Idempotent, and instant when everything is there. As root or through sudo it installs; without
# either it prints the exact line to run and stops. It never touches an installation of Rust
# beyond adding the wasm target to it.
set -eu
. "$(dirname -- "$0")/lib.sh"

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo && sudo -n true 2>/dev/null; then
        sudo "$@"
    elif have sudo && [ -t 0 ]; then
        sudo "$@"
    else
        fail "this needs root. Run this line, then try again:
  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages"
    fi
}

install_packages() {
    packages=$*
    have apt-get || fail "these are missing and this is no Debian or Ubuntu: $packages. Install their equivalents, then try again."
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
}

check_cargo() {
    if ! have cargo; then
        [ -x "$HOME/.cargo/bin/cargo" ] && fail "cargo is installed but not on the PATH. Run:  . \"\$HOME/.cargo/env\""
        fail "cargo is missing. Get it with this command, then try again:
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y && . \"\$HOME/.cargo/env\""
    fi
    needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml")
    got=$(cargo --version | cut -d' ' -f2)
    [ "$(printf '%s\n' "$needed" "$got" | sort -V | head -n1)" = "$needed" ] ||
        fail "expected cargo $needed or newer, got $got. Run:  rustup update stable"
}

# What cannot be found becomes a package to install, with the reason beside it.
check_native() {
    missing=
    need() { missing="$missing $1"; say "missing: $1 ($2)"; }
    have cc || need gcc "links Rust programs"
    have clang++ || need clang "compiles RocksDB"
    has_libclang || need libclang-dev "generates the bindings to RocksDB"
    has_cxx_headers || need g++ "the C++ standard library that RocksDB is built on"
    has_libc_headers || need libc6-dev "C headers"
    [ -z "$missing" ] || install_packages $missing
}

has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    for lib in /usr/lib/llvm-*/lib/libclang.so* /usr/lib/*/libclang.so* /usr/lib/*/libclang-*.so*; do
        [ -e "$lib" ] && return 0
    done
    return 1
}

has_cxx_headers() {
    for dir in /usr/include/c++/*; do [ -e "$dir/vector" ] && return 0; done
    return 1
}

has_libc_headers() { [ -e /usr/include/stdlib.h ]; }

check_wasm() {
    [ -z "$(wasm_backend)" ] || return 0
    say "missing: the target $WASM_TARGET (compiles the contracts); trying rustup"
    if [ "${TENOR_WASM_BACKEND:-any}" != debian ] && have rustup && rustup target add $WASM_TARGET >&2; then
        [ -z "$(wasm_backend)" ] || return 0
    fi
    say "rustup could not provide it; installing Debian's compiler and library source instead"
    install_packages rustc-web rust-web-src
    [ -n "$(wasm_backend)" ] || fail "no compiler for $WASM_TARGET after installing rustc-web and rust-web-src.
Expected: 'rustup target add $WASM_TARGET' to work, or a rustc 1.84 or newer with rust-src at /usr/bin/rustc.
Got: $(/usr/bin/rustc --version 2>&1 || echo 'no /usr/bin/rustc'). Install either, then try again."
}

announce_first_build() {
    ls "$TARGET_DIR"/release/build/librocksdb-sys-*/out/librocksdb.a >/dev/null 2>&1 && return 0
    say "First build: RocksDB and wasmtime are compiled once. Expect 20 to 25 minutes on two cores;"
    say "later builds take seconds to minutes."
}

check_cargo
check_native
check_wasm
announce_first_build
