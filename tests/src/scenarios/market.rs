//! A market to play on: registry, euro cash, settlement, parties with money, one bond.

use crate::auditor;
use tenor_bond_math::{
    BondTerms, Calendar, Centre, Coupon, Currency, Date, DayOffset, Decimal, Frequency, Isin,
    Rounding,
};
use tenor_interfaces::issuance::{BondFacts, BondParties, BondStatus, Closing, Draft, IssueTotals};
use tenor_interfaces::registry::*;
use tenor_interfaces::{
    AgentRight, Appointment, Balance, Bic, Lei, Reference, cash, coupon, issuance, registry,
    settlement,
};
use tenor_primitives::{Address, Amount, Hash, Message, Role, Timestamp, keccak256};
use tenor_testing::{Chain, Outcome};

/// Face amount of one denomination: 1,000.00.
pub const UNIT: u128 = 100_000;
/// Face amount of the whole issue: 100 units.
pub const ISSUE: u128 = 100 * UNIT;
/// Cash each custodian starts with: 1,000,000.00.
pub const MONEY: u128 = 100_000_000;
/// The ISIN of the market's bond.
pub const ISIN: &str = "XS0000000009";
/// The BIC of the market's CSD.
pub const CSD: &str = "TNRCDEFFXXX";

/// Addresses of everything in the market.
#[derive(Clone, Copy, Debug)]
pub struct Market {
    /// The registry.
    pub registry: Address,
    /// Euro cash.
    pub cash: Address,
    /// Settlement.
    pub settlement: Address,
    /// First officer of the registry, and the bond's registrar.
    pub registrar: Address,
    /// Second officer.
    pub officer: Address,
    /// May propose freezes; the tests' "anyone" too.
    pub regulator: Address,
    /// The cash provider.
    pub provider: Address,
    /// The bond's issuer, with its cash account.
    pub issuer: Address,
    /// The bond's lead manager.
    pub lead: Address,
    /// The bond's paying agent.
    pub paying_agent: Address,
    /// Receives withheld tax.
    pub tax_office: Address,
    /// A custodian, exempt from tax.
    pub north: Address,
    /// A custodian in tax class 3: a fifth of its coupons is withheld.
    pub south: Address,
    /// A custodian, exempt from tax, that begins without units.
    pub harbour: Address,
}

/// The market's bond and its coupon instance.
#[derive(Clone, Copy, Debug)]
pub struct Bond {
    /// Keeps its terms and holdings.
    pub issuance: Address,
    /// Pays its coupons and redeems it.
    pub coupon: Address,
}

/// A reference.
pub fn reference(text: &str) -> Reference {
    text.parse().expect("a reference")
}

/// A date.
pub fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The bond's ISIN.
pub fn isin() -> Isin {
    ISIN.parse().expect("an ISIN")
}

/// The market's currency.
pub fn euro() -> Currency {
    "EUR".parse().expect("a currency")
}

/// The LEI that begins with `prefix`, which is filled up with zeros.
pub fn lei(prefix: &str) -> Lei {
    let check_digits = (0..97).map(|digits| format!("{prefix:0<18}{digits:02}"));
    let found = check_digits.map(|text| text.parse::<Lei>().expect("20 characters"));
    found.into_iter().find(Lei::is_valid).expect("one pair of check digits fits")
}

/// An instant of UTC.
pub fn utc(day: &str, hour: u64, minute: u64) -> Timestamp {
    let days = u64::try_from(date(day).days()).expect("after 1970");
    Timestamp::from_unix_ms((days * 86_400 + hour * 3_600 + minute * 60) * 1_000)
}

