//! Writes a random profile as bytes.

use std::collections::HashMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;

use super::arbitrary::{self, Ids, Program};
use super::dice::Dice;
use super::proto;
use super::respell::respell;

/// The bytes of a profile of this program.
pub(crate) fn write(program: &Program, profile: &arbitrary::Profile) -> Vec<u8> {
    let spelling = &profile.spelling;
    let message = messages(program, profile);
    let bytes = respell(&message.encode_to_vec(), spelling.order);
    if !spelling.is_gzipped {
        return bytes;
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&bytes).unwrap();
    gzip.finish().unwrap()
}

/// Each text once, the empty one first.
struct Strings {
    all: Vec<String>,
    known: HashMap<String, i64>,
}

impl Strings {
    fn index(&mut self, text: &str) -> i64 {
        if let Some(&it) = self.known.get(text) {
            return it;
        }
        self.all.push(text.to_owned());
        self.known.insert(text.to_owned(), self.all.len() as i64 - 1);
        self.all.len() as i64 - 1
    }
}

/// The profile as messages.
pub(crate) fn messages(program: &Program, profile: &arbitrary::Profile) -> proto::Profile {
    let mut strings =
        Strings { all: vec![String::new()], known: HashMap::from([(String::new(), 0)]) };
    let mut dice = Dice::of(profile.spelling.order);
    let id = |idx: usize| match profile.spelling.ids {
        Ids::Dense => idx as u64 + 1,
        Ids::Sparse => idx as u64 * 1_000_003 + 7,
        Ids::Huge => u64::MAX - idx as u64,
    };
    let pick = |it: u8, len: usize| usize::from(it) % len;

    let value_type = |strings: &mut Strings, typ: &str, unit: &str| proto::ValueType {
        typ: strings.index(typ),
        unit: strings.index(unit),
    };
    let sample_type =
        profile.types.iter().map(|(typ, unit)| value_type(&mut strings, typ, unit)).collect();

    let no_mappings = Vec::new();
    let mappings = if profile.has_mappings { &program.mappings } else { &no_mappings };
    let mapping = mappings
        .iter()
        .enumerate()
        .map(|(idx, it)| proto::Mapping {
            id: id(idx),
            memory_start: it.start + profile.shift,
            memory_limit: it.start + profile.shift + it.size,
            file_offset: it.offset,
            filename: strings.index(it.file),
            build_id: strings.index(it.build_id),
            has_functions: it.has_functions,
            ..Default::default()
        })
        .collect();

    let mut function: Vec<proto::Function> = program
        .functions
        .iter()
        .enumerate()
        .map(|(idx, it)| proto::Function {
            id: id(idx),
            name: strings.index(it.name),
            system_name: strings.index(it.system_name.unwrap_or(it.name)),
            filename: strings.index(it.file),
            start_line: it.start_line,
        })
        .collect();
    dice.shuffle(&mut function);

    // One index past the last mapping names one that is not there: pprof takes it for none.
    let mapping_id = |it: Option<u8>| it.map_or(0, |it| id(pick(it, mappings.len() + 1)));
    let mut location: Vec<proto::Location> = program
        .locations
        .iter()
        .enumerate()
        .map(|(idx, it)| proto::Location {
            id: id(idx),
            mapping_id: mapping_id(it.mapping),
            address: it.address + profile.shift,
            line: it
                .lines
                .iter()
                .map(|(function, line)| proto::Line {
                    function_id: id(pick(*function, program.functions.len())),
                    line: *line,
                    column: 0,
                })
                .collect(),
            is_folded: false,
        })
        .collect();
    dice.shuffle(&mut location);

    let sample = profile
        .samples
        .iter()
        .map(|it| {
            let stack = &program.stacks[pick(it.stack, program.stacks.len())];
            let labels = &program.labels[pick(it.labels, program.labels.len())];
            proto::Sample {
                location_id: stack
                    .iter()
                    .map(|it| id(pick(*it, program.locations.len())))
                    .collect(),
                value: it.values[..profile.types.len()].to_vec(),
                label: labels.iter().map(|it| label(&mut strings, it)).collect(),
            }
        })
        .collect();

    let (typ, unit, period) = profile.period;
    let mut index = |text: &str| strings.index(text);
    let mut message = proto::Profile {
        sample_type,
        sample,
        mapping,
        location,
        function,
        drop_frames: index(profile.drop_frames),
        keep_frames: index(profile.keep_frames),
        time_nanos: profile.time_nanos,
        duration_nanos: profile.duration_nanos,
        period_type: None,
        period,
        comment: profile.comments.iter().map(|it| index(it)).collect(),
        default_sample_type: index(profile.default_type),
        doc_url: index(profile.doc_url),
        string_table: Vec::new(),
    };
    if !typ.is_empty() {
        message.period_type = Some(value_type(&mut strings, typ, unit));
    }
    message.string_table = strings.all;
    message
}

fn label(strings: &mut Strings, it: &arbitrary::Label) -> proto::Label {
    match it {
        arbitrary::Label::Text(key, text) => {
            proto::Label { key: strings.index(key), str: strings.index(text), ..Default::default() }
        }
        arbitrary::Label::Number(key, number, unit) => proto::Label {
            key: strings.index(key),
            num: *number,
            num_unit: strings.index(unit),
            ..Default::default()
        },
    }
}
