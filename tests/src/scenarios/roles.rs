//! Who may do what: every message of every contract, sent by everyone.
//!
//! The expectation is the role table of `docs/contracts.md`. A caller without the role gets the
//! contract's own refusal of the role; one with the role gets past it, to success or to another
//! refusal.

use super::market::{self, Bond, Market, UNIT, reference, utc};
use tenor_interfaces::settlement::Instruction;
use tenor_interfaces::{AgentRight, cash, coupon, issuance, registry, settlement};
use tenor_primitives::{Address, Amount, Hash, Message};
use tenor_testing::{Chain, Refusal};

/// One row of the table: a message and who may send it.
struct Row {
    contract: Address,
    payload: Vec<u8>,
    may: Vec<Address>,
    name: &'static str,
    /// Whether a refusal by this contract is one of who the caller is.
    refuses_role: fn(&Refusal) -> bool,
}

/// A contract's part of the table.
#[derive(Clone, Copy)]
struct Table {
    contract: Address,
    refuses_role: fn(&Refusal) -> bool,
}

impl Table {
    fn row<M: borsh::BorshSerialize>(
        &self,
        name: &'static str,
        message: &M,
        may: &[Address],
    ) -> Row {
        let payload = borsh::to_vec(message).expect("encodes");
        let Self { contract, refuses_role } = *self;
        Row { contract, payload, may: may.to_vec(), name, refuses_role }
    }
}

fn registry_table(market: &Market) -> Table {
    let refuses_role =
        |refusal: &Refusal| matches!(refusal.error(), Some(registry::Error::NotAnOfficer { .. }));
    Table { contract: market.registry, refuses_role }
}

fn cash_table(market: &Market) -> Table {
    let refuses_role = |refusal: &Refusal| {
        matches!(
            refusal.error(),
            Some(
                cash::Error::NotTheProvider { .. }
                    | cash::Error::NotAnAppointer { .. }
                    | cash::Error::NotAnAgent { .. }
                    | cash::Error::NotTheAccount { .. }
                    | cash::Error::HoldNotExpired { .. }
            )
        )
    };
    Table { contract: market.cash, refuses_role }
}

fn issuance_table(bond: Bond) -> Table {
    let refuses_role = |refusal: &Refusal| {
        matches!(
            refusal.error(),
            Some(
                issuance::Error::NotAllowed { .. }
                    | issuance::Error::NotAnAcceptor { .. }
                    | issuance::Error::NotAnAgent { .. }
                    | issuance::Error::NotAnAppointer { .. }
                    | issuance::Error::NotTheAccount { .. }
                    | issuance::Error::HoldNotExpired { .. }
            )
        )
    };
    Table { contract: bond.issuance, refuses_role }
}

fn coupon_table(bond: Bond) -> Table {
    let refuses_role =
        |refusal: &Refusal| matches!(refusal.error(), Some(coupon::Error::NotAllowed { .. }));
    Table { contract: bond.coupon, refuses_role }
}

/// Instructions are looked up by the caller's own account: others find none.
fn settlement_table(market: &Market) -> Table {
    let refuses_role = |refusal: &Refusal| {
        matches!(refusal.error(), Some(settlement::Error::NoSuchInstruction { .. }))
    };
    Table { contract: market.settlement, refuses_role }
}

/// Sends every row from everyone and compares with the table.
fn check(chain: &mut Chain, market: &Market, rows: &[Row]) {
    let labels = [
        "registrar",
        "officer",
        "regulator",
        "central-bank",
        "issuer",
        "lead-manager",
        "paying-agent",
        "tax-office",
        "north",
        "south",
    ];
    for row in rows {
        for (label, caller) in labels.into_iter().zip(everyone(market)) {
            let message = Message::Execute { contract: row.contract, payload: row.payload.clone() };
            let outcome = chain.send(caller, vec![message]).result();
            let refused = outcome.is_err_and(|refusal| (row.refuses_role)(&refusal));
            assert_ne!(refused, row.may.contains(&caller), "{} by {label}", row.name);
        }
    }
}

