//! Changed proofs: whatever is done to a proof, what it still proves is true.
//!
//! `TENOR_PROOF_MUTANTS` sets their number, `TENOR_SEED` the draw.

use crate::common::{Model, key};
use std::env;
use tenor_primitives::{Address, Hash, StorageKey};
use tenor_proof::{Claim, KeyRange, path_of};

const MUTANTS: u64 = 100_000;

/// A generator of numbers (xorshift64*, Vigna 2016): the same seed, the same run.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("small");
        usize::try_from(self.next() % bound).expect("small")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[7]
    }
}

fn number(name: &str, default: u64) -> u64 {
    let given = env::var(name).ok();
    given.map_or(default, |text| text.replace('_', "").parse().expect("a number"))
}

/// True claims of every kind about the model, and one about another state.
fn claims(model: &Model) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (owner, name) in [(0, 3), (1, 77), (2, 8), (9, 1), (0, 0)] {
        let key = key(owner, &[name]);
        let value = model.value(&key).map(<[u8]>::to_vec);
        let proof = model.prove(&path_of(&key));
        claims.push(Claim::Value { key, value, proof });
    }
    for names in [&[0u8, 4, 77][..], &[5], &[9, 10, 11, 12, 13, 14, 99]] {
        let keys: Vec<StorageKey> = names.iter().map(|name| key(name % 3, &[*name])).collect();
        let value = |key: &StorageKey| (key.clone(), model.value(key).map(<[u8]>::to_vec));
        let values = keys.iter().map(value).collect();
        claims.push(Claim::Values { values, proof: model.prove_many(&keys) });
    }
    for (owner, start, end) in [(0, None, None), (1, Some(4), Some(20)), (2, None, Some(9))] {
        let bound = |name: Option<u8>| name.map(|name| vec![name]);
        let (contract, range) =
            (Address([owner; 32]), KeyRange { start: bound(start), end: bound(end) });
        let proof = model.prove_map(&contract, 1, &range);
        claims.push(Claim::Map { contract, namespace: 1, range, proof });
    }
    let (contract, range) = (Address([9; 32]), KeyRange::default());
    let proof = model.prove_map(&contract, 1, &range);
    claims.push(Claim::Map { contract, namespace: 1, range, proof });
    claims
}

/// Bytes changed as a forger would: bits, bytes, places, lengths, and parts of other proofs.
fn mutate(draw: &mut Draw, pool: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = pool[draw.below(pool.len())].clone();
    for _ in 0..=draw.below(3) {
        let at = draw.below(bytes.len());
        match draw.below(8) {
            0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << draw.below(8),
            2 if !bytes.is_empty() => bytes[at] = draw.byte(),
            3 => bytes.insert(at, draw.byte()),
            4 if !bytes.is_empty() => drop(bytes.remove(at)),
            // A hash, a sibling or an entry copied from elsewhere, over or between what is there.
            5 | 6 => {
                let from = &pool[draw.below(pool.len())];
                let start = draw.below(from.len());
                let end = from.len().min(start + [1, 4, 32, 34, 64][draw.below(5)]);
                let over = if draw.below(2) == 0 { at } else { bytes.len().min(at + end - start) };
                bytes.splice(at..over, from[start..end].iter().copied());
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// A proof's parts changed with knowledge of what they are.
fn forge(draw: &mut Draw, claims: &[Claim]) -> Claim {
    let mut claim = claims[draw.below(claims.len())].clone();
    let other = claims[draw.below(claims.len())].clone();
    match (&mut claim, other) {
        (Claim::Value { key, value, proof }, Claim::Value { key: k, value: v, proof: p }) => {
            match draw.below(5) {
                0 => *key = k,
                1 => *value = v,
                2 => proof.end = p.end,
                3 => proof.siblings = p.siblings,
                _ => drop(proof.siblings.pop()),
            }
        }
        (Claim::Values { values, proof }, Claim::Values { values: v, proof: p }) => {
            let (at, from) = (draw.below(values.len()), draw.below(v.len()));
            match draw.below(6) {
                0 => values[at].1 = v[from].1.clone(),
                1 => values[at].0 = v[from].0.clone(),
                2 => values.push(v[from].clone()),
                3 => drop(values.remove(at)),
                4 => {
                    let (at, from) = (draw.below(proof.twigs.len()), draw.below(p.twigs.len()));
                    proof.twigs[at] = p.twigs[from].clone();
                }
                _ => drop(proof.twigs.remove(draw.below(proof.twigs.len()))),
            }
        }
        (Claim::Map { contract, range, proof, .. }, Claim::Map { range: r, proof: p, .. }) => {
            let at = draw.below(proof.entries.len());
            match draw.below(8) {
                0 if !proof.entries.is_empty() => drop(proof.entries.remove(at)),
                1 if !proof.others.is_empty() => {
                    drop(proof.others.remove(draw.below(proof.others.len())))
                }
                2 if !proof.entries.is_empty() => proof.entries[at].1.push(1),
                3 => *range = r,
                4 => *contract = Address([draw.byte() % 10; 32]),
                5 => proof.absent = p.absent,
                6 => proof.siblings = p.siblings,
                _ if !proof.entries.is_empty() => {
                    let (key, value) = proof.entries.remove(at);
                    proof.others.push((key, tenor_proof::value_hash(&value)));
                    proof.others.sort();
                }
                _ => {}
            }
        }
        (_, other) => claim = other,
    }
    claim
}

#[test]
fn no_changed_proof_proves_what_is_not_true() {
    let model = Model::sample();
    let root = model.root();
    let nothing = Model::new(Vec::new());
    let claims = claims(&model);
    for claim in &claims {
        assert_eq!(claim.verify(&root), Ok(()), "{claim:?}");
        assert!(model.holds(claim));
    }
    let pool: Vec<Vec<u8>> = claims.iter().map(|c| borsh::to_vec(c).expect("encodes")).collect();
    let (count, seed) = (number("TENOR_PROOF_MUTANTS", MUTANTS), number("TENOR_SEED", 1));
    let mut draw = Draw(seed.max(1));
    let (mut decoded, mut accepted) = (0u64, 0u64);
    for number in 0..count {
        let claim = if number % 2 == 0 {
            borsh::from_slice::<Claim>(&mutate(&mut draw, &pool)).ok()
        } else {
            Some(forge(&mut draw, &claims))
        };
        let Some(claim) = claim else { continue };
        decoded += 1;
        if claim.verify(&root).is_ok() {
            accepted += 1;
            assert!(model.holds(&claim), "seed {seed}, mutant {number}: {claim:?}");
        }
        // Of a state without entries, absence alone is true; now and then a mutant claims just that.
        if claim.verify(&Hash::ZERO).is_ok() {
            assert!(nothing.holds(&claim), "seed {seed}, mutant {number}: {claim:?}");
        }
    }
    println!("{count} mutants, {decoded} decoded, {accepted} accepted, all of them true");
    assert!(decoded > count / 4, "most mutants must reach the check");
}
