#!/usr/bin/env python3
"""Recomputes the vectors of sdk/proof/tests/golden/state_vectors.txt.

An implementation of docs/state.md that shares nothing with the Rust one: its own Keccak-256, and
hashes written from the text. Without arguments it checks the file; with --write it writes it.
"""

import pathlib
import sys

FILE = pathlib.Path(__file__).parent.parent / "sdk/proof/tests/golden/state_vectors.txt"
MASK = (1 << 64) - 1


def rotate(word, by):
    return ((word << by) | (word >> (64 - by))) & MASK if by else word


def round_constants():
    register = 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        yield constant


ROUNDS = list(round_constants())


def permute(a):
    for constant in ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1) for x in range(5)]
        a = [a[i] ^ d[i % 5] for i in range(25)]
        x, y, current = 1, 0, a[1]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x + 5 * y] = a[x + 5 * y], rotate(current, (t + 1) * (t + 2) // 2 % 64)
        a = [a[i] ^ (~a[i - i % 5 + (i + 1) % 5] & MASK & a[i - i % 5 + (i + 2) % 5]) for i in range(25)]
        a[0] ^= constant
    return a


def keccak(data):
    rate = 136
    padded = bytearray(data) + b"\x01"
    padded += bytes(-len(padded) % rate)
    padded[-1] |= 0x80
    state = [0] * 25
    for start in range(0, len(padded), rate):
        for lane in range(rate // 8):
            at = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[at:at + 8], "little")
        state = permute(state)
    return b"".join(word.to_bytes(8, "little") for word in state)[:32]


def path_of(contract, namespace, key):
    return keccak(contract + namespace.to_bytes(2, "big")) + keccak(key)


def leaf(path, value_hash):
    return keccak(b"\x00" + path + value_hash)


def branch(bit, path, left, right):
    prefix = (int.from_bytes(path, "big") >> (512 - bit) << (512 - bit)).to_bytes(64, "big")
    return keccak(b"\x01" + bit.to_bytes(2, "big") + prefix + left + right)


def trie(leaves, bit=0):
    """The root over {path: value hash}; bit is where the paths may first differ."""
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        return leaf(*next(iter(leaves.items())))
    goes_right = lambda path: path[bit // 8] >> (7 - bit % 8) & 1
    right = {path: value for path, value in leaves.items() if goes_right(path)}
    left = {path: value for path, value in leaves.items() if not goes_right(path)}
    if not left or not right:
        return trie(leaves, bit + 1)
    return branch(bit, next(iter(leaves)), trie(left, bit + 1), trie(right, bit + 1))


def merkle_top(leaves):
    if len(leaves) == 1:
        return keccak(b"\x00" + leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return keccak(b"\x01" + merkle_top(leaves[:half]) + merkle_top(leaves[half:]))


def merkle(leaves):
    if not leaves:
        return bytes(32)
    return keccak(b"\x02" + len(leaves).to_bytes(8, "big") + merkle_top(leaves))


def unhex(field):
    return b"" if field == "-" else bytes.fromhex(field)


def entry(field):
    key, value = map(unhex, field.split(":"))
    return path_of(key[:32], int.from_bytes(key[32:34], "big"), key[34:]), keccak(value)


def compute(kind, fields):
    if kind == "path":
        return path_of(unhex(fields[0]), int(fields[1]), unhex(fields[2]))
    if kind == "branch":
        return branch(int(fields[0]), *map(unhex, fields[1:]))
    if kind == "trie":
        return trie(dict(map(entry, fields)))
    if kind == "merkle":
        return merkle([unhex(field) for field in fields])
    return {"value": keccak, "leaf": leaf}[kind](*map(unhex, fields))


def inputs():
    text = lambda data: data.hex() or "-"
    owner, path = bytes(range(32)), bytes(range(0x80, 0xC0))
    yield from (f"value {text(value)}" for value in (b"", b"a", bytes(135), bytes(136), bytes(300)))
    yield f"path {text(bytes(32))} 0 -"
    yield f"path {text(owner)} 258 {text(b'balance')}"
    yield f"leaf {text(bytes(64))} {text(bytes(32))}"
    yield f"leaf {text(path)} {text(keccak(b'value'))}"
    sides = f"{text(keccak(b'left'))} {text(keccak(b'right'))}"
    yield from (f"branch {bit} {text(path)} {sides}" for bit in (0, 1, 7, 8, 13, 255, 256, 511))
    for count in (0, 1, 2, 3, 10, 40):
        # Two owners, three namespaces: shared prefixes of every length that matters.
        keys = (bytes([i % 2]) * 32 + (i % 3).to_bytes(2, "big") + b"key %d" % i for i in range(count))
        yield " ".join(["trie"] + [f"{text(key)}:{text(bytes([i]) * i)}" for i, key in enumerate(keys)])
    for count in (0, 1, 2, 3, 5, 8, 13):
        yield " ".join(["merkle"] + [text(keccak(bytes([i]))) for i in range(count)])


def main():
    lines = [f"{line} {compute(*(lambda f: (f[0], f[1:]))(line.split())).hex()}" for line in inputs()]
    expected = "# Written by docs/state_vectors.py; kind, inputs, output. '-' is no bytes.\n"
    expected += "\n".join(lines) + "\n"
    if sys.argv[1:] == ["--write"]:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(expected)
    elif FILE.read_text() != expected:
        sys.exit(f"{FILE} differs from docs/state.md as implemented here")
    print(f"{len(lines)} vectors agree")


if __name__ == "__main__":
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    main()