/// Opens the market on 2 January 2026; conservation is checked after every block from then on.
pub fn open(chain: &mut Chain) -> Market {
    chain.audit_with(auditor::audit);
    let mut account = |label: &str| chain.account(label, &[Role::Participant, Role::Issuer]);
    let (registrar, officer) = (account("registrar"), account("officer"));
    let (regulator, provider) = (account("regulator"), account("central-bank"));
    let (issuer, lead) = (account("issuer"), account("lead-manager"));
    let (paying_agent, tax_office) = (account("paying-agent"), account("tax-office"));
    let (north, south, harbour) = (account("north"), account("south"), account("harbour"));
    let operator = chain.address("operator");
    let officers = vec![registrar, officer];
    let registry =
        chain.instantiate(operator, "registry", "registry", &InstantiateMsg { officers });
    let config = cash::Config { registry, provider, currency: euro() };
    let cash = chain.instantiate(provider, "cash", "cash.eur", &config);
    let config = settlement::Config {
        registry,
        csd: CSD.parse().expect("a BIC"),
        tolerances: vec![settlement::Tolerance {
            currency: euro(),
            small_amount_max: Amount(10_000_000),
            small: Amount(200),
            large: Amount(2_500),
        }],
    };
    let settlement = chain.instantiate(operator, "settlement", "settlement", &config);
    let market = Market {
        registry,
        cash,
        settlement,
        registrar,
        officer,
        regulator,
        provider,
        issuer,
        lead,
        paying_agent,
        tax_office,
        north,
        south,
        harbour,
    };
    market.onboard(chain);
    market.appoint_in_cash(chain, settlement, Some(AgentRight::Settlement));
    for (index, custodian) in [north, south, harbour].into_iter().enumerate() {
        market.mint(chain, custodian, MONEY, &format!("START-{index}"));
    }
    market.mint(chain, issuer, MONEY, "START-ISSUER");
    market
}

/// A trade as a custodian enters it.
#[derive(Clone, Copy, Debug)]
pub struct Trade<'a> {
    /// Who sells.
    pub deliverer: Address,
    /// Who buys.
    pub receiver: Address,
    /// How many denominations.
    pub units: u128,
    /// Cash in cents; free of payment without.
    pub cash: Option<u128>,
    /// The intended settlement date.
    pub settlement_date: &'a str,
}

impl Market {
    fn onboard(&self, chain: &mut Chain) {
        let xten = registry::Market {
            code: "XTEN".parse().expect("a code"),
            calendar: Calendar::of(&[Centre::Target]),
            time_zone: TimeZone::EuropeBerlin,
            cut_off_seconds: 16 * 3_600,
            end_of_day_seconds: 18 * 3_600,
        };
        let listing = CashListing { currency: euro(), cash: self.cash };
        let mut actions = vec![
            Action::OpenMarket { market: xten },
            Action::ListCash { listing },
            Action::SetSettlement { settlement: self.settlement, listed: true },
            Action::Appoint { address: self.regulator, office: Office::Regulator },
        ];
        for (account, name, roles, tax_class) in [
            (self.registrar, "REGISTRAR", vec![BusinessRole::Registrar], 0),
            (self.provider, "CENTRALBANK", vec![BusinessRole::CashProvider], 0),
            (self.issuer, "ISSUER", vec![BusinessRole::Issuer], 0),
            (self.lead, "LEADMANAGER", vec![BusinessRole::LeadManager], 0),
            (self.paying_agent, "PAYINGAGENT", vec![BusinessRole::PayingAgent], 0),
            (self.tax_office, "TAXOFFICE", vec![], 0),
            (self.north, "NORTH", vec![BusinessRole::Custodian], 0),
            (self.south, "SOUTH", vec![BusinessRole::Custodian], 3),
            (self.harbour, "HARBOUR", vec![BusinessRole::Custodian], 0),
        ] {
            let party = party(name, roles);
            let terms = account_terms(account, party.lei, AccountKind::Own, tax_class);
            actions.push(Action::SetParty { party });
            actions.push(Action::SetAccount { terms });
        }
        self.decide(chain, actions).succeeded();
    }

    /// Proposes as registrar and confirms as the other officer; the outcome of the confirmation.
    pub fn decide(&self, chain: &mut Chain, actions: Vec<Action>) -> Outcome {
        let actions_hash = keccak256(&borsh::to_vec(&actions).expect("encodes"));
        let propose = registry::ExecuteMsg::Propose {
            actions,
            reason: "ORDER-1".parse().expect("a reason"),
            document_hash: Hash([1; 32]),
        };
        let proposal = chain.execute(self.registrar, self.registry, &propose).output::<u64>();
        let confirm = registry::ExecuteMsg::Confirm { proposal, actions_hash };
        chain.execute(self.officer, self.registry, &confirm)
    }

    /// Freezes or unfreezes an account.
    pub fn set_frozen(&self, chain: &mut Chain, account: Address, frozen: bool) {
        let action = if frozen { Action::Freeze { account } } else { Action::Unfreeze { account } };
        self.decide(chain, vec![action]).succeeded();
    }

