//! What our decoder reads from a profile is what prost reads, in any order and packing.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use pprof_lens::decode;
use pprof_lens::model::{self, LabelValue, StrId};
use prost::Message;

use super::arbitrary::{profile, program};
use super::proto;
use super::write::{messages, write};

/// Who reads: one answer to each question about a profile, with all ids resolved.
#[derive(Debug, Default, PartialEq)]
struct Read {
    types: Vec<(String, String)>,
    samples: Vec<Sample>,
    main_mapping: Option<Mapping>,
    header: Header,
}

#[derive(Debug, Default, PartialEq)]
struct Header {
    period_type: (String, String),
    texts: [String; 4],
    comments: Vec<String>,
    numbers: [i64; 3],
}

#[derive(Debug, PartialEq)]
struct Sample {
    values: Vec<i64>,
    stack: Vec<Location>,
    /// Key, text, number, unit.
    labels: Vec<(String, String, i64, String)>,
}

#[derive(Debug, PartialEq)]
struct Location {
    address: u64,
    mapping: Option<Mapping>,
    /// Name, system name, file, start line, line.
    lines: Vec<(String, String, String, i64, i64)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Mapping {
    range: (u64, u64, u64),
    file: String,
    build_id: String,
    has_functions: bool,
}

fn by_prost(profile: &proto::Profile) -> Read {
    let text = |it: i64| profile.string_table[it as usize].clone();
    let value_type = |it: &proto::ValueType| (text(it.typ), text(it.unit));
    let mapping = |it: &proto::Mapping| Mapping {
        range: (it.memory_start, it.memory_limit, it.file_offset),
        file: text(it.filename),
        build_id: text(it.build_id),
        has_functions: it.has_functions,
    };
    let line = |it: &proto::Line| {
        let function = profile.function.iter().find(|f| f.id == it.function_id).unwrap();
        let [name, system_name, file] =
            [function.name, function.system_name, function.filename].map(text);
        (name, system_name, file, function.start_line, it.line)
    };
    let location = |id: &u64| {
        let it = profile.location.iter().find(|it| it.id == *id).unwrap();
        Location {
            address: it.address,
            mapping: profile.mapping.iter().find(|m| m.id == it.mapping_id).map(mapping),
            lines: it.line.iter().map(line).collect(),
        }
    };
    let sample = |it: &proto::Sample| Sample {
        values: it.value.clone(),
        stack: it.location_id.iter().map(location).collect(),
        // A label with neither text nor number says nothing.
        labels: it
            .label
            .iter()
            .filter(|it| it.str != 0 || it.num != 0 || it.num_unit != 0)
            .map(|it| match it.str {
                0 => (text(it.key), String::new(), it.num, text(it.num_unit)),
                str => (text(it.key), text(str), 0, String::new()),
            })
            .collect(),
    };
    let texts =
        [profile.default_sample_type, profile.doc_url, profile.drop_frames, profile.keep_frames];
    Read {
        types: profile.sample_type.iter().map(value_type).collect(),
        samples: profile.sample.iter().map(sample).collect(),
        main_mapping: profile.mapping.first().map(mapping),
        header: Header {
            period_type: profile.period_type.as_ref().map(value_type).unwrap_or_default(),
            texts: texts.map(text),
            comments: profile.comment.iter().map(|it| text(*it)).collect(),
            numbers: [profile.time_nanos, profile.duration_nanos, profile.period],
        },
    }
}

fn by_us(profile: &model::Profile) -> Read {
    let text = |it: StrId| profile.str(it).to_owned();
    let value_type = |it: &model::ValueType| (text(it.typ), text(it.unit));
    let mapping = |it: &model::Mapping| Mapping {
        range: (it.start, it.limit, it.offset),
        file: text(it.filename),
        build_id: text(it.build_id),
        has_functions: it.has_functions,
    };
    let line = |it: &model::Line| {
        let function = profile.function(it.function);
        let [name, system_name, file] =
            [function.name, function.system_name, function.filename].map(text);
        (name, system_name, file, function.start_line, it.line)
    };
    let location = |id: model::LocationId| {
        let it = &profile.locations[id.0 as usize];
        Location {
            address: it.address,
            mapping: it.mapping.map(|it| mapping(&profile.mappings[it.0 as usize])),
            lines: profile.lines_of(id).iter().map(line).collect(),
        }
    };
    let samples = profile.samples.iter().map(|it| Sample {
        values: it.values.to_vec(),
        stack: it.stack.iter().map(location).collect(),
        labels: profile
            .samples
            .labels(it.labels)
            .iter()
            .map(|it| match it.value {
                LabelValue::Str(value) => (text(it.key), text(value), 0, String::new()),
                LabelValue::Num(number, unit) => (text(it.key), String::new(), number, text(unit)),
            })
            .collect(),
    });
    let texts =
        [profile.default_sample_type, profile.doc_url, profile.drop_frames, profile.keep_frames];
    Read {
        types: profile.sample_types.iter().map(value_type).collect(),
        samples: samples.collect(),
        main_mapping: profile.mappings.first().map(mapping),
        header: Header {
            period_type: profile.period_type.as_ref().map(value_type).unwrap_or_default(),
            texts: texts.map(text),
            comments: profile.comments.iter().map(|it| text(*it)).collect(),
            numbers: [profile.time_nanos, profile.duration_nanos, profile.period],
        },
    }
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes.to_vec();
    }
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

fn config() -> Config {
    let rng_seed = RngSeed::Fixed(1);
    Config { cases: 3000, failure_persistence: None, rng_seed, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_decoder_reads_what_prost_reads(program in program(), profile in profile()) {
        let bytes = write(&program, &profile);
        let expected = proto::Profile::decode(&inflated(&bytes)[..]).unwrap();
        let read = by_prost(&expected);
        prop_assert_eq!(&by_us(&decode::profile(&bytes).unwrap()), &read);
        // The odd spelling itself changes nothing.
        prop_assert_eq!(&by_prost(&messages(&program, &profile)), &read);
    }
}
