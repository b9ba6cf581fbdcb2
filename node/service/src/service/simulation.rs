//! Dry runs.

use super::Service;
use super::shown::{Shown, refusal_as};
use super::trace::spec_of;
use crate::access::Reader;
use crate::problems::ApiError;
use crate::traces::trace_view;
use std::sync::Arc;
use tenor_client::api::{ChangeView, ErrorCode, GasView, SimulateRequest, SimulateResponse};
use tenor_executor::trace::{CallTrace, GasByClass, TraceStep, TransactionTrace};
use tenor_executor::{ROLE_TABLE, VerifiedTransaction, Vm};
use tenor_ledger::Head;
use tenor_primitives::{
    Address, Hash, Message, PublicKey, Roles, Signature, SignatureEntry, Transaction,
    TransactionBody,
};

impl Service {
    /// Runs an unsigned transaction on top of the head, as if the given keys had signed it.
    pub(crate) async fn simulate(
        self: &Arc<Self>,
        reader: Reader,
        request: SimulateRequest,
    ) -> Result<SimulateResponse, ApiError> {
        self.run_request(move |service, vm| service.simulate_now(vm, reader, &request)).await
    }

    fn simulate_now(
        &self,
        vm: Arc<dyn Vm>,
        reader: Reader,
        request: &SimulateRequest,
    ) -> Result<SimulateResponse, ApiError> {
        let body: TransactionBody = borsh::from_slice(&request.body.0).map_err(|error| {
            let detail = format!("the body is not a transaction's: {error}");
            ApiError::new(ErrorCode::MalformedTransaction, detail)
        })?;
        if !(reader.sees_all() || reader.is(&body.sender)) {
            return Err(reader.refused("the transaction's sender, or who sees all"));
        }
        let got = request.signers.len();
        if got > VerifiedTransaction::SIGNATURES_MAX as usize {
            let (max, detail) = (VerifiedTransaction::SIGNATURES_MAX, "too many signers");
            return Err(ApiError::mismatch(ErrorCode::SignatureCount, detail, max, got));
        }
        self.check_hand_over(&body.messages)?;
        let head = self.head();
        let time = self.next_block_time(&head);
        let next = (head.header.chain_id.clone(), head.tip.height.saturating_add(1), time);
        // Signatures cost bytes, so that their places are filled.
        let signatures = request.signers.iter().map(unsigned).collect();
        let needed = |message| roles_for(&body.sender, message);
        let roles_needed = body.messages.iter().map(needed).collect();
        let messages = body.messages.clone();
        let trace = tenor_executor::simulate(
            Arc::clone(&head.state),
            vm,
            next,
            Transaction { body, signatures },
            request.signers.clone(),
        )?;
        let call_gas = call_gas(&trace);
        let specs = |code_hash: &Hash| spec_of(&*head.state, code_hash);
        let view = trace_view(&trace, None, &specs);
        let mut shown = Shown::to(self, Arc::clone(&head), reader);
        let events = shown.decoded(&view.receipt, view.events)?;
        let receipt = shown.receipt(view.receipt, &messages)?;
        let refusal = view.refusal.map(|refusal| refusal_as(&receipt, refusal));
        let (changes, changes_withheld) =
            self.shown_changes(&head, reader, &trace, view.changes)?;
        Ok(SimulateResponse {
            height: head.tip.height,
            time,
            receipt,
            refusal,
            intrinsic_gas: view.intrinsic_gas,
            call_gas,
            roles_needed,
            events,
            changes,
            changes_withheld,
        })
    }

    /// The changes that `reader` may see, and how many others there are.
    fn shown_changes(
        &self,
        head: &Head,
        reader: Reader,
        trace: &TransactionTrace,
        views: Vec<ChangeView>,
    ) -> Result<(Vec<ChangeView>, u32), ApiError> {
        let (mut shown, mut withheld) = (Vec::new(), 0_u32);
        for (change, view) in trace.changes.iter().zip(views) {
            // Whoever may see one side may not see the other, which another's value may be.
            let mut is_shown = true;
            for side in [&change.before, &change.after].into_iter().flatten() {
                is_shown &= self.shows_value(&*head.state, reader, &change.key, Some(side))?;
            }
            if is_shown {
                shown.push(view);
            } else {
                withheld = withheld.saturating_add(1);
            }
        }
        Ok((shown, withheld))
    }
}

/// The roles of which any one lets an account send a message; none for its own keys.
fn roles_for(sender: &Address, message: &Message) -> Roles {
    if matches!(message, Message::UpdateKeyPolicy { account, .. } if account == sender) {
        return Roles::NONE;
    }
    let rule = ROLE_TABLE.iter().find(|rule| rule.message == message.name());
    rule.map_or(Roles::NONE, |rule| rule.any_of)
}

/// The gas of all calls of a transaction by class.
fn call_gas(trace: &TransactionTrace) -> GasView {
    fn add(sum: &mut GasView, call: &CallTrace) {
        let GasByClass { instructions, storage, events, hashing, calls, data } = call.own_gas;
        for (total, own) in [
            (&mut sum.instructions, instructions),
            (&mut sum.storage, storage),
            (&mut sum.events, events),
            (&mut sum.hashing, hashing),
            (&mut sum.calls, calls),
            (&mut sum.data, data),
        ] {
            *total = total.saturating_add(own);
        }
        for step in &call.steps {
            if let TraceStep::Call(call) = step {
                add(sum, call);
            }
        }
    }
    let mut sum = GasView::default();
    trace
        .messages
        .iter()
        .filter_map(|message| message.call.as_ref())
        .for_each(|call| add(&mut sum, call));
    sum
}

fn unsigned(public_key: &PublicKey) -> SignatureEntry {
    SignatureEntry { public_key: *public_key, signature: Signature([0; 64]) }
}