    /// Appoints or dismisses an agent of cash: the provider, then an officer.
    pub fn appoint_in_cash(&self, chain: &mut Chain, agent: Address, right: Option<AgentRight>) {
        let message = cash::ExecuteMsg::AppointAgent { agent, right };
        assert!(!chain.execute(self.provider, self.cash, &message).output::<bool>());
        assert!(chain.execute(self.officer, self.cash, &message).output::<bool>());
    }

    /// Creates cash.
    pub fn mint(&self, chain: &mut Chain, account: Address, amount: u128, text: &str) {
        let amount = Amount(amount);
        let message = cash::ExecuteMsg::Mint { account, amount, reference: reference(text) };
        chain.execute(self.provider, self.cash, &message).succeeded();
    }

    /// An account's cash.
    pub fn cash_of(&self, chain: &Chain, account: Address) -> Balance {
        let question = cash::QueryMsg::Balance { account };
        chain.query(account, self.cash, &question).expect("a balance")
    }

    /// Genuine settlement code that asks another registry, of the issuer's making, who is in good
    /// standing.
    pub fn foreign_settlement(&self, chain: &mut Chain) -> Address {
        let officers = vec![self.issuer, self.lead];
        let registry =
            chain.instantiate(self.issuer, "registry", "own", &InstantiateMsg { officers });
        let csd = CSD.parse().expect("a BIC");
        let config = settlement::Config { registry, csd, tolerances: vec![] };
        chain.instantiate(self.issuer, "settlement", "own-settlement", &config)
    }

    /// The BIC of an account's party.
    pub fn bic_of(&self, chain: &Chain, account: Address) -> Bic {
        let question = registry::QueryMsg::Account { account };
        let found: Option<Account> =
            chain.query(account, self.registry, &question).expect("an answer");
        let lei = found.expect("an account").terms.party;
        let question = registry::QueryMsg::Party { lei };
        let found: Option<Party> =
            chain.query(account, self.registry, &question).expect("an answer");
        found.expect("a party").bic
    }

    /// The deliverer's and the receiver's instruction of a trade, with references made of `name`.
    pub fn instructions(
        &self,
        chain: &Chain,
        trade: &Trade<'_>,
        name: &str,
    ) -> (settlement::Instruction, settlement::Instruction) {
        let party = |account| settlement::SettlementParty {
            bic: self.bic_of(chain, account),
            csd: CSD.parse().expect("a BIC"),
            client: None,
            account: None,
        };
        let cash = trade.cash.map(|amount| settlement::CashLeg {
            currency: euro(),
            amount: Amount(amount),
            direction: settlement::CreditDebit::Credit,
        });
        let payment = match trade.cash {
            Some(_) => settlement::PaymentType::AgainstPayment,
            None => settlement::PaymentType::FreeOfPayment,
        };
        let deliver = settlement::Instruction {
            reference: reference(&format!("{name}-D")),
            movement: settlement::Movement::Deliver,
            payment,
            isin: isin(),
            face_amount: Amount(trade.units * UNIT),
            trade_date: date("2026-01-05"),
            settlement_date: date(trade.settlement_date),
            cash,
            deliverer: party(trade.deliverer),
            receiver: party(trade.receiver),
            common_reference: None,
            opt_out: None,
            cum_ex: None,
            on_hold: false,
            priority: 3,
        };
        let mut receive = deliver.clone();
        receive.reference = reference(&format!("{name}-R"));
        receive.movement = settlement::Movement::Receive;
        receive.cash = cash
            .map(|cash| settlement::CashLeg { direction: settlement::CreditDebit::Debit, ..cash });
        (deliver, receive)
    }

    /// Enters an instruction.
    pub fn submit(
        &self,
        chain: &mut Chain,
        account: Address,
        instruction: &settlement::Instruction,
    ) -> Outcome {
        let instruction = Box::new(instruction.clone());
        chain.execute(account, self.settlement, &settlement::ExecuteMsg::Submit { instruction })
    }

