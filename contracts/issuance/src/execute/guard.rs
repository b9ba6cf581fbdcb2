//! Checks that several features share.

use crate::state::{RECORD_INSTANTS, REFERENCES};
use tenor_bond_math::Date;
use tenor_interfaces::Reference;
use tenor_interfaces::issuance::{BondFacts, BondStatus, Error};
use tenor_interfaces::registry::{self, RegistryQueries, Standing};
use tenor_sdk::prelude::*;

pub(super) fn require_caller(ctx: &QueryContext, expected: Address) -> Result<()> {
    let caller = ctx.caller();
    ctx.require(caller == expected, Error::NotAllowed { expected, caller })
}

pub(super) fn require_status(
    ctx: &QueryContext,
    bond: &BondFacts,
    expected: BondStatus,
) -> Result<()> {
    let got = bond.status;
    ctx.require(got == expected, Error::WrongStatus { expected, got })
}

/// The ledger date of the bond's market.
pub(super) fn ledger_date(ctx: &QueryContext, bond: &BondFacts) -> Result<Date> {
    Ok(RegistryQueries::new(ctx, bond.registry).market_day(bond.market)?.date)
}

/// The market's first business day on or after `date`; `None` when its calendar does not say.
pub(super) fn first_business_day(
    ctx: &QueryContext,
    bond: &BondFacts,
    date: Date,
) -> Result<Option<Date>> {
    let unknown = registry::Error::DateUnknown { date }.code();
    match RegistryQueries::new(ctx, bond.registry).business_days(bond.market, vec![date]) {
        Ok(days) => Ok(days.first().copied()),
        // By its code: decoding all that a registry can refuse would cost this module its size.
        Err(CallError::Failed(refused)) if refused.code == unknown => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A face amount is above zero and a whole number of denominations.
pub(super) fn require_face(ctx: &QueryContext, bond: &BondFacts, face: Amount) -> Result<()> {
    ctx.require(!face.is_zero(), Error::ZeroAmount)?;
    let denomination = bond.denomination;
    let whole = face.0.checked_rem(denomination.0) == Some(0);
    ctx.require(whole, Error::NotAMultiple { denomination })
}

/// A list is not empty and not too long for one call.
pub(super) fn require_count(ctx: &QueryContext, got: usize, max: u32) -> Result<()> {
    let got = u32::try_from(got).unwrap_or(u32::MAX);
    ctx.require((1..=max).contains(&got), Error::Count { min: 1, max, got })
}

/// Uses up a reference of `account`: a retry is refused for ever.
pub(super) fn use_reference(
    ctx: &mut Context,
    account: Address,
    reference: Reference,
) -> Result<()> {
    let new = REFERENCES.insert(ctx, &(account, reference))?;
    ctx.require(new, Error::ReferenceUsed { reference })
}

/// Asks the registry once whether all `accounts` may take part in a movement.
pub(super) fn check_accounts(
    ctx: &QueryContext,
    bond: &BondFacts,
    accounts: Vec<Address>,
) -> Result<()> {
    let facts = RegistryQueries::new(ctx, bond.registry).check_movement(accounts.clone())?;
    for (account, facts) in accounts.into_iter().zip(facts) {
        let standing = facts.standing;
        ctx.require(standing == Standing::Good, Error::AccountRefused { account, standing })?;
    }
    Ok(())
}

/// Whether one account may take part in a movement.
pub(super) fn standing(ctx: &QueryContext, bond: &BondFacts, account: Address) -> Result<Standing> {
    let facts = RegistryQueries::new(ctx, bond.registry).check_movement(vec![account])?;
    Ok(facts.first().map_or(Standing::Unknown, |facts| facts.standing))
}

/// The first record instant, once it has passed: from then on nothing is issued any more, because a
/// unit of later would miss a payment.
pub(super) fn passed_first_record(ctx: &QueryContext) -> Result<Option<Timestamp>> {
    let instants = RECORD_INSTANTS.may_load(ctx)?.unwrap_or_default();
    Ok(instants.first().copied().filter(|first| *first < ctx.block_time()))
}

pub(super) fn require_before_first_record(ctx: &QueryContext) -> Result<()> {
    match passed_first_record(ctx)? {
        Some(first_record) => Err(Error::TooLateToClose { first_record }.into()),
        None => Ok(()),
    }
}

/// Units move while the bond lives, up to its last record instant: from then on whoever holds is
/// redeemed.
pub(super) fn require_transferable(ctx: &QueryContext, bond: &BondFacts) -> Result<()> {
    require_status(ctx, bond, BondStatus::Live)?;
    let instants = RECORD_INSTANTS.load(ctx)?;
    match instants.last().copied().filter(|last| *last < ctx.block_time()) {
        Some(since) => Err(Error::TransfersEnded { since }.into()),
        None => Ok(()),
    }
}
