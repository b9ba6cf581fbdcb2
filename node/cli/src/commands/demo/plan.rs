//! What will happen: orders, trades, money. Amounts are whole numbers as a person writes them.

use crate::commands::bond::file::BondFile;
use crate::core::{CliError, CliResult, money};
use std::path::{Path, PathBuf};
use tenor_bond_math::{Date, Observations, Schedule, schedule, settlement_amount};
use tenor_primitives::Amount;

/// An order: who, how much was asked for, how much is allotted.
pub(super) struct Order {
    pub(super) account: &'static str,
    pub(super) ordered: &'static str,
    pub(super) allotted: &'static str,
}

/// A trade between two accounts of different custodians.
pub(super) struct Trade {
    pub(super) reference: &'static str,
    pub(super) seller: &'static str,
    pub(super) buyer: &'static str,
    pub(super) face: &'static str,
    /// Clean, in per cent of par.
    pub(super) clean_price: &'static str,
    pub(super) trade_date: &'static str,
    pub(super) settlement_date: &'static str,
    /// Cash that reaches the buyer only after the settlement date: the trade waits for it.
    pub(super) late_cash: Option<&'static str>,
}

/// A bond of the demo.
pub(super) struct BondPlan {
    /// What people call it.
    pub(super) title: &'static str,
    /// Its issuer.
    pub(super) issuer: &'static str,
    file_name: &'static str,
    /// A day before the issue date on which the book is built, at an hour within the market's day.
    pub(super) book_at: &'static str,
    /// The hour, in UTC, at which things happen on a day of its market.
    pub(super) hour: &'static str,
    pub(super) orders: &'static [Order],
    pub(super) trades: &'static [Trade],
    /// Cash that accounts get before the issue: the price of what they buy, and the issuer's interest.
    pub(super) cash: &'static [(&'static str, &'static str)],
}

const fn order(account: &'static str, ordered: &'static str, allotted: &'static str) -> Order {
    Order { account, ordered, allotted }
}

