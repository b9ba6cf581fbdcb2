# Shared by the scripts: messages, and how wasm contracts can be compiled on this machine.
# Sourced, not run.

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

ROOT=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
WASM_TARGET=wasm32v1-none

# Prints how the contracts can be compiled: `rustup`, `debian`, or nothing when neither way works.
# TENOR_WASM_BACKEND=rustup|debian asks for one of them only.
wasm_backend() {
    case ${TENOR_WASM_BACKEND:-any} in
    rustup | any) rustup_has_wasm && { echo rustup; return; } ;;
    esac
    case ${TENOR_WASM_BACKEND:-any} in
    debian | any) debian_has_wasm && { echo debian; return; } ;;
    esac
    return 0
}

# The target's core library lies in the toolchain that cargo uses.
rustup_has_wasm() {
    have rustc && [ -d "$(rustc --print sysroot)/lib/rustlib/$WASM_TARGET/lib" ]
}

# Debian's compiler (1.84 or newer, which knows the target) with the library's source, and a
# linker for wasm.
debian_has_wasm() {
    [ -x /usr/bin/rustc ] && [ -n "$(wasm_linker)" ] || return 1
    [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/core" ] || return 1
    /usr/bin/rustc --print target-list | grep -qx "$WASM_TARGET"
}

# A linker for wasm: the one in cargo's own toolchain, else LLVM's.
wasm_linker() {
    if have rustc; then
        host=$(rustc -vV | sed -n 's/^host: //p')
        lld=$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld
        [ -x "$lld" ] && { echo "$lld"; return; }
    fi
    for lld in wasm-ld /usr/bin/wasm-ld-*; do
        have "$lld" && { command -v "$lld"; return; }
    done
    return 0
}
