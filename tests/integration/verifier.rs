//! The proof crate as a module for browsers: small, alone, and of the same opinion.

use std::path::PathBuf;
use tenor_primitives::{
    Address, Block, ChainId, CommitCertificate, CommitSignature, Hash, Header, SigningKey,
    StorageKey, Timestamp, Validator, ValidatorSet,
};
use tenor_proof::{Claim, KeyRange, LedgerProof};
use tenor_state::{CommitBatch, Database as _, MemoryDatabase, View, WriteSet};
use tenor_tests::workspace;
use tenor_verifier::{Refusal, Statement, verify};
use wasmtime::{Engine, Instance, Memory, Module, Store, TypedFunc};

const BYTES_MAX: usize = 150 << 10;

/// The module that `make verifier` leaves.
fn module() -> Vec<u8> {
    let file: PathBuf = workspace::target_folder().join("verifier/verifier.wasm");
    std::fs::read(&file).unwrap_or_else(|error| {
        panic!("no module in {}: {error}; run `make verifier`", file.display())
    })
}

/// An instance of the module.
struct Verifier {
    store: Store<()>,
    memory: Memory,
    reserve: TypedFunc<u32, u32>,
    verify: TypedFunc<u32, u32>,
    statement: TypedFunc<(), u32>,
    statement_bytes: TypedFunc<(), u32>,
}

impl Verifier {
    fn new() -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, module()).expect("valid");
        assert_eq!(module.imports().count(), 0, "it needs nothing of its host");
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).expect("starts");
        let memory = instance.get_memory(&mut store, "memory").expect("exported");
        let reserve = instance.get_typed_func(&mut store, "reserve").expect("exported");
        let verify = instance.get_typed_func(&mut store, "verify_input").expect("exported");
        let statement = instance.get_typed_func(&mut store, "statement").expect("exported");
        let bytes = instance.get_typed_func(&mut store, "statement_bytes").expect("exported");
        Self { store, memory, reserve, verify, statement, statement_bytes: bytes }
    }

    /// What the module says: what is proved, or the number of a refusal.
    fn verify(&mut self, input: &[u8], chain_id_bytes: usize) -> Result<Statement, u32> {
        let (length, name) = (u32::try_from(input.len()), u32::try_from(chain_id_bytes));
        let at = self.reserve.call(&mut self.store, length.expect("small")).expect("room");
        self.memory.write(&mut self.store, at as usize, input).expect("inside");
        let code = self.verify.call(&mut self.store, name.expect("small")).expect("no trap");
        let bytes = self.statement_bytes.call(&mut self.store, ()).expect("no trap") as usize;
        if code != 0 {
            assert_eq!(bytes, 0, "nothing is stated of a proof that does not hold");
            return Err(code);
        }
        let at = self.statement.call(&mut self.store, ()).expect("no trap") as usize;
        let statement = &self.memory.data(&self.store)[at..at + bytes];
        Ok(borsh::from_slice(statement).expect("a statement"))
    }
}

fn chain_id() -> ChainId {
    ChainId::new("tenor-verifier").expect("valid")
}

fn key(name: u8) -> StorageKey {
    StorageKey::new(Address([7; 32]), 3, [name])
}

fn header(state_root: Hash, validators_hash: Hash) -> Header {
    Header {
        version: Header::VERSION,
        chain_id: chain_id(),
        height: 0,
        parent: Hash::ZERO,
        time: Timestamp::from_unix_ms(1_000),
        proposer: Address::SYSTEM,
        parameters_hash: Hash::ZERO,
        gas_used: 0,
        transactions_root: Hash::ZERO,
        receipts_root: Hash::ZERO,
        state_root,
        validators_hash,
        next_validators_hash: validators_hash,
    }
}

/// The head of a ledger with some entries, and votes over it.
struct Voted {
    view: View,
    header: Header,
    certificate: CommitCertificate,
    validators: ValidatorSet,
}

impl Voted {
    fn new() -> Self {
        let signer = SigningKey::from_bytes(&[9; 32]).expect("a valid secret");
        let public_key = signer.public_key();
        let validators = ValidatorSet { validators: vec![Validator { public_key, power: 1 }] };
        let database = MemoryDatabase::new(chain_id());
        let writes: WriteSet = (0..20).map(|name| (key(name), Some(vec![name; 9]))).collect();
        let update = database.prepare(&writes).expect("prepared");
        let header = header(update.root, validators.hash());
        let block = Block { header: header.clone(), transactions: Vec::new() };
        let (receipts, certificate) = (&[], None);
        let batch =
            CommitBatch { block: &block, receipts, certificate, writes: &writes, update: &update };
        database.commit(&batch).expect("committed");
        let (round, block_id) = (0, header.id());
        let digest = CommitCertificate::sign_hash(&chain_id(), 0, round, &block_id);
        let signatures = vec![CommitSignature { public_key, signature: signer.sign(&digest) }];
        let certificate = CommitCertificate { height: 0, round, block_id, signatures };
        Self { view: database.view(None).expect("committed"), header, certificate, validators }
    }

    /// The input for a claim: trusted hash, name, proof.
    fn input(&self, claim: Claim) -> Vec<u8> {
        let proof = LedgerProof {
            version: LedgerProof::VERSION,
            header: self.header.clone(),
            certificate: self.certificate.clone(),
            validators: self.validators.clone(),
            claim,
        };
        let proof = borsh::to_vec(&proof).expect("encodes");
        [&self.validators.hash().0[..], chain_id().as_str().as_bytes(), &proof].concat()
    }
}

#[test]
fn the_module_is_small_and_judges_as_the_crate_does() {
    let size = module().len();
    assert!(size <= BYTES_MAX, "expected at most {BYTES_MAX} bytes, got {size}");
    println!("verifier.wasm: {size} bytes");
    let (mut verifier, voted) = (Verifier::new(), Voted::new());
    let name = chain_id().as_str().len();
    let range = KeyRange { start: Some(vec![5]), end: Some(vec![8]) };
    let map = voted.view.prove_map(&Address([7; 32]), 3, &range, 99);
    let claims = [
        voted.view.prove(&key(4)).expect("proved"),
        voted.view.prove(&key(99)).expect("proved"),
        voted.view.prove_many(&[key(1), key(77)]).expect("proved"),
        map.expect("proved").expect("few"),
    ];
    for claim in claims {
        let input = voted.input(claim);
        let proved = verify(&input, name).expect("holds");
        assert_eq!(verifier.verify(&input, name), Ok(proved));
        // One bit of every seventh byte changed.
        for at in (0..input.len()).step_by(7) {
            let mut changed = input.clone();
            changed[at] ^= 1;
            let ours = verify(&changed, name).map_err(|refusal| refusal as u32);
            assert_eq!(verifier.verify(&changed, name), ours, "byte {at}");
        }
    }
    let input = voted.input(voted.view.prove(&key(4)).expect("proved"));
    for (cut, name, refusal) in [
        (0, 0, Refusal::Input),
        (40, name, Refusal::Input),
        (input.len(), 2, Refusal::Input),
        (input.len() - 1, name, Refusal::Encoding),
    ] {
        assert_eq!(verify(&input[..cut], name), Err(refusal));
        assert_eq!(verifier.verify(&input[..cut], name), Err(refusal as u32));
    }
}