/// The bonds.
pub(super) const BONDS: [BondPlan; 3] = [
    BondPlan {
        title: "tokenised green bond, HKD, one year",
        issuer: "issuer-hk",
        file_name: "hk-tokenised-green-bond-2024.toml",
        book_at: "2023-02-15T02:00:00Z",
        hour: "T02:00:00Z",
        orders: &[
            order("alder-clients", "400,000,000.00", "300,000,000.00"),
            order("birch-clients", "300,000,000.00", "250,000,000.00"),
            order("cedar", "300,000,000.00", "250,000,000.00"),
        ],
        trades: &[
            Trade {
                reference: "HK-1",
                seller: "alder-clients",
                buyer: "birch-own",
                face: "50,000,000.00",
                clean_price: "100.25",
                trade_date: "2023-06-14",
                settlement_date: "2023-06-16",
                late_cash: None,
            },
            Trade {
                reference: "HK-2",
                seller: "cedar",
                buyer: "alder-own",
                face: "100,000,000.00",
                clean_price: "99.8",
                trade_date: "2023-09-18",
                settlement_date: "2023-09-20",
                late_cash: None,
            },
        ],
        cash: &[
            ("issuer-hk", "40,000,000.00"),
            ("alder-clients", "300,000,000.00"),
            ("birch-clients", "250,000,000.00"),
            ("cedar", "250,000,000.00"),
            ("birch-own", "60,000,000.00"),
            ("alder-own", "110,000,000.00"),
        ],
    },
    BondPlan {
        title: "Treasury note, USD, semi-annual",
        issuer: "issuer-us",
        file_name: "us-treasury-note-2025.toml",
        book_at: "2023-02-27T15:00:00Z",
        hour: "T15:00:00Z",
        orders: &[
            order("alder-own", "200,000,000.00", "150,000,000.00"),
            order("alder-clients", "150,000,000.00", "150,000,000.00"),
            order("birch-own", "150,000,000.00", "100,000,000.00"),
            order("cedar", "100,000,000.00", "100,000,000.00"),
        ],
        trades: &[
            Trade {
                reference: "US-1",
                seller: "alder-own",
                buyer: "birch-clients",
                face: "50,000,000.00",
                clean_price: "99.5",
                trade_date: "2023-05-10",
                settlement_date: "2023-05-11",
                late_cash: None,
            },
            Trade {
                reference: "US-2",
                seller: "birch-own",
                buyer: "cedar",
                face: "100,000,000.00",
                clean_price: "98.75",
                trade_date: "2024-03-13",
                settlement_date: "2024-03-14",
                late_cash: Some("95,000,000.00"),
            },
        ],
        cash: &[
            ("issuer-us", "50,000,000.00"),
            ("alder-own", "150,000,000.00"),
            ("alder-clients", "150,000,000.00"),
            ("birch-own", "100,000,000.00"),
            ("cedar", "100,000,000.00"),
            ("birch-clients", "55,000,000.00"),
        ],
    },
    BondPlan {
        title: "Federal Treasury note, EUR, annual with a long first coupon",
        issuer: "issuer-de",
        file_name: "federal-treasury-note-2026.toml",
        book_at: "2024-10-22T09:00:00Z",
        hour: "T09:00:00Z",
        orders: &[
            order("birch-clients", "100,000,000.00", "80,000,000.00"),
            order("alder-clients", "80,000,000.00", "70,000,000.00"),
            order("cedar", "50,000,000.00", "50,000,000.00"),
        ],
        trades: &[
            Trade {
                reference: "DE-1",
                seller: "cedar",
                buyer: "alder-own",
                face: "20,000,000.07",
                clean_price: "100.1",
                trade_date: "2025-03-11",
                settlement_date: "2025-03-13",
                late_cash: None,
            },
            Trade {
                reference: "DE-2",
                seller: "birch-clients",
                buyer: "cedar",
                face: "10,000,000.01",
                clean_price: "99.95",
                trade_date: "2025-12-16",
                settlement_date: "2025-12-18",
                late_cash: None,
            },
        ],
        cash: &[
            ("issuer-de", "12,000,000.00"),
            ("birch-clients", "80,000,000.00"),
            ("alder-clients", "70,000,000.00"),
            ("cedar", "50,000,000.00"),
            ("alder-own", "25,000,000.00"),
        ],
    },
];

/// A bond with its terms.
pub(super) struct Planned {
    pub(super) plan: &'static BondPlan,
    pub(super) path: PathBuf,
    pub(super) file: BondFile,
    pub(super) schedule: Schedule,
}

/// The names of the term files.
pub(super) fn files() -> [&'static str; 3] {
    BONDS.each_ref().map(|plan| plan.file_name)
}

/// The bonds with the terms of their files.
pub(super) fn plan(directory: &Path) -> CliResult<Vec<Planned>> {
    let planned = |plan: &'static BondPlan| {
        let path = directory.join(plan.file_name);
        let file = BondFile::load(&path)?;
        let schedule = schedule(&file.terms).map_err(|error| CliError::file(&path, error))?;
        Ok(Planned { plan, path, file, schedule })
    };
    BONDS.iter().map(planned).collect()
}

impl Planned {
    /// Its ISIN.
    pub(super) fn isin(&self) -> &str {
        self.file.terms.isin.as_str()
    }

    /// An amount of the plan in minor units.
    pub(super) fn minor(&self, text: &str) -> CliResult<Amount> {
        money::parse(text, self.file.terms.currency)
    }

    /// What a trade's buyer pays: clean price and accrued interest on the settlement date.
    pub(super) fn trade_cash(&self, trade: &Trade) -> CliResult<Amount> {
        let failed = |error: tenor_bond_math::Error| CliError::Internal(error.to_string());
        let settlement: Date = trade.settlement_date.parse().map_err(failed)?;
        let price = trade.clean_price.parse().map_err(failed)?;
        let face = self.minor(trade.face)?.0;
        let none = Observations::default();
        let terms = &self.file.terms;
        let amount = settlement_amount(terms, &self.schedule, price, settlement, face, &none)
            .map_err(failed)?;
        let total = u128::try_from(amount.total_minor)
            .map_err(|_| CliError::Internal("a trade costs less than nothing".into()))?;
        Ok(Amount(total))
    }
}
