//! Registry: dual control, what is checked at the door, offices, ledger dates.

use super::market::{self, account_terms, lei, party, utc};
use tenor_interfaces::Lei;
use tenor_interfaces::issuance::Draft;
use tenor_interfaces::registry::*;
use tenor_primitives::{Address, Hash, Timestamp, keccak256};
use tenor_testing::Chain;

fn propose(actions: Vec<Action>, document_hash: Hash) -> ExecuteMsg {
    ExecuteMsg::Propose { actions, reason: "ORDER-2".parse().expect("a reason"), document_hash }
}

fn hash_of(actions: &Vec<Action>) -> Hash {
    keccak256(&borsh::to_vec(actions).expect("encodes"))
}

/// One proposes, another confirms what it has read, once.
pub fn dual_control(chain: &mut Chain) {
    let market = market::open(chain);
    let freeze = |account: Address| vec![Action::Freeze { account }];
    let actions = freeze(market.north);
    let (document, actions_hash) = (Hash([3; 32]), hash_of(&actions));
    let undocumented = chain
        .execute(market.registrar, market.registry, &propose(actions.clone(), Hash::ZERO))
        .error::<Error>();
    assert_eq!(undocumented, Error::DocumentNeeded);
    let stranger = chain
        .execute(market.north, market.registry, &propose(actions.clone(), document))
        .error::<Error>();
    assert_eq!(stranger, Error::NotAnOfficer { caller: market.north });
    let proposal: u64 =
        chain.execute(market.regulator, market.registry, &propose(actions, document)).output();
    let confirm = |actions_hash| ExecuteMsg::Confirm { proposal, actions_hash };
    let regulator =
        chain.execute(market.regulator, market.registry, &confirm(actions_hash)).error::<Error>();
    assert_eq!(regulator, Error::NotAnOfficer { caller: market.regulator });
    let unread =
        chain.execute(market.officer, market.registry, &confirm(Hash([4; 32]))).error::<Error>();
    assert_eq!(unread, Error::ActionsChanged { expected: actions_hash });
    chain.execute(market.officer, market.registry, &confirm(actions_hash)).succeeded();
    let twice =
        chain.execute(market.officer, market.registry, &confirm(actions_hash)).error::<Error>();
    assert_eq!(twice, Error::NoSuchProposal { proposal });

    let more = vec![Action::Appoint { address: market.north, office: Office::Officer }];
    let beyond = chain
        .execute(market.regulator, market.registry, &propose(more.clone(), document))
        .error::<Error>();
    assert_eq!(beyond, Error::NotAnOfficer { caller: market.regulator }, "freezes only");
    let actions_hash = hash_of(&more);
    let proposal: u64 =
        chain.execute(market.registrar, market.registry, &propose(more, document)).output();
    let confirm = ExecuteMsg::Confirm { proposal, actions_hash };
    let own = chain.execute(market.registrar, market.registry, &confirm).error::<Error>();
    assert_eq!(own, Error::SecondOfficerNeeded { proposer: market.registrar });
    let withdraw = ExecuteMsg::Withdraw { proposal };
    chain.execute(market.officer, market.registry, &withdraw).succeeded();
    let gone = chain.execute(market.officer, market.registry, &confirm).error::<Error>();
    assert_eq!(gone, Error::NoSuchProposal { proposal });
}

