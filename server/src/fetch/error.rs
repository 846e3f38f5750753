//! Why a profile could not be fetched, in words for the person who asked for one.

use std::time::Duration;

/// A failed request. Each message starts with the stage that failed and ends with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The text is no address that a program can serve pprof at.
    #[error("reading the address {address:?}: {why}")]
    Address {
        /// As typed.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// The address lies outside this machine, and the caller did not allow that.
    #[error(
        "connecting to {host}: {ip} is not on this machine; say --allow-remote when you trust it, or forward its port to localhost"
    )]
    Remote {
        /// The host as typed.
        host: String,
        /// What it stands for.
        ip: String,
    },
    /// An address that no program should be profiled at.
    #[error("connecting to {host}: {ip} is a link-local address, which is never profiled")]
    LinkLocal {
        /// The host as typed.
        host: String,
        /// What it stands for.
        ip: String,
    },
    /// The host has no address.
    #[error("looking up {host}: {why}; check the name")]
    Lookup {
        /// The host as typed.
        host: String,
        /// The system's own words.
        why: String,
    },
    /// The connection was refused.
    #[error(
        "connecting: nothing listens at {at}; is the program running, does it import net/http/pprof and listen there? `pprof-lens targets` lists what runs"
    )]
    Refused {
        /// Host and port.
        at: String,
    },
    /// No connection within the time.
    #[error("connecting: {at} did not answer within {} s; check the address", after.as_secs())]
    ConnectTimeout {
        /// Host and port.
        at: String,
        /// How long was waited.
        after: Duration,
    },
    /// Any other trouble on the way to a connection or an answer.
    #[error("connecting to {at}: {why}; check that a Go program serves HTTP there")]
    Connect {
        /// Host and port.
        at: String,
        /// The cause's own words.
        why: String,
    },
    /// Connected, but no answer within the time.
    #[error(
        "waiting for {at}: no answer within {} s; the program may be stopped or stuck, try again or restart it", after.as_secs()
    )]
    AnswerTimeout {
        /// Host and port.
        at: String,
        /// How long was waited.
        after: Duration,
    },
    /// The answer stopped coming.
    #[error(
        "receiving from {at}: the answer stalled after {n_bytes} bytes; the program may be stopped or stuck, try again"
    )]
    Stalled {
        /// Host and port.
        at: String,
        /// What had come.
        n_bytes: usize,
    },
    /// The connection ended inside the answer.
    #[error(
        "receiving from {at}: the answer was cut off after {n_bytes} bytes; did the program end? Try again when it runs"
    )]
    CutOff {
        /// Host and port.
        at: String,
        /// What had come.
        n_bytes: usize,
    },
    /// The answer is larger than any real profile.
    #[error("receiving from {at}: the answer is larger than {limit} bytes; is this a profile?")]
    TooLarge {
        /// Host and port.
        at: String,
        /// The bound in bytes.
        limit: usize,
    },
    /// The program sent the request elsewhere.
    #[error(
        "asking {at}: it redirects to {location:?}, which is not followed; give that address if you trust it"
    )]
    Redirect {
        /// Host and port.
        at: String,
        /// Where to.
        location: String,
    },
    /// Something answers, but without this profile.
    #[error(
        "asking {at}: it has no profile {name:?}; goroutineleak needs Go 1.27, or 1.26 built with GOEXPERIMENT=goroutineleakprofile; {at}/debug/pprof/ lists what there is"
    )]
    UnknownProfile {
        /// Host and port.
        at: String,
        /// The profile's name.
        name: String,
    },
    /// Something answers, but not with pprof.
    #[error(
        "asking {at}: something answers there, but it serves no /debug/pprof/ ({what}); import net/http/pprof in the program, or give another port"
    )]
    NoPprof {
        /// Host and port.
        at: String,
        /// What came instead.
        what: String,
    },
    /// Go takes one CPU profile at a time.
    #[error(
        "asking {at}: another CPU profile is being taken there; another editor, a terminal or the program itself holds it, try again when it is done"
    )]
    CpuProfileInUse {
        /// Host and port.
        at: String,
    },
    /// The program declined, and said why.
    #[error("asking {at}: it refused with {status}: {text:?}; {advice}")]
    Declined {
        /// Host and port.
        at: String,
        /// HTTP status code.
        status: u16,
        /// The first bytes of what it said.
        text: String,
        /// What to do.
        advice: &'static str,
    },
    /// The answer is fine as HTTP, but is no profile.
    #[error(
        "asking {at}: it answered, but not with a profile: {content_type}, starts with {start:?}; check the address"
    )]
    NotAProfile {
        /// Host and port.
        at: String,
        /// As declared.
        content_type: String,
        /// The first bytes.
        start: String,
    },
    /// An answer of no bytes.
    #[error("asking {at}: the answer is empty; try again, or check the address")]
    Empty {
        /// Host and port.
        at: String,
    },
}

/// Most of a foreign answer that is shown, in bytes.
const SHOWN_BYTES: usize = 200;

/// The start of an answer as one piece of text. Messages print it with `{:?}`, which escapes
/// whatever would move a cursor or hide itself.
pub(super) fn start_of(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(SHOWN_BYTES)];
    String::from_utf8_lossy(start).trim().to_owned()
}
