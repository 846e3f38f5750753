//! An executable or a library in the memory of a running process.

use std::path::PathBuf;

/// A part of a file that a process may execute, as its kernel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedFile {
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub limit: u64,
    /// Offset in the file.
    pub offset: u64,
    /// Absolute path, as the process sees it.
    pub path: String,
    /// Where the file can be opened from here; none when another one may lie there by now.
    pub image: Option<PathBuf>,
    /// [`MappedFile::image`] is what the process was started from, whatever lies at its path.
    pub is_executable: bool,
}

impl MappedFile {
    /// What is added to an offset in the file to make an address.
    pub fn bias(&self) -> u64 {
        self.start.wrapping_sub(self.offset)
    }
}