/// All actions of a proposal or none: what cannot be right is named.
pub fn refused_actions(chain: &mut Chain) {
    let market = market::open(chain);
    let wrong_lei: Lei = "506700GE1G29325QX364".parse().expect("20 characters");
    let north = account_terms(market.north, lei("NORTH"), AccountKind::Own, 0);
    let set = |terms: AccountTerms| Action::SetAccount { terms };
    let nobody = lei("NOBODY");
    let cases = vec![
        (
            Action::SetParty { party: Party { lei: wrong_lei, ..party("NORTH", vec![]) } },
            Error::InvalidLei { lei: wrong_lei },
        ),
        (
            Action::SetParty {
                party: Party { bic: "NORTH".parse().expect("printable"), ..party("NORTH", vec![]) },
            },
            Error::InvalidBic { bic: "NORTH".parse().expect("printable") },
        ),
        (
            Action::SetParty { party: Party { name: String::new(), ..party("NORTH", vec![]) } },
            Error::InvalidName { got: 0 },
        ),
        (
            // The head office of NORTH, in eleven characters.
            Action::SetParty {
                party: Party {
                    bic: "NORTDEFFXXX".parse().expect("a BIC"),
                    ..party("EVIL", vec![])
                },
            },
            Error::BicTaken { bic: "NORTDEFFXXX".parse().expect("a BIC"), party: lei("NORTH") },
        ),
        (set(AccountTerms { party: nobody, ..north.clone() }), Error::NoSuchParty { lei: nobody }),
        (set(AccountTerms { tax_class: 16, ..north.clone() }), Error::InvalidTaxClass { got: 16 }),
        (
            set(AccountTerms { eligible_until: Some(Timestamp::EPOCH), ..north }),
            Error::InvalidEligibility { account: market.north },
        ),
        (
            Action::Unfreeze { account: market.north },
            Error::FreezeUnchanged { account: market.north },
        ),
        (
            Action::Freeze { account: market.registry },
            Error::NoSuchAccount { account: market.registry },
        ),
        (Action::Dismiss { address: market.officer }, Error::TwoOfficersNeeded),
    ];
    for (action, expected) in cases {
        let harmless = Action::SetParty { party: party("HARMLESS", vec![]) };
        let refused = market.decide(chain, vec![harmless, action]).error::<Error>();
        assert_eq!(refused, expected);
    }
    let question = QueryMsg::Party { lei: lei("HARMLESS") };
    let found: Option<Party> =
        chain.query(market.north, market.registry, &question).expect("an answer");
    assert_eq!(found, None, "nothing of a refused proposal stays");
}

/// A listing says of a contract what the contract says of itself, and of this registry.
pub fn a_listing_is_what_it_lists(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    let refused = |chain: &mut Chain, action| match market.decide(chain, vec![action]).error() {
        Error::ListingRefused { field, .. } => field,
        other => panic!("expected a refused listing, got {other:?}"),
    };
    // What the issuer makes for itself is not this market's: registry, cash, settlement.
    let settlement = market.foreign_settlement(chain);
    let foreign = Action::SetSettlement { settlement, listed: true };
    assert_eq!(refused(chain, foreign), ListingField::Registry);
    let yen = "JPY".parse().expect("a currency");
    let listing = CashListing { currency: yen, cash: market.cash };
    assert_eq!(refused(chain, Action::ListCash { listing }), ListingField::Currency);
    let registry = chain.instance_address(market.issuer, "own");
    let config =
        tenor_interfaces::cash::Config { registry, provider: market.issuer, currency: yen };
    let cash = chain.instantiate(market.issuer, "cash", "own-cash", &config);
    let listing = CashListing { currency: yen, cash };
    assert_eq!(refused(chain, Action::ListCash { listing }), ListingField::Registry);
    let foreign = Draft { registry, ..draft.clone() };
    let foreign = market.second_bond(chain, foreign, "own");

    let code = "XTEN".parse().expect("a code");
    let list = |isin, issuance, market| Action::ListSecurity {
        security: Security { isin, issuance, market },
    };
    let isin = market::isin();
    assert_eq!(refused(chain, list(isin, bond.issuance, code)), ListingField::Terms);
    assert_eq!(refused(chain, list(isin, foreign.issuance, code)), ListingField::Registry);
    market.try_accept(chain, bond.issuance).succeeded();
    let other = "DE000BAY0017".parse().expect("an ISIN");
    assert_eq!(refused(chain, list(other, bond.issuance, code)), ListingField::Isin);
    let hours = tenor_bond_math::Calendar::default();
    let code = "XOTH".parse().expect("a code");
    let open = Market {
        code,
        calendar: hours,
        time_zone: TimeZone::Utc,
        cut_off_seconds: 1,
        end_of_day_seconds: 2,
    };
    market.decide(chain, vec![Action::OpenMarket { market: open }]).succeeded();
    assert_eq!(refused(chain, list(isin, bond.issuance, code)), ListingField::Market);
    market.list(chain, bond).succeeded();
}

