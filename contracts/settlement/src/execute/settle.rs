//! Delivery versus payment, model 1: hold both legs, then execute both, in one call.
//!
//! A leg that cannot be held releases the other and leaves the pair pending with the reason. Once
//! both are held, a leg that does not move undoes the whole call: both legs or none.

use super::pair::Pair;
use super::shortage::{Asset, Shortage};
use crate::state::{CONFIG, QUEUE};
use tenor_interfaces::cash::{self, CashClient};
use tenor_interfaces::issuance::{self, IssuanceClient};
use tenor_interfaces::registry::{DayPhase, MarketDay, RegistryQueries, Standing, TradeFacts};
use tenor_interfaces::settlement::*;
use tenor_sdk::abi::codec::decode;
use tenor_sdk::abi::failure::{CALL_HALTED, REPLY_MALFORMED};
use tenor_sdk::prelude::*;
use tenor_sdk::primitives::{HaltCode, Halted};

/// What holding one leg may cost, a hundred times what holding units does (0.85 million; cash 0.42), so
/// that the 64 expired holds it may have to end fit too: a contract that burns what it is given fails
/// its own pairs and leaves the others theirs.
const HOLD_GAS_MAX: u64 = 100_000_000;
/// Holds end in the call that places them; the ledger wants an expiry all the same.
const HOLD_MS: u64 = 1;

/// Everything about a trade in one question.
pub(super) fn ask_registry(
    ctx: &QueryContext,
    registry: Address,
    instruction: &Instruction,
    accounts: Vec<Address>,
) -> Result<TradeFacts> {
    let against = instruction.payment == PaymentType::AgainstPayment;
    let currency = instruction.cash.filter(|_| against).map(|cash| cash.currency);
    Ok(RegistryQueries::new(ctx, registry).trade(instruction.isin, currency, accounts)?)
}

/// What became of one try.
pub(super) struct Tried {
    pub(super) pair: Pair,
    /// What an account was seen to lack.
    pub(super) shortage: Option<Shortage>,
    /// Whether either side could have done anything about it, and since when.
    pub(super) fault: Fault,
}

/// What the registry says of the days on which a pair has failed.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// The bond is suspended, or its market has no ledger date: nobody has failed.
    Nobodys,
    /// Days before this instant do not count: the bond was suspended until then.
    Since(Timestamp),
    /// All days count.
    Always,
}

impl Fault {
    fn of(facts: &TradeFacts) -> Self {
        if facts.suspended || facts.security.is_some() && facts.day.is_none() {
            return Self::Nobodys;
        }
        facts.resumed_at.map_or(Self::Always, Self::Since)
    }
}

/// Asks the registry about a matched pair, and tries to settle it. A registry that does not answer
/// for one pair must not stop the others.
pub(super) fn retry(ctx: &mut Context, mut pair: Pair) -> Result<Tried> {
    let registry = CONFIG.load(ctx)?.registry;
    let accounts = vec![pair.deliver.account, pair.receive.account];
    let (shortage, fault) = match ask_registry(ctx, registry, &pair.deliver.instruction, accounts) {
        Ok(facts) => (try_settle(ctx, &mut pair, &facts)?, Fault::of(&facts)),
        Err(failure) if says_nothing(&failure) => return Err(failure),
        Err(_) => {
            stay_pending(ctx, &mut pair, PendingReason::Unavailable)?;
            (None, Fault::Always)
        }
    };
    Ok(Tried { pair, shortage, fault })
}

/// Whether a failure says nothing about a pair. The transaction may have no calls, events or stack
/// left: whoever uses them up must not make pairs fail by it. And a call with a malformed answer is
/// not undone: what it holds must not stay behind.
fn says_nothing(failure: &Failure) -> bool {
    let lacks = |code| {
        matches!(code, HaltCode::CallLimit | HaltCode::EventLimit | HaltCode::StackExhausted)
    };
    let halted = |details: &[u8]| decode::<Halted>(details).is_ok_and(|halted| lacks(halted.code));
    match failure.code {
        CALL_HALTED => halted(&failure.details),
        REPLY_MALFORMED => true,
        _ => false,
    }
}

