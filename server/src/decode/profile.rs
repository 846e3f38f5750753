//! Turns the bytes of a capture into a checked `Profile`.
//!
//! Two steps, since the order of a profile's messages is free: Go writes the strings last,
//! pprof writes the samples first. The first step reads each message into its table and gives
//! ids dense indices; the second checks that every index leads somewhere.

use prost::Message;

use crate::model::{
    Function, FunctionId, Line, Location, Mapping, MappingId, Profile, SampleSink, Samples, StrId,
    ValueType,
};

use super::cost::{FrameLines, check_tables, check_texts};
use super::ids::Ids;
use super::inflate::each_field;
use super::samples::SampleReader;
use super::wire::{Fields, Value, numbers, other_type, repeated};
use super::{DecodeError, limits, messages};

/// Decodes a profile: protobuf, gzipped or not.
///
/// # Errors
/// [`DecodeError`]; the message says what is wrong and what to do. Never panics.
pub fn profile(bytes: &[u8]) -> Result<Profile, DecodeError> {
    profile_into(bytes, &mut ())
}

/// Decodes a profile and hands each sample to `sink` as soon as its locations are known.
///
/// # Errors
/// As [`profile`]; the sink may have been given samples by then.
pub fn profile_into(bytes: &[u8], sink: &mut impl SampleSink) -> Result<Profile, DecodeError> {
    read(bytes, Reader { keeps_samples: true, ..Reader::default() }, sink)
}

/// The same where nobody needs the samples but `sink`: the profile has none, and takes no more
/// memory than what they refer to.
///
/// # Errors
/// As [`profile_into`].
pub fn symbols_into(bytes: &[u8], sink: &mut impl SampleSink) -> Result<Profile, DecodeError> {
    read(bytes, Reader::default(), sink)
}

fn read(
    bytes: &[u8],
    mut reader: Reader,
    sink: &mut impl SampleSink,
) -> Result<Profile, DecodeError> {
    each_field(bytes, |number, value, at| {
        match (number, value) {
            (2, Value::Bytes(bytes)) => reader.sample(bytes, at, sink)?,
            _ => reader.field(number, value, at)?,
        }
        check_tables(&reader.profile, reader.samples.n_bytes())
    })?;
    reader.finish(sink)
}

/// What has been read so far. String indices stay as written until [`Reader::finish`].
#[derive(Default)]
struct Reader {
    profile: Profile,
    samples: SampleReader,
    keeps_samples: bool,
    /// Number of samples that the sink has got.
    n_given: usize,
    n_strings_read: usize,
    mappings: Ids,
    locations: Ids,
    functions: Ids,
    frame_lines: FrameLines,
    /// Bytes of the longest string.
    longest_string: usize,
    /// Index of the mapping that the file has first: the program itself.
    first_mapping: Option<u32>,
    /// Lowest and highest string index that a message named.
    string_range: (i64, i64),
}

impl Reader {
    #[inline]
    fn sample(
        &mut self,
        bytes: &[u8],
        at: usize,
        sink: &mut impl SampleSink,
    ) -> Result<(), DecodeError> {
        self.samples.read(bytes, at, &mut self.locations)?;
        // What the sink has not got by the end it gets then, in the same order.
        let is_given = self.locations.are_defined() && self.n_given + 1 == self.samples.n_read();
        if is_given {
            let (values, stack) = self.samples.last();
            self.frame_lines.add_sample(&self.profile, stack)?;
            sink.sample(&self.profile, values, stack);
            self.n_given += 1;
        }
        if !is_given || self.keeps_samples { self.samples.keep() } else { Ok(()) }
    }

