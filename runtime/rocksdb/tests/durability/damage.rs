//! Bytes of the store's files change, go missing, or whole files do.

use crate::ledger::{BLOCKS, number};
use crate::worker::End;
use crate::{check, is_long, places, worker};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tenor_rocksdb::OpenError;
use tenor_state::Database as _;

/// A change to one file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// One bit at this place is the other.
    Flip(usize),
    /// The file ends here.
    Cut(usize),
    /// The 512 bytes around this place are zeros.
    Zero(usize),
    /// The 512 bytes around this place are those of another place.
    Elsewhere(usize),
    /// There is no such file.
    Missing,
}

impl Damage {
    fn apply(self, file: &Path) {
        let mut bytes = fs::read(file).expect("read");
        let length = bytes.len();
        let sector = |place: usize| {
            let start = place / 512 * 512;
            start..(start + 512).min(length)
        };
        match self {
            Self::Flip(place) => bytes[place] ^= 1 << (place % 8),
            Self::Cut(length) => bytes.truncate(length),
            Self::Zero(place) => bytes[sector(place)].fill(0),
            Self::Elsewhere(place) => {
                let to = sector(place);
                let from = length - to.len();
                bytes.copy_within(from.., to.start);
            }
            Self::Missing => return fs::remove_file(file).expect("removed"),
        }
        fs::write(file, bytes).expect("written");
    }
}

/// What became of a damaged store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// It does not open, and says that it is damaged.
    Refused,
    /// It opens, and the damaged value or node is named when it is read.
    NamedWhenRead,
    /// It opens at an earlier block, whole.
    Earlier,
    /// It opens at its last block, whole: what was damaged holds nothing.
    Unharmed,
}

fn outcome(store: &Path, what: &str) -> Outcome {
    let database = match check::open(store) {
        Ok(database) => database,
        Err(OpenError::Corrupted { .. }) => return Outcome::Refused,
        Err(error) => panic!("{what}: not called damage: {error}"),
    };
    if let Err(error) = check::is_model(&database, what) {
        assert!(error.is_fatal(), "{what}: {error}");
        return Outcome::NamedWhenRead;
    }
    if let Err(error) = database.verify() {
        assert!(error.is_fatal(), "{what}: {error}");
        return Outcome::NamedWhenRead;
    }
    let height = database.tip().map(|tip| tip.height);
    if height == Some(BLOCKS - 1) { Outcome::Unharmed } else { Outcome::Earlier }
}

/// The name without its number.
fn kind_of(name: &str) -> &str {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < name.len() { digits } else { name.split('-').next().unwrap_or(name) }
}

/// How often damage to a kind of file had an outcome.
type Counts = BTreeMap<(String, Outcome), u32>;

/// Every damage to every file of `original`, each to a copy, with an outcome that is `allowed` there.
fn damage_all(original: &Path, counts: &mut Counts, allowed: impl Fn(Outcome, &str) -> bool) {
    for entry in fs::read_dir(original).expect("listed") {
        let name = entry.expect("read").file_name().into_string().expect("ASCII");
        for damage in damages(&name, &original.join(&name)) {
            let what = format!("{damage:?} of {name}");
            let copy = places::memory();
            places::copy(original, copy.path());
            damage.apply(&copy.path().join(&name));
            let outcome = outcome(copy.path(), &what);
            assert!(allowed(outcome, kind_of(&name)), "{what}: {outcome:?}");
            *counts.entry((kind_of(&name).to_owned(), outcome)).or_default() += 1;
        }
    }
}

#[test]
fn damage_is_named_or_harmless_in_every_kind_of_file() {
    let original = places::memory();
    let run = worker::run(original.path(), |_| ());
    assert_eq!((run.end, run.acknowledged), (End::Done, Some(BLOCKS - 1)));
    let mut counts = Counts::new();
    // The last blocks in the log.
    damage_all(original.path(), &mut counts, |outcome, kind| {
        // Only the log's end may be lost: that is where what was never acknowledged lies.
        outcome != Outcome::Earlier || kind == ".log"
    });
    // All blocks in tables, as an opening leaves them: nothing may be lost.
    drop(check::open(original.path()).expect("opens"));
    damage_all(original.path(), &mut counts, |outcome, _| outcome != Outcome::Earlier);
    for kind in [".log", ".sst", "MANIFEST", "CURRENT", "OPTIONS", "IDENTITY"] {
        let tried = counts.keys().any(|(tried, _)| tried == kind);
        assert!(tried, "no file of kind {kind}");
    }
    // The log may hold the last block alone, damage of which is a loss of power.
    for kind in [".sst", "MANIFEST", "CURRENT"] {
        assert!(
            counts.contains_key(&(kind.to_owned(), Outcome::Refused)),
            "{kind} is never refused"
        );
    }
    for ((kind, outcome), count) in counts {
        println!("{kind}: {count} {outcome:?}");
    }
}

fn damages(name: &str, file: &Path) -> Vec<Damage> {
    let length = usize::try_from(fs::metadata(file).expect("there").len()).expect("small");
    let mut damages = vec![Damage::Missing];
    if length == 0 {
        return damages;
    }
    let seed: u64 = name.bytes().map(u64::from).sum();
    let rounds = if is_long() { 250 } else { 3 };
    for round in 0..rounds {
        let place = |kind: u64| {
            let place = number(&[seed, round, kind]);
            usize::try_from(place % u64::try_from(length).expect("small")).expect("small")
        };
        damages.extend([
            Damage::Flip(place(0)),
            Damage::Cut(place(1)),
            Damage::Zero(place(2)),
            Damage::Elsewhere(place(3)),
        ]);
    }
    // The last bytes are where a crash tears.
    damages.extend((1..=3usize).filter_map(|less| length.checked_sub(less * 7)).map(Damage::Cut));
    // Where a manifest is whole and old: what it does not know any more has been removed.
    if kind_of(name) == "MANIFEST" {
        damages.extend(record_ends(&fs::read(file).expect("read")).into_iter().map(Damage::Cut));
    }
    // There are many tables, and only one of most others.
    if !is_long() && kind_of(name) == ".sst" {
        let first = usize::try_from(seed).expect("small") % 7;
        damages = damages.into_iter().skip(first).step_by(7).collect();
    }
    damages
}

/// Where the records of a file in the form of RocksDB's logs end: blocks of 32 KiB, in them records with a
/// header of 7 bytes, the length at its fifth.
fn record_ends(bytes: &[u8]) -> Vec<usize> {
    let (mut place, mut ends) = (0, Vec::new());
    while let Some(header) = bytes.get(place..place + 7) {
        let left = 32_768 - place % 32_768;
        if left < header.len() {
            place += left;
            continue;
        }
        place += header.len() + usize::from(u16::from_le_bytes([header[4], header[5]]));
        ends.push(place);
    }
    ends.into_iter().filter(|end| *end < bytes.len()).collect()
}
