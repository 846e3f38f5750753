//! Turns the sample messages into the flat sample table.

use foldhash::HashMap;

use crate::model::{Label, LabelSetId, LabelValue, LocationId, PackedStack, Samples, StrId, pack};

use super::ids::Ids;
use super::wire::{Fields, Value, repeated, varint};
use super::{DecodeError, limits};

/// Collects samples. The one that was read last stays at hand, unpacked.
#[derive(Default)]
pub(super) struct SampleReader {
    samples: Samples,
    /// Highest string index used by a label, and the lowest: both are checked at the end.
    label_strings: (i64, i64),
    /// Sets of labels by their bytes: most samples have those of another one.
    known_labels: HashMap<Box<[u8]>, LabelSetId>,
    n_known_bytes: usize,
    values: Vec<i64>,
    stack: Vec<LocationId>,
    packed: Vec<u8>,
    labels: Vec<u8>,
    /// Offset of the sample that was read last.
    at: usize,
    n_read: usize,
}

/// What an entry of the known labels takes beside their bytes.
const KNOWN_BYTES: usize = 64;

impl SampleReader {
    /// Bytes in memory that the kept samples take.
    #[inline]
    pub(super) fn n_bytes(&self) -> usize {
        self.samples.n_bytes() + self.n_known_bytes
    }

    /// Number of samples that were read.
    pub(super) fn n_read(&self) -> usize {
        self.n_read
    }

    /// Values and stack of the sample that was read last.
    pub(super) fn last(&self) -> (&[i64], &[LocationId]) {
        (&self.values, &self.stack)
    }

    /// Reads one sample message that starts at byte `at`. It is lost unless [`Self::keep`] is
    /// called.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        at: usize,
        locations: &mut Ids,
    ) -> Result<(), DecodeError> {
        if self.n_read >= limits::SAMPLES {
            return Err(DecodeError::too_large("samples", limits::SAMPLES));
        }
        self.values.clear();
        self.stack.clear();
        self.packed.clear();
        self.labels.clear();
        let mut n_labels = 0;
        let mut fields = Fields::new(bytes, at);
        loop {
            let at = fields.at();
            let Some((number, value)) = fields.next()? else { break };
            match (number, value) {
                (1, value) => self.frames(value, at, locations)?,
                (2, value) => repeated(value, at, |it| {
                    if self.values.len() >= limits::VALUES {
                        return Err(DecodeError::too_large("values in a sample", limits::VALUES));
                    }
                    self.values.push(it as i64);
                    Ok(())
                })?,
                (3, Value::Bytes(label)) => {
                    n_labels += 1;
                    if n_labels > limits::LABELS {
                        return Err(DecodeError::too_large("labels in a sample", limits::LABELS));
                    }
                    // Each with its length, so that two are not taken for a longer one.
                    self.labels.extend_from_slice(&(label.len() as u32).to_le_bytes());
                    self.labels.extend_from_slice(label);
                }
                _ => {}
            }
        }
        if locations.len() > limits::SYMBOLS {
            return Err(DecodeError::too_large("locations", limits::SYMBOLS));
        }
        if self.n_read == 0 {
            self.samples = Samples::new(self.values.len());
        } else if self.samples.n_values() != self.values.len() {
            return Err(DecodeError::Invalid(format!(
                "sample {} has {} values, the others have {}",
                self.n_read,
                self.values.len(),
                self.samples.n_values()
            )));
        }
        self.n_read += 1;
        self.at = at;
        Ok(())
    }

    /// Keeps the sample that was read last.
    pub(super) fn keep(&mut self) -> Result<(), DecodeError> {
        let labels = match self.labels.is_empty() {
            true => LabelSetId::EMPTY,
            false => self.label_set()?,
        };
        self.samples.push(&self.values, PackedStack::of_packed(&self.packed), labels);
        Ok(())
    }

    /// Reads location ids, packed or not.
    #[inline]
    fn frames(
        &mut self,
        value: Value<'_>,
        at: usize,
        locations: &mut Ids,
    ) -> Result<(), DecodeError> {
        let n_before = self.stack.len();
        let mut bytes = match value {
            Value::Bytes(it) => it,
            Value::Varint(id) => return self.frame(id, locations),
            Value::Other => return repeated(value, at, |_| Ok(())),
        };
        // Where ids are indices plus one, as Go numbers them, the bytes are in our form already.
        let all = bytes;
        loop {
            if let Some((four, rest)) = two_byte_numbers(bytes)
                && four.iter().all(|it| locations.dense_index(u64::from(*it)).is_some())
            {
                self.stack.extend_from_slice(&four.map(|it| LocationId(u32::from(it) - 1)));
                bytes = rest;
                continue;
            }
            if bytes.is_empty() {
                break;
            }
            let before = bytes.len();
            let Ok(id) = varint(&mut bytes) else {
                return Err(DecodeError::Wire { at, what: "a packed number is cut off" });
            };
            let n_bytes = before - bytes.len();
            match locations.dense_index(id) {
                Some(index) if n_bytes == 1 || id >> (7 * (n_bytes - 1)) != 0 => {
                    self.stack.push(LocationId(index));
                }
                _ => return self.rest_of_frames(n_before, id, bytes, at, locations),
            }
        }
        if self.stack.len() > limits::FRAMES {
            return Err(DecodeError::too_large("frames in a sample", limits::FRAMES));
        }
        self.packed.extend_from_slice(all);
        Ok(())
    }

    /// The same, one by one, from an id on that is not in our form.
    #[cold]
    fn rest_of_frames(
        &mut self,
        n_packed: usize,
        id: u64,
        bytes: &[u8],
        at: usize,
        locations: &mut Ids,
    ) -> Result<(), DecodeError> {
        for &it in &self.stack[n_packed..] {
            pack(it, &mut self.packed);
        }
        self.frame(id, locations)?;
        repeated(Value::Bytes(bytes), at, |id| self.frame(id, locations))
    }

    fn frame(&mut self, id: u64, locations: &mut Ids) -> Result<(), DecodeError> {
        if id == 0 {
            return Err(DecodeError::Invalid(
                "a sample names location 0, which is reserved".to_owned(),
            ));
        }
        if self.stack.len() >= limits::FRAMES {
            return Err(DecodeError::too_large("frames in a sample", limits::FRAMES));
        }
        let location = LocationId(locations.index(id));
        self.stack.push(location);
        pack(location, &mut self.packed);
        Ok(())
    }

    /// The set of the labels whose bytes were collected.
    fn label_set(&mut self) -> Result<LabelSetId, DecodeError> {
        if let Some(&it) = self.known_labels.get(self.labels.as_slice()) {
            return Ok(it);
        }
        let mut labels = Vec::new();
        let mut rest = self.labels.as_slice();
        while let Some((len, tail)) = rest.split_first_chunk::<4>() {
            let (label, tail) = tail.split_at(u32::from_le_bytes(*len) as usize);
            labels.extend(read_label(label, self.at, &mut self.label_strings)?);
            rest = tail;
        }
        let set = self.samples.label_set(&labels);
        self.known_labels.insert(self.labels.as_slice().into(), set);
        self.n_known_bytes += self.labels.len() + KNOWN_BYTES;
        Ok(set)
    }

    /// The samples, checked against the number of sample types and of strings.
    pub(super) fn finish(
        mut self,
        n_types: usize,
        n_strings: usize,
    ) -> Result<Samples, DecodeError> {
        if self.n_read == 0 {
            self.samples = Samples::new(n_types);
        } else if n_types == 0 {
            return Err(DecodeError::Invalid("it has samples but no sample type".to_owned()));
        } else if self.samples.n_values() != n_types {
            return Err(DecodeError::Invalid(format!(
                "a sample has {} values for {n_types} sample types",
                self.samples.n_values()
            )));
        }
        let (highest, lowest) = self.label_strings;
        if lowest < 0 || highest >= n_strings as i64 {
            return Err(DecodeError::Invalid(format!(
                "a label names string {}, the profile has {n_strings}",
                if lowest < 0 { lowest } else { highest }
            )));
        }
        Ok(self.samples)
    }
}

