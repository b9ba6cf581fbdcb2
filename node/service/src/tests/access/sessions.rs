//! Which sessions are good, and for how long.

use super::super::support::*;
use super::{code_of, commit_all, guarded, in_ms, people, session};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tenor_client::api::{ErrorCode, EventParameters, EventStreamParameters};
use tenor_client::{LoggingIn, Login, Session};
use tenor_primitives::{Hash, KeyPolicy, Message};

#[tokio::test(flavor = "multi_thread")]
async fn only_a_good_session_is_one() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let id = client.status().await.expect("for everybody").genesis_id;
    let address = Party::named("party").address;
    let stolen = Session { genesis_id: id, account: operator().address, valid_until: in_ms(9_000) };
    let good = session(id, "party", 60_000);
    let mut cases = vec![
        ("good", good.clone(), None),
        ("over", session(id, "party", -1), Some(ErrorCode::SessionInvalid)),
        ("too long", session(id, "party", 4_000_000), Some(ErrorCode::SessionInvalid)),
        (
            "another ledger",
            session(Hash([1; 32]), "party", 60_000),
            Some(ErrorCode::SessionInvalid),
        ),
        ("nobody's", session(id, "nobody", 60_000), Some(ErrorCode::SessionInvalid)),
        (
            "another's account",
            stolen.sign(&Party::named("party").key),
            Some(ErrorCode::SessionInvalid),
        ),
    ];
    let mut longer = good.clone();
    longer.session.valid_until = in_ms(120_000);
    cases.push(("changed", longer, Some(ErrorCode::SessionInvalid)));
    for (name, session, expected) in cases {
        let answer = client.with_session(&session).account(&address).await;
        assert_eq!(answer.err().as_ref().and_then(code_of), expected, "{name}");
    }
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    let url = format!("{}/v1/instances", node.url());
    for header in ["Bearer", "Bearer ", "Bearer 00", "Basic YTpi", "zzz"] {
        let answer = http.get(&url).header("authorization", header).send().await.expect("answers");
        let challenge = answer.headers().get("www-authenticate").cloned();
        assert_eq!(challenge.expect("says how"), "Bearer error=\"invalid_token\"");
        let problem: Value = answer.json().await.expect("a problem");
        assert_eq!(problem["code"], "session_invalid", "{header}");
    }
    let answer = http.get(&url).send().await.expect("answers");
    assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    // A key that leaves the policy takes its sessions with it, also of a stream that is open.
    let reader = client.with_session(&good);
    let ask = EventStreamParameters { name: Some("never".into()), ..Default::default() };
    let mut stream = reader.follow(&ask).await.expect("follows");
    // And of a page that is waited for.
    let page = EventParameters {
        name: Some("never".into()),
        timeout_ms: Some(20_000),
        ..EventParameters::default()
    };
    let waiter = reader.clone();
    let waiting = tokio::spawn(async move { waiter.events(&page).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let policy = KeyPolicy::single(key("new").public_key());
    let rotate = Message::UpdateKeyPolicy { account: address, policy };
    commit_all(&client, &[Party::named("party").transaction(0, 0, rotate)]).await;
    let answer = reader.account(&address).await.expect_err("not any more");
    assert_eq!(code_of(&answer), Some(ErrorCode::SessionInvalid));
    let end = stream.next().await.expect_err("ends");
    assert_eq!(code_of(&end), Some(ErrorCode::SessionInvalid), "{end}");
    let end = waiting.await.expect("runs").expect_err("ends");
    assert_eq!(code_of(&end), Some(ErrorCode::SessionInvalid), "{end}");
    node.shutdown().await.expect("stops");
}

/// Signs sessions that are soon over, and counts them.
#[derive(Debug, Default)]
struct Shortly(AtomicU32);

impl Login for Shortly {
    fn session<'a>(&'a self, genesis_id: &'a Hash, ms_max: u64) -> LoggingIn<'a> {
        assert_eq!(ms_max, 3_600_000, "the node says how long it takes one for");
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(session(*genesis_id, "party", 1_500)) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_signs_in_again_when_its_session_is_over() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let login = Arc::new(Shortly::default());
    let reader = client.with_login(Arc::clone(&login) as Arc<dyn Login>);
    let address = Party::named("party").address;
    reader.account(&address).await.expect("reads");
    tokio::time::sleep(Duration::from_millis(1_600)).await;
    // Many at once, with one signature: the signer may be a person with a device.
    let again = || reader.account(&address);
    let (a, b, c) = tokio::join!(again(), again(), again());
    for answer in [a, b, c] {
        answer.expect("reads again");
    }
    assert_eq!(login.0.load(Ordering::Relaxed), 2);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_node_asks_for_nothing_and_looks_at_nothing() {
    let (node, _) = start(config()).await;
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    let url = format!("{}/v1/instances", node.url());
    let answer = http.get(url).header("authorization", "Basic YTpi").send().await;
    assert_eq!(answer.expect("answers").status().as_u16(), 200, "a gateway's own header");
    node.shutdown().await.expect("stops");
}
