//! Everything that can be read.

use super::support::*;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{
    BlockView, ChangeView, ClaimView, ErrorCode, EventCursor, EventParameters,
    EventStreamParameters, InstanceCursor, InstanceFilter, LedgerTag, StatusView,
};
use tenor_client::{BlockRef, HttpClient, HttpError, KeyRange};
use tenor_executor::system::namespace;
use tenor_primitives::{
    Address, Hash, Header, Message, Parameters, Role, Roles, StorageKey, Timestamp, ValidatorSet,
    keccak256,
};
use tenor_proof::{Claim, merkle};
use tenor_state::{MemoryDatabase, Retention};

#[tokio::test(flavor = "multi_thread")]
async fn blocks_headers_and_receipts_show_what_is_hashed() {
    let (node, client) = start(config()).await;
    let transaction = operator().transaction(0, 0, open_account("bank"));
    let receipt = commit(&client, &transaction).await;
    let (block, certificate) = client.block_encoded(BlockRef::Latest).await.expect("known");
    let certificate = certificate.expect("has one");
    assert_eq!(block.transactions, [transaction]);
    assert_eq!(certificate.block_id, block.header.id());
    let view = client.block(BlockRef::At(1)).await.expect("known");
    assert_eq!(view, BlockView::new(&block, Some(&certificate)));
    let header = client.header(BlockRef::Latest).await.expect("known");
    assert_eq!((&header, Header::from(&header)), (&view.header, block.header.clone()));
    let leaf = receipt.to_receipt().expect("known codes").hash();
    assert_eq!(block.header.receipts_root, merkle::root(&[leaf]));
    assert_eq!(client.block(BlockRef::At(0)).await.expect("genesis").certificate, None);

    let status = client.status().await.expect("answers");
    assert_eq!((status.height, status.block_id), (1, block.header.id()));
    assert_eq!(status.genesis_id, block.header.parent);
    assert_eq!(status.block_time, block.header.time);
    assert!(status.time > status.block_time && status.manual_time);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_show_keys_roles_and_lanes() {
    let (node, client) = start(config()).await;
    commit(&client, &operator().transaction(5, 0, open_account("bank"))).await;
    let account = client.account(&operator().address).await.expect("known");
    assert_eq!(account.label, "operator");
    assert_eq!(account.policy.keys[0].public_key, operator().key.public_key());
    assert_eq!(account.roles, genesis().accounts[0].roles);
    assert_eq!((account.next_nonce(5), account.next_nonce(0)), (1, 0));
    let bank = Address::of_account(&chain_id(), &operator().address, "bank");
    let bank = client.account(&bank).await.expect("known");
    assert_eq!((bank.created_height, bank.creator), (1, operator().address));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_answer_refuse_and_stop_and_the_node_lives() {
    let (node, client) = start(config()).await;
    let (code_hash, instances) = deploy(&client, &["bond.a", "bond.b", "bond.c"]).await;
    let contract = instances[0];
    let answer = client.query(&contract, b"anything".to_vec()).await.expect("answers");
    assert_eq!(answer.output.0, b"anything");
    assert!(answer.gas_used.is_some_and(|gas| gas > 0));

    let failed = client.query(&contract, b"fail".to_vec()).await.expect_err("refuses");
    let problem = failed.problem().expect("a problem");
    assert_eq!(problem.code, ErrorCode::QueryFailed);
    let details = b"why".as_slice().into();
    let outcome =
        StatusView::Reverted { message: 0, contract, code: 7, details, details_withheld: false };
    assert_eq!(problem.outcome, Some(outcome));
    for (payload, expected) in [
        ("halt", ErrorCode::QueryHalted),
        ("slow", ErrorCode::Deadline),
        ("panic", ErrorCode::Internal),
    ] {
        let error = client.query(&contract, payload.into()).await.expect_err("stops");
        assert_eq!(error.problem().map(|problem| problem.code), Some(expected));
    }
    assert_eq!(client.query(&contract, vec![1]).await.expect("answers").output.0, [1]);

    let view = client.contract(&contract).await.expect("known");
    assert_eq!((view.label.as_str(), view.code_hash), ("bond.a", code_hash));
    let code = client.code(&code_hash).await.expect("known");
    assert_eq!(code.approved_by, Some(operator().address));
    assert_eq!(client.code_spec(&code_hash).await.expect("has one"), b"hello");
    let bare = CODE[..8].to_vec();
    let bare_hash = keccak256(&bare);
    let upload = Message::UploadCode { code: bare };
    commit(&client, &Party::named("deployer").transaction(0, 1, upload)).await;
    let error = client.code_spec(&bare_hash).await.expect_err("has none");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::NoSpec));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_are_listed_in_pages_and_found_by_name() {
    let (node, client) = start(config()).await;
    let (_, mut instances) = deploy(&client, &["a", "b", "c", "d", "e"]).await;
    instances.sort_unstable();
    let mut filter = InstanceFilter { limit: Some(2), ..InstanceFilter::default() };
    let mut listed = Vec::new();
    let mut pages = 0;
    loop {
        let page = client.instances(&filter).await.expect("lists");
        listed.extend(page.instances.iter().map(|instance| instance.address));
        pages += 1;
        filter.after = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!((listed, pages), (instances.clone(), 3));

    let issuer = Party::named("issuer").address;
    let by_name = |creator, label: &str| InstanceFilter {
        creator,
        label: Some(label.into()),
        ..InstanceFilter::default()
    };
    let found = client.instances(&by_name(Some(issuer), "c")).await.expect("lists");
    assert_eq!(found.instances.len(), 1);
    assert_eq!(found.instances[0].label, "c");
    let same = client.instances(&by_name(None, "c")).await.expect("lists");
    assert_eq!(same.instances, found.instances);
    let none = client.instances(&by_name(Some(operator().address), "c")).await.expect("lists");
    assert!(none.instances.is_empty() && none.next.is_none());
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_are_checked_without_the_node() {
    let (node, client) = start(config()).await;
    let account =
        |address: Address| StorageKey::new(Address::SYSTEM, namespace::ACCOUNTS, address.0);
    let error = client.proof(&account(operator().address)).await.expect_err("no votes yet");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::NoCertificate));
    commit(&client, &operator().transaction(0, 0, open_account("bank"))).await;
    let (present, absent) = (operator().address, Address([0xab; 32]));
    for (address, is_there) in [(present, true), (absent, false)] {
        let view = client.proof(&account(address)).await.expect("proves");
        let proof = view.proof().expect("decodes");
        let validators_hash = genesis().validators.hash();
        let verified = proof.verify(&chain_id(), &validators_hash).expect("holds");
        let Claim::Value { key, value, .. } = verified.claim else { panic!("one value") };
        assert_eq!((key, value.is_some()), (&account(address), is_there));
        assert_eq!(view.claim, ClaimView::from(&proof.claim));
        assert_eq!(verified.height, 1);
        assert_eq!(view.header.block_id, verified.block_id);
    }
    let keys = [account(present), account(absent)];
    let view = client.proof_of_many(&keys).await.expect("proves");
    let proof = view.proof().expect("decodes");
    let verified = proof.verify(&chain_id(), &genesis().validators.hash()).expect("holds");
    let Claim::Values { values, .. } = verified.claim else { panic!("many values") };
    assert!(values.iter().map(|(key, _)| key).eq(&keys));
    assert_eq!(values.iter().map(|(_, v)| v.is_some()).collect::<Vec<_>>(), [true, false]);
    for (start, end) in [(None, None), (Some(present.0.to_vec()), None)] {
        let range = KeyRange { start, end };
        let view = client.proof_of_map(&Address::SYSTEM, namespace::ACCOUNTS, &range).await;
        let proof = view.expect("proves").proof().expect("decodes");
        let verified = proof.verify(&chain_id(), &genesis().validators.hash()).expect("holds");
        let Claim::Map { range: of, proof, .. } = verified.claim else { panic!("a map") };
        assert_eq!(*of, range);
        assert!(proof.entries.iter().any(|(key, _)| *key == present.0));
        assert_eq!(proof.others.is_empty(), range.is_whole());
    }
    let twice = [account(present), account(absent), account(present)];
    for wrong in [&[][..], &twice] {
        let error = client.proof_of_many(wrong).await.expect_err("nothing, or something twice");
        assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::MalformedRequest));
    }
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_with_too_many_entries_is_not_proved_whole() {
    let mut config = config();
    config.api.map_entries_max = 1;
    let (node, client) = start(config).await;
    commit(&client, &operator().transaction(0, 0, open_account("bank"))).await;
    let range = KeyRange::default();
    let map = client.proof_of_map(&Address::SYSTEM, namespace::ACCOUNTS, &range).await;
    let error = map.expect_err("two accounts at least");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::MapTooLarge));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_too_large_together_are_not_proved_together() {
    let (node, client) = start(config()).await;
    let deployer = Party::named("deployer");
    let mut keys = Vec::new();
    // Code is what is large; 17 times half a MiB is more than 8 MiB.
    for nonce in 0..17 {
        let code = vec![u8::try_from(nonce).expect("few"); 512 << 10];
        keys.push(StorageKey::new(Address::SYSTEM, namespace::CODE, keccak256(&code).0));
        let mut body = deployer.body(0, nonce, vec![Message::UploadCode { code }]);
        body.gas_limit = Parameters::initial().limits.transaction_gas_max;
        assert!(commit(&client, &deployer.sign(body)).await.is_success());
    }
    let error = client.proof_of_many(&keys).await.expect_err("too large");
    let problem = error.problem().expect("a problem");
    assert_eq!(problem.code, ErrorCode::MapTooLarge);
    assert_eq!(problem.expected.as_deref(), Some("values of at most 8388608 bytes"));
    let view = client.proof_of_many(&keys[..16]).await.expect("proves");
    let proof = view.proof().expect("decodes");
    proof.verify(&chain_id(), &genesis().validators.hash()).expect("holds");
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_read_and_proved_as_it_was() {
    let (node, client) = start(config()).await;
    let bank = Address::of_account(&chain_id(), &operator().address, "bank");
    commit(&client, &operator().transaction(0, 0, open_account("first"))).await;
    commit(&client, &operator().transaction(0, 1, open_account("bank"))).await;
    commit(&client, &operator().transaction(0, 2, open_account("last"))).await;
    let key = StorageKey::new(Address::SYSTEM, namespace::ACCOUNTS, bank.0);
    for height in 0..=3 {
        let then = client.at(Some(height));
        let lanes = then.account(&operator().address).await.expect("answers").lanes;
        assert_eq!(lanes.iter().map(|lane| lane.next_nonce).sum::<u64>(), height);
        let found = then.account(&bank).await;
        assert_eq!(found.is_ok(), height >= 2, "{height}");
        let Ok(view) = then.proof(&key).await else {
            assert_eq!(height, 0, "the genesis block alone has no votes");
            continue;
        };
        let proof = view.proof().expect("decodes");
        let verified = proof.verify(&chain_id(), &genesis().validators.hash()).expect("holds");
        let Claim::Value { value, .. } = verified.claim else { panic!("one value") };
        assert_eq!((verified.height, value.is_some()), (height, height >= 2));
    }
    let error = client.at(Some(4)).account(&bank).await.expect_err("no such block yet");
    let problem = error.problem().expect("a problem");
    assert_eq!(problem.code, ErrorCode::HeightNotKept);
    assert_eq!(problem.expected.as_deref(), Some("a height of 0 to 3"));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_read_page_by_page_without_gap_or_double() {
    let (node, client) = start(config()).await;
    let (_, instances) = deploy(&client, &["bond"]).await;
    let issuer = Party::named("issuer");
    for nonce in 1..4 {
        let say = |text: &str| Message::Execute { contract: instances[0], payload: text.into() };
        let transaction = issuer.sign(issuer.body(0, nonce, vec![say("one"), say("two")]));
        assert!(commit(&client, &transaction).await.is_success());
    }
    client.set_time(Timestamp::from_unix_ms(2_000_000)).await.expect("an empty block");
    let all = client.events(&EventParameters { limit: Some(1_000), ..Default::default() }).await;
    let all = all.expect("reads");
    assert!(all.is_last && all.events.len() >= 6);
    assert!(all.events.is_sorted_by(|a, b| a.sequence < b.sequence));
    let said = all.events.iter().filter(|event| event.event.name == "said");
    assert_eq!(said.filter(|event| event.event.data.0 == b"two").count(), 3);

    for limit in 1..=4 {
        let mut parameters = EventParameters { limit: Some(limit), ..Default::default() };
        let mut read = Vec::new();
        loop {
            let page = client.events(&parameters).await.expect("reads");
            let last = page.is_last;
            read.extend(page.events);
            parameters.after = Some(page.next);
            if last {
                break;
            }
        }
        assert_eq!(read, all.events, "in pages of {limit}");
    }
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_of_other_ledgers_and_beyond_the_head_are_refused_by_name() {
    let (node, client) = start(config()).await;
    deploy(&client, &["a", "b"]).await;
    let foreign = LedgerTag::of(&Hash([7; 32]));
    let head = client.status().await.expect("answers").height;
    let code = |error: HttpError| error.problem().map(|problem| problem.code);
    let (end, first) = (end_of(&client, head).await, end_of(&client, 1).await);
    let ahead = Some(ErrorCode::CursorAhead);
    for (after, expected) in [
        (end, None),
        (EventCursor { height: head + 1, index: 0, ..end }, ahead),
        (EventCursor { height: u64::MAX, ..end }, ahead),
        (EventCursor { ledger: foreign, ..first }, Some(ErrorCode::ForeignCursor)),
        (EventCursor { block: end.block, ..first }, Some(ErrorCode::ForeignCursor)),
    ] {
        let asked = EventParameters { after: Some(after), ..EventParameters::default() };
        assert_eq!(client.events(&asked).await.err().and_then(code), expected, "{after}");
        let asked = EventStreamParameters { after: Some(after), ..Default::default() };
        assert_eq!(client.follow(&asked).await.err().and_then(code), expected, "{after}");
    }
    let everything = client.events(&EventParameters::default()).await.expect("reads").events;
    for (from_height, expected) in
        [(0, None), (2, None), (head + 1, None), (head + 2, Some(ErrorCode::CursorAhead))]
    {
        let asked = EventParameters { from_height: Some(from_height), ..Default::default() };
        let page = client.events(&asked).await;
        assert_eq!(page.as_ref().err().and_then(|error| error.problem()).map(|p| p.code), expected);
        let Ok(page) = page else { continue };
        let behind = everything.iter().filter(|event| event.sequence.height >= from_height);
        assert!(page.events.iter().eq(behind), "from {from_height}");
    }
    let after = Some(end_of(&client, 0).await);
    let both = EventParameters { after, from_height: Some(1), ..Default::default() };
    let error = client.events(&both).await.expect_err("two beginnings");
    assert_eq!(code(error), Some(ErrorCode::MalformedRequest));
    let page = InstanceFilter { limit: Some(1), ..InstanceFilter::default() };
    let next = client.instances(&page).await.expect("lists").next.expect("one more");
    let after = Some(InstanceCursor { ledger: foreign, ..next });
    let error = client.instances(&InstanceFilter { after, ..page.clone() }).await.err();
    assert_eq!(error.and_then(code), Some(ErrorCode::ForeignCursor));
    let rest = client.instances(&InstanceFilter { after: Some(next), ..page }).await;
    assert_eq!(rest.expect("lists").instances.len(), 1);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_lost_blocks_is_no_place_in_those_made_since() {
    let kept = |client: HttpClient| async move {
        for nonce in 0..2 {
            let message = open_account(&format!("kept-{nonce}"));
            commit(&client, &operator().transaction(0, nonce, message)).await;
        }
    };
    let (node, client) = start(config()).await;
    kept(client.clone()).await;
    let shared = client.events(&EventParameters::default()).await.expect("reads").next;
    commit(&client, &operator().transaction(0, 2, open_account("lost"))).await;
    let lost = client.events(&EventParameters::default()).await.expect("reads").next;
    node.shutdown().await.expect("stops");

    // The same ledger from a backup of its second block, then with another third and fourth.
    let (node, client) = start(config()).await;
    kept(client.clone()).await;
    let code = |error: HttpError| error.problem().map(|problem| problem.code);
    let after = |after| EventParameters { after: Some(after), ..EventParameters::default() };
    let refused = client.events(&after(lost)).await.expect_err("not there yet");
    assert!(!refused.is_retryable(), "waiting does not bring it back");
    assert_eq!(code(refused), Some(ErrorCode::CursorAhead));
    for (nonce, label) in [(2, "third"), (3, "fourth")] {
        commit(&client, &operator().transaction(0, nonce, open_account(label))).await;
        let refused = client.events(&after(lost)).await.expect_err("another block");
        assert_eq!(code(refused), Some(ErrorCode::ForeignCursor), "{label}");
    }
    let rest = client.events(&after(shared)).await.expect("a place of both").events;
    assert_eq!(rest.len(), 2);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_at_the_head_waits_for_the_next_event() {
    let (node, client) = start(config()).await;
    let reader = client.clone();
    let parameters = EventParameters {
        after: Some(end_of(&client, 0).await),
        timeout_ms: Some(20_000),
        ..EventParameters::default()
    };
    let asked = parameters.clone();
    let reading = tokio::spawn(async move { reader.events(&asked).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    // An empty block is nothing to read: the wait goes on.
    client.set_time(Timestamp::from_unix_ms(2_000_000)).await.expect("an empty block");
    commit(&client, &operator().transaction(0, 0, open_account("bank"))).await;
    let page = reading.await.expect("runs").expect("reads");
    assert_eq!(page.events.len(), 1);
    let first = EventCursor { index: 0, ..end_of(&client, 2).await };
    assert_eq!(page.events[0].sequence, first);
    assert_eq!(page.events[0].event.name, "account_created");
    let quiet = EventParameters { after: Some(page.next), timeout_ms: Some(1), ..parameters };
    assert!(client.events(&quiet).await.expect("reads").events.is_empty());
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_the_receipt_and_changes_nothing() {
    let (node, client) = start(config()).await;
    let body = operator().body(0, 0, vec![open_account("bank")]);
    let keys = [operator().key.public_key()];
    let dry = client.simulate(&body, &keys).await.expect("runs");
    let transaction = operator().sign(body);
    let mut real = commit(&client, &transaction).await;
    assert_eq!((real.height.take(), real.index.take()), (Some(1), Some(0)));
    assert_eq!(dry.receipt, real, "gas included");
    assert_eq!(dry.roles_needed, [Roles::of(&[Role::Operator])]);
    let names: Vec<&str> = dry.events.iter().map(|event| event.name.as_str()).collect();
    let really: Vec<&str> = real.events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, really);
    let account = Address::of_account(&chain_id(), &operator().address, "bank");
    let written = |change: &&ChangeView| change.key.0 == account.0;
    let change = dry.changes.iter().find(written).expect("the account is written");
    assert!(change.before.is_none() && change.after.is_some());
    assert_eq!((dry.changes_withheld, dry.refusal), (0, None));

    let body = operator().body(0, 1, vec![open_account("bank")]);
    let dry = client.simulate(&body, &keys).await.expect("runs");
    assert!(matches!(dry.receipt.status, StatusView::Reverted { .. }));
    assert!(dry.refusal.is_some());
    let error = client.simulate(&body, &[]).await.expect_err("nobody signs");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::NotAuthorized));
    assert_eq!(client.status().await.expect("answers").height, 1);

    let validators = ValidatorSet::solo(key("stranger").public_key());
    let body = operator().body(0, 1, vec![Message::SetValidators { validators }]);
    let error = client.simulate(&body, &keys).await.expect_err("would stop the ledger");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::HandOver));

    let code_hash = tenor_primitives::Hash([1; 32]);
    let payload = Vec::new();
    let messages = vec![
        Message::ApproveCode { code_hash },
        Message::Instantiate { code_hash, label: "x".into(), payload },
    ];
    let error = client.simulate(&operator().body(0, 1, messages), &keys).await;
    let code = error.expect_err("never runs").problem().map(|problem| problem.code);
    assert_eq!(code, Some(ErrorCode::UnapprovedDryRun));

    commit(&client, &operator().referenced(0, 1, "order-1")).await;
    let body = operator().referenced(0, 2, "order-1").body;
    let error = client.simulate(&body, &keys).await.expect_err("had its effect");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::ClientRefUsed));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn time_moves_by_hand_only_forward_and_only_where_allowed() {
    let (node, client) = start(config()).await;
    let later = Timestamp::from_unix_ms(90_000_000_000);
    let moved = client.set_time(later).await.expect("moves");
    assert_eq!((moved.time, moved.height), (later, 1));
    let code = |error: tenor_client::HttpError| error.problem().map(|problem| problem.code);
    let back = client.set_time(later).await.expect_err("not ahead");
    assert_eq!(code(back), Some(ErrorCode::TimeNotAhead));
    let end = Timestamp::from_unix_ms(253_399_622_400_000);
    assert_eq!(
        code(client.set_time(end).await.expect_err("too far")),
        Some(ErrorCode::MalformedRequest)
    );
    node.shutdown().await.expect("stops");

    let mut genesis = genesis();
    genesis.manual_time = false;
    let (node, client) = start_with(config(), genesis, memory()).await;
    let error = client.set_time(later).await.expect_err("not allowed");
    assert_eq!(code(error), Some(ErrorCode::ManualTimeDisabled));
    let status = client.status().await.expect("answers");
    assert!(!status.manual_time && status.time.unix_ms > 1_700_000_000_000, "{status:?}");
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_is_the_transaction_executed_again() {
    let (node, client) = start(config()).await;
    let (_, instances) = deploy(&client, &["traced"]).await;
    let contract = instances[0];
    let say = |payload: &[u8], nonce| {
        operator().transaction(10, nonce, Message::Execute { contract, payload: payload.into() })
    };
    for (nonce, payload) in [(0, &b"hello"[..]), (1, &b"fail"[..]), (2, &b"halt"[..])] {
        let transaction = say(payload, nonce);
        let receipt = commit(&client, &transaction).await;
        let trace = client.trace(&transaction.hash()).await.expect("traced");
        assert_eq!(trace.receipt, receipt, "the same receipt, with its place");
        let spent: u64 = trace.messages.iter().map(|message| message.gas_used).sum();
        assert_eq!(trace.intrinsic_gas + spent, receipt.gas_used);
        let call = trace.messages[0].call.as_ref().expect("a call");
        assert_eq!((call.contract, call.payload.0.as_slice()), (contract, payload));
        assert_eq!(trace.events.len(), receipt.events.len());
        assert_eq!(trace.changes.len(), 1, "the nonce alone");
    }
    let unknown = say(b"never sent", 77).hash();
    let refused = client.trace(&unknown).await.expect_err("unknown");
    assert_eq!(refused.problem().map(|p| p.code), Some(ErrorCode::UnknownTransaction));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_before_the_history_is_not_traced() {
    let database = MemoryDatabase::new(chain_id()).keeping(Retention::Blocks(1));
    let (node, client) = start_with(config(), genesis(), Arc::new(database)).await;
    let opened = ["first", "second"].map(open_account).into_iter().enumerate();
    let transactions: Vec<_> =
        opened.map(|(nonce, message)| operator().transaction(0, nonce as u64, message)).collect();
    for transaction in &transactions {
        commit(&client, transaction).await;
    }
    // The state before the second is kept, that before the first is not.
    client.trace(&transactions[1].hash()).await.expect("traced");
    let refused = client.trace(&transactions[0].hash()).await.expect_err("not kept");
    let problem = refused.problem().expect("a problem");
    assert_eq!(problem.code, ErrorCode::HeightNotKept);
    assert_eq!(problem.expected.as_deref(), Some("a height of 1 to 2"));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_of_a_call_shows_its_gas_by_class() {
    let (node, client) = start(config()).await;
    let (_, instances) = deploy(&client, &["a"]).await;
    let issuer = Party::named("issuer");
    let message = Message::Execute { contract: instances[0], payload: b"hello".to_vec() };
    let body = issuer.body(0, 1, vec![message]);
    let dry = client.simulate(&body, &[issuer.key.public_key()]).await.expect("runs");
    let classes: u64 = dry.call_gas.classes().iter().map(|(_, gas)| gas).sum();
    assert_eq!(dry.intrinsic_gas + classes, dry.receipt.gas_used, "every unit has its class");
    assert!(dry.call_gas.events > 0 && dry.call_gas.calls > 0 && dry.intrinsic_gas > 0);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_answers_have_places_that_come_back() {
    let mut config = config();
    config.api.large_answers_max = 1;
    let (node, client) = start(config).await;
    for _ in 0..20 {
        client.block(BlockRef::Latest).await.expect("known");
        client.block_encoded(BlockRef::Latest).await.expect("known");
        client.block(BlockRef::At(9)).await.expect_err("not yet");
    }
    let (first, second) =
        tokio::join!(client.block(BlockRef::At(0)), client.block(BlockRef::At(0)));
    assert_eq!(first.expect("known"), second.expect("known, one after the other"));
    node.shutdown().await.expect("stops");
}