pub(super) fn settle_now(ctx: &mut Context, id: u64) -> Result<InstructionStatus> {
    let pair = Pair::load(ctx, id)?;
    let mut pair = retry(ctx, pair)?.pair;
    Ok(pair.own_and_other(id).0.status)
}

/// Settles the pair, or notes why not, and what was lacking. `facts` name the deliverer's account
/// first.
pub(super) fn try_settle(
    ctx: &mut Context,
    pair: &mut Pair,
    facts: &TradeFacts,
) -> Result<Option<Shortage>> {
    let legs = match legs_due(pair, facts) {
        Ok(legs) => legs,
        Err(reason) => {
            stay_pending(ctx, pair, reason)?;
            return Ok(None);
        }
    };
    if let Err(refused) = hold_all(ctx, &legs)? {
        stay_pending(ctx, pair, refused.reason)?;
        return Ok(refused.shortage);
    }
    legs.units.execute(ctx)?;
    if let Some(cash) = &legs.cash {
        cash.execute(ctx)?;
    }
    let at = ctx.block_time();
    if pair.deliver.status != InstructionStatus::Unmatched {
        pair.dequeue(ctx)?;
    }
    pair.set_status(|with| InstructionStatus::Settled { with, at });
    pair.save(ctx)?;
    let instruction = &pair.deliver.instruction;
    let against = instruction.payment == PaymentType::AgainstPayment;
    ctx.emit(&Settled {
        deliverer: pair.deliver.account,
        receiver: pair.receive.account,
        isin: instruction.isin,
        deliver_id: pair.deliver.id,
        receive_id: pair.receive.id,
        face_amount: instruction.face_amount,
        cash: instruction.cash.filter(|_| against),
        ledger_date: legs.day.date,
    });
    Ok(None)
}

fn stay_pending(ctx: &mut Context, pair: &mut Pair, reason: PendingReason) -> Result<()> {
    let status = |with| InstructionStatus::Pending { with, reason };
    if pair.deliver.status == status(pair.receive.id) {
        return Ok(());
    }
    pair.set_status(status);
    pair.save(ctx)?;
    QUEUE.insert(ctx, &pair.queue_key())?;
    ctx.emit(&PendingChanged {
        deliverer: pair.deliver.account,
        receiver: pair.receive.account,
        isin: pair.deliver.instruction.isin,
        deliver_id: pair.deliver.id,
        receive_id: pair.receive.id,
        reason,
    });
    Ok(())
}

/// Why a leg could not be held.
struct Refused {
    reason: PendingReason,
    shortage: Option<Shortage>,
}

/// One side's obligation: what its own instruction allows settlement to move.
struct Leg {
    asset: Asset,
    contract: Address,
    from: Address,
    to: Address,
    amount: Amount,
    /// The reference of the paying or delivering account's own instruction: the hold's name.
    reference: tenor_interfaces::Reference,
}

struct Legs {
    units: Leg,
    cash: Option<Leg>,
    day: MarketDay,
}

/// The legs of a pair that is due now, or why it is not.
fn legs_due(pair: &Pair, facts: &TradeFacts) -> Result<Legs, PendingReason> {
    let (deliver, receive) = (&pair.deliver.instruction, &pair.receive.instruction);
    let day = facts.day.ok_or(PendingReason::Unavailable)?;
    let security = facts.security.as_ref().ok_or(PendingReason::Unavailable)?;
    if deliver.settlement_date > day.date {
        return Err(PendingReason::FutureDate);
    }
    if deliver.on_hold || receive.on_hold {
        return Err(PendingReason::OnHold);
    }
    if facts.suspended {
        return Err(PendingReason::SecurityRefused);
    }
    let against = deliver.payment == PaymentType::AgainstPayment;
    if against && day.phase == DayPhase::CutOff {
        return Err(PendingReason::CutOff);
    }
    let refused = facts.accounts.iter().find(|account| account.standing != Standing::Good);
    match refused.map(|account| account.standing) {
        None => {}
        Some(Standing::Frozen) => return Err(PendingReason::AccountBlocked),
        Some(_) => return Err(PendingReason::AccountRefused),
    }
    let units = Leg {
        asset: Asset::Units(deliver.isin),
        contract: security.issuance,
        from: pair.deliver.account,
        to: pair.receive.account,
        amount: deliver.face_amount,
        reference: deliver.reference,
    };
    let cash = if against { Some(cash_leg(pair, facts)?) } else { None };
    Ok(Legs { units, cash, day })
}

