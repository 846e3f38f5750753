//! Turns the text of `goroutine?debug=2` into a `Dump`.
//!
//! ```text
//! dump      = goroutine *( "\n" goroutine )            the first one wrote the dump
//! goroutine = header stack [creator] *ancestor         header: see `header`
//! stack     = *( FUNC "(" ARGS ")\n" TAB FILE ":" LINE [" +0x…"] [" fp=… sp=… pc=…"] "\n" )
//!           | TAB "goroutine running on other thread; stack unavailable\n"
//! elided    = "...N frames elided...\n" | "...additional frames elided...\n"
//! cgo       = FUNC "\n" TAB [FILE ":" LINE " "] "pc=0x…\n" | "non-Go function at pc=0x…\n"
//! creator   = "created by " FUNC [" in goroutine " ID] "\n" TAB FILE ":" LINE [" +0x…"] "\n"
//! ancestor  = "[originating from goroutine " ID "]:\n" stack [creator]
//! ```
//!
//! Go writes at most 64 MiB and cuts there, in the middle of a line: what is complete is kept.
//! So it is with a text that would take far more memory than any of Go's, at the bounds in
//! `limits`.
//! A large dump has tens of thousands of goroutines and a few hundred stacks, so each line is
//! looked at once, as bytes of the input, and only what is new is copied.
//!
//! Source: `runtime/traceback.go` and `runtime/pprof/pprof.go` of Go 1.19 to 1.27.

mod header;
mod intern;
mod labels;
#[cfg(test)]
mod tests;

use memchr::{memchr_iter, memmem, memrchr};

use crate::model::{Dump, Goroutine};

use super::{DecodeError, limits};
use header::{Header, Headers};
use intern::{Interner, PlaceId};

/// The size at which Go stops writing.
const GO_LIMIT: usize = 64 << 20;
/// How many unknown lines are kept for the message, and how much of each.
const MOST_UNKNOWN_LINES: usize = 8;
const MOST_UNKNOWN_BYTES: usize = 200;

/// Decodes a goroutine dump. Lines that fit no form of any Go version are counted and skipped,
/// and so is a goroutine that the end of the text cuts. Of arguments only the first is kept.
///
/// # Errors
/// [`DecodeError`] when there is no goroutine in the text at all. Never panics.
pub fn dump(text: &[u8]) -> Result<Dump, DecodeError> {
    if text.is_empty() {
        return Err(DecodeError::EmptyDump);
    }
    let mut reader = Reader::default();
    let mut start = 0;
    for end in memchr_iter(b'\n', text) {
        reader.line(&text[start..end]);
        start = end + 1;
        if reader.is_full() {
            break;
        }
    }
    let is_cut = start < text.len() || text.len() == GO_LIMIT;
    if reader.is_full() {
        reader.drop_open();
    } else if start < text.len() {
        reader.last_line(&text[start..]);
    }
    if reader.n_headers == 0 {
        return Err(DecodeError::NoDump(start_of(text)));
    }
    Ok(reader.finish(is_cut))
}

/// The first line, or what can be shown of it.
fn start_of(text: &[u8]) -> String {
    let line = text.split(|it| *it == b'\n').find(|it| !it.is_empty()).unwrap_or_default();
    String::from_utf8_lossy(&line[..line.len().min(64)]).into_owned()
}

/// What a line with a tab belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Expect<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// A function came: its file and line follow.
    PlaceOf(&'a [u8]),
    /// `created by` came: the file and line of the `go` statement follow.
    CreatorPlaceOf(&'a [u8]),
}

/// The goroutine that is being read.
struct Open {
    header: Header,
    n_elided: u64,
    creator: Option<PlaceId>,
    creator_id: Option<u64>,
    /// The frames that follow are those of an ancestor, which the model does not hold.
    in_ancestors: bool,
    /// It was running on another thread, so there are no frames.
    is_running_elsewhere: bool,
}

#[derive(Default)]
struct Reader<'a> {
    dump: Dump,
    n_headers: usize,
    headers: Headers<'a>,
    interner: Interner<'a>,
    open: Option<Open>,
    expect: Expect<'a>,
    /// Frames of the open goroutine, innermost first.
    frames: Vec<PlaceId>,
    /// First argument of the function that came last.
    first_argument: u64,
    /// Those of `frames`.
    first_arguments: Vec<u64>,
    /// Frames of all goroutines.
    n_frames: usize,
}

