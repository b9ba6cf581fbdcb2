//! What receipts and dry runs keep from their sender: what names others alone.

use super::super::support::*;
use super::start_guarded;
use tenor_client::api::{ErrorCode, StatusView};
use tenor_primitives::{Address, Message};

fn execute(contract: Address, payload: Vec<u8>) -> Message {
    Message::Execute { contract, payload }
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_and_refusals_are_given_to_whom_they_name() {
    let (node, contract, clients) = start_guarded(&["party", "operator"]).await;
    let (own, all) = (&clients[0], &clients[1]);
    let party = Party::named("party");
    let other = Party::named("issuer").address;
    let keys = [party.key.public_key()];
    for (nonce, about, is_shown) in [(0, party.address, true), (2, other, false)] {
        let echo = [&[0][..], &about.0].concat();
        let body = party.body(0, nonce, vec![execute(contract, echo.clone())]);
        let dry = own.simulate(&body, &keys).await.expect("runs").receipt;
        let sent = party.sign(body);
        let told = receipt_of(own.submit(&sent, LONG).await.expect("taken"));
        let again = receipt_of(own.submit(&sent, LONG).await.expect("taken"));
        let read = own.receipt(&sent.hash()).await.expect("its own");
        for receipt in [dry, told, again, read] {
            let expected = is_shown.then_some(echo.as_slice());
            assert_eq!(receipt.output(0), expected, "{about}");
            assert_eq!(receipt.outputs.len(), 1);
        }
        let whole = all.receipt(&sent.hash()).await.expect("sees all");
        assert_eq!(whole.output(0), Some(echo.as_slice()));

        let refuse = [b"fail ", &about.0[..]].concat();
        let body = party.body(0, nonce + 1, vec![execute(contract, refuse)]);
        let dry = own.simulate(&body, &keys).await.expect("runs");
        let refusal = dry.refusal.expect("refused");
        assert_eq!(refusal.fields.is_some(), is_shown, "{about}");
        let expected = if is_shown { about.0.to_vec() } else { Vec::new() };
        assert_eq!(refusal.details.0, expected);
        let sent = party.sign(body);
        let told = receipt_of(own.submit(&sent, LONG).await.expect("taken"));
        for receipt in [dry.receipt, told] {
            let StatusView::Reverted { code, details, details_withheld, .. } = receipt.status
            else {
                panic!("expected a refusal, got {receipt:?}");
            };
            assert_eq!((code, details.0, details_withheld), (7, expected.clone(), !is_shown));
        }
        let whole = all.receipt(&sent.hash()).await.expect("sees all");
        let StatusView::Reverted { details, .. } = whole.status else { panic!("{whole:?}") };
        assert_eq!(details.0, about.0);
    }
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_is_its_senders_and_keeps_back_what_others_may_read() {
    let (node, contract, clients) = start_guarded(&["party", "stranger", "operator"]).await;
    let party = Party::named("party");
    let keys = [party.key.public_key()];
    let other = Party::named("issuer").address;
    let put = |about: Address| execute(contract, [b"put ", &about.0[..]].concat());
    let body = party.body(0, 0, vec![put(party.address), put(other)]);
    let refused = clients[1].simulate(&body, &keys).await.expect_err("another's");
    assert_eq!(refused.problem().map(|problem| problem.code), Some(ErrorCode::NotAReader));
    let own = clients[0].simulate(&body, &keys).await.expect("its own");
    let whole = clients[2].simulate(&body, &keys).await.expect("sees all");
    let keys_of = |changes: &[tenor_client::api::ChangeView]| -> Vec<Vec<u8>> {
        let of_contract = changes.iter().filter(|change| change.contract == contract);
        of_contract.map(|change| change.key.0.clone()).collect()
    };
    assert_eq!(keys_of(&own.changes), [party.address.0.to_vec()]);
    assert_eq!(own.changes_withheld, 1, "of the other's value no more than that there is one");
    assert_eq!((keys_of(&whole.changes).len(), whole.changes_withheld), (2, 0));
    assert_eq!(own.changes.len() + 1, whole.changes.len());
    node.shutdown().await.expect("stops");
}
