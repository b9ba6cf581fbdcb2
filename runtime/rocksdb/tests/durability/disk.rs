//! A file system in a file, through a loop device: a disk that can be stopped, copied and thrown away.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A mounted file system in an image file. Unmounted and detached when dropped.
pub(crate) struct Disk {
    device: String,
    at: TempDir,
}

/// Runs a program; its words when it fails.
fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let failed = |words: &str| format!("{program} {}: {words}", arguments.join(" "));
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| failed(&error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Disk {
    /// Makes an image of `mib` MiB at `image` with a new ext4, and mounts it.
    pub(crate) fn make(image: &Path, mib: u64) -> Result<Self, String> {
        let file = std::fs::File::create(image).map_err(|error| error.to_string())?;
        file.set_len(mib << 20).map_err(|error| error.to_string())?;
        run("mkfs.ext4", &["-q", "-F", "-E", "nodiscard", &text(image)])?;
        Self::mount(image)
    }

    /// Mounts the file system of an image. Its journal is replayed, as after a loss of power.
    pub(crate) fn mount(image: &Path) -> Result<Self, String> {
        // Without the cache of the file that holds the image: what is in the image has been written
        // by the file system inside, no more and no less.
        let direct = run("losetup", &["--find", "--show", "--direct-io=on", &text(image)]);
        let device = direct.or_else(|_| run("losetup", &["--find", "--show", &text(image)]))?;
        let at = TempDir::new().map_err(|error| error.to_string())?;
        let disk = Self { device, at };
        run("mount", &["-t", "ext4", &disk.device, &text(disk.at.path())])?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        self.at.path()
    }

    /// Copies a file of this disk as it is at one moment: while nothing can be written to the disk.
    pub(crate) fn copy_at_once(&self, file: &Path, to: &Path) -> Result<(), String> {
        run("fsfreeze", &["--freeze", &text(self.path())])?;
        let copied = run("cp", &["--sparse=always", &text(file), &text(to)]);
        run("fsfreeze", &["--unfreeze", &text(self.path())])?;
        copied.map(drop)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Nothing is left to lose; a mount that failed has nothing to undo.
        let _ = run("umount", &[&text(self.at.path())]);
        let _ = run("losetup", &["--detach", &self.device]);
    }
}

fn text(path: &Path) -> String {
    PathBuf::from(path).into_os_string().into_string().expect("paths here are UTF-8")
}