/// A change of an account can be as good as a freeze: it needs a document, and says what it changes.
pub fn a_change_of_an_account_is_documented(chain: &mut Chain) {
    let market = market::open(chain);
    let known = account_terms(market.north, lei("NORTH"), AccountKind::Own, 0);
    let decide = |chain: &mut Chain, terms: &AccountTerms, document| {
        let actions = vec![Action::SetAccount { terms: terms.clone() }];
        let actions_hash = hash_of(&actions);
        let message = propose(actions, document);
        let proposal: u64 = chain.execute(market.registrar, market.registry, &message).output();
        let confirm = ExecuteMsg::Confirm { proposal, actions_hash };
        chain.execute(market.officer, market.registry, &confirm)
    };
    let expired = AccountTerms { eligible_until: Some(chain.time()), ..known.clone() };
    let taxed = AccountTerms { tax_class: 3, ..known.clone() };
    let given_away = AccountTerms { party: lei("SOUTH"), ..known.clone() };
    for terms in [&expired, &taxed, &given_away] {
        let refused = decide(chain, terms, Hash::ZERO).error::<Error>();
        assert_eq!(refused, Error::DocumentNeeded);
    }
    let events: Vec<AccountSet> = decide(chain, &taxed, Hash([3; 32])).events("AccountSet");
    assert_eq!(events.iter().map(|event| event.tax_class).collect::<Vec<_>>(), [3]);
    // Opening one needs none, nor does saying again what is so.
    let new = AccountTerms { account: market.registry, ..known };
    decide(chain, &new, Hash::ZERO).succeeded();
    decide(chain, &new, Hash::ZERO).succeeded();
}

/// A party's BIC is its own until it takes another one.
pub fn a_bic_is_one_partys(chain: &mut Chain) {
    let market = market::open(chain);
    let with = |name, bic: &str| Action::SetParty {
        party: Party { bic: bic.parse().expect("a BIC"), ..party(name, vec![]) },
    };
    let taken = market.decide(chain, vec![with("EVIL", "NORTDEFF")]).error::<Error>();
    let bic = "NORTDEFF".parse().expect("a BIC");
    assert_eq!(taken, Error::BicTaken { bic, party: lei("NORTH") });
    // Another branch is another place; an own one may be spelt out.
    let actions = vec![with("EVIL", "NORTDEFF500"), with("NORTH", "NORTDEFFXXX")];
    market.decide(chain, actions).succeeded();
    market.decide(chain, vec![with("NORTH", "NRTHDEFF"), with("EVIL", "NORTDEFF")]).succeeded();
}

/// One officer alone neither keeps itself in office nor an account from being frozen.
pub fn no_officer_has_a_veto(chain: &mut Chain) {
    let market = market::open(chain);
    for action in [
        Action::Dismiss { address: market.officer },
        Action::Appoint { address: market.officer, office: Office::Regulator },
        Action::Freeze { account: market.north },
    ] {
        let message = propose(vec![action], Hash([3; 32]));
        let proposal: u64 = chain.execute(market.registrar, market.registry, &message).output();
        let withdraw = ExecuteMsg::Withdraw { proposal };
        let refused = chain.execute(market.officer, market.registry, &withdraw).error::<Error>();
        assert_eq!(refused, Error::ProposersToWithdraw { proposer: market.registrar });
        chain.execute(market.registrar, market.registry, &withdraw).succeeded();
    }
}