impl<'a> Reader<'a> {
    #[inline]
    fn line(&mut self, line: &'a [u8]) {
        // A file that went through Windows.
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if limits::STRING_BYTES < line.len() {
            return self.long_line(line);
        }
        match line.first() {
            None => self.close(),
            Some(b'\t') => self.place(line),
            Some(b'g') if self.header(line) => {}
            Some(_) => self.function(line),
        }
    }

    /// No name or path of Go's is as long.
    #[cold]
    fn long_line(&mut self, line: &'a [u8]) {
        if line.starts_with(b"goroutine ") {
            self.close();
        }
        self.unknown(line);
        self.expect = Expect::Nothing;
    }

    /// Whether more would take more memory than any dump of Go's.
    #[inline]
    fn is_full(&self) -> bool {
        limits::DUMP_GOROUTINES < self.n_headers
            || limits::DUMP_FRAMES < self.n_frames
            || limits::DUMP_PLACES < self.interner.n_places()
            || limits::DUMP_LABELS < self.headers.n_labels()
    }

    /// Forgets the goroutine that is being read.
    fn drop_open(&mut self) {
        self.open = None;
        self.frames.clear();
        self.first_arguments.clear();
        self.expect = Expect::Nothing;
    }

    /// A line that ends with the text: good only when its end can be seen.
    fn last_line(&mut self, line: &'a [u8]) {
        if self.open.as_ref().is_some_and(|it| it.in_ancestors) {
            return;
        }
        // The offset stands after the line number, so the number is whole.
        if line.first() == Some(&b'\t') && memmem::find(line, b" +0x").is_some() {
            self.place(line);
        } else {
            self.drop_open();
        }
    }

    /// Starts a goroutine when the line is a header.
    fn header(&mut self, line: &'a [u8]) -> bool {
        let Some(header) = self.headers.read(line) else { return false };
        self.close();
        self.n_headers += 1;
        self.open = Some(Open {
            header,
            n_elided: 0,
            creator: None,
            creator_id: None,
            in_ancestors: false,
            is_running_elsewhere: false,
        });
        true
    }

    /// A line of a stack that does not start with a tab.
    #[inline]
    fn function(&mut self, line: &'a [u8]) {
        if self.expect != Expect::Nothing {
            self.unknown(line);
            self.expect = Expect::Nothing;
        }
        let Some(open) = &mut self.open else { return self.unknown(line) };
        if line.last() == Some(&b')')
            && let Some(args) = memrchr(b'(', line)
        {
            self.expect = Expect::PlaceOf(&line[..args]);
            self.first_argument = first_argument(&line[args + 1..]);
        } else if let Some(creator) = line.strip_prefix(b"created by ") {
            let (function, id) = creator_id(creator);
            if !open.in_ancestors {
                open.creator_id = id;
            }
            self.expect = Expect::CreatorPlaceOf(function);
        } else if let Some(n_elided) = n_elided(line) {
            if !open.in_ancestors {
                open.n_elided = open.n_elided.saturating_add(n_elided);
            }
        } else if line.starts_with(b"[originating from goroutine ") {
            open.in_ancestors = true;
        } else if !line.starts_with(b"non-Go function at pc=") {
            // C functions stand without parentheses.
            self.first_argument = 0;
            self.expect = Expect::PlaceOf(line);
        }
    }

    /// A line that starts with a tab.
    #[inline]
    fn place(&mut self, line: &'a [u8]) {
        let Some(open) = &mut self.open else { return self.unknown(line) };
        let text = &line[1..];
        self.n_frames += 1;
        match std::mem::take(&mut self.expect) {
            Expect::PlaceOf(function) => match self.interner.place(function, text) {
                Some(place) if !open.in_ancestors => {
                    self.frames.push(place);
                    self.first_arguments.push(self.first_argument);
                }
                Some(_) => {}
                None => self.unknown(line),
            },
            Expect::CreatorPlaceOf(function) => match self.interner.place(function, text) {
                Some(place) if !open.in_ancestors => open.creator = Some(place),
                Some(_) => {}
                None => self.unknown(line),
            },
            Expect::Nothing if text == b"goroutine running on other thread; stack unavailable" => {
                open.is_running_elsewhere = true;
            }
            Expect::Nothing => self.unknown(line),
        }
    }

