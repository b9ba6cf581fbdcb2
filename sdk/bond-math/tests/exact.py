"""Recomputes what the test `exact` wrote down, with 28-digit decimals and none of Tenor's code.

Reads one JSON object a line, each with what was computed (`got`) and from what; prints the lines that do
not agree to ten places and a count, and exits 1 if there is one."""

import json
import sys
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec = 28
PLACES = Decimal("1e-10")


def day(text):
    return date.fromisoformat(text)


def leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_end(d):
    return (d + timedelta(days=1)).day == 1


def leap_day_after_until(start, end):
    return any(leap(y) and start < date(y, 2, 29) <= end for y in range(start.year, end.year + 1))


def years_on(d, years):
    try:
        return d.replace(year=d.year + years)
    except ValueError:
        return d.replace(year=d.year + years, day=28)


def thirty(start, end, first, second, base):
    y1, m1, y2, m2 = start.year, start.month, end.year, end.month
    return Decimal(360 * (y2 - y1) + 30 * (m2 - m1) + (second - first)) / base


def feb_end(d):
    return d.month == 2 and month_end(d)


def add_months(d, months, roll):
    """The roll day of the month that lies so many months on."""
    index = d.year * 12 + d.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(roll, last))


def icma(start, end, row):
    """Days over days in the coupon period times periods a year; a stub over the regular periods it
    overlaps, counted from its regular end."""
    months, roll = row["months"], row["roll"]
    first, last = day(row["coupon_start"]), day(row["coupon_end"])
    if row["kind"] == "regular":
        return Decimal((end - start).days) / (last - first).days * months / 12
    total, k = Decimal(0), -1  # an accrual moved by business days may reach beyond the anchor
    while True:
        anchor, step = (last, -months) if row["kind"] == "first_stub" else (first, months)
        near = anchor if k == 0 else add_months(anchor, k * step, roll)
        far = anchor if k == -1 else add_months(anchor, (k + 1) * step, roll)
        lo, hi = min(near, far), max(near, far)
        done = k >= 0 and (lo <= start if step < 0 else hi >= end)
        a, b = max(start, lo), min(end, hi)
        if a < b:
            total += Decimal((b - a).days) / (hi - lo).days
        k += 1
        if done:
            return total * months / 12


def fraction(row):
    name, start, end = row["day_count"], day(row["start"]), day(row["end"])
    days = Decimal((end - start).days)
    d1, d2 = start.day, end.day
    if name == "one_one":
        return Decimal(1)
    if name in ("act360", "act364", "act366", "act36525", "act365_fixed"):
        over = {"act360": "360", "act364": "364", "act366": "366", "act36525": "365.25",
                "act365_fixed": "365"}
        return days / Decimal(over[name])
    if name in ("nl360", "nl365"):
        leaps = sum(1 for y in range(start.year, end.year + 1)
                    if leap(y) and start < date(y, 2, 29) <= end)
        return (days - leaps) / int(name[2:])
    if name == "act365_actual":
        return days / (366 if leap_day_after_until(start, end) else 365)
    if name == "act365_l":
        last = day(row["coupon_end"])
        if row["months"] == 12:
            return days / (366 if leap_day_after_until(day(row["coupon_start"]), last) else 365)
        return days / (366 if leap(last.year) else 365)
    if name == "act_act_isda":
        total, at = Decimal(0), start
        while at < end:
            to = min(date(at.year + 1, 1, 1), end)
            total += Decimal((to - at).days) / (366 if leap(at.year) else 365)
            at = to
        return total
    if name == "act_act_afb":
        years = 0
        while years_on(end, -(years + 1)) >= start:
            years += 1
        at = years_on(end, -years)
        held = any(leap(y) and start <= date(y, 2, 29) < at for y in range(start.year, at.year + 1))
        return years + Decimal((at - start).days) / (366 if held else 365)
    if name == "act_act_year":
        years = 0
        while years_on(start, years + 1) <= end:
            years += 1
        at = years_on(start, years)
        return years + Decimal((end - at).days) / (years_on(start, years + 1) - at).days
    if name == "act_act_icma":
        return icma(start, end, row)
    if name in ("thirty_e360", "thirty365"):
        return thirty(start, end, min(d1, 30), min(d2, 30), 360 if name == "thirty_e360" else 365)
    if name == "thirty360_isda":
        d1 = min(d1, 30)
        return thirty(start, end, d1, 30 if d2 == 31 and d1 == 30 else d2, 360)
    if name in ("thirty360_us", "thirty360_us_eom"):
        if feb_end(start) and (name == "thirty360_us_eom" or row["roll"] == 31):
            d1, d2 = 30, 30 if feb_end(end) else d2
        if d2 == 31 and d1 >= 30:
            d2 = 30
        return thirty(start, end, min(d1, 30), d2, 360)
    if name == "thirty360_psa":
        d1 = 30 if d1 == 31 or feb_end(start) else d1
        return thirty(start, end, d1, 30 if d2 == 31 and d1 == 30 else d2, 360)
    if name in ("thirty_e360_isda", "thirty_e365"):
        d1 = 30 if month_end(start) else d1
        at_maturity = name == "thirty_e360_isda" and row.get("maturity") == row["end"]
        if month_end(end) and not (at_maturity and end.month == 2):
            d2 = 30
        return thirty(start, end, d1, d2, 360 if name == "thirty_e360_isda" else 365)
    if name == "thirty_e_plus360":
        d1 = min(d1, 30)
        if d2 == 31:
            end, d2 = end + timedelta(days=1), 1
        return thirty(start, end, d1, d2, 360)
    if name == "bus252":
        days = (start + timedelta(days=n) for n in range((end - start).days))
        return Decimal(sum(d.weekday() < 5 for d in days)) / 252
    raise SystemExit(f"{name}: not recomputed")


