//! A capture that is shown: its costs by function, and on the lines of the files here.

use std::sync::Arc;

use foldhash::HashMap;

use crate::listing::{Calls, Listing, Peek, Subject, UnknownSampleType, sample_index};
use crate::model::Capture;
use crate::source::Sources;
use crate::view::{GcAge, Located};

/// A capture with what was computed from it once.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    /// The profile, and where it came from.
    pub(crate) capture: Capture,
    /// Flat and cum of the sample type that is shown.
    pub(crate) listing: Arc<Listing>,
    /// Its costs on the lines of files here, as they were when it was made.
    pub(crate) located: Arc<Located>,
    calls: Arc<Calls>,
    /// The sample type that is shown: the profile's default.
    value_idx: usize,
}

impl Captured {
    /// Lists the profile's default sample type and reads the files that it speaks of.
    pub(crate) fn new(capture: Capture, sources: &Sources) -> Result<Captured, UnknownSampleType> {
        let value_idx = sample_index(&capture.profile, "")?;
        let subject = Subject { profile: &capture.profile, value_idx, base_samples: None };
        let listing = Arc::new(Listing::of(subject));
        let located = Arc::new(located(&capture, subject, &listing, sources));
        let calls = Arc::new(Calls::of(subject));
        Ok(Captured { capture, listing, located, calls, value_idx })
    }

    /// The same with its files found anew.
    pub(crate) fn relocated(&self, sources: &Sources) -> Captured {
        let located = located(&self.capture, self.subject(), &self.listing, sources);
        Captured { located: Arc::new(located), ..self.clone() }
    }

    /// Callers and callees of a function; none if it has no samples.
    pub(crate) fn peek(&self, function: &str) -> Option<Peek> {
        self.calls.peek(self.subject(), function)
    }

    /// Where its functions stand, by full name. Of several of one name the largest.
    pub(crate) fn functions(&self) -> Functions<'_> {
        let mut largest: HashMap<&str, (i64, &str, u32)> = HashMap::default();
        for file in &self.listing.files {
            for it in &file.functions {
                let size = it.cum.saturating_abs();
                let known = largest.entry(&it.name).or_insert((size, &file.file, it.start_line));
                if known.0 < size {
                    *known = (size, &file.file, it.start_line);
                }
            }
        }
        largest.into_iter().map(|(name, (_, file, line))| (name, (file, line))).collect()
    }

    /// What is shown of it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { profile: &self.capture.profile, value_idx: self.value_idx, base_samples: None }
    }
}

/// Where each function stands: path as in the profile and line of `func`.
pub(crate) type Functions<'a> = HashMap<&'a str, (&'a str, u32)>;

fn located(
    capture: &Capture,
    subject: Subject<'_>,
    listing: &Listing,
    sources: &Sources,
) -> Located {
    let meta = &capture.meta;
    let gc_age = meta.last_gc.map(|it| GcAge::of(it, capture.profile.time_nanos));
    Located { gc_age, ..Located::of(meta.kind, subject, listing, sources) }
}
