//! Random play against a model that knows the rules and nothing of the code: who has what after
//! every step, which payment goes through, which trade settles, which waits.

use super::market::{self, Bond, MONEY, Market, Trade, UNIT, message, reference};
use tenor_interfaces::settlement::{ExecuteMsg, InstructionStatus};
use tenor_interfaces::{cash, issuance};
use tenor_primitives::{Address, Amount};
use tenor_testing::Chain;

/// A small generator (splitmix64): a seed gives a run, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

const HOLDERS: usize = 3;

/// What each of the three custodians has, who is frozen, and which trades wait.
struct Model {
    cash: [u128; HOLDERS],
    units: [u128; HOLDERS],
    frozen: [bool; HOLDERS],
    /// Seller, buyer, units, cash: in order of entry, as the queue has them.
    waiting: Vec<(usize, usize, u128, Option<u128>)>,
}

impl Model {
    /// Whether a trade settles now; moves both legs if it does.
    fn settles(&mut self, trade: (usize, usize, u128, Option<u128>)) -> bool {
        let (seller, buyer, units, cash) = trade;
        let covered = self.units[seller] >= units && self.cash[buyer] >= cash.unwrap_or(0);
        if !covered || self.frozen[seller] || self.frozen[buyer] {
            return false;
        }
        self.units[seller] -= units;
        self.units[buyer] += units;
        self.cash[buyer] -= cash.unwrap_or(0);
        self.cash[seller] += cash.unwrap_or(0);
        true
    }
}

struct Play<'a> {
    chain: &'a mut Chain,
    market: Market,
    bond: Bond,
    holders: [Address; HOLDERS],
    model: Model,
    random: Random,
    step: u32,
}

/// Plays `steps` random steps of `seed`.
///
/// # Panics
/// If the ledger and the model ever differ.
pub fn play(chain: &mut Chain, seed: u64, steps: u32) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let model = Model {
        cash: [MONEY - 60 * UNIT, MONEY - 40 * UNIT, MONEY],
        units: [60, 40, 0],
        frozen: [false; HOLDERS],
        waiting: Vec::new(),
    };
    let holders = [market.north, market.south, market.harbour];
    let random = Random(seed);
    let mut play = Play { chain, market, bond, holders, model, random, step: 0 };
    for step in 0..steps {
        play.step = step;
        match play.random.below(10) {
            0..=2 => play.pay(),
            3..=4 => play.deliver(),
            5..=7 => play.trade(),
            8 => play.freeze(),
            _ => play.advance(),
        }
        play.compare(seed);
    }
}

/// One seed, short enough for both engines.
pub fn one_seed(chain: &mut Chain) {
    play(chain, 1, 40);
}

impl Play<'_> {
    fn holder(&mut self) -> usize {
        usize::try_from(self.random.below(3)).expect("small")
    }

    fn name(&self) -> String {
        format!("STEP-{}", self.step)
    }

    /// Now and then about everything an account has, or a little more.
    fn amount(&mut self, of: u128) -> u128 {
        match self.random.below(4) {
            0 => of + u128::from(self.random.below(2)),
            _ => u128::from(self.random.below(1_000)),
        }
    }

    fn pay(&mut self) {
        let (from, to) = (self.holder(), self.holder());
        let amount = self.amount(self.model.cash[from]);
        let transfer = cash::ExecuteMsg::Transfer {
            to: self.holders[to],
            amount: Amount(amount),
            reference: reference(&self.name()),
        };
        let messages = vec![message(self.market.cash, &transfer)];
        let went = self.chain.send(self.holders[from], messages).result().is_ok();
        let model = &mut self.model;
        let goes = from != to
            && (1..=model.cash[from]).contains(&amount)
            && !model.frozen[from]
            && !model.frozen[to];
        assert_eq!(went, goes, "payment of {amount} from {from} to {to}");
        if goes {
            model.cash[from] -= amount;
            model.cash[to] += amount;
        }
    }

    fn deliver(&mut self) {
        let (from, to) = (self.holder(), self.holder());
        let units = self.amount(self.model.units[from]) % 80;
        let transfer = issuance::ExecuteMsg::TransferFree {
            to: self.holders[to],
            face_amount: Amount(units * UNIT),
            reference: reference(&self.name()),
        };
        let messages = vec![message(self.bond.issuance, &transfer)];
        let went = self.chain.send(self.holders[from], messages).result().is_ok();
        let model = &mut self.model;
        let goes = from != to
            && (1..=model.units[from]).contains(&units)
            && !model.frozen[from]
            && !model.frozen[to];
        assert_eq!(went, goes, "delivery of {units} from {from} to {to}");
        if goes {
            model.units[from] -= units;
            model.units[to] += units;
        }
    }

    fn trade(&mut self) {
        let (seller, buyer) = (self.holder(), self.holder());
        // A frozen account enters nothing; one's own trade matches nothing.
        if seller == buyer || self.model.frozen[seller] || self.model.frozen[buyer] {
            return;
        }
        let units = 1 + self.amount(self.model.units[seller]) % 80;
        let paid = self.random.below(5) > 0;
        let cash = if paid { Some(1 + self.amount(self.model.cash[buyer])) } else { None };
        let trade = Trade {
            deliverer: self.holders[seller],
            receiver: self.holders[buyer],
            units,
            cash,
            settlement_date: "2026-01-05",
        };
        let name = self.name();
        let status = self.market.trade(self.chain, &trade, &name);
        let settles = self.model.settles((seller, buyer, units, cash));
        let settled = matches!(status, InstructionStatus::Settled { .. });
        assert_eq!(settled, settles, "trade {trade:?}: {status:?}");
        if !settles {
            self.model.waiting.push((seller, buyer, units, cash));
        }
    }

    fn freeze(&mut self) {
        let holder = self.holder();
        let frozen = !self.model.frozen[holder];
        self.market.set_frozen(self.chain, self.holders[holder], frozen);
        self.model.frozen[holder] = frozen;
    }

    /// Everything that waits is tried once, in order; what cash or units arrive serve the next.
    fn advance(&mut self) {
        let advance = ExecuteMsg::Advance { limit: 100 };
        let sender = self.market.regulator;
        self.chain.execute(sender, self.market.settlement, &advance).succeeded();
        let waiting = core::mem::take(&mut self.model.waiting);
        for trade in waiting {
            if !self.model.settles(trade) {
                self.model.waiting.push(trade);
            }
        }
    }

    fn compare(&self, seed: u64) {
        for (index, holder) in self.holders.into_iter().enumerate() {
            let cash = self.market.cash_of(self.chain, holder);
            let units = self.bond.holding(self.chain, holder);
            let at = format!("seed {seed}, step {}, holder {index}", self.step);
            assert_eq!(cash.total.0, self.model.cash[index], "cash: {at}");
            assert_eq!(units.total.0, self.model.units[index] * UNIT, "units: {at}");
            assert_eq!((cash.held.0, units.held.0), (0, 0), "held: {at}");
        }
    }
}