/// The table of registry and cash.
pub fn registry_and_cash(chain: &mut Chain) {
    let market = market::open(chain);
    let officers = [market.registrar, market.officer];
    let freezers = [market.registrar, market.officer, market.regulator];
    let everyone = everyone(&market);
    let propose = |action| registry::ExecuteMsg::Propose {
        actions: vec![action],
        reason: "TABLE".parse().expect("a reason"),
        document_hash: Hash([5; 32]),
    };
    let appoint =
        registry::Action::Appoint { address: market.lead, office: registry::Office::Regulator };
    let first: u64 =
        chain.execute(market.registrar, market.registry, &propose(appoint.clone())).output();
    let confirm = registry::ExecuteMsg::Confirm { proposal: first, actions_hash: Hash([6; 32]) };
    let registry = registry_table(&market);
    let rows = [
        registry.row("registry propose", &propose(appoint), &officers),
        registry.row(
            "registry propose a freeze",
            &propose(registry::Action::Freeze { account: market.north }),
            &freezers,
        ),
        registry.row("registry confirm", &confirm, &officers),
        registry.row("registry advance", &registry::ExecuteMsg::Advance { limit: 1 }, &everyone),
    ];
    check(chain, &market, &rows);
    let (provider, north) = (market.provider, market.north);
    let amount = Amount(1);
    let hold = |agent| cash::ExecuteMsg::Hold {
        account: north,
        amount,
        agent,
        expiry: utc("2027-01-01", 0, 0),
        reference: reference("TABLE"),
    };
    let agent = market.harbour;
    market.appoint_in_cash(chain, agent, Some(AgentRight::Holds));
    chain.execute(north, market.cash, &hold(agent)).succeeded();
    let cash = cash_table(&market);
    let rows = [
        cash.row(
            "cash mint",
            &cash::ExecuteMsg::Mint { account: north, amount, reference: reference("TABLE") },
            &[provider],
        ),
        cash.row(
            "cash burn",
            &cash::ExecuteMsg::Burn { amount, reference: reference("TABLE") },
            &[provider],
        ),
        cash.row(
            "cash transfer",
            &cash::ExecuteMsg::Transfer { to: north, amount, reference: reference("TABLE") },
            &everyone,
        ),
        cash.row("cash hold of north", &hold(agent), &[north]),
        cash.row(
            "cash execute a hold of another agent",
            &cash::ExecuteMsg::ExecuteHold {
                account: north,
                reference: reference("TABLE"),
                to: market.south,
                amount,
            },
            &[],
        ),
        cash.row(
            "cash release a hold of another agent",
            &cash::ExecuteMsg::ReleaseHold { account: north, agent, reference: reference("TABLE") },
            &[],
        ),
        cash.row(
            "cash appoint an agent",
            &cash::ExecuteMsg::AppointAgent { agent: market.lead, right: Some(AgentRight::Holds) },
            &[provider, market.registrar, market.officer],
        ),
        cash.row("cash advance", &cash::ExecuteMsg::Advance { limit: 1 }, &everyone),
    ];
    check(chain, &market, &rows);
}

pub(super) fn everyone(market: &Market) -> [Address; 10] {
    [
        market.registrar,
        market.officer,
        market.regulator,
        market.provider,
        market.issuer,
        market.lead,
        market.paying_agent,
        market.tax_office,
        market.north,
        market.south,
    ]
}

/// The table of a bond that is being made: acceptance, book, closing.
pub fn a_bond_being_made(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    let Market { issuer, lead, paying_agent, registrar, north, .. } = market;
    let wrong = Hash([8; 32]);
    let accept = issuance::ExecuteMsg::Accept { terms_hash: wrong };
    let acceptors = [issuer, paying_agent, registrar];
    let issuance = issuance_table(bond);
    check(chain, &market, &[issuance.row("issuance accept", &accept, &acceptors)]);

    market.accept(chain, bond);
    let everyone = everyone(&market);
    let rows = [
        issuance.row(
            "issuance place an order",
            &issuance::ExecuteMsg::PlaceOrder {
                face_amount: Amount(UNIT),
                reference: reference("TABLE"),
            },
            &everyone,
        ),
        issuance.row(
            "issuance allocate",
            &issuance::ExecuteMsg::Allocate { allocations: vec![] },
            &[lead],
        ),
        issuance.row(
            "issuance confirm the book",
            &issuance::ExecuteMsg::ConfirmBook { total: Amount(1), allocation_hash: wrong },
            &[issuer],
        ),
    ];
    check(chain, &market, &rows);

    market.book(chain, bond, &[(north, 60), (market.south, 40)]);
    let orders = vec![issuance::OrderKey { account: north, reference: reference("NONE") }];
    let rows = [
        issuance.row(
            "issuance close north's order",
            &issuance::ExecuteMsg::Close { orders },
            &[lead, paying_agent, north],
        ),
        issuance.row(
            "issuance end closing",
            &issuance::ExecuteMsg::EndClosing { limit: 0 },
            &[lead, paying_agent],
        ),
    ];
    check(chain, &market, &rows);
}

