//! Contract code: upload by one party, approval by another.

use super::Output;
use crate::{CodeRecord, Session, SystemError};
use tenor_primitives::{Address, Hash, keccak256};

impl Session {
    pub(super) fn upload_code(&mut self, uploader: &Address, code: &[u8]) -> Output {
        let cost = self.parameters().gas.upload.of(code.len() as u64);
        self.charge_native(cost)?;
        let code_hash = keccak256(code);
        if self.code_record(&code_hash)?.is_some() {
            return Err(SystemError::CodeExists { code_hash }.into());
        }
        let report = self
            .vm
            .clone()
            .check_code(code, self.parameters())
            .map_err(|refused| SystemError::CodeRefused { rule: refused.rule })?;
        let code_bytes = u32::try_from(code.len())
            .map_err(|_| SystemError::PayloadTooLarge { max: u32::MAX })?;
        let record = CodeRecord {
            uploader: *uploader,
            uploaded_height: self.environment.height,
            code_bytes,
            spec_hash: report.spec_hash,
            memory_pages: report.memory_pages,
            migrates: report.migrates,
            approved_by: None,
        };
        self.put_code_record(&code_hash, &record);
        self.put_code(&code_hash, code.to_vec());
        self.emit_system("code_uploaded", uploader, &(code_hash, code_bytes));
        Ok(code_hash.0.to_vec())
    }

    pub(super) fn approve_code(&mut self, approver: &Address, code_hash: &Hash) -> Output {
        let record = self.code_record(code_hash)?;
        let mut record = record.ok_or(SystemError::UnknownCode { code_hash: *code_hash })?;
        if record.approved_by.is_some() {
            return Err(SystemError::CodeApproved { code_hash: *code_hash }.into());
        }
        if record.uploader == *approver {
            return Err(SystemError::SameParty.into());
        }
        self.charge_record(128)?;
        record.approved_by = Some(*approver);
        self.put_code_record(code_hash, &record);
        self.emit_system("code_approved", approver, code_hash);
        Ok(Vec::new())
    }

    /// The record of code that may be instantiated or migrated to.
    pub(super) fn approved_code(
        &mut self,
        code_hash: &Hash,
    ) -> Result<CodeRecord, crate::error::MessageError> {
        let record = self.code_record(code_hash)?;
        let record = record.ok_or(SystemError::UnknownCode { code_hash: *code_hash })?;
        if record.approved_by.is_none() {
            return Err(SystemError::CodeNotApproved { code_hash: *code_hash }.into());
        }
        Ok(record)
    }
}
