//! Parties.

use crate::state::PARTIES;
use tenor_interfaces::registry::{Error, Party, PartySet};
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
    PARTIES.save(ctx, &lei, party)?;
    ctx.emit(&PartySet { lei });
    Ok(())
}
