//! Random programs and profiles of them, as plain data that shrinks well.
//!
//! References are numbers that are taken modulo the table's length when the profile is written,
//! so that no part of a case depends on another and all shrink alone.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::words::{
    ALIKE_UNITS, BINARIES, BUILD_IDS, COMMENTS, FILES, FRAMES, KEYS, LABELS, NAMES, TYPES, UNITS,
};

/// What two profiles of one program share.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(super) mappings: Vec<Mapping>,
    pub(super) functions: Vec<Function>,
    pub(super) locations: Vec<Location>,
    /// Leaf first, each an index of a location.
    pub(super) stacks: Vec<Vec<u8>>,
    pub(super) labels: Vec<Vec<Label>>,
}

#[derive(Debug, Clone)]
pub(super) struct Mapping {
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
    pub(super) file: &'static str,
    pub(super) build_id: &'static str,
    pub(super) has_functions: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// None: the same as the name.
    pub(super) system_name: Option<&'static str>,
    pub(super) file: &'static str,
    pub(super) start_line: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Location {
    /// None: in no mapping, or in one that is not there.
    pub(super) mapping: Option<u8>,
    pub(super) address: u64,
    /// Function and line, innermost first.
    pub(super) lines: Vec<(u8, i64)>,
}

#[derive(Debug, Clone)]
pub(super) enum Label {
    Text(&'static str, &'static str),
    Number(&'static str, i64, &'static str),
}

/// One profile of a program.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(super) types: Vec<(&'static str, &'static str)>,
    pub(super) samples: Vec<Sample>,
    pub(super) default_type: &'static str,
    pub(super) period: (&'static str, &'static str, i64),
    pub(super) time_nanos: i64,
    pub(super) duration_nanos: i64,
    pub(super) comments: Vec<&'static str>,
    pub(super) doc_url: &'static str,
    pub(super) drop_frames: &'static str,
    pub(super) keep_frames: &'static str,
    /// The program was loaded this much higher.
    pub(super) shift: u64,
    pub(super) has_mappings: bool,
    pub(super) spelling: Spelling,
}

#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) stack: u8,
    pub(super) labels: u8,
    pub(super) values: [i64; MOST_TYPES],
}

/// How the profile is written.
#[derive(Debug, Clone)]
pub(super) struct Spelling {
    pub(super) ids: Ids,
    /// Seed of the order of everything; 0: as prost writes it.
    pub(super) order: u64,
    pub(super) is_gzipped: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Ids {
    Dense,
    Sparse,
    Huge,
}

const MOST_TYPES: usize = 4;

/// A program.
pub(crate) fn program() -> impl Strategy<Value = Program> {
    (
        vec(mapping(), 0..4),
        vec(function(), 1..9),
        vec(location(), 1..12),
        vec(stack(), 1..8),
        vec(vec(label(), 0..4), 1..4),
    )
        .prop_map(|(mappings, functions, locations, stacks, labels)| Program {
            mappings,
            functions,
            locations,
            stacks,
            labels,
        })
}

fn stack() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![1 => Just(Vec::new()), 9 => vec(any::<u8>(), 1..9)]
}

fn mapping() -> impl Strategy<Value = Mapping> {
    (
        prop_oneof![Just(0x40_0000), Just(0), Just(0x7f00_0000_1000u64)],
        prop_oneof![Just(0x1000), Just(0x1001), Just(0), Just(0x20_0000u64)],
        prop_oneof![4 => Just(0), 1 => Just(0x1000u64)],
        select(&BINARIES[..]),
        select(&BUILD_IDS[..]),
        weighted(0.8, Just(())),
    )
        .prop_map(|(start, size, offset, file, build_id, has_functions)| Mapping {
            start,
            size,
            offset,
            file,
            build_id,
            has_functions: has_functions.is_some(),
        })
}

