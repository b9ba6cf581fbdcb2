//! Accounts, instances, code, and questions to contracts.

use super::shown::Shown;
use super::{Service, record, wasm_section};
use crate::access::{Declared, Question, Reader};
use crate::problems::ApiError;
use std::sync::Arc;
use tenor_client::api::{
    AccountView, CodeView, ErrorCode, HexBytes, InstanceCursor, InstanceFilter, InstancePage,
    InstanceView, KeyPolicyView, LaneView, LedgerTag, QueryRequest, QueryResponse,
};
use tenor_executor::system::{namespace, read_record};
use tenor_executor::{AccountRecord, CodeRecord, InstanceRecord, QueryError, Vm};
use tenor_ledger::Head;
use tenor_primitives::{Address, Hash, Height, StorageKey};
use tenor_state::{Scan, StateReader};

/// The section that holds a contract's spec.
pub(super) const SPEC_SECTION: &str = tenor_abi::spec::SECTION;
/// Instances that one page looks at, so that a filter which matches little costs little.
const SCANNED_MAX: usize = 1_000;

impl Service {
    /// An account at the head, with its nonces, or as it was after a block.
    pub(crate) async fn account(
        self: &Arc<Self>,
        address: Address,
        height: Option<Height>,
    ) -> Result<AccountView, ApiError> {
        self.read(move |service| service.account_at(&address, height)).await
    }

    fn account_at(
        &self,
        address: &Address,
        height: Option<Height>,
    ) -> Result<AccountView, ApiError> {
        // The mempool first: what leaves it is at the head by then, so no nonce is missed. Of the past
        // nothing waits.
        let waiting = match height {
            None => self.parts.pool.nonces_behind(address),
            Some(_) => Default::default(),
        };
        let head = self.head_at(height)?;
        let account: Option<AccountRecord> =
            record(&head, namespace::ACCOUNTS, &address.0, "account")?;
        let account = account.ok_or_else(|| {
            ApiError::new(ErrorCode::UnknownAccount, format!("there is no account {address}"))
        })?;
        let mut lanes = nonces(&head, address)?;
        for (lane, behind) in waiting {
            match lanes.iter_mut().find(|view| view.lane == lane) {
                Some(view) => view.next_nonce_pending = view.next_nonce.max(behind),
                None => lanes.push(LaneView { lane, next_nonce: 0, next_nonce_pending: behind }),
            }
        }
        lanes.sort_by_key(|view| view.lane);
        Ok(AccountView {
            address: *address,
            label: account.label,
            creator: account.creator,
            created_height: account.created_height,
            policy: KeyPolicyView::from(&account.policy),
            roles: account.roles,
            lanes,
            height: head.tip.height,
        })
    }

    /// An instance at the head, or as it was after a block.
    pub(crate) async fn instance(
        self: &Arc<Self>,
        address: Address,
        height: Option<Height>,
    ) -> Result<InstanceView, ApiError> {
        self.read(move |service| {
            let head = service.head_at(height)?;
            find_instance(&head, address)?.ok_or_else(|| unknown_contract(&address))
        })
        .await
    }

    /// A page of instances.
    pub(crate) async fn instances(
        self: &Arc<Self>,
        filter: InstanceFilter,
    ) -> Result<InstancePage, ApiError> {
        let limit = filter.limit.unwrap_or(100);
        if !(1..=1_000).contains(&limit) {
            let detail = "the page's limit is out of bounds";
            let error = ErrorCode::MalformedRequest;
            return Err(ApiError::mismatch(error, detail, "a limit of 1 to 1000", limit));
        }
        self.read(move |service| service.instances_now(&filter, limit as usize)).await
    }

    fn instances_now(
        &self,
        filter: &InstanceFilter,
        limit: usize,
    ) -> Result<InstancePage, ApiError> {
        let head = self.head_at(filter.height)?;
        if let (Some(creator), Some(label)) = (&filter.creator, &filter.label) {
            let address = Address::of_instance(&head.header.chain_id, creator, label);
            let instances = find_instance(&head, address)?.into_iter().collect();
            return Ok(InstancePage { instances, next: None });
        }
        let ledger = LedgerTag::of(&head.genesis_id);
        if let Some(after) = filter.after {
            self.check_ledger(&head, after.ledger)?;
        }
        let after = filter.after.map(|after| [&after.address.0[..], &[0]].concat());
        let scan = Scan::all(Address::SYSTEM, namespace::INSTANCES, SCANNED_MAX);
        let scan = Scan { start: after.as_deref(), ..scan };
        let entries = head.state.scan(&scan)?;
        let mut last = entries.len() < SCANNED_MAX;
        let mut instances = Vec::new();
        let mut seen = None;
        for (key, value) in entries {
            if instances.len() == limit {
                last = false;
                break;
            }
            let instance = view(&key, &value)?;
            seen = Some(instance.address);
            let wanted = filter.creator.is_none_or(|creator| creator == instance.creator)
                && filter.label.as_ref().is_none_or(|label| *label == instance.label);
            if wanted {
                instances.push(instance);
            }
        }
        let next = seen.filter(|_| !last).map(|address| InstanceCursor { ledger, address });
        Ok(InstancePage { instances, next })
    }

