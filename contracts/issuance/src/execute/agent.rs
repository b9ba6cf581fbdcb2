//! Appointing agents after the draft: issuer and registrar, and for the agent that burns units the
//! paying agent too.

use super::draft::{AGENTS_MAX, require_listed, require_officer};
use crate::state::{AGENTS, BOND, PENDING_AGENTS, PendingAgent};
use tenor_interfaces::coupon::CouponQueries;
use tenor_interfaces::issuance::*;
use tenor_interfaces::{APPOINTMENT_MS_MAX, AgentRight};
use tenor_sdk::prelude::*;

pub(super) fn appoint(
    ctx: &mut Context,
    agent: Address,
    right: Option<AgentRight>,
) -> Result<bool> {
    let bond = BOND.load(ctx)?;
    // Before that, agents are part of the draft that everyone accepts.
    let (expected, got) = (BondStatus::Book, bond.status);
    ctx.require(got >= expected, Error::WrongStatus { expected, got })?;
    let by = ctx.caller();
    // Who burns units is what the paying agent pays through.
    let burns = [AGENTS.may_load(ctx, &agent)?, right].contains(&Some(AgentRight::Redemption));
    let now = ctx.block_time();
    let same = PENDING_AGENTS.may_load(ctx, &agent)?.filter(|pending| {
        let until = pending.since.checked_add_ms(APPOINTMENT_MS_MAX);
        pending.right == right && until.is_some_and(|until| now < until)
    });
    let new = PendingAgent { right, consent: Acceptances::default(), since: now };
    let PendingAgent { mut consent, since, .. } = same.unwrap_or(new);
    note_consent(&mut consent, &bond.parties, by, burns)?;
    if let Some(right) = right {
        // Whoever keeps the register without its office still takes a right away, and gives none.
        require_officer(ctx, bond.registry, bond.parties.registrar)?;
        require_sound(ctx, &bond, agent, right)?;
    }
    let agreed = consent.issuer && consent.registrar && (consent.paying_agent || !burns);
    if !agreed {
        PENDING_AGENTS.save(ctx, &agent, &PendingAgent { right, consent, since })?;
        ctx.emit(&AgentProposed { agent, by, right });
        return Ok(false);
    }
    if AGENTS.may_load(ctx, &agent)? == Some(AgentRight::Redemption) {
        require_no_payment(ctx, agent)?;
    }
    PENDING_AGENTS.remove(ctx, &agent)?;
    match right {
        Some(right) => AGENTS.save(ctx, &agent, &right)?,
        None => {
            AGENTS.remove(ctx, &agent)?;
        }
    }
    ctx.emit(&AgentAppointed { agent, right });
    Ok(true)
}

fn note_consent(
    consent: &mut Acceptances,
    parties: &BondParties,
    by: Address,
    burns: bool,
) -> Result<()> {
    let given = match by {
        _ if by == parties.issuer => &mut consent.issuer,
        _ if by == parties.registrar => &mut consent.registrar,
        _ if by == parties.paying_agent && burns => &mut consent.paying_agent,
        caller => return Err(Error::NotAnAppointer { caller }.into()),
    };
    *given = true;
    Ok(())
}

/// Who has begun to pay pays to the end. A payer that does not even answer is dismissed all the same.
fn require_no_payment(ctx: &QueryContext, payer: Address) -> Result<()> {
    match CouponQueries::new(ctx, payer).paying() {
        Ok(Some(period)) => Err(Error::PaymentUnderWay { period }.into()),
        _ => Ok(()),
    }
}

/// The rules of the draft hold for those who come later: few agents, none of them a party, and one
/// that burns, which is a coupon instance of this bond.
fn require_sound(
    ctx: &QueryContext,
    bond: &BondFacts,
    agent: Address,
    right: AgentRight,
) -> Result<()> {
    let refused = |part| Error::TermsRefused { part };
    let mut others = AGENTS.all().load(ctx, AGENTS_MAX)?;
    others.retain(|(other, _)| *other != agent);
    let few = u32::try_from(others.len()).is_ok_and(|others| others < AGENTS_MAX);
    let burns = right == AgentRight::Redemption;
    let alone = !burns || others.iter().all(|(_, other)| *other != AgentRight::Redemption);
    let sound = few && alone && !bond.parties.all().contains(&agent);
    ctx.require(sound, refused(TermsPart::Agents))?;
    if right == AgentRight::Settlement {
        require_listed(ctx, bond.registry, agent)?;
    }
    if burns {
        let config = CouponQueries::new(ctx, agent).config()?;
        let own = ctx.own_address();
        ctx.require(config.issuance == own, refused(TermsPart::Payer))?;
    }
    Ok(())
}
