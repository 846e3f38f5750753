//! Random options of `top` and `list`, as pprof spells them.

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::words::{EXPRESSIONS, TYPES};

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The expression of `list`; none: `top`.
    pub(super) list: Option<&'static str>,
    /// Each as pprof takes it, for example `-cum`.
    pub(super) flags: Vec<String>,
    pub(super) sample_index: Option<SampleIndex>,
    /// `-base` or `-diff_base`, with or without `-normalize`.
    pub(super) base: Option<(&'static str, bool)>,
}

const UNITS: [&str; 19] = [
    "ns", "us", "ms", "s", "hrs", "seconds", "B", "kB", "KB", "MB", "bytes", "count", "minimum",
    "auto", "GCU", "m*GCU", "nanogcu", "foo", "sample",
];

/// What `-sample_index` says.
#[derive(Debug, Clone)]
pub(crate) enum SampleIndex {
    /// The number of a type, modulo how many there are.
    Number(u8),
    /// Its name.
    Name(u8),
    Any(&'static str),
}

impl Options {
    /// The flags with `-sample_index` for these types.
    pub(super) fn flags_for(&self, types: &[(&'static str, &'static str)]) -> Vec<String> {
        let place = |it: u8| usize::from(it) % types.len();
        let index = match self.sample_index {
            None => return self.flags.clone(),
            Some(SampleIndex::Number(it)) => place(it).to_string(),
            Some(SampleIndex::Name(it)) => types[place(it)].0.to_owned(),
            Some(SampleIndex::Any(it)) => it.to_owned(),
        };
        let mut out = self.flags.clone();
        out.push(format!("-sample_index={index}"));
        out
    }
}

/// Any combination, most options absent in each.
pub(crate) fn options() -> impl Strategy<Value = Options> {
    let granularity = select(vec!["", "-functions", "-filefunctions", "-files", "-lines"]);
    let top = (
        granularity,
        prop::bool::weighted(0.3),
        weighted(0.6, select(vec!["0", "0.005", "0.1", "0.5", "1", "-0.1"])),
        weighted(0.3, select(vec!["0", "1", "2", "3", "7", "-1", "-5"])),
    )
        .prop_map(|(granularity, cum, fraction, count)| {
            let mut out = vec![granularity.to_owned()];
            out.extend(cum.then(|| "-cum".to_owned()));
            out.extend(fraction.map(|it| format!("-nodefraction={it}")));
            out.extend(count.map(|it| format!("-nodecount={it}")));
            out.retain(|it| !it.is_empty());
            out
        });
    let base = (select(vec!["-base", "-diff_base"]), prop::bool::weighted(0.2));
    (
        (weighted(0.25, select(&EXPRESSIONS[..])), top, weighted(0.45, base)),
        prop::bool::weighted(0.25),
        (weighted(0.2, filter()), weighted(0.15, filter())),
        weighted(0.3, select(&UNITS[..])),
        weighted(0.5, sample_index()),
    )
        .prop_map(|((list, top, base), noinlines, (focus, ignore), unit, sample_index)| {
            let mut flags = top;
            flags.extend(noinlines.then(|| "-noinlines".to_owned()));
            flags.extend(focus.map(|it| format!("-focus={it}")));
            flags.extend(ignore.map(|it| format!("-ignore={it}")));
            flags.extend(unit.map(|it| format!("-unit={it}")));
            Options { list, flags, sample_index, base }
        })
}

fn filter() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => select(&EXPRESSIONS[..]), 1 => Just("")]
}

fn sample_index() -> impl Strategy<Value = SampleIndex> {
    let odd = ["-1", "+0", "00", "9", "inuse_cpu", "inuse_space", "inuse_samples", "nothing"];
    prop_oneof![
        6 => any::<u8>().prop_map(SampleIndex::Number),
        6 => any::<u8>().prop_map(SampleIndex::Name),
        1 => select(odd.to_vec()).prop_map(SampleIndex::Any),
        1 => select(&TYPES[..]).prop_map(|it| SampleIndex::Any(it.0)),
    ]
}
