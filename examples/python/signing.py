"""Keccak-256, ECDSA over secp256k1, and the development keys of a demo.

Python's own library has neither the hash nor the curve. This is for development keys, which anyone
can derive: it takes no care of who measures time or reads memory. Real keys belong in a hardware
module or behind a signing service (docs/keys.md); tenor.py does not care who signs.
"""

import hashlib
import hmac

_ROTATIONS = [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14]
_RATE = 136
_U64 = (1 << 64) - 1


def _round_constants():
    """From the specification's shift register."""
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = (register << 1) ^ ((register >> 7) * 0x171)
        constants.append(constant)
    return constants


_CONSTANTS = _round_constants()


def _rotate(word, by):
    return ((word << by) | (word >> (64 - by))) & _U64


def _permute(state):
    for constant in _CONSTANTS:
        parity = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
        for x in range(5):
            change = parity[x - 1] ^ _rotate(parity[(x + 1) % 5], 1)
            for y in range(0, 25, 5):
                state[x + y] ^= change
        moved = [0] * 25
        for x in range(5):
            for y in range(5):
                at = x + 5 * y
                moved[y + 5 * ((2 * x + 3 * y) % 5)] = _rotate(state[at], _ROTATIONS[at])
        for y in range(0, 25, 5):
            for x in range(5):
                state[x + y] = moved[x + y] ^ (~moved[(x + 1) % 5 + y] & moved[(x + 2) % 5 + y])
        state[0] ^= constant


def keccak256(data):
    """Keccak-256 as the ledger uses it: the padding is the original one, not SHA-3's."""
    padded = bytearray(data) + bytes(_RATE - len(data) % _RATE)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    state = [0] * 25
    for block in range(0, len(padded), _RATE):
        for word in range(_RATE // 8):
            at = block + 8 * word
            state[word] ^= int.from_bytes(padded[at : at + 8], "little")
        _permute(state)
    return b"".join(word.to_bytes(8, "little") for word in state[:4])


_P = 2**256 - 2**32 - 977
_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def _add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % _P == 0:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, _P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, _P)
    x = (slope * slope - a[0] - b[0]) % _P
    return x, (slope * (a[0] - x) - a[1]) % _P


def _multiply(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point, scalar = _add(point, point), scalar >> 1
    return total


class Key:
    """A secret key."""

    def __init__(self, secret):
        self.secret = int.from_bytes(secret, "big")
        if not 0 < self.secret < _N:
            raise ValueError("expected a secret between 1 and the order of secp256k1")
        x, y = _multiply(self.secret, _G)
        self.public_key = bytes([2 + y % 2]) + x.to_bytes(32, "big")

    @classmethod
    def development(cls, name):
        """The development key of a name, which everybody has."""
        return cls(keccak256(b"tenor insecure development key\n" + name.encode()))

    def sign(self, digest):
        """r then s, 64 bytes, s in the lower half; the nonce is made as RFC 6979 says."""
        message = int.from_bytes(digest, "big") % _N
        for nonce in self._nonces(message):
            r = _multiply(nonce, _G)[0] % _N
            s = pow(nonce, -1, _N) * (message + r * self.secret) % _N
            if r and s:
                return r.to_bytes(32, "big") + min(s, _N - s).to_bytes(32, "big")

    def _nonces(self, message):
        seed = self.secret.to_bytes(32, "big") + message.to_bytes(32, "big")
        mac = lambda key, data: hmac.new(key, data, hashlib.sha256).digest()
        value, key = b"\x01" * 32, b"\x00" * 32
        for separator in (b"\x00", b"\x01"):
            key = mac(key, value + separator + seed)
            value = mac(key, value)
        while True:
            value = mac(key, value)
            nonce = int.from_bytes(value, "big")
            if 0 < nonce < _N:
                yield nonce
            key = mac(key, value + b"\x00")
            value = mac(key, value)