/// The cash leg: the deliverer's amount, from whoever pays by both instructions.
fn cash_leg(pair: &Pair, facts: &TradeFacts) -> Result<Leg, PendingReason> {
    let cash = pair.deliver.instruction.cash.ok_or(PendingReason::Unavailable)?;
    let (payer, payee) = pair.payer_and_payee(cash.direction);
    Ok(Leg {
        asset: Asset::Cash(cash.currency),
        contract: facts.cash.ok_or(PendingReason::Unavailable)?,
        from: payer.account,
        to: payee.account,
        amount: cash.amount,
        reference: payer.instruction.reference,
    })
}

/// Holds every leg; if one cannot be held, none stays held.
fn hold_all(ctx: &mut Context, legs: &Legs) -> Result<Result<(), Refused>> {
    if let Err(error) = legs.units.hold(ctx)? {
        return Ok(Err(legs.units.refused(&error)));
    }
    let Some(cash) = &legs.cash else { return Ok(Ok(())) };
    if let Err(error) = cash.hold(ctx)? {
        legs.units.release(ctx)?;
        return Ok(Err(cash.refused(&error)));
    }
    Ok(Ok(()))
}

impl Leg {
    fn hold(&self, ctx: &mut Context) -> Result<Result<(), CallError>> {
        let Self { contract, from, amount, reference, .. } = *self;
        let agent = ctx.own_address();
        let expiry = ctx.block_time().checked_add_ms(HOLD_MS).unwrap_or(ctx.block_time());
        let limited = &mut ctx.limited(HOLD_GAS_MAX);
        let held = match self.asset {
            Asset::Units(_) => {
                IssuanceClient::new(limited, contract).hold(from, amount, agent, expiry, reference)
            }
            Asset::Cash(_) => {
                CashClient::new(limited, contract).hold(from, amount, agent, expiry, reference)
            }
        };
        match held {
            Ok(()) => Ok(Ok(())),
            Err(error) => match Failure::from(error.clone()) {
                failure if says_nothing(&failure) => Err(failure),
                _ => Ok(Err(error)),
            },
        }
    }

    fn release(&self, ctx: &mut Context) -> Result<()> {
        let agent = ctx.own_address();
        let Self { contract, from, reference, .. } = *self;
        Ok(match self.asset {
            Asset::Units(_) => {
                IssuanceClient::new(ctx, contract).release_hold(from, agent, reference)
            }
            Asset::Cash(_) => CashClient::new(ctx, contract).release_hold(from, agent, reference),
        }?)
    }

    fn execute(&self, ctx: &mut Context) -> Result<()> {
        let Self { contract, from, to, amount, reference, .. } = *self;
        Ok(match self.asset {
            Asset::Units(_) => {
                IssuanceClient::new(ctx, contract).execute_hold(from, reference, to, amount)
            }
            Asset::Cash(_) => {
                CashClient::new(ctx, contract).execute_hold(from, reference, to, amount)
            }
        }?)
    }

    /// Why a leg could not be held, as a settlement system says it.
    fn refused(&self, error: &CallError) -> Refused {
        let (reason, available) = match self.asset {
            Asset::Units(_) => match error.to_error() {
                Some(issuance::Error::Insufficient { available, .. }) => {
                    (PendingReason::LackOfSecurities, Some(available))
                }
                Some(
                    issuance::Error::TransfersEnded { .. }
                    | issuance::Error::WrongStatus { .. }
                    | issuance::Error::NotAMultiple { .. },
                ) => (PendingReason::SecurityRefused, None),
                _ => (PendingReason::Unavailable, None),
            },
            Asset::Cash(_) => match error.to_error() {
                Some(cash::Error::Insufficient { available, .. }) => {
                    (PendingReason::LackOfCash, Some(available))
                }
                _ => (PendingReason::Unavailable, None),
            },
        };
        let shortage = available.map(|available| {
            let Self { asset, from: account, .. } = *self;
            Shortage { asset, account, available }
        });
        Refused { reason, shortage }
    }
}