    fn field(&mut self, number: u64, value: Value<'_>, at: usize) -> Result<(), DecodeError> {
        match (number, value) {
            (1, Value::Bytes(bytes)) => {
                let it = self.value_type(bytes, at)?;
                if self.profile.sample_types.len() >= limits::VALUES {
                    return Err(DecodeError::too_large("sample types", limits::VALUES));
                }
                self.profile.sample_types.push(it);
            }
            (3, Value::Bytes(bytes)) => self.mapping(bytes, at)?,
            (4, Value::Bytes(bytes)) => self.location(bytes, at)?,
            (5, Value::Bytes(bytes)) => self.function(bytes, at)?,
            (6, Value::Bytes(bytes)) => self.string(bytes)?,
            (7, Value::Varint(it)) => self.profile.drop_frames = self.str_id(it as i64),
            (8, Value::Varint(it)) => self.profile.keep_frames = self.str_id(it as i64),
            (9, Value::Varint(it)) => {
                if self.profile.time_nanos != 0 {
                    return Err(DecodeError::Invalid(
                        "it is two profiles, one after the other; pass them as two files"
                            .to_owned(),
                    ));
                }
                self.profile.time_nanos = it as i64;
            }
            (10, Value::Varint(it)) => self.profile.duration_nanos = it as i64,
            (11, Value::Bytes(bytes)) => {
                self.profile.period_type = Some(self.value_type(bytes, at)?);
            }
            (12, Value::Varint(it)) => self.profile.period = it as i64,
            (13, value) => repeated(value, at, |it| {
                if self.profile.comments.len() >= limits::COMMENTS {
                    return Err(DecodeError::too_large("comments", limits::COMMENTS));
                }
                let id = self.str_id(it as i64);
                self.profile.comments.push(id);
                Ok(())
            })?,
            (14, Value::Varint(it)) => self.profile.default_sample_type = self.str_id(it as i64),
            (15, Value::Varint(it)) => self.profile.doc_url = self.str_id(it as i64),
            _ => {}
        }
        Ok(())
    }

    /// Notes a string index for the check at the end.
    fn str_id(&mut self, index: i64) -> StrId {
        self.string_range.0 = self.string_range.0.min(index);
        self.string_range.1 = self.string_range.1.max(index);
        StrId(index as u32)
    }

    fn value_type(&mut self, bytes: &[u8], at: usize) -> Result<ValueType, DecodeError> {
        let it: messages::ValueType = message(bytes, at)?;
        Ok(ValueType { typ: self.str_id(it.typ), unit: self.str_id(it.unit) })
    }

    fn string(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        if bytes.len() > limits::STRING_BYTES {
            return Err(DecodeError::too_large("bytes in a string", limits::STRING_BYTES));
        }
        if self.n_strings_read >= limits::STRINGS {
            return Err(DecodeError::too_large("strings", limits::STRINGS));
        }
        self.n_strings_read += 1;
        self.longest_string = self.longest_string.max(bytes.len());
        if self.n_strings_read > 1 {
            self.profile.strings.push(&String::from_utf8_lossy(bytes));
        } else if !bytes.is_empty() {
            return Err(DecodeError::Invalid("the first string is not empty".to_owned()));
        }
        Ok(())
    }

    fn mapping(&mut self, bytes: &[u8], at: usize) -> Result<(), DecodeError> {
        if self.profile.mappings.len() >= limits::MAPPINGS {
            return Err(DecodeError::too_large("mappings", limits::MAPPINGS));
        }
        let it: messages::Mapping = message(bytes, at)?;
        let entry = Mapping {
            start: it.memory_start,
            limit: it.memory_limit,
            offset: it.file_offset,
            filename: self.str_id(it.filename),
            build_id: self.str_id(it.build_id),
            has_functions: it.has_functions,
        };
        define(
            &mut self.mappings,
            &mut self.profile.mappings,
            it.id,
            entry,
            NO_MAPPING,
            "mapping",
        )?;
        self.first_mapping.get_or_insert_with(|| self.mappings.index(it.id));
        Ok(())
    }

    fn function(&mut self, bytes: &[u8], at: usize) -> Result<(), DecodeError> {
        let (mut id, mut entry) = (0, NO_FUNCTION);
        numbers(bytes, at, |number, value| match number {
            1 => id = value,
            2 => entry.name = self.str_id(value as i64),
            3 => entry.system_name = self.str_id(value as i64),
            4 => entry.filename = self.str_id(value as i64),
            5 => entry.start_line = value as i64,
            _ => {}
        })?;
        define(&mut self.functions, &mut self.profile.functions, id, entry, NO_FUNCTION, "function")
    }