    /// Enters both sides of a trade; where the second one stands at once.
    pub fn trade(
        &self,
        chain: &mut Chain,
        trade: &Trade<'_>,
        name: &str,
    ) -> settlement::InstructionStatus {
        let (deliver, receive) = self.instructions(chain, trade, name);
        self.submit(chain, trade.deliverer, &deliver).succeeded();
        let second = self.submit(chain, trade.receiver, &receive);
        second.output::<settlement::Submitted>().status
    }

    /// The market's bond: 3 % for two years, annual, 30E/360, record date one business day before.
    pub fn terms(&self) -> BondTerms {
        let coupon = Coupon::Fixed { rate: Decimal::from_bps(300) };
        let (issued, matures) = (date("2026-01-05"), date("2028-01-05"));
        let mut terms = BondTerms::plain(isin(), euro(), UNIT, ISSUE, issued, matures, coupon);
        terms.schedule.frequency = Frequency::ANNUAL;
        terms.calendar = Calendar::of(&[Centre::Target]);
        terms.record = DayOffset::business(1);
        terms.rounding = Rounding::per_denomination(2);
        terms
    }

    /// A draft on `terms`, closing per allottee, with free transfers, its coupon instance appointed.
    pub fn draft(&self, chain: &Chain, terms: BondTerms) -> Draft {
        let coupon = chain.instance_address(self.issuer, "coupon");
        let payer = self.coupon_config(chain.instance_address(self.issuer, "bond"));
        let agents = vec![
            Appointment { agent: self.settlement, right: AgentRight::Settlement },
            Appointment { agent: coupon, right: AgentRight::Redemption },
        ];
        Draft {
            terms: Box::new(terms),
            document_hash: Hash([2; 32]),
            registry: self.registry,
            cash: self.cash,
            market: "XTEN".parse().expect("a code"),
            parties: BondParties {
                issuer: self.issuer,
                lead_manager: self.lead,
                registrar: self.registrar,
                paying_agent: self.paying_agent,
            },
            issuer_cash_account: self.issuer,
            agents,
            coupon_config_hash: keccak256(&borsh::to_vec(&payer).expect("encodes")),
            closing: Closing::PerAllottee,
            free_transfers: true,
            held_back: Amount::ZERO,
            record_seconds: None,
        }
    }

    /// How the coupon instance of a bond is set up: a fifth of tax class 3, ten days of grace.
    pub fn coupon_config(&self, issuance: Address) -> coupon::Config {
        coupon::Config {
            issuance,
            tax_account: self.tax_office,
            tax_rates: vec![coupon::TaxRate { tax_class: 3, rate: Decimal::from_bps(2_000) }],
            grace_days: 10,
            first_period: 0,
        }
    }

    /// Creates the instances of a draft, registers the coupon's account, appoints issuance in cash.
    pub fn instantiate_bond(&self, chain: &mut Chain, draft: &Draft) -> Bond {
        let issuance = chain.instantiate(self.issuer, "issuance", "bond", draft);
        let config = self.coupon_config(issuance);
        let coupon = chain.instantiate(self.issuer, "coupon", "coupon", &config);
        self.open_instance_account(chain, coupon);
        self.appoint_in_cash(chain, issuance, Some(AgentRight::Holds));
        Bond { issuance, coupon }
    }

    /// The three acceptances, and the listing.
    pub fn accept(&self, chain: &mut Chain, bond: Bond) {
        self.try_accept(chain, bond.issuance).succeeded();
        self.list(chain, bond).succeeded();
    }

    /// Registers the account of a coupon instance.
    pub fn open_instance_account(&self, chain: &mut Chain, coupon: Address) {
        let terms = account_terms(coupon, lei("PAYINGAGENT"), AccountKind::Instance, 0);
        self.decide(chain, vec![Action::SetAccount { terms }]).succeeded();
    }

    /// Issuer and registrar appoint, or dismiss, an agent of a bond.
    pub fn appoint_in_issuance(
        &self,
        chain: &mut Chain,
        bond: Bond,
        agent: Address,
        right: Option<AgentRight>,
    ) {
        let message = issuance::ExecuteMsg::AppointAgent { agent, right };
        assert!(!chain.execute(self.issuer, bond.issuance, &message).output::<bool>());
        assert!(chain.execute(self.registrar, bond.issuance, &message).output::<bool>());
    }

