//! Wrong requests and transactions by rule: each call with a method it has not, each parameter with
//! what it cannot be, each field of a body with a wrong kind, each message from who may not send it.

use super::errors::{Wrong, get, post};
use super::support::*;
use reqwest::Method;
use tenor_client::api::ErrorCode as Code;
use tenor_primitives::{
    Address, Hash, KeyPolicy, Message, Parameters, PublicKey, Roles, Signature, Timestamp,
    Transaction, TransactionBody, ValidatorSet,
};

const JSON: Option<&str> = Some("application/json");

/// Every path that exists, with the methods it does not have.
fn other_methods() -> Vec<Wrong> {
    let hash = "ab".repeat(32);
    let paths = [
        "/v1/transactions".to_owned(),
        "/v1/transactions/simulate".to_owned(),
        format!("/v1/transactions/{hash}"),
        format!("/v1/transactions/{hash}/trace"),
        format!("/v1/receipts/{hash}"),
        "/v1/blocks/latest".to_owned(),
        "/v1/headers/latest".to_owned(),
        "/v1/events".to_owned(),
        "/v1/events/stream".to_owned(),
        "/v1/accounts/system".to_owned(),
        "/v1/contracts/system".to_owned(),
        "/v1/contracts/system/query".to_owned(),
        format!("/v1/code/{hash}"),
        format!("/v1/code/{hash}/spec"),
        "/v1/instances".to_owned(),
        "/v1/state/proof".to_owned(),
        "/v1/state/map".to_owned(),
        "/v1/status".to_owned(),
        "/v1/dev/time".to_owned(),
        "/openapi.json".to_owned(),
        "/openapi.html".to_owned(),
        "/livez".to_owned(),
        "/readyz".to_owned(),
    ];
    let row = |path: &String| {
        let method = Method::DELETE;
        let (path, expected) = (path.clone(), Code::MethodNotAllowed);
        Wrong { method, path, content_type: None, body: Vec::new(), expected }
    };
    paths.iter().map(row).collect()
}

/// Parameters of paths and query strings that are none.
fn parameters() -> Vec<Wrong> {
    let hash = "ab".repeat(32);
    let mut wrong = Vec::new();
    let bad_hashes =
        ["0x", "ab", &hash[1..], &format!("{hash}ab"), &"zz".repeat(32), "%00", "latest"];
    for bad in bad_hashes {
        wrong.push(get(format!("/v1/receipts/{bad}"), Code::MalformedRequest));
        wrong.push(get(format!("/v1/code/{bad}"), Code::MalformedRequest));
    }
    let bad_addresses =
        ["tnr1", "TNR1QQ", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "System", "%20"];
    for bad in bad_addresses {
        wrong.push(get(format!("/v1/accounts/{bad}"), Code::MalformedRequest));
        wrong.push(get(format!("/v1/contracts/{bad}"), Code::MalformedRequest));
    }
    for bad in ["x", "-1", "1.5", "18446744073709551616", ""] {
        wrong.push(get(format!("/v1/accounts/system?height={bad}"), Code::MalformedRequest));
        wrong.push(get(format!("/v1/instances?height={bad}"), Code::MalformedRequest));
        let map = "/v1/state/map?contract=system&namespace=1";
        wrong.push(get(format!("{map}&height={bad}"), Code::MalformedRequest));
    }
    for path in
        ["/v1/events", "/v1/events/stream", "/v1/instances", "/v1/state/map", "/v1/state/proof"]
    {
        wrong.push(get(format!("{path}?colour=red"), Code::MalformedRequest));
        wrong.push(get(format!("{path}?contract=system&contract=system"), Code::MalformedRequest));
    }
    wrong
}

/// Bodies of the wrong kind for each call that takes one.
fn bodies() -> Vec<Wrong> {
    let query = "/v1/contracts/system/query";
    let mut wrong = Vec::new();
    for path in ["/v1/transactions/simulate", query, "/v1/state/proof", "/v1/dev/time"] {
        for body in ["", "null", "[]", "7", "{}", "{\"x\":1}", "{\"payload\":\"00\",", "\u{feff}{}"]
        {
            wrong.push(post(path, JSON, body, Code::MalformedRequest));
        }
        wrong.push(post(path, None, "{}", Code::UnsupportedMediaType));
        wrong.push(post(path, Some("application/xml"), "<x/>", Code::UnsupportedMediaType));
    }
    wrong.push(post("/v1/state/proof", JSON, "{\"keys\":[]}", Code::MalformedRequest));
    let key = "{\"contract\":\"system\",\"namespace\":1}";
    let many = format!("{{\"keys\":[{}]}}", [key; 1_001].join(","));
    wrong.push(post("/v1/state/proof", JSON, many, Code::MalformedRequest));
    wrong
}