    /// What is known of uploaded code.
    pub(crate) async fn code(self: &Arc<Self>, code_hash: Hash) -> Result<CodeView, ApiError> {
        self.read(move |service| {
            let head = service.head();
            let code: Option<CodeRecord> =
                record(&head, namespace::CODE_RECORDS, &code_hash.0, "code record")?;
            let code = code.ok_or_else(|| unknown_code(&code_hash))?;
            Ok(CodeView {
                code_hash,
                uploader: code.uploader,
                uploaded_height: code.uploaded_height,
                code_bytes: code.code_bytes,
                spec_hash: code.spec_hash,
                migrates: code.migrates,
                approved_by: code.approved_by,
            })
        })
        .await
    }

    /// The raw spec section of uploaded code.
    pub(crate) async fn spec(self: &Arc<Self>, code_hash: Hash) -> Result<Vec<u8>, ApiError> {
        self.read(move |service| {
            let key = StorageKey::new(Address::SYSTEM, namespace::CODE, code_hash.0);
            let code = service.head().state.get(&key)?.ok_or_else(|| unknown_code(&code_hash))?;
            let section = wasm_section::custom(&code, SPEC_SECTION);
            section.map(<[u8]>::to_vec).ok_or_else(|| {
                let detail = format!("code {code_hash} has no spec section");
                ApiError::new(ErrorCode::NoSpec, detail)
            })
        })
        .await
    }

    /// Asks a contract at the head, or as it was after a block.
    pub(crate) async fn query(
        self: &Arc<Self>,
        reader: Reader,
        contract: Address,
        request: QueryRequest,
    ) -> Result<QueryResponse, ApiError> {
        self.run_request(move |service, vm| service.query_now(vm, reader, contract, request)).await
    }

    fn query_now(
        &self,
        vm: Arc<dyn Vm>,
        reader: Reader,
        contract: Address,
        request: QueryRequest,
    ) -> Result<QueryResponse, ApiError> {
        let head = self.head_at(request.height)?;
        let (height, time) = (head.tip.height, head.header.time);
        let declared = self.declared(&*head.state, contract)?;
        let declared = declared.ok_or_else(|| unknown_contract(&contract))?;
        let allowed = declared.question(reader, &request.payload.0)?;
        let question = tenor_executor::QueryRequest {
            chain_id: head.header.chain_id.clone(),
            height,
            time,
            reader: reader.address(),
            contract,
            payload: request.payload.0,
            gas_limit: self.parts.config.query_gas_max,
        };
        let answer = match tenor_executor::query(Arc::clone(&head.state), vm, question) {
            Err(QueryError::Failed(failure)) if allowed != Question::Allowed => {
                // That the contract refused, and with which code, is told; its fields may be others'.
                let shown = Shown::to(self, Arc::clone(&head), reader).refusal(&failure)?;
                let refused = ApiError::from(QueryError::Failed(failure));
                return Err(if shown { refused } else { refused.without_details() });
            }
            answer => answer?,
        };
        let output = HexBytes(allowed.answer(reader, answer.output)?);
        // What was left out cost gas too: how much would say how much there is.
        let gas_used = (allowed == Question::Allowed).then_some(answer.gas_used);
        Ok(QueryResponse { output, gas_used, height, time })
    }
}

impl Service {
    /// What an instance's code declares of its readers; `None` if there is no such instance.
    pub(super) fn declared(
        &self,
        state: &dyn StateReader,
        contract: Address,
    ) -> Result<Option<Declared>, ApiError> {
        let found: Option<InstanceRecord> =
            read_record(state, namespace::INSTANCES, &contract.0, "instance")?;
        found.map(|instance| Ok(self.specs.of(state, &instance)?)).transpose()
    }
}

/// The lanes that an account has used.
fn nonces(head: &Head, account: &Address) -> Result<Vec<LaneView>, ApiError> {
    let end = [&account.0[..], &[u8::MAX]].concat();
    let lanes = head.state.scan(&Scan {
        contract: Address::SYSTEM,
        namespace: namespace::NONCES,
        start: Some(&account.0),
        end: Some(&end),
        limit: usize::from(tenor_primitives::LANES_MAX),
        reverse: false,
    })?;
    let corrupt = || ApiError::internal(&"a nonce is corrupt");
    let lane = |(key, value): &(Vec<u8>, Vec<u8>)| {
        let lane = *key.get(32).ok_or_else(corrupt)?;
        let next_nonce: u64 = borsh::from_slice(value).map_err(|_| corrupt())?;
        Ok(LaneView { lane, next_nonce, next_nonce_pending: next_nonce })
    };
    lanes.iter().map(lane).collect()
}

fn find_instance(head: &Head, address: Address) -> Result<Option<InstanceView>, ApiError> {
    let found: Option<InstanceRecord> = record(head, namespace::INSTANCES, &address.0, "instance")?;
    Ok(found.map(|instance| shown(address, instance)))
}

fn view(key: &[u8], value: &[u8]) -> Result<InstanceView, ApiError> {
    let corrupt = || ApiError::internal(&"an instance's record is corrupt");
    let address = key.try_into().map(Address).map_err(|_| corrupt())?;
    let instance = borsh::from_slice(value).map_err(|_| corrupt())?;
    Ok(shown(address, instance))
}

fn shown(address: Address, instance: InstanceRecord) -> InstanceView {
    InstanceView {
        address,
        code_hash: instance.code_hash,
        creator: instance.creator,
        label: instance.label,
        created_height: instance.created_height,
        migrations: instance.migrations,
    }
}

fn unknown_contract(address: &Address) -> ApiError {
    ApiError::new(ErrorCode::UnknownContract, format!("there is no instance {address}"))
}

fn unknown_code(code_hash: &Hash) -> ApiError {
    ApiError::new(ErrorCode::UnknownCode, format!("no code {code_hash} is uploaded"))
}
