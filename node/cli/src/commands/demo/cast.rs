//! Who takes part: fictional companies, their accounts, their markets.

use serde_json::{Value, json};

/// A legal entity.
pub(super) struct Company {
    pub(super) name: &'static str,
    /// Eighteen characters; the check digits follow from them.
    lei_base: &'static str,
    bic: &'static str,
    roles: &'static [&'static str],
    /// Its accounts: name, kind, tax class, network roles.
    pub(super) accounts: &'static [Account],
}

/// An account of a company.
pub(super) struct Account {
    pub(super) name: &'static str,
    kind: &'static str,
    pub(super) tax_class: u8,
    pub(super) network_roles: &'static str,
}

const fn own(name: &'static str, network_roles: &'static str) -> Account {
    Account { name, kind: "Own", tax_class: 0, network_roles }
}

/// The BIC of the depository: the CSD of every instruction.
pub(super) const CSD: &str = "MERDXXCS";

/// Everybody, operators first.
pub(super) const COMPANIES: [Company; 10] = [
    Company {
        name: "Meridian Depository",
        lei_base: "TENR00MERIDIANDEP0",
        bic: CSD,
        roles: &["Registrar"],
        accounts: &[own("registrar", "participant")],
    },
    Company {
        name: "Meridian Settlement Bank",
        lei_base: "TENR00MERIDIANBANK",
        bic: "MERDXXBK",
        roles: &["CashProvider"],
        accounts: &[own("settlement-bank", "participant")],
    },
    Company {
        name: "Harbour Treasury",
        lei_base: "TENR00HARBOURTREAS",
        bic: "HARBXXTR",
        roles: &["Issuer"],
        accounts: &[own("issuer-hk", "issuer,participant")],
    },
    Company {
        name: "Potomac Treasury",
        lei_base: "TENR00POTOMACTREAS",
        bic: "POTOXXTR",
        roles: &["Issuer"],
        accounts: &[own("issuer-us", "issuer,participant")],
    },
    Company {
        name: "Rhine Finance Agency",
        lei_base: "TENR00RHINEFINANCE",
        bic: "RHINXXFA",
        roles: &["Issuer"],
        accounts: &[own("issuer-de", "issuer,participant")],
    },
    Company {
        name: "Lighthouse Securities",
        lei_base: "TENR00LIGHTHOUSE00",
        bic: "LIGHXXSE",
        roles: &["LeadManager"],
        accounts: &[own("lead-manager", "participant")],
    },
    Company {
        name: "Northgate Agency Services",
        lei_base: "TENR00NORTHGATE000",
        bic: "NORGXXAS",
        roles: &["PayingAgent"],
        accounts: &[own("paying-agent", "participant"), own("tax-office", "participant")],
    },
    Company {
        name: "Alder Custody",
        lei_base: "TENR00ALDERCUSTODY",
        bic: "ALDRXXCU",
        roles: &["Custodian", "Holder"],
        accounts: &[
            own("alder-own", "participant"),
            Account {
                name: "alder-clients",
                kind: "Omnibus",
                tax_class: 0,
                network_roles: "participant",
            },
        ],
    },
    Company {
        name: "Birch Bank",
        lei_base: "TENR00BIRCHBANK000",
        bic: "BRCHXXBA",
        roles: &["Custodian", "Holder"],
        accounts: &[
            own("birch-own", "participant"),
            Account {
                name: "birch-clients",
                kind: "Omnibus",
                tax_class: 1,
                network_roles: "participant",
            },
        ],
    },
    Company {
        name: "Cedar Life Assurance",
        lei_base: "TENR00CEDARLIFE000",
        bic: "CDARXXLI",
        roles: &["Holder"],
        accounts: &[own("cedar", "participant")],
    },
];

/// The accounts that hold bonds, in the order of the final table.
pub(super) const HOLDERS: [&str; 5] =
    ["alder-own", "alder-clients", "birch-own", "birch-clients", "cedar"];

/// A holder's tax class.
pub(super) fn tax_class(holder: &str) -> u8 {
    let accounts = COMPANIES.iter().flat_map(|company| company.accounts);
    accounts.clone().find(|account| account.name == holder).map_or(0, |account| account.tax_class)
}

/// The company's LEI with its check digits (ISO 17442, ISO 7064 MOD 97-10).
pub(super) fn lei(company: &Company) -> String {
    let remainder =
        format!("{}00", company.lei_base).bytes().fold(0_u32, |rest, byte| match byte {
            b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
            _ => (rest * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
        });
    format!("{}{:02}", company.lei_base, 98 - remainder)
}

/// The registrar's onboarding of markets, parties, accounts and currencies.
pub(super) fn onboarding(eligible_from: &str, currencies: &[(&str, &str)]) -> Value {
    let mut actions = markets();
    actions.extend(COMPANIES.iter().map(|company| {
        json!({"SetParty": {"party": {"lei": lei(company), "bic": company.bic,
            "name": company.name, "roles": company.roles}}})
    }));
    for company in &COMPANIES {
        actions.extend(company.accounts.iter().map(|account| {
            json!({"SetAccount": {"terms": {"account": account.name, "party": lei(company),
                "kind": account.kind, "tax_class": account.tax_class,
                "eligible_from": eligible_from}}})
        }));
    }
    actions.extend(currencies.iter().map(
        |(currency, cash)| json!({"ListCash": {"listing": {"currency": currency, "cash": cash}}}),
    ));
    actions.push(json!({"SetSettlement": {"settlement": "settlement", "listed": true}}));
    actions.into()
}

/// A bond's own entries: the account of the instance that pays it, and its listing.
pub(super) fn listing(isin: &str, market: &str, eligible_from: &str) -> Value {
    let instance = |kind: &str| format!("{kind}-{}", isin.to_lowercase());
    let agent = COMPANIES.iter().find(|company| company.roles.contains(&"PayingAgent"));
    json!([
        {"SetAccount": {"terms": {"account": instance("coupon"), "party": agent.map(lei),
            "kind": "Instance", "tax_class": 0, "eligible_from": eligible_from}}},
        {"ListSecurity": {"security": {"isin": isin, "issuance": instance("bond"),
            "market": market}}},
    ])
}

/// Three markets: business days, time zone, cut-off and end of day in seconds after midnight.
fn markets() -> Vec<Value> {
    let market = |code: &str, centre: &str, zone: &str, cut_off: u32, end: u32| {
        json!({"OpenMarket": {"market": {"code": code,
            "calendar": {"centres": [centre], "tables": []}, "time_zone": zone,
            "cut_off_seconds": cut_off, "end_of_day_seconds": end}}})
    };
    vec![
        market("HONGKONG", "HongKong", "AsiaHongKong", 16 * 3600, 18 * 3600),
        market("NEWYORK", "NewYork", "AmericaNewYork", 15 * 3600, 17 * 3600),
        market("FRANKFURT", "Target", "EuropeBerlin", 16 * 3600, 18 * 3600),
    ]
}
