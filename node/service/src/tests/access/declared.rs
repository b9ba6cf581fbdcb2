//! Questions, events and proofs are for whom the contract's spec declares.

use super::super::support::*;
use super::{EMIT, LIST, code, code_of, commit_all, guarded, people, session, start_guarded};
use std::collections::BTreeSet;
use tenor_client::KeyRange;
use tenor_client::api::{ErrorCode, EventParameters, EventStreamParameters, ReaderRole};
use tenor_executor::system::namespace;
use tenor_primitives::{Address, Message, StorageKey};

/// Kinds of readers, and the flags by which each is let in besides [`Readers::PUBLIC`].
const KINDS: [(&str, u8); 5] =
    [("stranger", 0), ("party", 2), ("issuer", 4), ("regulator", 8), ("operator", 16)];

/// Overseers read everything, whatever is declared.
fn may_read(kind: &str, flag: u8, set: u8) -> bool {
    matches!(kind, "regulator" | "operator") || set & (flag | 1) != 0
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_and_event_is_for_its_declared_readers() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let id = client.status().await.expect("for everybody").genesis_id;
    let (_, instances) = deploy_code(&client, &code(), &["cells"]).await;
    let contract = instances[0];
    let party = Party::named("party").address;
    let emit = |name: &str| {
        let payload = [b"as ", name.as_bytes(), &party.0].concat();
        Message::Execute { contract, payload }
    };
    let issuer = Party::named("issuer");
    // The scripted engine uses half of the gas that a message has, so that each has its own.
    let told = (0..).zip(EMIT).map(|(nonce, name)| issuer.transaction(1, nonce, emit(name)));
    commit_all(&client, &told.collect::<Vec<_>>()).await;
    for (kind, flag) in KINDS {
        let client = client.with_session(&session(id, kind, 60_000));
        for set in 0..32_u8 {
            for tag in [set, set + 32] {
                let payload = [&[tag][..], &party.0].concat();
                let answer = client.query(&contract, payload).await;
                let got = answer.err().as_ref().and_then(code_of);
                let expected = (!may_read(kind, flag, set)).then_some(ErrorCode::NotAReader);
                assert_eq!(got, expected, "{kind} asks {tag}, readers {set:05b}");
            }
        }
        let expected: BTreeSet<String> = (0..32_u8)
            .filter(|set| may_read(kind, flag, *set))
            .map(|set| EMIT[usize::from(set)].to_owned())
            .collect();
        let asked = EventParameters { contract: Some(contract), ..Default::default() };
        let page = client.events(&asked).await.expect("a page");
        // What was said when it was made has no declaration.
        let names = page.events.into_iter().map(|event| event.event.name);
        let names: BTreeSet<String> = names.filter(|name| name != "said").collect();
        assert_eq!(names, expected, "{kind}");
        let asked = EventStreamParameters { contract: Some(contract), ..Default::default() };
        let mut stream = client.follow(&asked).await.expect("follows");
        let mut streamed = BTreeSet::new();
        while streamed != expected {
            let event = stream.next().await.expect("an event").event;
            assert!(expected.contains(&event.name) || event.name == "said", "{kind}: {event:?}");
            if event.name != "said" {
                streamed.insert(event.name);
            }
        }
        let sees_all = matches!(kind, "issuer" | "regulator" | "operator");
        let place = |key: Address| StorageKey::new(contract, 1, key.0.to_vec());
        for (keys, shown) in [
            (vec![place(party)], sees_all || kind == "party"),
            (vec![place(contract)], sees_all),
            (vec![place(party), place(contract)], sees_all),
        ] {
            let proof = client.proof_of_many(&keys).await;
            let expected = (!shown).then_some(ErrorCode::NotAReader);
            assert_eq!(proof.err().as_ref().and_then(code_of), expected, "{kind} {keys:?}");
            let [key] = keys.as_slice() else { continue };
            let proof = client.proof(key).await;
            assert_eq!(proof.err().as_ref().and_then(code_of), expected, "{kind} {key:?}");
        }
        let map = client.proof_of_map(&contract, 1, &KeyRange::default()).await;
        let expected = (!sees_all).then_some(ErrorCode::NotAReader);
        assert_eq!(map.err().as_ref().and_then(code_of), expected, "{kind} proves the map");
    }
    node.shutdown().await.expect("stops");
}

