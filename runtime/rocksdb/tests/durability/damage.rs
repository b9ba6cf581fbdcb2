//! Bytes of the store's files change, go missing, or whole files do.

use crate::ledger::{BLOCKS, number};
use crate::worker::End;
use crate::{check, is_long, places, worker};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;
use tenor_rocksdb::OpenError;
use tenor_state::Database as _;

/// A change to one file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// One bit at this place is the other.
    Flip(usize),
    /// This bit of the byte at this place is the other.
    FlipBit(usize, u8),
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
        let sector = |place| sector(place, length);
        match self {
            Self::Flip(place) => bytes[place] ^= 1 << (place % 8),
            Self::FlipBit(place, bit) => bytes[place] ^= 1 << bit,
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

    /// Whether a loss of power could have left it of a log's last write, which begins at `last_write`: in a
    /// log, nothing else may cost a block.
    fn may_be_torn(self, last_write: usize, length: usize) -> bool {
        match self {
            Self::Flip(place) | Self::FlipBit(place, _) => place >= last_write,
            Self::Zero(place) | Self::Elsewhere(place) => sector(place, length).end > last_write,
            // A file that ends too early does not say what followed.
            Self::Cut(_) => true,
            Self::Missing => false,
        }
    }
}

/// The 512 bytes around `place`.
fn sector(place: usize, length: usize) -> Range<usize> {
    let start = place / 512 * 512;
    start..(start + 512).min(length)
}

/// What became of a damaged store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// It does not open, says that it is damaged, and is as it was.
    Refused,
    /// It says so when files have changed: a compaction that began with the opening has found the damage.
    RefusedLate,
    /// It opens, and the damaged value or node is named when it is read.
    NamedWhenRead,
    /// It opens at an earlier block, whole.
    Earlier,
    /// It opens at its last block, whole: what was damaged holds nothing.
    Unharmed,
}

/// Of the longest opening: RocksDB reads some damaged headers again and again.
const OPENING_SECONDS_MAX: u64 = 60;

