//! Why bytes are no profile, in words for the person who asked for one.

/// Bytes that could not be decoded. Each message starts with the stage that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// There are no bytes.
    #[error("reading profile: it is empty; was the capture cut off?")]
    Empty,
    /// The gzip stream is broken or ends early.
    #[error("decompressing profile: {0}; the capture is damaged or was cut off, capture it again")]
    Gzip(String),
    /// The bytes are text: an error page, a goroutine dump, a `debug=1` profile.
    #[error("parsing profile: this is text, not a pprof profile; it starts with {0:?}")]
    Text(String),
    /// The bytes are not a protobuf message.
    #[error("parsing profile: malformed at byte {at}: {what}")]
    Wire {
        /// Offset in the inflated bytes.
        at: usize,
        /// What was wrong there.
        what: &'static str,
    },
    /// The message breaks a rule of the format.
    #[error("checking profile: {0}")]
    Invalid(String),
    /// There is no text where a goroutine dump was expected.
    #[error("reading goroutines: it is empty; was the dump cut off?")]
    EmptyDump,
    /// No line is the header of a goroutine.
    #[error(
        "parsing goroutines: no goroutine in it; take a dump from /debug/pprof/goroutine?debug=2; this starts with {0:?}"
    )]
    NoDump(String),
    /// A bound was passed.
    #[error(
        "reading profile: more than {limit} {what}; no Go program writes that many, capture it again"
    )]
    TooLarge {
        /// What there are too many of.
        what: &'static str,
        /// The bound.
        limit: u64,
    },
}

impl DecodeError {
    pub(super) fn too_large(what: &'static str, limit: usize) -> DecodeError {
        DecodeError::TooLarge { what, limit: limit as u64 }
    }
}
