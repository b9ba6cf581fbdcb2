//! Trades as two custodians enter them, signed before anything is measured.

use tenor_client::builder::sign;
use tenor_interfaces::settlement::{ExecuteMsg, Instruction};
use tenor_primitives::{Address, LANES_MAX, Timestamp, Transaction, TransactionBody};
use tenor_testing::Chain;
use tenor_tests::scenarios::market::{self, Market, Trade};

/// Desks trade side by side, each on a nonce lane of its own: lane 0 has set up the market. A multiple
/// of the three pairs of custodians.
pub const DESKS: u8 = LANES_MAX - 4;
/// Every trade's cash, in cents, for one unit.
pub const CASH: u128 = market::UNIT;

/// Instructions that wait for their match at the same time differ in the trade date: it goes back by a
/// day with each trade, and begins again after so many.
const DATES: u64 = 2_000;
/// How long a signed instruction is valid, in milliseconds of ledger time.
const VALID_FOR_MS: u64 = 3_600_000;
/// Transactions of [`first_trades`].
const FIRST: usize = 4;

/// Two custodians that sell one unit to and fro.
struct Desk {
    lane: u8,
    parties: [Address; 2],
    /// Deliverer's and receiver's instruction when the first delivers, and when the second does.
    instructions: [(Instruction, Instruction); 2],
    trades: u64,
}

/// Transactions of one account on one nonce lane, in the order of their nonces.
pub type Stream = Vec<Transaction>;

/// All desks of a market.
pub struct Desks {
    desks: Vec<Desk>,
    settlement: Address,
    gas_limit: u64,
    valid_until: Timestamp,
    trades: u64,
}

/// A trade and one back, in memory: they tell how much gas an instruction needs.
pub fn first_trades(chain: &mut Chain, market: &Market) {
    market.trade(chain, &trade(market.north, market.harbour), "FIRST");
    market.trade(chain, &trade(market.harbour, market.north), "BACK");
}

fn trade(deliverer: Address, receiver: Address) -> Trade<'static> {
    let (units, cash) = (1, Some(CASH));
    Trade { deliverer, receiver, units, cash, settlement_date: "2026-01-05" }
}

impl Desks {
    /// Desks between the market's three custodians, after [`first_trades`]. Whoever sells first at a
    /// desk has the units for it.
    ///
    /// # Panics
    /// If nothing has happened in the market.
    pub fn of(chain: &Chain, market: &Market) -> Self {
        let Market { north, south, harbour, .. } = *market;
        let instructions = |one, other| market.instructions(chain, &trade(one, other), "DESK");
        let desk = |(lane, parties): (u8, [Address; 2])| {
            let [one, other] = parties;
            let instructions = [instructions(one, other), instructions(other, one)];
            Desk { lane, parties, instructions, trades: 0 }
        };
        let pairs = [[north, harbour], [south, harbour], [north, south]].into_iter().cycle();
        let gas_used = chain.receipts().iter().rev().take(FIRST).map(|receipt| receipt.gas_used);
        Self {
            desks: (1..=DESKS).zip(pairs).map(desk).collect(),
            settlement: market.settlement,
            // What a dry run would say, and as much again.
            gas_limit: gas_used.max().expect("the first trades") * 2,
            valid_until: Timestamp::from_unix_ms(chain.time().unix_ms + VALID_FOR_MS),
            trades: 0,
        }
    }

    /// `trades` more at every desk, signed: two streams for each, of custodians who do not wait for
    /// one another.
    pub fn trade(&mut self, chain: &Chain, trades: u32) -> Vec<Stream> {
        let mut streams = Vec::new();
        for desk in 0..self.desks.len() {
            let (mut one, mut other) = (Stream::new(), Stream::new());
            for _ in 0..trades {
                let (first, second) = self.next_trade(chain, desk);
                one.push(first);
                other.push(second);
            }
            streams.extend([one, other]);
        }
        streams
    }

    /// How many units an account has gained once all trades so far have settled.
    pub fn gained(&self, account: Address) -> i128 {
        let open = self.desks.iter().filter(|desk| desk.trades % 2 == 1);
        open.map(|desk| match desk.parties {
            [one, _] if one == account => -1,
            [_, other] if other == account => 1,
            _ => 0,
        })
        .sum()
    }

    /// One more trade of a desk: what its two custodians send.
    fn next_trade(&mut self, chain: &Chain, desk: usize) -> (Transaction, Transaction) {
        let (number, desk) = (self.trades, &mut self.desks[desk]);
        let (nonce, is_back) = (desk.trades, desk.trades % 2 == 1);
        self.trades += 1;
        desk.trades += 1;
        let days = i64::try_from(number % DATES).expect("a few years");
        let with_number = |instruction: &Instruction, side| {
            let traded = instruction.settlement_date.plus_days(-days).expect("a date");
            let reference = market::reference(&format!("N{number}-{side}"));
            Instruction { reference, trade_date: traded, ..instruction.clone() }
        };
        let (deliver, receive) = &desk.instructions[usize::from(is_back)];
        let (deliver, receive) = (with_number(deliver, "D"), with_number(receive, "R"));
        let ([one, other], lane) = (desk.parties, desk.lane);
        let (ones, others) = if is_back { (receive, deliver) } else { (deliver, receive) };
        let send = |party, instruction| self.send(chain, party, (lane, nonce), instruction);
        (send(one, ones), send(other, others))
    }

    fn send(
        &self,
        chain: &Chain,
        sender: Address,
        (lane, nonce): (u8, u64),
        instruction: Instruction,
    ) -> Transaction {
        let instruction = Box::new(instruction);
        let message = market::message(self.settlement, &ExecuteMsg::Submit { instruction });
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: chain.chain_id().clone(),
            sender,
            lane,
            nonce,
            valid_until: self.valid_until,
            client_ref: None,
            gas_limit: self.gas_limit,
            messages: vec![message],
        };
        sign(body, std::slice::from_ref(chain.key_of(sender)))
    }
}
