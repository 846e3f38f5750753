//! Why frames of a file have no lines.

use std::fmt;

/// A file whose frames, or some of them, have no lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// Its path, as the profile has it: foreign text.
    pub path: String,
    /// Why.
    pub why: Why,
    /// Samples with such a frame.
    pub n_samples: i64,
}

/// Why a file names nothing, or not everything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Neither debug information nor a table of all symbols.
    #[error("is stripped; build or install it with its debug information")]
    Stripped,
    /// Symbols, and no debug information.
    #[error("was built without debug information; build it with -g")]
    NoDebugInfo,
    /// The parts of the file that the frames lie in have none.
    #[error("has no debug information for these addresses")]
    NotCovered,
    /// The profile speaks of another build.
    #[error("is not the build that the profile names; was it rebuilt? Restart the program")]
    OtherBuild,
    /// Nothing says which build the file is.
    #[error("has no build id to compare; link it with -Wl,--build-id")]
    NoBuildId,
    /// The file was replaced or removed while the program ran.
    #[error("was replaced or removed while the program runs; restart the program")]
    Replaced,
    /// The profile names what the process does not run, or runs no more.
    #[error("is no file that the program runs")]
    NotMapped,
    /// Larger than is read.
    #[error("is too large to be read: {0} bytes are read at most")]
    TooLarge(u64),
    /// The system's own words.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Not what such files are, or damaged.
    #[error("is no valid ELF file with DWARF: {0}")]
    Invalid(String),
    /// It took too long.
    #[error("took too long to read; capture again when the machine is less busy")]
    OutOfTime,
    /// More files than are read for one profile.
    #[error("was left out: the profile names too many files")]
    TooMuch,
}

impl fmt::Display for Unnamed {
    /// Holds foreign text: escape it where that matters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unnamed { path, why, n_samples } = self;
        let name = path.rsplit('/').next().filter(|it| !it.is_empty()).unwrap_or(path);
        let noun = if *n_samples == 1 { "sample has" } else { "samples have" };
        write!(f, "{n_samples} {noun} frames without lines in {name}, which {why} ({path})")
    }
}