fn function() -> impl Strategy<Value = Function> {
    (
        select(&NAMES[..]),
        prop_oneof![6 => Just(None), 1 => Just(Some("")), 1 => select(&NAMES[..]).prop_map(Some)],
        select(&FILES[..]),
        prop_oneof![2 => Just(0), 4 => 1..20i64, 1 => Just(-3)],
    )
        .prop_map(|(name, system_name, file, start_line)| Function {
            name,
            system_name,
            file,
            start_line,
        })
}

fn location() -> impl Strategy<Value = Location> {
    let line = prop_oneof![8 => 1..32i64, 2 => Just(0), 1 => Just(-1), 1 => Just(1i64 << 33)];
    let lines = prop_oneof![
        1 => vec((any::<u8>(), line.clone()), 0),
        6 => vec((any::<u8>(), line.clone()), 1),
        4 => vec((any::<u8>(), line), 2..5),
    ];
    (weighted(0.8, any::<u8>()), 0..0x40u64, lines).prop_map(|(mapping, address, lines)| Location {
        mapping,
        address: 0x40_0000 + address * 0x10,
        lines,
    })
}

fn label() -> impl Strategy<Value = Label> {
    let number = prop_oneof![Just(0), 1..4i64, Just(4096), Just(-1)];
    let unit = prop_oneof![2 => Just(""), 1 => select(&UNITS[..])];
    prop_oneof![
        4 => (select(&KEYS[..]), select(&LABELS[..])).prop_map(|(key, text)| Label::Text(key, text)),
        4 => (select(&KEYS[..]), number, unit)
            .prop_map(|(key, number, unit)| Label::Number(key, number, unit)),
        1 => Just(Label::Text("pprof::base", "true")),
    ]
}

/// A profile of any program.
pub(crate) fn profile() -> impl Strategy<Value = Profile> {
    let url = prop_oneof![4 => Just(""), 1 => Just("https://example.com/doc"), 1 => Just("no url")];
    let time = prop_oneof![
        Just(0),
        Just(1_700_000_000_123_456_789),
        Just(1_600_000_000_000_000_000),
        Just(-1)
    ];
    let duration = prop_oneof![
        2 => Just(0),
        1 => Just(10_000_000_000),
        1 => Just(1),
        1 => Just(-2_000_000),
        1 => Just(3_723_000_000_000i64)
    ];
    (
        (sample_types(), vec(sample(), 0..14), default_type(), period()),
        (time, duration, vec(select(&COMMENTS[..]), 0..3), url),
        (frames(), frames()),
        (prop_oneof![2 => Just(0), 1 => Just(0x3000u64)], prop::bool::weighted(0.9), spelling()),
    )
        .prop_map(|(data, header, (drop_frames, keep_frames), written)| {
            let (types, samples, default_type, period) = data;
            let (time_nanos, duration_nanos, comments, doc_url) = header;
            let (shift, has_mappings, spelling) = written;
            Profile {
                types,
                samples,
                default_type,
                period,
                time_nanos,
                duration_nanos,
                comments,
                doc_url,
                drop_frames,
                keep_frames,
                shift,
                has_mappings,
                spelling,
            }
        })
}

/// Mostly each once: pprof leaves out types that are there twice.
fn sample_types() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let any = vec(select(&TYPES[..]), 1..=MOST_TYPES);
    let distinct = any.clone().prop_map(|mut types| {
        let mut seen = HashSet::new();
        types.retain(|it| seen.insert(it.0));
        types
    });
    prop_oneof![12 => distinct, 1 => any]
}

fn default_type() -> impl Strategy<Value = &'static str> {
    let known = select(&TYPES[..]).prop_map(|it| it.0);
    prop_oneof![2 => Just(""), 2 => known, 1 => Just("no such type")]
}

fn period() -> impl Strategy<Value = (&'static str, &'static str, i64)> {
    prop_oneof![
        4 => Just(("cpu", "nanoseconds", 10_000_000)),
        1 => Just(("space", "bytes", 524_288)),
        1 => Just(("", "", 0)),
    ]
}

fn frames() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just(""), 1 => select(&FRAMES[..])]
}