    fn location(&mut self, bytes: &[u8], at: usize) -> Result<(), DecodeError> {
        let (mut id, mut mapping_id, mut address) = (0, 0, 0);
        let first_line = self.profile.lines.len() as u32;
        let mut fields = Fields::new(bytes, at);
        loop {
            let at = fields.at();
            let Some((number, value)) = fields.next()? else { break };
            match (number, value) {
                (1, Value::Varint(it)) => id = it,
                (2, Value::Varint(it)) => mapping_id = it,
                (3, Value::Varint(it)) => address = it,
                (4, Value::Bytes(line)) => self.line(line, at)?,
                (1..=4, _) => return Err(other_type(at)),
                _ => {}
            }
        }
        let n_lines = self.profile.lines.len() as u32 - first_line;
        let mapping = (mapping_id != 0).then(|| MappingId(self.mappings.index(mapping_id)));
        if self.functions.len() > limits::SYMBOLS {
            return Err(DecodeError::too_large("functions", limits::SYMBOLS));
        }
        if self.mappings.len() > limits::MAPPINGS {
            return Err(DecodeError::too_large("mappings", limits::MAPPINGS));
        }
        self.frame_lines.add_location(n_lines as usize)?;
        let entry = Location { mapping, address, first_line, n_lines };
        define(&mut self.locations, &mut self.profile.locations, id, entry, NO_LOCATION, "location")
    }

    fn line(&mut self, bytes: &[u8], at: usize) -> Result<(), DecodeError> {
        if self.profile.lines.len() >= limits::LINES {
            return Err(DecodeError::too_large("lines", limits::LINES));
        }
        let (mut function_id, mut line) = (0, 0);
        numbers(bytes, at, |number, value| match number {
            1 => function_id = value,
            2 => line = value as i64,
            _ => {}
        })?;
        if function_id == 0 {
            return Err(DecodeError::Invalid("a line has no function".to_owned()));
        }
        let function = FunctionId(self.functions.index(function_id));
        self.profile.lines.push(Line { function, line });
        Ok(())
    }

    /// The one gate: after it, every index of the profile leads somewhere.
    fn finish(self, sink: &mut impl SampleSink) -> Result<Profile, DecodeError> {
        let n_strings = self.n_strings_read.max(1);
        let (lowest, highest) = self.string_range;
        if lowest < 0 || highest >= n_strings as i64 {
            return Err(DecodeError::Invalid(format!(
                "string {} is named, the profile has {n_strings}",
                if lowest < 0 { lowest } else { highest }
            )));
        }
        if let Some(id) = self.locations.undefined() {
            return Err(dangling("sample", "location", id));
        }
        if let Some(id) = self.functions.undefined() {
            return Err(dangling("location", "function", id));
        }
        let mut profile = self.profile;
        // A location in a mapping that is not there is in no mapping, as in pprof.
        profile.mappings.resize(self.mappings.len(), NO_MAPPING);
        check_texts(&profile, self.longest_string)?;
        if self.mappings.undefined().is_some() {
            let known = profile.mappings.clone();
            for location in &mut profile.locations {
                location.mapping = location.mapping.filter(|it| known[it.0 as usize] != NO_MAPPING);
            }
        }
        let samples = self.samples.finish(profile.sample_types.len(), n_strings)?;
        let mut frame_lines = self.frame_lines;
        let mut stack = Vec::new();
        let n_kept_given = if self.keeps_samples { self.n_given } else { 0 };
        for idx in n_kept_given..samples.len() {
            let sample = samples.get(idx);
            stack.clear();
            stack.extend(sample.stack);
            frame_lines.add_sample(&profile, &stack)?;
            sink.sample(&profile, sample.values, &stack);
        }
        profile.samples = match self.keeps_samples {
            true => samples,
            false => Samples::new(samples.n_values()),
        };
        match self.first_mapping {
            Some(first) => put_first(&mut profile, first),
            None => profile.mappings.clear(),
        }
        if profile.sample_types.is_empty() && profile.locations.is_empty() {
            return Err(DecodeError::Invalid(
                "it has no sample types; is this a pprof profile?".to_owned(),
            ));
        }
        Ok(profile)
    }
}

/// Mappings are numbered as they are named, and a location may name another first.
fn put_first(profile: &mut Profile, first: u32) {
    if first == 0 {
        return;
    }
    profile.mappings.swap(0, first as usize);
    for mapping in profile.locations.iter_mut().filter_map(|it| it.mapping.as_mut()) {
        mapping.0 = match mapping.0 {
            0 => first,
            it if it == first => 0,
            it => it,
        };
    }
}