/// Four numbers of two bytes each, which is what most ids of a large profile are, and the bytes
/// after them; none where the next eight bytes are anything else.
#[inline]
fn two_byte_numbers(bytes: &[u8]) -> Option<([u16; 4], &[u8])> {
    let (eight, rest) = bytes.split_first_chunk::<8>()?;
    let word = u64::from_le_bytes(*eight);
    // A byte with its high bit set goes on in the next one.
    if word & 0x8080_8080_8080_8080 != 0x0080_0080_0080_0080 {
        return None;
    }
    let lanes = (word & 0x007f_007f_007f_007f) | (word & 0x7f00_7f00_7f00_7f00) >> 1;
    let four = [lanes as u16, (lanes >> 16) as u16, (lanes >> 32) as u16, (lanes >> 48) as u16];
    // A second byte of 0 is not how such a number is written.
    four.iter().all(|it| *it >= 0x80).then_some((four, rest))
}

/// A label without a text and with number 0 is how Go writes the number 0.
fn read_label(
    bytes: &[u8],
    at: usize,
    strings: &mut (i64, i64),
) -> Result<Option<Label>, DecodeError> {
    let (mut key, mut text, mut number, mut unit) = (0i64, 0i64, 0i64, 0i64);
    let mut fields = Fields::new(bytes, at);
    while let Some((field, value)) = fields.next()? {
        let Value::Varint(it) = value else { continue };
        match field {
            1 => key = it as i64,
            2 => text = it as i64,
            3 => number = it as i64,
            4 => unit = it as i64,
            _ => {}
        }
    }
    for index in [key, text, unit] {
        strings.0 = strings.0.max(index);
        strings.1 = strings.1.min(index);
    }
    let id = |index: i64| StrId(index as u32);
    let value = if text != 0 {
        LabelValue::Str(id(text))
    } else if number != 0 || unit != 0 {
        LabelValue::Num(number, id(unit))
    } else {
        // As in pprof, a label with neither text nor number says nothing.
        return Ok(None);
    };
    Ok(Some(Label { key: id(key), value }))
}
