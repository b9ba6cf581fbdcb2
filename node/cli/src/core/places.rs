//! Where this program finds what was built or installed with it.

use std::path::{Path, PathBuf};

/// The compiled contracts: of the repository, or installed.
pub(crate) const CONTRACTS: [&str; 2] = ["target/contracts/wasm", "share/tenor/contracts"];
/// The term files: of the repository, or installed.
pub(crate) const BONDS: [&str; 2] = ["examples/bonds", "share/tenor/bonds"];

/// A directory with all of `files`: of the repository that this shell or this binary stands in, or
/// one that was installed beside the binary.
pub(crate) fn find(names: [&str; 2], files: &[&str]) -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let own = std::env::current_exe().ok();
    let starts = [here.as_deref(), own.as_deref()];
    let ancestors = starts.into_iter().flatten().flat_map(Path::ancestors);
    let mut places = ancestors.flat_map(|directory| names.map(|name| directory.join(name)));
    places.find(|place| place.is_dir() && files.iter().all(|file| place.join(file).is_file()))
}
