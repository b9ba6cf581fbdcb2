"""What is signed, in the ledger's own bytes: borsh, as docs/formats.md lays it out."""

from datetime import datetime, timedelta, timezone

from signing import keccak256

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32M_SUM = 0x2BC830A3


def u8(value):
    return value.to_bytes(1, "little")


def u32(value):
    return value.to_bytes(4, "little")


def u64(value):
    return value.to_bytes(8, "little")


def u128(value):
    return value.to_bytes(16, "little")


def days(date):
    """A `datetime.date`, as days since 1970."""
    return (date.toordinal() - 719_163).to_bytes(4, "little", signed=True)


def text(value):
    return u32(len(value.encode())) + value.encode()


def octets(value):
    return u32(len(value)) + value


def option(value):
    """`None`, or something that is encoded already."""
    return b"\x00" if value is None else b"\x01" + value


def address(value):
    """The 32 bytes of an address `tnr1…` (bech32m), checked."""
    prefix, _, data = value.rpartition("1")
    words = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    words += [_BECH32.index(letter) for letter in data]
    checksum = 1
    for word in words:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ word
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= term if top >> bit & 1 else 0
    number = 0
    for letter in data[:-6]:
        number = number << 5 | _BECH32.index(letter)
    if prefix != "tnr" or len(data) != 58 or checksum != _BECH32M_SUM or number & 15:
        raise ValueError(f"expected an address such as tnr1..., got {value}")
    return (number >> 4).to_bytes(32, "big")


def instant(rfc3339):
    """An instant of the API."""
    return datetime.fromisoformat(rfc3339.replace("Z", "+00:00"))


def execute(contract, payload):
    """The message that calls a contract."""
    return u8(3) + address(contract) + octets(payload)


def signed(status, account, key, messages, reference=None, lane=0):
    """A transaction of `account`, signed by its only key. `status` is the node's, and makes it valid
    for an hour. With a `reference` of your own it has one effect, however often it is made and sent."""
    nonce = next((n["next_nonce_pending"] for n in account["lanes"] if n["lane"] == lane), 0)
    until = instant(status["time"]) + timedelta(hours=1)
    until_ms = (until - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)
    body = b"".join([
        u8(1),
        text(status["chain_id"]),
        address(account["address"]),
        u8(lane),
        u64(nonce),
        u64(until_ms),
        option(None if reference is None else text(reference)),
        u64(int(status["transaction_gas_max"])),
        u32(len(messages)),
        *messages,
    ])
    tag = b"tenor/transaction/1"
    signature = key.sign(keccak256(u8(len(tag)) + tag + body))
    return body + u32(1) + key.public_key + signature
