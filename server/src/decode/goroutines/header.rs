//! Turns a goroutine's header line into its id, state and marks.
//!
//! ```text
//! "goroutine " ID [" gp=0x… m=N|nil [mp=0x…]"]
//!     " [" STATE [" (leaked)"] [" (scan)"] [" (durable)"] [", N minutes"] [", locked to thread"]
//!          [", synctest group|bubble N"] [" labels:{" LABELS "}"] "]" [" {" LABELS "}"] ":"
//! ```
//!
//! The labels stand inside the brackets in Go 1.26, and after them from Go 1.27.
//! A state is open text: it ends at the first `, `, label or `]`, and may hold parentheses.

use std::sync::Arc;

use foldhash::HashMap;
use memchr::memmem;

use super::labels::labels;
use super::number;

/// A header, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) id: u64,
    pub(super) form: Form,
}

/// All of a header but its id. Thousands of goroutines share one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub(super) state: Arc<str>,
    pub(super) leaked: bool,
    pub(super) minutes: Option<u64>,
    pub(super) locked_to_thread: bool,
    pub(super) synctest: Option<u64>,
    pub(super) labels: Arc<[(String, String)]>,
}

/// Reads headers, each form once.
#[derive(Default)]
pub(super) struct Headers<'a> {
    forms: HashMap<&'a [u8], Form>,
    states: HashMap<&'a [u8], Arc<str>>,
    n_labels: usize,
}

impl<'a> Headers<'a> {
    /// None when the line is no header.
    pub(super) fn read(&mut self, line: &'a [u8]) -> Option<Header> {
        let rest = line.strip_prefix(b"goroutine ")?;
        let n_digits = rest.iter().position(|it| !it.is_ascii_digit())?;
        let id = number(&rest[..n_digits])?;
        let rest = &rest[n_digits..];
        if let Some(form) = self.forms.get(rest) {
            return Some(Header { id, form: form.clone() });
        }
        let form = self.form(rest)?;
        self.forms.insert(rest, form.clone());
        Some(Header { id, form })
    }

    fn form(&mut self, rest: &'a [u8]) -> Option<Form> {
        let open = memmem::find(rest, b" [")?;
        if open != 0 && !rest.starts_with(b" gp=") {
            return None;
        }
        let (state, mut rest) = until_end(&rest[open + 2..])?;
        let (state, leaked) = without_marks(state);
        if state.is_empty() {
            return None;
        }
        let state =
            self.states.entry(state).or_insert_with(|| String::from_utf8_lossy(state).into());
        let mut form = Form {
            state: state.clone(),
            leaked,
            minutes: None,
            locked_to_thread: false,
            synctest: None,
            labels: Arc::default(),
        };
        while let Some(after) = rest.strip_prefix(b", ") {
            let part;
            (part, rest) = until_end(after)?;
            if let Some(minutes) = part.strip_suffix(b" minutes") {
                form.minutes = number(minutes);
            } else if let Some(bubble) = part.strip_prefix(b"synctest ") {
                form.synctest = bubble.rsplit(|it| *it == b' ').next().and_then(number);
            } else if part == b"locked to thread" {
                form.locked_to_thread = true;
            }
            // Whatever else a later Go may say does not make it less of a goroutine.
        }
        if let Some(text) = rest.strip_prefix(b" labels:{") {
            rest = self.labels(text, &mut form)?;
        }
        rest = rest.strip_prefix(b"]")?;
        if let Some(text) = rest.strip_prefix(b" {") {
            rest = self.labels(text, &mut form)?;
        }
        (rest == b":").then_some(form)
    }

    fn labels(&mut self, text: &'a [u8], form: &mut Form) -> Option<&'a [u8]> {
        let (found, rest) = labels(text)?;
        self.n_labels += found.len();
        form.labels = found.into();
        Some(rest)
    }

    /// Number of labels of all forms.
    pub(super) fn n_labels(&self) -> usize {
        self.n_labels
    }
}

/// Splits before the first `, `, ` labels:{` or `]`.
fn until_end(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = (0..text.len()).find(|idx| {
        let rest = &text[*idx..];
        rest[0] == b']' || rest.starts_with(b", ") || rest.starts_with(b" labels:{")
    })?;
    Some(text.split_at(end))
}

/// Cuts the marks that follow a state. `(scan)` says that the collector was looking at the stack
/// at that moment; `(durable)`, and `(synctest)` in Go 1.24, repeat that the goroutine is in a
/// bubble: they are dropped.
fn without_marks(mut state: &[u8]) -> (&[u8], bool) {
    let mut leaked = false;
    loop {
        if let Some(rest) = state.strip_suffix(b" (leaked)") {
            (state, leaked) = (rest, true);
        } else if let Some(rest) = [&b" (scan)"[..], b" (durable)", b" (synctest)"]
            .iter()
            .find_map(|it| state.strip_suffix(*it))
        {
            state = rest;
        } else {
            return (state, leaked);
        }
    }
}