/// The rows of this page.
pub(super) fn requests() -> Vec<Wrong> {
    [other_methods(), parameters(), bodies()].concat()
}

/// Every message with who has no role for it.
fn roles() -> Vec<(Transaction, Code)> {
    let (account, code_hash) = (operator().address, Hash([1; 32]));
    let policy = KeyPolicy::single(key("a").public_key());
    let messages = || {
        vec![
            Message::UploadCode { code: vec![0] },
            Message::ApproveCode { code_hash },
            Message::Instantiate { code_hash, label: "a".into(), payload: Vec::new() },
            Message::Execute { contract: account, payload: Vec::new() },
            open_account("a"),
            Message::UpdateKeyPolicy { account, policy: policy.clone() },
            Message::SetRoles { account, roles: Roles::NONE },
            Message::ScheduleParameters {
                parameters: Box::new(Parameters::initial()),
                activation_height: 9,
            },
        ]
    };
    let may = |sender: &str, message: &Message| match sender {
        "deployer" => message.name() == "upload-code",
        _ => matches!(message.name(), "instantiate" | "execute"),
    };
    let mut wrong = Vec::new();
    for sender in ["deployer", "issuer"] {
        for message in messages().into_iter().filter(|message| !may(sender, message)) {
            wrong.push((Party::named(sender).transaction(0, 0, message), Code::MissingRole));
        }
    }
    wrong
}

/// Fields of a body with values out of their bounds, signed as they are.
fn fields() -> Vec<(Transaction, Code)> {
    let changed = |change: &dyn Fn(&mut TransactionBody)| {
        let mut body = operator().body(0, 0, vec![open_account("a")]);
        change(&mut body);
        operator().sign(body)
    };
    let mut wrong = Vec::new();
    for lane in [65, 128, 255] {
        wrong.push((changed(&|body| body.lane = lane), Code::InvalidLane));
    }
    for nonce in [1_025, 1 << 32, u64::MAX - 1] {
        wrong.push((changed(&|body| body.nonce = nonce), Code::EarlyNonce));
    }
    for version in [0, 2, 3, 255] {
        wrong.push((changed(&|body| body.version = version), Code::UnsupportedVersion));
    }
    for unix_ms in [1, 999_999] {
        let time = Timestamp::from_unix_ms(unix_ms);
        wrong.push((changed(&|body| body.valid_until = time), Code::Expired));
    }
    for unix_ms in [1_000_000 + 86_400_000 + 60_000, u64::MAX - 1] {
        let time = Timestamp::from_unix_ms(unix_ms);
        wrong.push((changed(&|body| body.valid_until = time), Code::ValidTooLong));
    }
    for gas in [0, 2, u64::MAX - 1] {
        wrong.push((changed(&|body| body.gas_limit = gas), Code::GasLimit));
    }
    for chain in ["abc", "tenor-tesu", "tenor-test-2"] {
        let chain_id = tenor_primitives::ChainId::new(chain).expect("valid");
        wrong.push((changed(&|body| body.chain_id = chain_id.clone()), Code::WrongChain));
    }
    let stranger = Address([0xcd; 32]);
    wrong.push((changed(&|body| body.sender = stranger), Code::UnknownSender));
    wrong.push((changed(&|body| body.sender = Address::SYSTEM), Code::UnknownSender));
    for count in [66, 200] {
        let messages = vec![open_account("a"); count];
        wrong.push((changed(&|body| body.messages = messages.clone()), Code::MessageCount));
    }
    for validators in
        [ValidatorSet::solo(key("stranger").public_key()), ValidatorSet { validators: Vec::new() }]
    {
        let message = Message::SetValidators { validators };
        wrong.push((changed(&|body| body.messages = vec![message.clone()]), Code::HandOver));
    }
    wrong
}

/// Signatures that are not the signer's.
fn signatures() -> Vec<(Transaction, Code)> {
    let good = operator().transaction(0, 0, open_account("a"));
    let mut wrong = Vec::new();
    for place in [0, 31, 32, 63] {
        let mut other = good.clone();
        other.signatures[0].signature.0[place] ^= 1;
        wrong.push((other, Code::InvalidSignature));
    }
    for filled in [0xff, 1] {
        let mut other = good.clone();
        other.signatures[0].signature = Signature([filled; 64]);
        wrong.push((other, Code::InvalidSignature));
    }
    for first in [0, 2, 3, 4, 0xff] {
        let mut other = good.clone();
        other.signatures[0].public_key = PublicKey([first; 33]);
        wrong.push((other, Code::InvalidSignature));
    }
    wrong
}

/// The rows of this page.
pub(super) fn transactions() -> Vec<(Transaction, Code)> {
    [roles(), fields(), signatures()].concat()
}