fn outcome(store: &Path, what: &str) -> Outcome {
    let before = contents(store);
    let (sender, receiver) = channel();
    let path = store.to_owned();
    std::thread::spawn(move || {
        // Whoever waited has given up.
        let _ = sender.send(check::open(&path));
    });
    let opened = receiver.recv_timeout(Duration::from_secs(OPENING_SECONDS_MAX));
    let database = match opened.unwrap_or_else(|_| panic!("{what}: the opening does not end")) {
        Ok(database) => database,
        Err(OpenError::Corrupted { .. }) => {
            if contents(store) != before {
                return Outcome::RefusedLate;
            }
            return Outcome::Refused;
        }
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

/// Every file by name, whole.
fn contents(store: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(store).expect("listed").map(|entry| entry.expect("read").path());
    let name = |path: &Path| path.file_name().expect("named").to_string_lossy().into_owned();
    files.map(|path| (name(&path), fs::read(&path).expect("read"))).collect()
}

/// The name without its number.
fn kind_of(name: &str) -> &str {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < name.len() { digits } else { name.split('-').next().unwrap_or(name) }
}

/// How often damage to a kind of file had an outcome.
type Counts = BTreeMap<(String, Outcome), u32>;

/// Every damage to every file of `original`, each to a copy, with an outcome that is `allowed` there.
fn damage_all(
    original: &Path,
    counts: &mut Counts,
    allowed: impl Fn(Outcome, &Damage, &Path) -> bool,
) {
    for entry in fs::read_dir(original).expect("listed") {
        let name = entry.expect("read").file_name().into_string().expect("ASCII");
        for damage in damages(&name, &original.join(&name)) {
            let what = format!("{damage:?} of {name}");
            let copy = places::memory();
            places::copy(original, copy.path());
            damage.apply(&copy.path().join(&name));
            let outcome = outcome(copy.path(), &what);
            // Only tables are read behind an opening's back.
            let is_seen_in_time = outcome != Outcome::RefusedLate || kind_of(&name) == ".sst";
            let is_allowed = is_seen_in_time && allowed(outcome, &damage, &original.join(&name));
            assert!(is_allowed, "{what}: {outcome:?}");
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
    damage_all(original.path(), &mut counts, |outcome, damage, file| {
        // Only the log's end may be lost: that is where what was never acknowledged lies.
        outcome != Outcome::Earlier || is_log(file) && may_be_torn(*damage, file)
    });
    assert!(counts.contains_key(&(".log".to_owned(), Outcome::Refused)), "no log is refused");
    // All blocks in tables, as an opening leaves them: nothing may be lost.
    drop(check::open(original.path()).expect("opens"));
    damage_all(original.path(), &mut counts, |outcome, _, _| outcome != Outcome::Earlier);
    for kind in [".log", ".sst", "MANIFEST", "CURRENT", "OPTIONS", "IDENTITY"] {
        let tried = counts.keys().any(|(tried, _)| tried == kind);
        assert!(tried, "no file of kind {kind}");
    }
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

fn is_log(file: &Path) -> bool {
    file.extension().is_some_and(|kind| kind == "log")
}

fn may_be_torn(damage: Damage, log: &Path) -> bool {
    let bytes = fs::read(log).expect("read");
    // A write begins with a record of kind 1 or 2.
    let last_write = records(&bytes).into_iter().rfind(|start| [1, 2].contains(&bytes[start + 6]));
    damage.may_be_torn(last_write.unwrap_or_default(), bytes.len())
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
    let starts = match kind_of(name) {
        "MANIFEST" | ".log" => records(&fs::read(file).expect("read")),
        _ => Vec::new(),
    };
    // Where a manifest is whole and old: what it does not know any more has been removed.
    if kind_of(name) == "MANIFEST" {
        damages.extend(starts.iter().skip(1).copied().map(Damage::Cut));
    }
    damages.extend(header_bits(&starts, seed));
    // There are many tables, and only one of most others.
    if !is_long() && kind_of(name) == ".sst" {
        let first = usize::try_from(seed).expect("small") % 7;
        damages = damages.into_iter().skip(first).step_by(7).collect();
    }
    damages
}

/// Records of a file, the last one among them, every bit of whose headers is flipped in a quick run, and in
/// a long one.
const HEADERS: [usize; 2] = [3, 40];

/// A part of a quick run's bits.
const QUICK_BITS_OF: usize = 5;

fn header_bits(starts: &[usize], seed: u64) -> Vec<Damage> {
    let count = HEADERS[usize::from(is_long())].min(starts.len());
    // Spread from the first to the last.
    let chosen = (0..count).map(|turn| starts[turn * (starts.len() - 1) / (count - 1).max(1)]);
    let bits = chosen.flat_map(|start| {
        let places = start..start + HEADER_BYTES;
        places.flat_map(|place| (0..8).map(move |bit| Damage::FlipBit(place, bit)))
    });
    if is_long() {
        return bits.collect();
    }
    let first = usize::try_from(seed).expect("small") % QUICK_BITS_OF;
    bits.skip(first).step_by(QUICK_BITS_OF).collect()
}

const HEADER_BYTES: usize = 7;

/// Where the records of a file in the form of RocksDB's logs begin: blocks of 32 KiB, in them records with a
/// header, the length at its fifth byte.
fn records(bytes: &[u8]) -> Vec<usize> {
    let (mut place, mut starts) = (0, Vec::new());
    while let Some(header) = bytes.get(place..place + HEADER_BYTES) {
        let left = 32_768 - place % 32_768;
        if left < header.len() {
            place += left;
            continue;
        }
        starts.push(place);
        place += header.len() + usize::from(u16::from_le_bytes([header[4], header[5]]));
    }
    starts
}