def parts(row):
    """Interest of the parts of a coupon period: each base at its rate over its part of a year."""
    return sum(Decimal(p["base"]) * Decimal(p["rate"]) * fraction({**row, **p}) for p in row["parts"])


def whole_periods(row):
    """Principal to which interest of whole periods was added, one after the other."""
    principal = Decimal(1)
    for p in row["parts"]:
        principal *= 1 + Decimal(p["rate"]) * fraction({**row, **p})
    return principal


def price(row):
    """Present value in per cent of par: each payment over the growth of its coupon periods."""
    growth = 1 + Decimal(row["rate"]) / row["frequency"]
    first = Decimal(row["days_left"]) / row["days_in_period"]
    value = Decimal(0)
    coupon = 100 * Decimal(row["coupon"]) / row["frequency"]
    for k in range(row["left"]):
        payment = coupon + (100 if k == row["left"] - 1 else 0)
        value += payment / growth ** (first + k)
    return value


def expected(row):
    what = row["what"]
    if what == "year_fraction":
        return fraction(row)
    if what == "interest":
        return Decimal(row["base"]) * Decimal(row["rate"]) * fraction(row)
    if what == "settlement":
        return Decimal(row["clean"]) / 100 + Decimal(row["base"]) * Decimal(row["rate"]) * fraction(row)
    if what == "parts":
        return parts(row)
    if what == "ex":
        return -parts(row)
    if what == "in_kind":
        return whole_periods(row)
    if what == "price":
        return price(row)
    if what == "compounded":
        growth, days = Decimal(1), 0
        for rate, n in row["fixings"]:
            growth *= 1 + Decimal(rate) * n / row["year_days"]
            days += n
        return (growth - 1) * row["year_days"] / days
    if what == "averaged":
        days = sum(n for _, n in row["fixings"])
        return sum(Decimal(rate) * n for rate, n in row["fixings"]) / days
    if what == "annuity":
        # What is left after so many level payments of a loan of one: a closed recursion.
        growths = [1 + Decimal(row["rate"]) * Decimal(part) for part in row["years"]]
        discount, total = Decimal(1), Decimal(0)
        for growth in growths:
            discount /= growth
            total += discount
        left = Decimal(1)
        for growth in growths[: row["paid"]]:
            left = left * growth - 1 / total
        return left
    if what == "index":
        low, high = Decimal(row["low"]), Decimal(row["high"])
        level = low + (high - low) * row["passed"] / row["days"]
        level = level.quantize(Decimal("1e-5"), ROUND_HALF_UP)
        return (level / Decimal(row["base"])).quantize(Decimal("1e-5"), ROUND_HALF_UP)
    raise SystemExit(f"{what}: not recomputed")


def main():
    wrong, count = 0, 0
    for line in sys.stdin:
        row = json.loads(line)
        count += 1
        want = expected(row)
        # Of amounts, the part of the face: they were rounded to a minor unit of it.
        got = Decimal(row["got"]) / Decimal(row.get("of", 1))
        rounded = Decimal("0.51") / Decimal(row.get("of", "1e18"))
        agrees = abs(want - got) <= min(rounded, PLACES / 2) if "of" in row else \
            want.quantize(PLACES, ROUND_HALF_UP) == got.quantize(PLACES, ROUND_HALF_UP)
        if not agrees:
            wrong += 1
            print(f"expected {want} of {line.strip()}")
    print(f"{count} numbers recomputed, {wrong} differ")
    sys.exit(1 if wrong or not count else 0)


main()
