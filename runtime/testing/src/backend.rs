//! The host functions of a native contract: the session's own.

use tenor_abi::{CallContext, CallStatus, EntryPoint, ScanFlags, Topics};
use tenor_executor::{HostError, ScanArguments, Session};
use tenor_primitives::{Address, HaltCode, Hash, PublicKey, Signature};
use tenor_sdk::host::{CallOutcome, HostBackend, HostExit};
use tenor_sdk::storage::{Entry, Scan};

/// A session lent to native code for one call.
pub(crate) struct SessionBackend(Option<Box<Session>>);

impl SessionBackend {
    pub(crate) fn new(session: Box<Session>) -> Self {
        Self(Some(session))
    }

    pub(crate) fn into_session(self) -> Box<Session> {
        self.0.expect("the session comes back from every call")
    }

    fn session(&mut self) -> &mut Session {
        self.0.as_mut().expect("the session comes back from every call")
    }

    fn call_out(
        &mut self,
        entry: EntryPoint,
        contract: &Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> Result<CallOutcome, HostExit> {
        let session = self.0.take().expect("the session comes back from every call");
        let (session, status) = session.call(entry, *contract, payload, gas_limit);
        self.0 = Some(session);
        let status = status.map_err(HostExit::new)?;
        let register = self.session().register().map_err(HostExit::new)?;
        let bad = || HostExit::new(HostError::Halt(HaltCode::BadArgument));
        Ok(match status {
            CallStatus::Returned => CallOutcome::Returned(register.to_vec()),
            CallStatus::Failed => {
                CallOutcome::Failed(borsh::from_slice(register).map_err(|_| bad())?)
            }
            CallStatus::Halted => {
                CallOutcome::Halted(borsh::from_slice(register).map_err(|_| bad())?)
            }
        })
    }
}

fn end(result: Result<(), HostError>) -> HostExit {
    HostExit::new(result.expect_err("fail and panic never return"))
}

impl HostBackend for SessionBackend {
    fn input(&mut self) -> Result<Vec<u8>, HostExit> {
        self.session().input().map(<[u8]>::to_vec).map_err(HostExit::new)
    }

    fn output_set(&mut self, output: &[u8]) -> Result<(), HostExit> {
        self.session().set_output(output).map_err(HostExit::new)
    }

    fn fail(&mut self, code: u32, details: &[u8]) -> HostExit {
        end(self.session().fail(code, details))
    }

    fn panic(&mut self, text: &str) -> HostExit {
        end(self.session().panic(text.as_bytes()))
    }

    fn context(&mut self) -> Result<CallContext, HostExit> {
        let bytes = self.session().context().map_err(HostExit::new)?;
        Ok(borsh::from_slice(&bytes).expect("a context decodes"))
    }

    fn storage_get(&mut self, namespace: u16, key: &[u8]) -> Result<Option<Vec<u8>>, HostExit> {
        let value = self.session().storage_get(namespace.into(), key).map_err(HostExit::new)?;
        Ok(value.map(<[u8]>::to_vec))
    }

    fn storage_set(&mut self, namespace: u16, key: &[u8], value: &[u8]) -> Result<(), HostExit> {
        self.session().storage_set(namespace.into(), key, value).map_err(HostExit::new)
    }

    fn storage_remove(&mut self, namespace: u16, key: &[u8]) -> Result<bool, HostExit> {
        self.session().storage_remove(namespace.into(), key).map_err(HostExit::new)
    }

    fn storage_scan(&mut self, scan: &Scan<'_>) -> Result<Vec<Entry>, HostExit> {
        let flag = |set: bool, flag: u32| if set { flag } else { 0 };
        let arguments = ScanArguments {
            namespace: scan.namespace.into(),
            start: scan.start,
            end: scan.end.unwrap_or_default(),
            flags: flag(scan.reverse, ScanFlags::REVERSE)
                | flag(scan.keys_only, ScanFlags::KEYS_ONLY)
                | flag(scan.end.is_none(), ScanFlags::UNBOUNDED),
            limit: scan.limit,
        };
        self.session().storage_scan(arguments).map_err(HostExit::new)?;
        let register = self.session().register().map_err(HostExit::new)?;
        Ok(borsh::from_slice(register).expect("entries decode"))
    }

    fn event_emit(&mut self, name: &str, topics: &Topics, data: &[u8]) -> Result<(), HostExit> {
        let topics = borsh::to_vec(&topics.0).expect("topics encode");
        self.session().emit(name.as_bytes(), &topics, data).map_err(HostExit::new)
    }

    fn call(
        &mut self,
        contract: &Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> Result<CallOutcome, HostExit> {
        self.call_out(EntryPoint::Execute, contract, payload, gas_limit)
    }

    fn query(
        &mut self,
        contract: &Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> Result<CallOutcome, HostExit> {
        self.call_out(EntryPoint::Query, contract, payload, gas_limit)
    }

    fn keccak256(&mut self, bytes: &[u8]) -> Result<Hash, HostExit> {
        self.session().keccak256(bytes).map_err(HostExit::new)
    }

    fn verify_signature(
        &mut self,
        digest: &Hash,
        key: &PublicKey,
        signature: &Signature,
    ) -> Result<bool, HostExit> {
        self.session().verify_signature(&digest.0, &key.0, &signature.0).map_err(HostExit::new)
    }

    fn recover_key(
        &mut self,
        digest: &Hash,
        signature: &Signature,
        recovery_id: u8,
    ) -> Result<Option<PublicKey>, HostExit> {
        let id = u32::from(recovery_id);
        self.session().recover_key(&digest.0, &signature.0, id).map_err(HostExit::new)
    }
}