    /// All three dismiss the coupon instance of a bond.
    pub fn dismiss_payer(&self, chain: &mut Chain, bond: Bond) {
        let dismiss = issuance::ExecuteMsg::AppointAgent { agent: bond.coupon, right: None };
        for party in [self.issuer, self.registrar] {
            assert!(!chain.execute(party, bond.issuance, &dismiss).output::<bool>());
        }
        assert!(chain.execute(self.paying_agent, bond.issuance, &dismiss).output::<bool>());
    }

    /// Lists a bond under its own ISIN in its own market.
    pub fn list(&self, chain: &mut Chain, bond: Bond) -> Outcome {
        let BondFacts { isin, market, .. } = bond.facts(chain);
        let security = Security { isin, issuance: bond.issuance, market };
        self.decide(chain, vec![Action::ListSecurity { security }])
    }

    /// A second bond, whose instances are labelled with `name`; neither accepted nor listed.
    pub fn second_bond(&self, chain: &mut Chain, mut draft: Draft, name: &str) -> Bond {
        let (bond, payer) = (format!("bond-{name}"), format!("coupon-{name}"));
        let config = self.coupon_config(chain.instance_address(self.issuer, &bond));
        draft.coupon_config_hash = keccak256(&borsh::to_vec(&config).expect("encodes"));
        let coupon = chain.instantiate(self.issuer, "coupon", &payer, &config);
        draft.agents[1].agent = coupon;
        let issuance = chain.instantiate(self.issuer, "issuance", &bond, &draft);
        Bond { issuance, coupon }
    }

    /// The three acceptances; the outcome of the third, which freezes the terms.
    pub fn try_accept(&self, chain: &mut Chain, issuance: Address) -> Outcome {
        let bond = Bond { issuance, coupon: issuance };
        let terms_hash = bond.facts(chain).terms_hash;
        let accept = issuance::ExecuteMsg::Accept { terms_hash };
        chain.execute(self.issuer, issuance, &accept).succeeded();
        chain.execute(self.paying_agent, issuance, &accept).succeeded();
        chain.execute(self.registrar, issuance, &accept)
    }

    /// Order, allocation and confirmation of the whole issue to `allotments`.
    pub fn book(&self, chain: &mut Chain, bond: Bond, allotments: &[(Address, u128)]) {
        let reference = reference("ORDER");
        for (account, units) in allotments {
            let face_amount = Amount(units * UNIT);
            let message = issuance::ExecuteMsg::PlaceOrder { face_amount, reference };
            chain.execute(*account, bond.issuance, &message).succeeded();
        }
        let line = |(account, units): &(Address, u128)| issuance::Allocation {
            account: *account,
            reference,
            face_amount: Amount(units * UNIT),
        };
        let allocations = allotments.iter().map(line).collect();
        let message = issuance::ExecuteMsg::Allocate { allocations };
        chain.execute(self.lead, bond.issuance, &message).succeeded();
        self.confirm(chain, bond, ISSUE).succeeded();
    }

    /// The issuer confirms a total and the allocation as it stands.
    pub fn confirm(&self, chain: &mut Chain, bond: Bond, total: u128) -> Outcome {
        let (total, allocation_hash) = (Amount(total), bond.totals(chain).allocation_hash);
        let message = issuance::ExecuteMsg::ConfirmBook { total, allocation_hash };
        chain.execute(self.issuer, bond.issuance, &message)
    }

    /// An allottee pays by a hold and takes its units, in one transaction.
    pub fn pay_and_close(&self, chain: &mut Chain, bond: Bond, account: Address) -> Outcome {
        let reference = reference("ORDER");
        let question = issuance::QueryMsg::Order { account, reference };
        let order: Option<issuance::Order> =
            chain.query(account, bond.issuance, &question).expect("an answer");
        let hold = cash::ExecuteMsg::Hold {
            account,
            amount: order.expect("an order").price,
            agent: bond.issuance,
            expiry: Timestamp::from_unix_ms(chain.time().unix_ms + 86_400_000),
            reference,
        };
        let orders = vec![issuance::OrderKey { account, reference }];
        let close = issuance::ExecuteMsg::Close { orders };
        let messages = vec![message(self.cash, &hold), message(bond.issuance, &close)];
        chain.send(account, messages)
    }

    /// The bond issued on 5 January 2026: 60 units to north, 40 to south; 1,000.00 each.
    pub fn issue(&self, chain: &mut Chain) -> Bond {
        let draft = self.draft(chain, self.terms());
        self.issue_draft(chain, &draft)
    }

