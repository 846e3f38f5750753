//! Tells an answer that is a profile from everything else that may answer at a port.

use super::FetchError;
use super::error::start_of;
use super::http::{Answer, BODY_BYTES, Fetched};

/// Most of an error page that is read.
const ERROR_BYTES: usize = 64 << 10;

/// Largest heap profile as text: 1,000 stacks take about 1.6 MB.
const HEAP_TEXT_BYTES: usize = 16 << 20;

/// What the caller expects to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// A pprof profile.
    Profile,
    /// Plain text: the goroutine dump.
    Text,
    /// The heap profile as text; of many stacks it is not read.
    HeapText,
    /// The page that lists the profiles.
    Index,
}

/// Reads the body when the status is fine, and says what is wrong otherwise.
pub(super) async fn body(answer: Answer, expected: Expected) -> Result<Fetched, FetchError> {
    let (status, at) = (answer.status(), answer.at.clone());
    if (300..400).contains(&status) {
        let location = start_of(answer.header("location").as_bytes());
        return Err(FetchError::Redirect { at, location });
    }
    if status != 200 {
        let name = answer.url.path().rsplit('/').next().unwrap_or_default().to_owned();
        // An error page that cannot be read in full still has its status.
        let bytes = answer.body(ERROR_BYTES).await.map(|it| it.bytes).unwrap_or_default();
        return Err(refusal(at, status, name, &start_of(&bytes)));
    }
    let content_type = start_of(answer.header("content-type").as_bytes());
    let limit = if expected == Expected::HeapText { HEAP_TEXT_BYTES } else { BODY_BYTES };
    let fetched = answer.body(limit).await?;
    if fetched.bytes.is_empty() {
        return Err(FetchError::Empty { at });
    }
    if expected == Expected::Profile && !may_be_profile(&content_type, &fetched.bytes)
        || expected == Expected::Text && !fetched.bytes.starts_with(b"goroutine ")
        || expected == Expected::HeapText && !fetched.bytes.starts_with(b"heap profile: ")
    {
        let start = start_of(&fetched.bytes);
        let content_type =
            if content_type.is_empty() { "no content type".to_owned() } else { content_type };
        return Err(FetchError::NotAProfile { at, content_type, start });
    }
    Ok(fetched)
}

/// What `net/http/pprof` says when it declines. Source: its `serveError` calls.
fn refusal(at: String, status: u16, name: String, text: &str) -> FetchError {
    let declined =
        |advice| FetchError::Declined { at: at.clone(), status, text: text.to_owned(), advice };
    match status {
        404 if text.starts_with("Unknown profile") => FetchError::UnknownProfile { at, name },
        404 => FetchError::NoPprof { at, what: "404 Not Found".to_owned() },
        500 if text.contains("cpu profiling already in use") => FetchError::CpuProfileInUse { at },
        400 if text.contains("WriteTimeout") => {
            declined("ask for fewer seconds: the server's WriteTimeout is shorter")
        }
        400 if text.contains("seconds") => declined("leave the seconds away for this kind"),
        401 | 403 => {
            declined("it wants a login; forward the port without one, or ask on its machine")
        }
        _ => declined("try again, or look at the program's own log"),
    }
}

/// Gzip is certain enough; without it, only what is declared as bytes and does not look like a
/// page. Decoding has the last word.
fn may_be_profile(content_type: &str, bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return true;
    }
    let start = &bytes[..bytes.len().min(64)];
    let is_text = start.iter().all(|it| matches!(it, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
    !content_type.starts_with("text/") && !content_type.contains("json") && !is_text
}
