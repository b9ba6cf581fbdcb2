//! Parties.

use crate::state::{BICS, PARTIES};
use tenor_interfaces::registry::{Error, Party, PartySet};
use tenor_interfaces::{Bic, Lei};
use tenor_sdk::prelude::*;

/// The longest name, as in ISO 20022.
const NAME_BYTES_MAX: usize = 140;

pub(super) fn set(ctx: &mut Context, party: &Party) -> Result<()> {
    let (lei, bic) = (party.lei, party.bic);
    ctx.require(lei.is_valid(), Error::InvalidLei { lei })?;
    ctx.require(bic.is_valid(), Error::InvalidBic { bic })?;
    let got = u32::try_from(party.name.len()).unwrap_or(u32::MAX);
    let named = (1..=NAME_BYTES_MAX).contains(&party.name.len());
    ctx.require(named, Error::InvalidName { got })?;
    claim_bic(ctx, lei, bic)?;
    PARTIES.save(ctx, &lei, party)?;
    ctx.emit(&PartySet { lei });
    Ok(())
}

/// Trades are matched by BIC: of two parties with the same one, whichever comes first would get what
/// the other was sent.
fn claim_bic(ctx: &mut Context, lei: Lei, bic: Bic) -> Result<()> {
    let place = bic.normalised();
    let owner = BICS.may_load(ctx, &place)?.filter(|owner| *owner != lei);
    if let Some(party) = owner {
        return Err(Error::BicTaken { bic, party }.into());
    }
    if let Some(before) = PARTIES.may_load(ctx, &lei)? {
        BICS.remove(ctx, &before.bic.normalised())?;
    }
    Ok(BICS.save(ctx, &place, &lei)?)
}
