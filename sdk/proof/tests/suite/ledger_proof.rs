//! Certificates, and proofs that need nothing but a trusted validator set.

use crate::common::{Model, key, mutants};
use tenor_primitives::{
    Address, ChainId, CommitCertificate, CommitSignature, Hash, Header, SigningKey, Timestamp,
    Validator, ValidatorSet, VerifyError, keccak256,
};
use tenor_proof::{Claim, KeyRange, LedgerProof, ProofError, path_of, verify_certificate};

fn chain_id() -> ChainId {
    ChainId::new("tenor-test").expect("valid")
}

/// Signing keys in the order of their public keys, and the set in which the n-th weighs
/// `powers[n]`.
fn validators(powers: &[u64]) -> (Vec<SigningKey>, ValidatorSet) {
    let secret = |seed: usize| {
        let byte = u8::try_from(seed + 1).expect("few validators");
        SigningKey::from_bytes(&[byte; 32]).expect("a valid secret")
    };
    let mut keys: Vec<SigningKey> = (0..powers.len()).map(secret).collect();
    keys.sort_by_key(SigningKey::public_key);
    let weigh = |(key, power): (&SigningKey, &u64)| Validator {
        public_key: key.public_key(),
        power: *power,
    };
    let set = ValidatorSet { validators: keys.iter().zip(powers).map(weigh).collect() };
    (keys, set)
}

fn header(validators: &ValidatorSet, state_root: Hash) -> Header {
    Header {
        version: Header::VERSION,
        chain_id: chain_id(),
        height: 7,
        parent: Hash([1; 32]),
        time: Timestamp::from_unix_ms(1_000),
        proposer: Address([2; 32]),
        parameters_hash: Hash::ZERO,
        gas_used: 0,
        transactions_root: Hash::ZERO,
        receipts_root: Hash::ZERO,
        state_root,
        validators_hash: validators.hash(),
        next_validators_hash: validators.hash(),
    }
}

fn certify<'a>(
    header: &Header,
    keys: impl IntoIterator<Item = &'a SigningKey>,
) -> CommitCertificate {
    let (height, round, block_id) = (header.height, 3, header.id());
    let digest = CommitCertificate::sign_hash(&header.chain_id, height, round, &block_id);
    let vote = |key: &SigningKey| CommitSignature {
        public_key: key.public_key(),
        signature: key.sign(&digest),
    };
    let signatures = keys.into_iter().map(vote).collect();
    CommitCertificate { height, round, block_id, signatures }
}

#[test]
fn more_than_two_thirds_of_the_power_is_needed() {
    let (keys, set) = validators(&[1, 1, 1, 3]);
    let header = header(&set, Hash::ZERO);
    let check = |votes: &[usize]| {
        let certificate = certify(&header, votes.iter().map(|vote| &keys[*vote]));
        verify_certificate(&header, &certificate, &set)
    };
    assert_eq!(check(&[0, 1, 2, 3]), Ok(()));
    assert_eq!(check(&[0, 1, 3]), Ok(()));
    assert_eq!(check(&[0, 3]), Err(ProofError::Power { got: 4, total: 6 }));
    assert_eq!(check(&[0, 1, 2]), Err(ProofError::Power { got: 3, total: 6 }));
    assert_eq!(check(&[]), Err(ProofError::Power { got: 0, total: 6 }));
    assert!(matches!(check(&[3, 0, 1]), Err(ProofError::Certificate(_))), "unsorted");
    assert!(matches!(check(&[3, 3]), Err(ProofError::Certificate(_))), "doubled");
}

#[test]
fn votes_of_strangers_other_blocks_and_bad_signatures_are_refused() {
    let (keys, set) = validators(&[1, 1, 1]);
    let header = header(&set, Hash::ZERO);
    let good = certify(&header, &keys);
    let check = |change: fn(&mut CommitCertificate)| {
        let mut changed = good.clone();
        change(&mut changed);
        verify_certificate(&header, &changed, &set)
    };
    assert_eq!(check(|_| ()), Ok(()));
    for change in [
        (|c| c.height += 1) as fn(&mut CommitCertificate),
        |c| c.block_id = Hash::ZERO,
        |c| c.signatures[0].public_key.0[1] ^= 1,
    ] {
        assert!(matches!(check(change), Err(ProofError::Certificate(_))));
    }
    let mismatch = |index| Err(ProofError::Signature { index, reason: VerifyError::Mismatch });
    assert_eq!(check(|c| c.round += 1), mismatch(0));
    assert_eq!(check(|c| c.signatures[1].signature = c.signatures[2].signature), mismatch(1));
}

#[test]
fn a_set_that_breaks_its_rules_or_is_not_the_headers_is_refused() {
    let (keys, set) = validators(&[1, 1]);
    let (_, other) = validators(&[1, 2]);
    let trusted = header(&set, Hash::ZERO);
    let refused = verify_certificate(&trusted, &certify(&trusted, &keys), &other);
    assert!(matches!(refused, Err(ProofError::Validators(_))));
    for powers in [vec![], vec![0, 1], vec![u64::MAX, 1]] {
        let (keys, broken) = validators(&powers);
        let header = header(&broken, Hash::ZERO);
        let refused = verify_certificate(&header, &certify(&header, &keys), &broken);
        assert!(matches!(refused, Err(ProofError::Validators(_))), "{powers:?}");
    }
}