/// What a proof file holds besides the value: the ledger's records of the instance and of its code, and of
/// nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn records_of_instances_and_code_are_proved_to_every_account() {
    let (node, contract, clients) = start_guarded(&["stranger"]).await;
    let stranger = &clients[0];
    let code_hash = stranger.contract(&contract).await.expect("for every account").code_hash;
    for (namespace, key, shown) in [
        (namespace::INSTANCES, contract.0, true),
        (namespace::CODE_RECORDS, code_hash.0, true),
        (namespace::CODE, code_hash.0, false),
        (namespace::ACCOUNTS, Party::named("issuer").address.0, false),
        (namespace::ACCOUNTS, Party::named("stranger").address.0, true),
    ] {
        let proof = stranger.proof(&StorageKey::new(Address::SYSTEM, namespace, key)).await;
        let expected = (!shown).then_some(ErrorCode::NotAReader);
        assert_eq!(proof.err().as_ref().and_then(code_of), expected, "namespace {namespace}");
    }
    let whole = KeyRange::default();
    let all = stranger.proof_of_map(&Address::SYSTEM, namespace::INSTANCES, &whole).await;
    assert_eq!(all.err().as_ref().and_then(code_of), Some(ErrorCode::NotAReader));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_list_each_reader_is_given_what_names_it() {
    let (node, contract, clients) = start_guarded(&["party", "stranger", "operator"]).await;
    let (party, other) = (Party::named("party").address, Party::named("issuer").address);
    // The question is the answer: a list of as many addresses as the tag says.
    let all: Vec<Address> = (0..LIST).map(|at| if at % 3 == 0 { party } else { other }).collect();
    let payload = borsh::to_vec(&all).expect("encodes");
    let own: Vec<Address> = all.iter().filter(|address| **address == party).copied().collect();
    for (client, expected) in clients.iter().zip([own, Vec::new(), all]) {
        let answer = client.query(&contract, payload.clone()).await.expect("answers");
        let got: Vec<Address> = borsh::from_slice(&answer.output.0).expect("a list");
        assert_eq!(got, expected);
    }
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_chosen_by_the_kind_of_reader_that_they_are_for() {
    let kinds = ["stranger", "party", "issuer", "regulator", "operator"];
    let (node, contract, clients) = start_guarded(&kinds).await;
    let (issuer, party) = (Party::named("issuer"), Party::named("party").address);
    let emit = |name: &str| {
        let payload = [b"as ", name.as_bytes(), &party.0].concat();
        issuer.transaction(
            1,
            EMIT.iter().position(|one| *one == name).expect("listed") as u64,
            Message::Execute { contract, payload },
        )
    };
    let told: Vec<_> = EMIT.iter().map(|name| emit(name)).collect();
    commit_all(&clients[0], &told).await;
    for (kind, client) in kinds.iter().zip(&clients) {
        for (role, flag) in [
            (ReaderRole::Public, 1),
            (ReaderRole::Party, 2),
            (ReaderRole::Issuer, 4),
            (ReaderRole::Regulator, 8),
            (ReaderRole::Operator, 16),
        ] {
            // As one's own, or as who sees all.
            let own = KINDS.iter().find(|(name, _)| name == kind).map_or(0, |(_, own)| *own);
            let is_one = match role {
                ReaderRole::Party => *kind == "party",
                ReaderRole::Issuer => *kind == "issuer",
                _ => true,
            };
            let fits = |set: &u8| is_one && set & flag != 0 && may_read(kind, own, *set);
            let expected: BTreeSet<String> =
                (0..32_u8).filter(fits).map(|set| EMIT[usize::from(set)].to_owned()).collect();
            let asked = EventParameters {
                contract: Some(contract),
                role: Some(role),
                ..EventParameters::default()
            };
            let page = client.events(&asked).await.expect("a page");
            let names: BTreeSet<String> =
                page.events.into_iter().map(|event| event.event.name).collect();
            assert_eq!(names, expected, "{kind} as {role:?}");
        }
    }
    node.shutdown().await.expect("stops");
}