    /// As [`Market::issue`], on a draft.
    pub fn issue_draft(&self, chain: &mut Chain, draft: &Draft) -> Bond {
        let bond = self.instantiate_bond(chain, draft);
        self.accept(chain, bond);
        self.book(chain, bond, &[(self.north, 60), (self.south, 40)]);
        chain.set_time(utc("2026-01-05", 8, 0));
        self.pay_and_close(chain, bond, self.north).succeeded();
        self.pay_and_close(chain, bond, self.south).succeeded();
        assert_eq!(bond.facts(chain).status, BondStatus::Live);
        bond
    }

    /// The issuer pays `amount` to the coupon instance and sets it aside for a period.
    pub fn fund(&self, chain: &mut Chain, bond: Bond, period: u32, amount: u128, text: &str) {
        let (amount, reference) = (Amount(amount), reference(text));
        let transfer = cash::ExecuteMsg::Transfer { to: bond.coupon, amount, reference };
        let fund = coupon::ExecuteMsg::Fund { period, amount, reference };
        let messages = vec![message(self.cash, &transfer), message(bond.coupon, &fund)];
        chain.send(self.issuer, messages).succeeded();
    }

    /// The paying agent releases a period.
    pub fn release(&self, chain: &mut Chain, bond: Bond, period: u32) -> Outcome {
        chain.execute(self.paying_agent, bond.coupon, &coupon::ExecuteMsg::Release { period })
    }
}

impl Bond {
    /// The bond without its terms.
    pub fn facts(&self, chain: &Chain) -> BondFacts {
        chain.query(self.issuance, self.issuance, &issuance::QueryMsg::Bond).expect("an answer")
    }

    /// The totals of the book and of units.
    pub fn totals(&self, chain: &Chain) -> IssueTotals {
        chain.query(self.issuance, self.issuance, &issuance::QueryMsg::Totals).expect("an answer")
    }

    /// What an account holds.
    pub fn holding(&self, chain: &Chain, account: Address) -> Balance {
        let question = issuance::QueryMsg::Holding { account };
        chain.query(account, self.issuance, &question).expect("an answer")
    }

    /// How many units an account holds.
    pub fn units(&self, chain: &Chain, account: Address) -> u128 {
        self.holding(chain, account).total.0 / UNIT
    }

    /// A payment.
    pub fn payment(&self, chain: &Chain, period: u32) -> coupon::PaymentRecord {
        let question = coupon::QueryMsg::Payment { period };
        let found: Option<coupon::PaymentRecord> =
            chain.query(self.coupon, self.coupon, &question).expect("an answer");
        found.expect("a payment")
    }

    /// Lets coupon work, `limit` holders at a time, until there is nothing to do.
    pub fn advance(&self, chain: &mut Chain, limit: u32) {
        let anyone = chain.address("regulator");
        let message = coupon::ExecuteMsg::Advance { limit };
        for _ in 0..50 {
            let before = chain.values().clone();
            chain.execute(anyone, self.coupon, &message).succeeded();
            if own_values(chain.values(), self.coupon) == own_values(&before, self.coupon) {
                return;
            }
        }
        panic!("coupon does not come to an end");
    }
}

fn own_values(values: &auditor::Values, contract: Address) -> auditor::Values {
    let own = values.iter().filter(|(key, _)| key.contract == contract);
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// One message of a transaction.
pub fn message<M: borsh::BorshSerialize>(contract: Address, message: &M) -> Message {
    Message::Execute { contract, payload: borsh::to_vec(message).expect("encodes") }
}

/// A party whose LEI and BIC begin with its name.
pub fn party(name: &str, roles: Vec<BusinessRole>) -> Party {
    let bic: Bic = format!("{}DEFF", &name[..4]).parse().expect("a BIC");
    Party { lei: lei(name), bic, name: format!("{name} (fictional)"), roles }
}

/// An account that is eligible for ever.
pub fn account_terms(
    account: Address,
    party: Lei,
    kind: AccountKind,
    tax_class: u8,
) -> AccountTerms {
    let (eligible_from, eligible_until) = (Timestamp::EPOCH, None);
    AccountTerms { account, party, kind, tax_class, eligible_from, eligible_until }
}