fn position(name: u8) -> (LedgerProof, Hash) {
    let model = Model::sample();
    let key = key(name % 3, &[name]);
    let value = model.value(&key).map(<[u8]>::to_vec);
    let proof = model.prove(&path_of(&key));
    voted(&model, Claim::Value { key, value, proof })
}

/// A claim with votes over the model's root, and the hash of the validators.
fn voted(model: &Model, claim: Claim) -> (LedgerProof, Hash) {
    let (keys, set) = validators(&[1, 1, 1, 1]);
    let header = header(&set, model.root());
    let certificate = certify(&header, &keys[1..]);
    let (version, validators) = (LedgerProof::VERSION, set.clone());
    let proof = LedgerProof { version, header, certificate, validators, claim };
    (proof, set.hash())
}

#[test]
fn positions_verify_offline_present_and_absent() {
    for (name, value) in [(5, Some(&[5; 5][..])), (77, None)] {
        let (proof, trusted) = position(name);
        let bytes = borsh::to_vec(&proof).expect("encodes");
        let decoded = LedgerProof::decode(&bytes).expect("decodes");
        let verified = decoded.verify(&chain_id(), &trusted).expect("verifies");
        assert_eq!((verified.height, verified.block_id), (7, proof.header.id()));
        let Claim::Value { key, value: proved, .. } = verified.claim else { panic!("one value") };
        assert_eq!((key, proved.as_deref()), (&self::key(name % 3, &[name]), value));
        let other = ChainId::new("another-ledger").expect("valid");
        assert!(matches!(decoded.verify(&other, &trusted), Err(ProofError::Header(_))));
        let distrusted = decoded.verify(&chain_id(), &Hash::ZERO);
        assert!(matches!(distrusted, Err(ProofError::Validators(_))));
    }
}

#[test]
fn no_changed_bit_of_a_position_verifies() {
    let (proof, trusted) = position(5);
    let bytes = borsh::to_vec(&proof).expect("encodes");
    for (bit, mutant) in mutants(&bytes).enumerate() {
        let decoded = LedgerProof::decode(&mutant);
        let verified = decoded.and_then(|proof| proof.verify(&chain_id(), &trusted).map(drop));
        assert!(verified.is_err(), "bit {bit}");
    }
}

/// One of each kind: many keys, a whole map, a range, an empty map.
fn claims(model: &Model) -> Vec<Claim> {
    let keys = [key(0, &[3]), key(1, &[77]), key(2, &[8])];
    let values = keys.iter().map(|key| (key.clone(), model.value(key).map(<[u8]>::to_vec)));
    let values = Claim::Values { values: values.collect(), proof: model.prove_many(&keys) };
    let part = KeyRange { start: Some(vec![4]), end: Some(vec![20]) };
    let map = |owner, range: KeyRange| {
        let contract = Address([owner; 32]);
        let proof = model.prove_map(&contract, 1, &range);
        Claim::Map { contract, namespace: 1, range, proof }
    };
    vec![values, map(1, KeyRange::default()), map(1, part), map(9, KeyRange::default())]
}

#[test]
fn claims_of_every_kind_verify_offline_and_forged_ones_do_not() {
    let model = Model::sample();
    for claim in claims(&model) {
        let (proof, trusted) = voted(&model, claim);
        let bytes = borsh::to_vec(&proof).expect("encodes");
        let decoded = LedgerProof::decode(&bytes).expect("decodes");
        let verified = decoded.verify(&chain_id(), &trusted).expect("verifies");
        assert!(model.holds(verified.claim) && *verified.claim == proof.claim);
        let mut forged = proof;
        match &mut forged.claim {
            Claim::Value { value, .. } => *value = Some(b"forged".to_vec()),
            Claim::Values { values, .. } => values[0].1 = Some(b"forged".to_vec()),
            Claim::Map { proof, .. } => proof.entries.push((vec![11], b"forged".to_vec())),
        }
        assert!(forged.verify(&chain_id(), &trusted).is_err());
    }
}

/// The forms investors keep; they change only with their version.
#[test]
fn the_encodings_are_the_pinned_ones() {
    let digest = |proof: &LedgerProof| {
        let bytes = borsh::to_vec(proof).expect("encodes");
        format!("{} {:?}", bytes.len(), keccak256(&bytes))
    };
    let model = Model::sample();
    let mut lines = format!("value {}\n", digest(&position(5).0));
    for (kind, claim) in ["values", "map", "range", "empty"].into_iter().zip(claims(&model)) {
        lines += &format!("{kind} {}\n", digest(&voted(&model, claim).0));
    }
    crate::common::check_golden("ledger_proofs.txt", &lines);
}
