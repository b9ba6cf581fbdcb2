//! Votes over a block.

use crate::ProofError;
use tenor_primitives::{CommitCertificate, Header, ValidatorSet, verify};

/// Checks that `certificate` commits `header` by `validators`: it names that block, its votes are
/// sorted by key, each key once and of the set, every signature is good, and together they weigh
/// more than two thirds of the set.
pub fn verify_certificate(
    header: &Header,
    certificate: &CommitCertificate,
    validators: &ValidatorSet,
) -> Result<(), ProofError> {
    if !validators.is_valid() {
        return Err(ProofError::Validators(
            "a set that is unsorted, empty, too large or weightless",
        ));
    }
    if validators.hash() != header.validators_hash {
        return Err(ProofError::Validators("a set other than the header's"));
    }
    let block_id = header.id();
    if certificate.height != header.height || certificate.block_id != block_id {
        return Err(ProofError::Certificate("one over another block"));
    }
    if !certificate.signatures.is_sorted_by(|a, b| a.public_key < b.public_key) {
        return Err(ProofError::Certificate("votes that are unsorted or doubled"));
    }
    check_power(certificate, validators)?;
    let digest =
        CommitCertificate::sign_hash(&header.chain_id, header.height, certificate.round, &block_id);
    certificate.signatures.iter().enumerate().try_for_each(|(index, vote)| {
        verify(&vote.public_key, &digest, &vote.signature)
            .map_err(|reason| ProofError::Signature { index, reason })
    })
}

/// Adds up the votes' weight before any signature is checked: a certificate that is too light, or
/// names strangers, costs no curve arithmetic.
fn check_power(
    certificate: &CommitCertificate,
    validators: &ValidatorSet,
) -> Result<(), ProofError> {
    let stranger = ProofError::Certificate("the vote of a key outside the set");
    let set = &validators.validators;
    let got = certificate.signatures.iter().try_fold(0u64, |sum, vote| {
        let place = set.binary_search_by_key(&vote.public_key, |v| v.public_key).ok()?;
        sum.checked_add(set[place].power)
    });
    let got = got.ok_or(stranger)?;
    let total = validators.total_power().ok_or(ProofError::Validators("a weight beyond 2^64"))?;
    let enough = u128::from(got) * 3 > u128::from(total) * 2;
    enough.then_some(()).ok_or(ProofError::Power { got, total })
}