const NO_MAPPING: Mapping = Mapping {
    start: 0,
    limit: 0,
    offset: 0,
    filename: StrId::EMPTY,
    build_id: StrId::EMPTY,
    has_functions: false,
};
const NO_FUNCTION: Function = Function {
    name: StrId::EMPTY,
    system_name: StrId::EMPTY,
    filename: StrId::EMPTY,
    start_line: 0,
};
const NO_LOCATION: Location = Location { mapping: None, address: 0, first_line: 0, n_lines: 0 };

fn message<M: Message + Default>(bytes: &[u8], at: usize) -> Result<M, DecodeError> {
    M::decode(bytes).map_err(|_| DecodeError::Wire { at, what: "a message is damaged" })
}

fn dangling(who: &str, what: &str, id: u64) -> DecodeError {
    DecodeError::Invalid(format!("a {who} names {what} {id}, which is not in the profile"))
}

/// Puts an entry at the index that its id has, or gets.
fn define<T: Copy>(
    ids: &mut Ids,
    table: &mut Vec<T>,
    id: u64,
    entry: T,
    filler: T,
    what: &'static str,
) -> Result<(), DecodeError> {
    if id == 0 {
        return Err(DecodeError::Invalid(format!("a {what} has id 0, which is reserved")));
    }
    if table.len() >= limits::SYMBOLS {
        return Err(DecodeError::too_large("locations or functions", limits::SYMBOLS));
    }
    let index = ids.index(id);
    if !ids.define(index) {
        return Err(DecodeError::Invalid(format!("two entries are {what} {id}")));
    }
    if index as usize >= table.len() {
        table.resize(index as usize + 1, filler);
    }
    table[index as usize] = entry;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `field(number, bytes)` as the wire has it.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![number << 3 | 2, bytes.len() as u8];
        out.extend(bytes);
        out
    }

    fn number(number: u8, value: u8) -> Vec<u8> {
        vec![number << 3, value]
    }

    /// One sample type, one sample of value 7 at `f` line 3, strings last as Go writes them.
    fn small() -> Vec<Vec<u8>> {
        vec![
            field(1, &[number(1, 1), number(2, 2)].concat()),
            field(4, &[number(1, 1), field(4, &[number(1, 1), number(2, 3)].concat())].concat()),
            field(5, &[number(1, 1), number(2, 3), number(4, 4), number(5, 2)].concat()),
            field(2, &[number(2, 7), number(1, 1)].concat()),
            field(6, b""),
            field(6, b"cpu"),
            field(6, b"nanoseconds"),
            field(6, b"main.f"),
            field(6, b"/src/f.go"),
        ]
    }

    fn without(index: usize) -> Vec<u8> {
        let mut parts = small();
        parts.remove(index);
        parts.concat()
    }

    #[test]
    fn reads_a_profile_in_any_order() {
        let forward = profile(&small().concat()).unwrap();
        let sample = forward.samples.get(0);
        assert_eq!(sample.values, [7]);
        let line = forward.lines_of(sample.stack.iter().next().unwrap())[0];
        assert_eq!(line.line, 3);
        assert_eq!(forward.str(forward.function(line.function).name), "main.f");

        let mut parts = small();
        parts[..4].reverse();
        assert_eq!(profile(&parts.concat()).unwrap(), forward);
    }

    #[test]
    fn says_what_is_wrong() {
        let message = |bytes: &[u8]| profile(bytes).unwrap_err().to_string();
        assert_eq!(message(b""), "reading profile: it is empty; was the capture cut off?");
        assert!(
            message(b"<html>login</html>").contains("this is text"),
            "{}",
            message(b"<html>login</html>")
        );
        assert!(message(&without(1)).contains("names location 1, which is not"));
        assert!(message(&without(2)).contains("names function 1, which is not"));
        assert!(message(&without(8)).contains("string 4 is named, the profile has 4"));
        assert!(message(&without(0)).contains("has samples but no sample type"));
        let mut twice = small();
        twice.push(small()[1].clone());
        assert!(message(&twice.concat()).contains("two entries are location 1"));
        let mut cut = small().concat();
        cut.truncate(cut.len() - 3);
        assert!(message(&cut).contains("was it cut off?"));
    }

    #[test]
    fn survives_a_cut_or_a_flip_anywhere() {
        let whole = small().concat();
        for at in 0..whole.len() {
            let _ = profile(&whole[..at]);
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                let _ = profile(&flipped);
            }
        }
    }
}