/// The table of a bond that lives: holds, agents, coupon, settlement.
pub fn a_living_bond(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    bond.advance(chain, 99);
    let rows = issuance_rows(chain, &market, bond);
    check(chain, &market, &rows);
    check(chain, &market, &coupon_rows(&market, bond));
    let north = market.north;
    let trade = market::Trade {
        deliverer: north,
        receiver: market.south,
        units: 1,
        cash: None,
        settlement_date: "2026-02-05",
    };
    let (mine, _): (Instruction, Instruction) = market.instructions(chain, &trade, "TABLE");
    market.submit(chain, north, &mine).succeeded();
    let everyone = everyone(&market);
    let settlement = settlement_table(&market);
    let rows = [
        settlement.row(
            "settlement hold north's instruction",
            &settlement::ExecuteMsg::SetHold { reference: mine.reference, on_hold: true },
            &[north],
        ),
        settlement.row(
            "settlement withdraw north's wish to cancel",
            &settlement::ExecuteMsg::WithdrawCancel { reference: mine.reference },
            &[north],
        ),
        settlement.row("settlement settle", &settlement::ExecuteMsg::Settle { id: 1 }, &everyone),
        settlement.row(
            "settlement advance",
            &settlement::ExecuteMsg::Advance { limit: 1 },
            &everyone,
        ),
        settlement.row(
            "settlement cancel north's instruction",
            &settlement::ExecuteMsg::Cancel { reference: mine.reference },
            &[north],
        ),
    ];
    check(chain, &market, &rows);
}

fn issuance_rows(chain: &mut Chain, market: &Market, bond: Bond) -> Vec<Row> {
    let north = market.north;
    let agent = market.harbour;
    market.appoint_in_issuance(chain, bond, agent, Some(AgentRight::Holds));
    let hold = issuance::ExecuteMsg::Hold {
        account: north,
        amount: Amount(UNIT),
        agent,
        expiry: utc("2027-01-01", 0, 0),
        reference: reference("TABLE"),
    };
    chain.execute(north, bond.issuance, &hold).succeeded();
    let position = issuance::Position { account: north, face_amount: Amount(UNIT) };
    let issuance = issuance_table(bond);
    vec![
        issuance.row("issuance hold of north", &hold, &[north]),
        issuance.row(
            "issuance execute a hold of another agent",
            &issuance::ExecuteMsg::ExecuteHold {
                account: north,
                reference: reference("TABLE"),
                to: market.south,
                amount: Amount(UNIT),
            },
            &[],
        ),
        issuance.row(
            "issuance release a hold of another agent",
            &issuance::ExecuteMsg::ReleaseHold {
                account: north,
                agent,
                reference: reference("TABLE"),
            },
            &[],
        ),
        issuance.row(
            "issuance redeem",
            &issuance::ExecuteMsg::Redeem { positions: vec![position] },
            &[],
        ),
        issuance.row(
            "issuance appoint an agent",
            &issuance::ExecuteMsg::AppointAgent {
                agent: market.cash,
                right: Some(AgentRight::Holds),
            },
            &[market.issuer, market.registrar],
        ),
        issuance.row(
            "issuance dismiss the agent that burns units",
            &issuance::ExecuteMsg::AppointAgent { agent: bond.coupon, right: None },
            &[market.issuer, market.registrar, market.paying_agent],
        ),
    ]
}

fn coupon_rows(market: &Market, bond: Bond) -> Vec<Row> {
    let everyone = everyone(market);
    let coupon = coupon_table(bond);
    vec![
        coupon.row(
            "coupon fund",
            &coupon::ExecuteMsg::Fund {
                period: 0,
                amount: Amount(1),
                reference: reference("TABLE"),
            },
            &[market.issuer],
        ),
        coupon.row(
            "coupon release",
            &coupon::ExecuteMsg::Release { period: 0 },
            &[market.paying_agent],
        ),
        coupon.row(
            "coupon return excess",
            &coupon::ExecuteMsg::ReturnExcess { reference: reference("TABLE") },
            &[market.issuer, market.paying_agent],
        ),
        coupon.row(
            "coupon return funding",
            &coupon::ExecuteMsg::ReturnFunding { period: 0, reference: reference("TABLE") },
            &[market.issuer, market.paying_agent],
        ),
        coupon.row(
            "coupon claim escrow",
            &coupon::ExecuteMsg::ClaimEscrow { account: market.north },
            &everyone,
        ),
        coupon.row("coupon advance", &coupon::ExecuteMsg::Advance { limit: 1 }, &everyone),
    ]
}
