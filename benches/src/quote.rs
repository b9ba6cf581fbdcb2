//! Bond mathematics in a guest on the production engine, and the same functions outside.

use tenor_bond_math::{
    BondTerms, Calendar, Coupon, Date, DayCount, Decimal, FixingRule, FixingSeries, FloatingRate,
    Frequency, Observation, Observations,
};
use tenor_example_quote::{Bond, InstantiateMsg, Quote, Quoter};
use tenor_primitives::Address;
use tenor_testing::Chain;

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Thirty years, semi-annual, ACT/ACT ICMA.
pub fn fixed() -> Bond {
    let mut terms = BondTerms::plain(
        "SGXF10000002".parse().expect("an ISIN"),
        "SGD".parse().expect("a currency"),
        25_000_000,
        10_000_000_000,
        date("2025-01-15"),
        date("2055-01-15"),
        Coupon::Fixed { rate: Decimal::from_bps(325) },
    );
    terms.day_count = DayCount::ActActIcma;
    Bond { terms, observations: Observations::default() }
}

/// Quarters with an overnight fixing on each of their days.
pub fn overnight() -> Bond {
    let mut bond = fixed();
    bond.terms.day_count = DayCount::Act365Fixed;
    bond.terms.schedule.frequency = Frequency::QUARTERLY;
    bond.terms.coupon = Coupon::Floating(FloatingRate {
        index: "overnight".into(),
        spread: Decimal::from_bps(50),
        gearing: Decimal::ONE,
        cap: None,
        floor: None,
        fixing: FixingRule::Compounded {
            year_days: 365,
            lookback_business_days: 5,
            observation: Observation::Lag,
            lockout_business_days: 0,
        },
        calendar: Calendar::default(),
        rate_decimals: 18,
    });
    let day = |days| date("2025-06-01").plus_days(days).expect("in range");
    let rates =
        (0..200).map(|n| (day(n), Decimal::from_units(31_234_567_890_123_456 + i128::from(n))));
    let rates = FixingSeries::new(rates).expect("one a day");
    bond.observations = Observations { rates, ..Observations::default() };
    bond
}

/// One bond on a ledger in memory, and natively.
pub struct QuoteLedger {
    chain: Chain,
    operator: Address,
    contract: Address,
    native: Quoter,
}

impl QuoteLedger {
    /// Deploys the compiled contract.
    ///
    /// # Panics
    /// If it is not compiled (`make examples`) or the machine cannot give the address space.
    pub fn new(bond: &Bond) -> Self {
        let mut chain = Chain::new(tenor_tests::engine::wasm_of(&["quote"]));
        let operator = chain.address("operator");
        let message = InstantiateMsg { bond: bond.clone() };
        let contract = chain.instantiate(operator, "quote", "quote", &message);
        let native = Quoter::new(bond.clone()).expect("a schedule");
        Self { chain, operator, contract, native }
    }

    /// Computes in the guest; gives the number and the gas of the transaction.
    ///
    /// # Panics
    /// If the contract refuses.
    pub fn in_guest(&mut self, quote: &Quote) -> (i128, u64) {
        let outcome = self.chain.execute(self.operator, self.contract, quote);
        (outcome.output(), outcome.receipt.gas_used)
    }

    /// The same outside.
    ///
    /// # Panics
    /// If there is no such number.
    pub fn natively(&self, quote: &Quote) -> i128 {
        self.native.compute(quote).expect("a number")
    }
}
