//! What the registry answers.

use crate::business_days::{Decided, first_from, last_until};
use crate::market_day::{instant, market_day};
use crate::state::*;
use tenor_bond_math::{Currency, Date, HolidayTable, Isin};
use tenor_interfaces::MarketCode;
use tenor_interfaces::registry::*;
use tenor_sdk::prelude::*;

/// The most accounts of one question.
const ACCOUNTS_MAX: usize = 256;
/// The most dates of one question.
const DATES_MAX: usize = 512;
/// The most roles of one question.
const ROLES_MAX: usize = 16;
/// The most entries of one page.
const PAGE_MAX: u32 = 100;

pub(crate) fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Office { address } => reply(OFFICES.may_load(ctx, &address)?),
        QueryMsg::Party { lei } => reply(PARTIES.may_load(ctx, &lei)?),
        QueryMsg::Account { account } => reply(ACCOUNTS.may_load(ctx, &account)?),
        QueryMsg::Accounts { after, limit } => reply(accounts(ctx, after, limit)?),
        QueryMsg::CheckMovement { accounts } => reply(check_movement(ctx, &accounts)?),
        QueryMsg::Trade { isin, currency, accounts } => {
            reply(trade(ctx, &isin, currency.as_ref(), &accounts)?)
        }
        QueryMsg::Market { market } => reply(MARKETS.may_load(ctx, &market)?),
        QueryMsg::MarketDay { market } => reply(current_day(ctx, &load_market(ctx, market)?)?),
        QueryMsg::Instants { market, dates, seconds } => {
            reply(instants(ctx, market, &dates, seconds)?)
        }
        QueryMsg::LacksRole { roles } => reply(lacks_role(ctx, roles)?),
        QueryMsg::Security { isin } => {
            reply(SECURITIES.may_load(ctx, &isin)?.map(|listing| listing.security))
        }
        QueryMsg::Cash { currency } => reply(CASH.may_load(ctx, &currency)?),
        QueryMsg::Proposal { proposal } => reply(PROPOSALS.may_load(ctx, &proposal)?),
        QueryMsg::BusinessDays { market, dates } => reply(business_days(ctx, market, &dates)?),
        QueryMsg::MarketYears { market, after, limit } => {
            reply(market_years(ctx, market, after, limit)?)
        }
        QueryMsg::Settlement { settlement } => reply(SETTLEMENTS.has(ctx, &settlement)?),
    }
}

fn bounded(got: usize, max: usize) -> Result<()> {
    if got <= max {
        return Ok(());
    }
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Err(Error::Count { min: 0, max: number(max), got: number(got) }.into())
}

fn accounts(ctx: &QueryContext, after: Option<Address>, limit: u32) -> Result<Vec<Account>> {
    let page = ACCOUNTS.all().after_if(after.as_ref()).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, account)| account).collect())
}

fn check_movement(ctx: &QueryContext, accounts: &[Address]) -> Result<Vec<AccountFacts>> {
    bounded(accounts.len(), ACCOUNTS_MAX)?;
    accounts.iter().map(|account| facts(ctx, account)).collect()
}

fn facts(ctx: &QueryContext, account: &Address) -> Result<AccountFacts> {
    Ok(match ACCOUNTS.may_load(ctx, account)? {
        None => AccountFacts { standing: Standing::Unknown, tax_class: 0 },
        Some(account) => AccountFacts {
            standing: standing(&account, ctx.block_time()),
            tax_class: account.terms.tax_class,
        },
    })
}

/// Whether an account may take part in a movement at `now`.
pub(crate) fn standing(account: &Account, now: Timestamp) -> Standing {
    if account.freeze.is_some() {
        Standing::Frozen
    } else if now < account.terms.eligible_from {
        Standing::NotYetEligible
    } else if account.terms.eligible_until.is_some_and(|until| now >= until) {
        Standing::Expired
    } else {
        Standing::Good
    }
}

fn trade(
    ctx: &QueryContext,
    isin: &Isin,
    currency: Option<&Currency>,
    accounts: &[Address],
) -> Result<TradeFacts> {
    let listing = SECURITIES.may_load(ctx, isin)?;
    let suspended = listing.as_ref().is_some_and(|listing| listing.suspended);
    let resumed_at = listing.as_ref().and_then(|listing| listing.resumed_at);
    let security = listing.map(|listing| listing.security);
    let cash = match currency {
        Some(currency) => CASH.may_load(ctx, currency)?,
        None => None,
    };
    let day = match &security {
        Some(security) => known_day(ctx, &load_market(ctx, security.market)?)?,
        None => None,
    };
    let bic = match accounts.first() {
        Some(account) => bic_of(ctx, account)?,
        None => None,
    };
    let accounts = check_movement(ctx, accounts)?;
    Ok(TradeFacts { security, cash, day, accounts, bic, suspended, resumed_at })
}