/// An officer that has been dismissed no longer counts as the first of two.
pub fn dismissed_officer(chain: &mut Chain) {
    let market = market::open(chain);
    let appoint = Action::Appoint { address: market.lead, office: Office::Officer };
    market.decide(chain, vec![appoint]).succeeded();
    let actions = vec![Action::Freeze { account: market.north }];
    let actions_hash = hash_of(&actions);
    let message = propose(actions, Hash([3; 32]));
    let proposal: u64 = chain.execute(market.lead, market.registry, &message).output();
    market.decide(chain, vec![Action::Dismiss { address: market.lead }]).succeeded();
    let confirm = ExecuteMsg::Confirm { proposal, actions_hash };
    let refused = chain.execute(market.officer, market.registry, &confirm).error::<Error>();
    assert_eq!(refused, Error::NotAnOfficer { caller: market.lead });
}

/// The ledger date turns with block time, is announced once, and is delayed only while it lasts.
pub fn ledger_date(chain: &mut Chain) {
    let market = market::open(chain);
    let code = "XTEN".parse().expect("a code");
    let day = |chain: &Chain| -> MarketDay {
        let question = QueryMsg::MarketDay { market: code };
        chain.query(market.north, market.registry, &question).expect("an answer")
    };
    assert_eq!(day(chain).date.to_string(), "2026-01-02");
    let advance = ExecuteMsg::Advance { limit: 9 };
    let announce =
        |chain: &mut Chain| chain.execute(market.north, market.registry, &advance).output::<u32>();
    assert_eq!(announce(chain), 0);
    let delay = |day: &str, delay_seconds| Action::DelayDay {
        market: code,
        date: market::date(day),
        delay_seconds,
    };
    market.decide(chain, vec![delay("2026-01-02", 3_600)]).succeeded();
    chain.set_time(utc("2026-01-02", 17, 30));
    assert_eq!(announce(chain), 0, "the day lasts an hour longer");
    chain.set_time(utc("2026-01-02", 18, 0));
    assert_eq!(announce(chain), 1);
    assert_eq!(announce(chain), 0, "once");
    assert_eq!(day(chain).date.to_string(), "2026-01-05", "over the weekend");
    for (action, delay_seconds) in [
        (delay("2026-01-02", 60), 3_660),
        (delay("2026-01-03", 60), 60),
        (delay("2026-01-05", 4 * 3_600 + 1), 4 * 3_600 + 1),
        (delay("2026-01-05", 0), 0),
    ] {
        let refused = market.decide(chain, vec![action]).error::<Error>();
        let matches = matches!(refused, Error::InvalidDelay { delay_seconds: got, .. } if got == delay_seconds);
        assert!(matches, "{refused:?}");
    }
}

/// What was proposed long ago is not put into effect any more.
pub fn proposals_expire(chain: &mut Chain) {
    let market = market::open(chain);
    let actions = vec![Action::Freeze { account: market.north }];
    let actions_hash = hash_of(&actions);
    let message = propose(actions, Hash([3; 32]));
    let proposed_ms = 30 * 86_400_000;
    let send = |chain: &mut Chain| -> (u64, Timestamp) {
        let proposal = chain.execute(market.registrar, market.registry, &message).output();
        (proposal, Timestamp::from_unix_ms(chain.time().unix_ms + proposed_ms))
    };
    let confirm = |proposal| ExecuteMsg::Confirm { proposal, actions_hash };
    let (first, expired_at) = send(chain);
    chain.set_time(expired_at);
    let late = chain.execute(market.officer, market.registry, &confirm(first)).error::<Error>();
    assert_eq!(late, Error::ProposalExpired { proposal: first, expired_at });
    let withdraw = ExecuteMsg::Withdraw { proposal: first };
    chain.execute(market.officer, market.registry, &withdraw).succeeded();
    let (second, expires_at) = send(chain);
    chain.set_time(Timestamp::from_unix_ms(expires_at.unix_ms - 1_000));
    chain.execute(market.officer, market.registry, &confirm(second)).succeeded();
}
