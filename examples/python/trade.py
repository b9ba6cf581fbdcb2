#!/usr/bin/env python3
"""A secondary trade: two custodians instruct independently, the ledger matches and settles, delivery
versus payment.

Run it on the demo's ledger, stopped when its first bonds are issued:

    tenor demo --data demo --until-issued
    tenor node run demo/node
    python3 examples/python/trade.py --aliases demo/client/aliases.toml
"""

import argparse
import time
from datetime import date

import ledger
from signing import Key
from tenor import Node, Problem

DELIVER, RECEIVE = 0, 1
CREDIT, DEBIT = 0, 1
SUBMIT, ADVANCE = 0, 4
PENDING, SETTLED = 1, 2
PRIORITY_NORMAL = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--url", default="http://127.0.0.1:4600", help="the node")
    add("--aliases", required=True, help="names of addresses, as the demo keeps them")
    add("--isin", default="US91282CGN56")
    add("--seller", default="alder-own:ALDRXXCU", help="account and BIC of its custodian")
    add("--buyer", default="birch-clients:BRCHXXBA", help="account and BIC of its custodian")
    add("--csd", default="MERDXXCS", help="BIC of the depository")
    add("--face", type=int, default=50_000_000_00, help="face amount in minor units")
    add("--cash", type=int, default=50_000_000_00, help="cash in minor units")
    add("--currency", default="USD")
    add("--trade-date", type=date.fromisoformat, default=date(2023, 5, 10))
    add("--settlement-date", type=date.fromisoformat, default=date(2023, 5, 11))
    add("--hour", default="15:00:00", help="when things happen on a day, UTC")
    add("--reference", default="US-1")
    return parser.parse_args()


def addresses(path):
    """The [addresses] of an aliases file."""
    lines = open(path, encoding="utf-8").read().split("[addresses]")[1].split("[")[0].splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {name.strip(' "'): value.strip(' "') for name, value in pairs}


def instruction(args, movement):
    """One side's instruction, field by field as the settlement contract's spec has them."""
    party = lambda word: ledger.text(word.split(":")[1]) + ledger.text(args.csd) + bytes(2)
    direction = CREDIT if movement == DELIVER else DEBIT
    cash = args.currency.encode() + ledger.u128(args.cash) + ledger.u8(direction)
    return b"".join([
        ledger.text(args.reference),
        ledger.u8(movement),
        ledger.u8(0),  # against payment
        args.isin.encode(),
        ledger.u128(args.face),
        ledger.days(args.trade_date),
        ledger.days(args.settlement_date),
        ledger.option(cash),
        party(args.seller),
        party(args.buyer),
        bytes(3),  # no common reference, no opt-out, neither cum nor ex
        ledger.u8(0),  # not on hold
        ledger.u8(PRIORITY_NORMAL),
    ])


class Desk:
    """A party at its own desk: an account, its key, the settlement contract."""

    def __init__(self, node, names, settlement, name):
        self.node, self.name, self.settlement = node, name, settlement
        self.address, self.key = names[name], Key.development(name)

    def send(self, payload, reference=None):
        """Sends a call, as often as it takes: the same bytes have one effect."""
        account = self.node.get_accounts_address(address=self.address)
        messages = [ledger.execute(self.settlement, payload)]
        status = self.node.get_status()
        transaction = ledger.signed(status, account, self.key, messages, reference)
        for pause_s in (0.2, 1, 5, None):
            try:
                answer = self.node.post_transactions(transaction, wait="committed")
                break
            except Problem as problem:
                if pause_s is None or not problem.is_retryable:
                    raise
                time.sleep(pause_s)
        receipt = answer.get("receipt") or self.node.get_receipts_hash(
            hash=answer["transaction_hash"], timeout_ms=60_000
        )
        if receipt["status"]["kind"] != "success":
            raise SystemExit(f"{self.name}: the ledger refused: {receipt['status']}")
        return receipt, bytes.fromhex(receipt["outputs"][0][2:])


def main():
    args = arguments()
    node, names = Node(args.url), addresses(args.aliases)
    settlement = names["settlement"]
    seller, buyer, agent = (
        Desk(node, names, settlement, word.split(":")[0])
        for word in (args.seller, args.buyer, "registrar")
    )
    node.post_dev_time({"time": f"{args.trade_date}T{args.hour}Z"})
    for desk, movement in ((seller, DELIVER), (buyer, RECEIVE)):
        payload = ledger.u8(SUBMIT) + instruction(args, movement)
        receipt, output = desk.send(payload, reference=f"{args.reference}-{movement}")
        number, state = int.from_bytes(output[:8], "little"), output[8]
        print(f"{desk.name}: instruction {number}, {'matched' if state == PENDING else 'waits'}")
    if state != PENDING:
        raise SystemExit("the two instructions do not match")
    node.post_dev_time({"time": f"{args.settlement_date}T{args.hour}Z"})
    receipt, output = agent.send(ledger.u8(ADVANCE) + ledger.u32(100))
    tried, settled = (int.from_bytes(output[at : at + 4], "little") for at in (0, 4))
    print(f"{agent.name}: tried {tried}, settled {settled}, in block {receipt['height']}")
    if settled != 1:
        raise SystemExit("the trade has not settled")
    page = node.get_events(from_height=receipt["height"])
    for event in page["events"]:
        print(f"  {event['sequence']} {event['name']}")


if __name__ == "__main__":
    main()
