#!/usr/bin/env python3
"""Recomputes the demo's table from the term files, with nothing but the standard library.

usage: tenor demo --json > out.json; python3 tests/demo_check.py out.json examples/bonds

Shares no code with the ledger: dates, day counts, accrued interest, coupons, tax and redemption are
worked out here with fractions, rounded once where the terms say, and compared to the last minor unit.
Exit status 0 when everything ties, 1 when something does not, 2 when the input cannot be read.
"""

import json
import sys
from calendar import monthrange
from datetime import date
from fractions import Fraction
from pathlib import Path

try:
    import tomllib
except ImportError:
    print("demo_check: skipped, it needs python3 3.11 or newer (tomllib)")
    sys.exit(0)

MINOR_DIGITS = {"EUR": 2, "HKD": 2, "USD": 2}
AMOUNTS = (
    "allotted_face", "allotted_cost", "bought_face", "bought_cost", "sold_face", "sold_proceeds",
    "coupon_gross", "coupon_tax", "coupon_net", "redeemed", "cash_end",
)


def half_up(value):
    """To the nearest whole number, ties away from zero. Nothing here is negative."""
    return int(value + Fraction(1, 2))


def plus_months(day, months, end_of_month):
    """The same day of another month, or its last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = monthrange(year, month)[1]
    return date(year, month, last if end_of_month else min(day.day, last))


class Terms:
    """A term file, as far as these bonds need it."""

    def __init__(self, path):
        file = tomllib.loads(path.read_text())
        terms, self.tax = file["terms"], {}
        for rate in file["issue"].get("tax_rates", []):
            self.tax[rate["tax_class"]] = Fraction(rate["rate"])
        self.currency = terms["currency"]
        self.denomination = int(terms["denomination_minor"])
        self.size = int(terms["issue_size_minor"])
        self.issue_price = Fraction(terms["issue_price"])
        self.start = date.fromisoformat(terms["dated_date"])
        self.issue = date.fromisoformat(terms["issue_date"])
        self.maturity = date.fromisoformat(terms["maturity"])
        self.rate = Fraction(terms["coupon"]["rate"])
        self.months = int(terms["schedule"]["frequency"][1:-1])
        self.end_of_month = terms["schedule"].get("roll") == "end_of_month"
        self.long_first = terms["schedule"].get("stub") == "long_first"
        self.day_count = terms["day_count"]
        self.per_denomination = terms["rounding"]["basis"] == "per_denomination"
        assert terms["coupon"]["kind"] == "fixed", "only fixed coupons here"
        assert terms["rounding"]["mode"] == "half_up", "only half up here"
        assert terms["rounding"]["decimals"] == MINOR_DIGITS[self.currency], "minor units only"

    def regular_dates(self):
        """Regular dates back from the maturity, to the first one at or before the start."""
        dates, count = [self.maturity], 0
        while dates[0] > self.start:
            count += 1
            dates.insert(0, plus_months(self.maturity, -self.months * count, self.end_of_month))
        return dates

    def periods(self):
        """Accrual periods. A short piece at the start joins the next one when the terms say so."""
        dates = self.regular_dates()
        starts = [self.start] + [day for day in dates if day > self.start]
        if self.long_first and dates[0] < self.start:
            del starts[1]
        return list(zip(starts, starts[1:]))

    def year_fraction(self, period, until):
        """Part of a year from the period's start to `until`."""
        start, _ = period
        if self.day_count == "act365_fixed":
            return Fraction((until - start).days, 365)
        assert self.day_count == "act_act_icma", self.day_count
        # Over each regular period that overlaps: its days that count, over its days, over the
        # number of such periods in a year.
        total, dates = Fraction(0), self.regular_dates()
        for low, high in zip(dates, dates[1:]):
            days = (min(high, until) - max(low, start)).days
            if days > 0:
                total += Fraction(days, (high - low).days) * Fraction(self.months, 12)
        return total

    def interest(self, face, fraction):
        """Interest on a face amount for a part of a year, rounded once."""
        if self.per_denomination:
            one = half_up(self.denomination * self.rate * fraction)
            return one * (face // self.denomination)
        return half_up(face * self.rate * fraction)

    def settlement(self, face, price, day):
        """What a buyer pays: principal at the clean price, and interest accrued until `day`."""
        clean = half_up(face * price / 100)
        for period in self.periods():
            if period[0] <= day < period[1]:
                return clean + self.interest(face, self.year_fraction(period, day))
        raise ValueError(f"{day} is in no period")


def recompute(bond, terms, tax_classes):
    """The rows of one bond."""
    rows = {name: dict.fromkeys(AMOUNTS, 0) for name in tax_classes}
    holdings = dict.fromkeys(tax_classes, 0)
    for entry in bond["minted"]:
        if entry["account"] in rows:
            rows[entry["account"]]["cash_end"] += int(entry["amount"])
    for order in bond["orders"]:
        row, face = rows[order["account"]], int(order["allotted"])
        row["allotted_face"] += face
        row["allotted_cost"] += terms.settlement(face, terms.issue_price, terms.issue)
        holdings[order["account"]] += face
    steps = [(date.fromisoformat(t["settlement_date"]), 0, t) for t in bond["trades"]]
    for index, (period, dates) in enumerate(zip(terms.periods(), bond["dates"], strict=True)):
        record, payment = (date.fromisoformat(dates[key]) for key in ("record", "payment"))
        assert record < payment and payment >= period[1], f"dates of period {index}"
        steps.append((record, 1, period))
    for _, is_record, what in sorted(steps, key=lambda step: step[:2]):
        if is_record:
            pay(rows, holdings, terms, what, tax_classes)
        else:
            trade(rows, holdings, terms, what)
    for name, row in rows.items():
        row["coupon_net"] = row["coupon_gross"] - row["coupon_tax"]
        row["cash_end"] += row["sold_proceeds"] + row["coupon_net"] + row["redeemed"]
        row["cash_end"] -= row["allotted_cost"] + row["bought_cost"]
        kept = row["allotted_face"] + row["bought_face"] - row["sold_face"]
        assert kept == row["redeemed"], f"{name} keeps {kept}, redeemed {row['redeemed']}"
    return rows


def trade(rows, holdings, terms, entry):
    """One settled trade; the price that was published must be ours too."""
    face = int(entry["face"])
    day = date.fromisoformat(entry["settlement_date"])
    cash = terms.settlement(face, Fraction(entry["clean_price"]), day)
    assert cash == int(entry["cash"]), f"{entry['reference']}: {cash} here, {entry['cash']} there"
    seller, buyer = rows[entry["seller"]], rows[entry["buyer"]]
    seller["sold_face"] += face
    seller["sold_proceeds"] += cash
    buyer["bought_face"] += face
    buyer["bought_cost"] += cash
    holdings[entry["seller"]] -= face
    holdings[entry["buyer"]] += face


def pay(rows, holdings, terms, period, tax_classes):
    """One coupon, and the principal with the last, to who holds at the record date."""
    for name, face in holdings.items():
        gross = terms.interest(face, terms.year_fraction(period, period[1]))
        rows[name]["coupon_gross"] += gross
        # Withheld tax is rounded down: a rounding never costs a holder more than the rate.
        rows[name]["coupon_tax"] += int(gross * terms.tax.get(tax_classes[name], Fraction(0)))
        if period[1] == terms.maturity:
            rows[name]["redeemed"] += face


def main(arguments):
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        out = json.loads(Path(arguments[1]).read_text())
        assert out["format"] == "tenor-demo-1", out["format"]
    except (OSError, ValueError, KeyError, AssertionError) as error:
        print(f"demo_check: {arguments[1]} is not the demo's JSON: {error}", file=sys.stderr)
        return 2
    published = {(row["isin"], row["holder"]): row for row in out["holders"]}
    wrong, compared = [], 0
    for bond in out["inputs"]["bonds"]:
        terms = Terms(Path(arguments[2]) / bond["file"])
        rows = recompute(bond, terms, out["inputs"]["tax_classes"])
        for name, row in rows.items():
            there = published.pop((bond["isin"], name))
            for key in AMOUNTS:
                compared += 1
                if row[key] != int(there[key]):
                    wrong.append(f"{bond['isin']} {name} {key}: {row[key]} here, {there[key]} there")
        wrong += totals(bond["isin"], terms, rows, out["totals"])
    wrong += [f"{key} is published and not expected" for key in published]
    wrong += proofs(out["proofs"])
    for line in wrong:
        print(line)
    print(f"demo_check: {compared} amounts compared, {len(wrong)} differ")
    return 1 if wrong else 0


def totals(isin, terms, rows, published):
    """The totals must be the sums, the issue must be gone, cash must be where it was minted."""
    total = next(total for total in published if total["isin"] == isin)
    expected = {
        "issued": terms.size,
        "redeemed": terms.size,
        "coupon_gross": sum(row["coupon_gross"] for row in rows.values()),
        "coupon_tax": sum(row["coupon_tax"] for row in rows.values()),
        "cash_balances": int(total["cash_minted"]),
    }
    return [
        f"{isin} {key}: {value} here, {total[key]} there"
        for key, value in expected.items() if value != int(total[key])
    ]


def proofs(published):
    """A position, the same one empty after redemption, and one that never was."""
    seen = [(proof["verified"], proof["present"], proof["has_row"]) for proof in published]
    expected = [(True, True, True), (True, False, True), (True, False, False)]
    return [] if seen == expected else [f"proofs: {seen}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv))
