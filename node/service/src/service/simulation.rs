//! Dry runs.

use super::Service;
use crate::problems::ApiError;
use std::sync::Arc;
use tenor_client::api::{ErrorCode, ReceiptView, SimulateRequest, SimulateResponse};
use tenor_executor::{VerifiedTransaction, Vm};
use tenor_primitives::{PublicKey, Signature, SignatureEntry, Transaction, TransactionBody};

impl Service {
    /// Runs an unsigned transaction on top of the head, as if the given keys had signed it.
    pub(crate) async fn simulate(
        self: &Arc<Self>,
        request: SimulateRequest,
    ) -> Result<SimulateResponse, ApiError> {
        self.run_request(move |service, vm| service.simulate_now(vm, &request)).await
    }

    fn simulate_now(
        &self,
        vm: Arc<dyn Vm>,
        request: &SimulateRequest,
    ) -> Result<SimulateResponse, ApiError> {
        let body: TransactionBody = borsh::from_slice(&request.body.0).map_err(|error| {
            let detail = format!("the body is not a transaction's: {error}");
            ApiError::new(ErrorCode::MalformedTransaction, detail)
        })?;
        let got = request.signers.len();
        if got > VerifiedTransaction::SIGNATURES_MAX as usize {
            let (max, detail) = (VerifiedTransaction::SIGNATURES_MAX, "too many signers");
            return Err(ApiError::mismatch(ErrorCode::SignatureCount, detail, max, got));
        }
        let head = self.head();
        let time = self.next_block_time(&head);
        let next = (head.header.chain_id.clone(), head.tip.height.saturating_add(1), time);
        // Signatures cost bytes, so that their places are filled.
        let signatures = request.signers.iter().map(unsigned).collect();
        let receipt = tenor_executor::simulate(
            Arc::clone(&head.state),
            vm,
            next,
            Transaction { body, signatures },
            request.signers.clone(),
        )?;
        let receipt = ReceiptView::new(&receipt, None);
        Ok(SimulateResponse { height: head.tip.height, time, receipt })
    }
}

fn unsigned(public_key: &PublicKey) -> SignatureEntry {
    SignatureEntry { public_key: *public_key, signature: Signature([0; 64]) }
}
