//! The same computations by `i128` in units of 10^-18, as bond mathematics has them, and by a decimal with a
//! mantissa of 96 bits (`rust_decimal`), as functions that a host calls. Each repeats itself and gives the sum of
//! what it found, so that nothing is left out by the compiler.

#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::hint::black_box;

use rust_decimal::{Decimal as Short, RoundingStrategy};
use tenor_bond_math::rounding::mul_div;
use tenor_bond_math::{Decimal, RoundingMode};

/// Nothing here allocates.
struct Nothing;

// SAFETY: it gives no memory, which an allocator may do at any time.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NOTHING: Nothing = Nothing;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

const ONE: i128 = Decimal::ONE.units();
/// Overnight fixings of a quarter, and the days they stand for.
const FIXINGS: i64 = 92;
const QUARTER_DAYS: i64 = 128;
/// Positions of a coupon payment.
const POSITIONS: i64 = 100;

/// About 3.12 %, other every day, in units of 10^-18.
fn overnight(day: i64) -> i128 {
    31_234_567_890_123_456 + i128::from(day) * 7_919_000_000
}

fn weight(day: i64) -> i64 {
    if day % 5 == 4 { 3 } else { 1 }
}

fn sum(times: u32, one: impl Fn() -> i64) -> i64 {
    (0..times).fold(0, |sum: i64, _| sum.wrapping_add(one()))
}

fn low(units: i128) -> i64 {
    units as i64
}

/// (Π (1 + r·n/365) − 1) · 365 / D.
#[unsafe(no_mangle)]
pub extern "C" fn compounded_wide(times: u32) -> i64 {
    sum(times, || {
        let grown = (0..black_box(FIXINGS)).try_fold(ONE, |factor, day| {
            let grown = [factor, overnight(day), i128::from(weight(day))];
            mul_div(&grown, &[365, ONE], RoundingMode::HalfUp).map(|more| factor + more)
        });
        let growth = grown.unwrap_or(0) - ONE;
        low(mul_div(&[growth, 365], &[i128::from(QUARTER_DAYS)], RoundingMode::HalfUp).unwrap_or(0))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn compounded_short(times: u32) -> i64 {
    sum(times, || {
        let year = Short::from(365);
        let grown = (0..black_box(FIXINGS)).try_fold(Short::ONE, |factor, day| {
            let rate = Short::from_i128_with_scale(overnight(day), 18);
            let part = rate.checked_mul(Short::from(weight(day)))?.checked_div(year)?;
            factor.checked_mul(Short::ONE.checked_add(part)?)
        });
        let growth = grown.unwrap_or(Short::ZERO) - Short::ONE;
        let rate = growth * year / Short::from(QUARTER_DAYS);
        let mut rate = rate.round_dp_with_strategy(18, RoundingStrategy::MidpointAwayFromZero);
        rate.rescale(18);
        low(rate.mantissa())
    })
}

/// Face · rate · 181/360 to the cent, of a hundred positions.
#[unsafe(no_mangle)]
pub extern "C" fn coupons_wide(times: u32) -> i64 {
    sum(times, || {
        (0..black_box(POSITIONS)).fold(0, |sum, position| {
            let face = 1_000_000_000_000 + i128::from(position) * 25_000_000;
            let factors = [face, black_box(32_500_000_000_000_000), 181];
            sum + low(mul_div(&factors, &[ONE, 360], RoundingMode::HalfUp).unwrap_or(0))
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn coupons_short(times: u32) -> i64 {
    sum(times, || {
        (0..black_box(POSITIONS)).fold(0, |sum, position| {
            let face = 1_000_000_000_000 + i128::from(position) * 25_000_000;
            let face = Short::from_i128_with_scale(face, 2);
            let rate = Short::from_i128_with_scale(black_box(32_500_000_000_000_000), 18);
            let paid = face * rate * Short::from(181) / Short::from(360);
            let mut paid = paid.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            paid.rescale(2);
            sum + low(paid.mantissa())
        })
    })
}

/// Face · rate · index ratio · 91/368 of 10^15 major units, at full precision: what 96 bits have no room for.
#[unsafe(no_mangle)]
pub extern "C" fn indexed_wide(times: u32) -> i64 {
    sum(times, || {
        let face = black_box(100_000_000_000_000_000);
        let factors = [face, 32_512_345_678_912_345, 1_012_345_678_912_345_678, 91];
        low(mul_div(&factors, &[ONE, ONE, 368], RoundingMode::HalfUp).unwrap_or(0))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn indexed_short(times: u32) -> i64 {
    sum(times, || {
        let face = Short::from_i128_with_scale(black_box(100_000_000_000_000_000), 2);
        let rate = Short::from_i128_with_scale(32_512_345_678_912_345, 18);
        let ratio = Short::from_i128_with_scale(1_012_345_678_912_345_678, 18);
        let paid = face * rate * ratio * Short::from(91) / Short::from(368);
        let mut paid = paid.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        paid.rescale(2);
        low(paid.mantissa())
    })
}