fn spelling() -> impl Strategy<Value = Spelling> {
    (
        prop_oneof![Just(Ids::Dense), Just(Ids::Sparse), Just(Ids::Huge)],
        prop_oneof![1 => Just(0), 3 => any::<u64>()],
        any::<bool>(),
    )
        .prop_map(|(ids, order, is_gzipped)| Spelling { ids, order, is_gzipped })
}

fn sample() -> impl Strategy<Value = Sample> {
    (any::<u8>(), any::<u8>(), [value(), value(), value(), value()])
        .prop_map(|(stack, labels, values)| Sample { stack, labels, values })
}

/// Mostly small, so that ties and sums to zero are common.
fn value() -> impl Strategy<Value = i64> {
    prop_oneof![
        5 => Just(0),
        30 => 1..6i64,
        10 => -3..0i64,
        20 => 0..200_000i64,
        15 => (0..1000i64).prop_map(|it| it * 10_000_000),
        10 => any::<i32>().prop_map(i64::from),
        5 => any::<i64>().prop_map(|it| it >> 8),
        5 => Just((1i64 << 53) + 1),
        1 => select(vec![i64::MAX, i64::MIN, i64::MIN + 1, 1 << 62]),
    ]
}

impl Program {
    /// The same with each stack many times over.
    pub(crate) fn with_deep_stacks(mut self) -> Program {
        for stack in &mut self.stacks {
            *stack = stack.iter().copied().cycle().take(300).collect();
        }
        self
    }
}

impl Profile {
    /// The same with each sample many times over.
    pub(crate) fn with_many_samples(mut self) -> Profile {
        self.samples = self.samples.iter().cloned().cycle().take(5000).collect();
        self
    }
}

/// What a base has otherwise than the profile that it is a base of.
#[derive(Debug, Clone)]
pub(crate) enum TypesOfBase {
    /// Nothing.
    Same,
    /// The same types backwards.
    Reversed,
    /// Without the type at this place.
    Without(u8),
    /// With a unit that can be converted, at this place.
    AlikeUnit(u8, u8),
    /// With some unit at this place.
    OtherUnit(u8, &'static str),
    /// Whatever it is.
    Own,
}

/// How a base's sample types come to be.
pub(crate) fn types_of_base() -> impl Strategy<Value = TypesOfBase> {
    prop_oneof![
        12 => Just(TypesOfBase::Same),
        2 => Just(TypesOfBase::Reversed),
        2 => any::<u8>().prop_map(TypesOfBase::Without),
        4 => (any::<u8>(), any::<u8>()).prop_map(|it| TypesOfBase::AlikeUnit(it.0, it.1)),
        1 => (any::<u8>(), select(&UNITS[..])).prop_map(|it| TypesOfBase::OtherUnit(it.0, it.1)),
        1 => Just(TypesOfBase::Own),
    ]
}

impl TypesOfBase {
    /// Gives `base` its sample types.
    pub(crate) fn apply(&self, source: &Profile, base: &mut Profile) {
        match self {
            TypesOfBase::Own => return,
            TypesOfBase::OtherUnit(at, _) if at % 4 == 0 => base.period.0 = source.period.0,
            _ => base.period = source.period,
        }
        match self {
            TypesOfBase::Own => {}
            TypesOfBase::Same => base.types.clone_from(&source.types),
            TypesOfBase::Reversed => {
                base.types = source.types.iter().rev().copied().collect();
            }
            TypesOfBase::Without(at) => {
                base.types.clone_from(&source.types);
                base.types.remove(usize::from(*at) % source.types.len());
            }
            TypesOfBase::AlikeUnit(at, unit) => {
                base.types.clone_from(&source.types);
                let at = usize::from(*at) % source.types.len();
                let alike = ALIKE_UNITS.iter().find(|it| it.contains(&base.types[at].1));
                if let Some(units) = alike {
                    base.types[at].1 = units[usize::from(*unit) % units.len()];
                }
            }
            TypesOfBase::OtherUnit(at, unit) => {
                base.types.clone_from(&source.types);
                let at = usize::from(*at) % source.types.len();
                base.types[at].1 = unit;
            }
        }
    }
}