    /// Ends the open goroutine and keeps it.
    fn close(&mut self) {
        if let Expect::PlaceOf(line) | Expect::CreatorPlaceOf(line) =
            std::mem::take(&mut self.expect)
        {
            self.unknown(line);
        }
        let Some(open) = self.open.take() else { return };
        let stack = self.interner.stack(&self.frames, open.n_elided, open.creator);
        self.frames.clear();
        // A text of 4 GB is never read.
        let first_argument = self.dump.first_arguments.len() as u32;
        self.dump.first_arguments.append(&mut self.first_arguments);
        let Header { id, form } = open.header;
        self.dump.goroutines.push(Goroutine {
            id,
            state: form.state,
            leaked: form.leaked,
            minutes: form.minutes,
            locked_to_thread: form.locked_to_thread,
            synctest: form.synctest,
            labels: form.labels,
            stack,
            creator_id: open.creator_id,
            first_argument,
        });
    }

    fn unknown(&mut self, line: &[u8]) {
        self.dump.n_unknown_lines += 1;
        if self.dump.unknown_lines.len() < MOST_UNKNOWN_LINES {
            let line = &line[..line.len().min(MOST_UNKNOWN_BYTES)];
            self.dump.unknown_lines.push(String::from_utf8_lossy(line).into_owned());
        }
    }

    fn finish(mut self, is_cut: bool) -> Dump {
        let is_whole = self.open.as_ref().is_none_or(|it| self.is_whole(it));
        self.dump.truncated = is_cut || !is_whole;
        if !is_whole {
            self.open = None;
        }
        self.expect = Expect::Nothing;
        self.close();
        self.dump.stacks = self.interner.into_stacks();
        self.dump
    }

    /// Whether the goroutine that the text ends with is all there. Its last line is the `go`
    /// statement; only the main goroutine has none, and it ends with `main.main`.
    fn is_whole(&self, open: &Open) -> bool {
        if open.creator.is_some() {
            return open.in_ancestors || self.expect == Expect::Nothing;
        }
        let ends_in_main = self.frames.last().is_some_and(|it| self.interner.is_root_of_main(*it));
        self.expect == Expect::Nothing
            && open.header.id == 1
            && (ends_in_main || open.is_running_elsewhere)
    }
}

/// Cuts ` in goroutine 12` (Go 1.21 on) from the end of a creator.
fn creator_id(creator: &[u8]) -> (&[u8], Option<u64>) {
    const BEFORE: &[u8] = b" in goroutine ";
    let Some(at) = memmem::rfind(creator, BEFORE) else { return (creator, None) };
    match number(&creator[at + BEFORE.len()..]) {
        Some(id) => (&creator[..at], Some(id)),
        None => (creator, None),
    }
}

/// `...12 frames elided...`, or `...additional frames elided...`, where Go does not say how many:
/// that counts as one.
fn n_elided(line: &[u8]) -> Option<u64> {
    let what = line.strip_prefix(b"...")?.strip_suffix(b" frames elided...")?;
    if what == b"additional" { Some(1) } else { number(what) }
}

/// The first of the arguments when it is a word: `0xc000012345`, perhaps with a `?`.
#[inline]
fn first_argument(arguments: &[u8]) -> u64 {
    let Some(digits) = arguments.strip_prefix(b"0x") else { return 0 };
    digits
        .iter()
        .map_while(|it| char::from(*it).to_digit(16))
        .fold(0u64, |sum, it| (sum << 4) | u64::from(it))
}

/// A decimal number and nothing else.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |sum, it| {
        if !it.is_ascii_digit() {
            return None;
        }
        sum.checked_mul(10)?.checked_add(u64::from(it - b'0'))
    })
}