fn bic_of(ctx: &QueryContext, account: &Address) -> Result<Option<tenor_interfaces::Bic>> {
    let Some(account) = ACCOUNTS.may_load(ctx, account)? else {
        return Ok(None);
    };
    Ok(PARTIES.may_load(ctx, &account.terms.party)?.map(|party| party.bic))
}

pub(crate) fn load_market(ctx: &QueryContext, market: MarketCode) -> Result<Market> {
    Ok(MARKETS.may_load(ctx, &market)?.ok_or(Error::NoSuchMarket { market })?)
}

/// What this contract's state says about a market.
pub(crate) struct Stored<'c, 'h>(pub(crate) &'c QueryContext<'h>, pub(crate) MarketCode);

impl Decided for Stored<'_, '_> {
    fn delay_seconds(&self, date: Date) -> Result<u32> {
        Ok(DELAYS.may_load(self.0, &(self.1, date))?.unwrap_or(0))
    }

    fn years_with(&self, year: i32) -> Result<Option<HolidayTable>> {
        let tables = YEARS.prefix(&self.1).until(&(self.1, year.saturating_add(1))).reversed();
        let latest = tables.load(self.0, 1)?.into_iter().next().map(|(_, table)| table);
        Ok(latest.filter(|table| year <= table.last_year))
    }
}

/// The ledger date of a market now.
pub(crate) fn current_day(ctx: &QueryContext, market: &Market) -> Result<MarketDay> {
    market_day(market, ctx.block_time(), &Stored(ctx, market.code))
}

/// The ledger date of a market now, unless its calendar does not know it: what stops one market must
/// not stop those who ask about many.
pub(crate) fn known_day(ctx: &QueryContext, market: &Market) -> Result<Option<MarketDay>> {
    match current_day(ctx, market) {
        Ok(day) => Ok(Some(day)),
        Err(failure) => match failure.to_error() {
            Some(Error::DateUnknown { .. }) => Ok(None),
            _ => Err(failure),
        },
    }
}

fn business_days(ctx: &QueryContext, market: MarketCode, dates: &[Date]) -> Result<Vec<Date>> {
    bounded(dates.len(), DATES_MAX)?;
    let (market, stored) = (load_market(ctx, market)?, Stored(ctx, market));
    dates.iter().map(|date| first_from(&market, *date, &stored)).collect()
}

fn market_years(
    ctx: &QueryContext,
    market: MarketCode,
    after: Option<i32>,
    limit: u32,
) -> Result<Vec<HolidayTable>> {
    let after = after.map(|year| (market, year));
    let page = YEARS.prefix(&market).after_if(after.as_ref()).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, table)| table).collect())
}

fn instants(
    ctx: &QueryContext,
    market: MarketCode,
    dates: &[Date],
    seconds: Option<u32>,
) -> Result<Vec<Timestamp>> {
    bounded(dates.len(), DATES_MAX)?;
    let market = load_market(ctx, market)?;
    let (code, end_of_day_seconds) = (market.code, market.end_of_day_seconds);
    let seconds = seconds.unwrap_or(end_of_day_seconds);
    let refused = Error::AfterEndOfDay { market: code, end_of_day_seconds };
    ctx.require(seconds <= end_of_day_seconds, refused)?;
    let stored = Stored(ctx, code);
    let instants = dates.iter().map(|date| {
        let day = last_until(&market, *date, &stored)?.unwrap_or(*date);
        instant(&market, day, seconds)
    });
    instants.collect()
}

/// Seconds of a day; as a local time, the midnight that ends it.
pub(crate) const DAY_SECONDS: u32 = 86_400;

fn lacks_role(ctx: &QueryContext, roles: Vec<(Address, BusinessRole)>) -> Result<Option<Address>> {
    bounded(roles.len(), ROLES_MAX)?;
    for (account, role) in roles {
        let party = match ACCOUNTS.may_load(ctx, &account)? {
            Some(found) => PARTIES.may_load(ctx, &found.terms.party)?,
            None => None,
        };
        if !party.is_some_and(|party| party.roles.contains(&role)) {
            return Ok(Some(account));
        }
    }
    Ok(None)
}
