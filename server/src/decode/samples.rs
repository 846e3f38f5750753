//! Turns the sample messages into the flat sample table.

use crate::model::{Label, LabelValue, LocationId, Samples, StrId};

use super::ids::Ids;
use super::wire::{Fields, Value, repeated};
use super::{DecodeError, limits};

/// Collects samples; location ids are resolved by the caller's [`Ids`] when all is read.
#[derive(Default)]
pub(super) struct SampleReader {
    samples: Samples,
    /// Highest string index used by a label, and the lowest: both are checked at the end.
    label_strings: (i64, i64),
}

impl SampleReader {
    /// Reads one sample message that starts at byte `at`.
    #[inline]
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        at: usize,
        locations: &mut Ids,
    ) -> Result<(), DecodeError> {
        let samples = &mut self.samples;
        if samples.stack_ends.len() >= limits::SAMPLES {
            return Err(DecodeError::too_large("samples", limits::SAMPLES));
        }
        let (n_values, n_frames, n_labels) =
            (samples.values.len(), samples.stacks.len(), samples.labels.len());
        let mut fields = Fields::new(bytes, at);
        loop {
            let at = fields.at();
            let Some((number, value)) = fields.next()? else { break };
            match (number, value) {
                (1, value) => repeated(value, at, |id| {
                    if id == 0 {
                        return Err(DecodeError::Invalid(
                            "a sample names location 0, which is reserved".to_owned(),
                        ));
                    }
                    if samples.stacks.len() - n_frames >= limits::FRAMES {
                        return Err(DecodeError::too_large("frames in a sample", limits::FRAMES));
                    }
                    samples.stacks.push(LocationId(locations.index(id)));
                    Ok(())
                })?,
                (2, value) => repeated(value, at, |it| {
                    if samples.values.len() - n_values >= limits::VALUES {
                        return Err(DecodeError::too_large("values in a sample", limits::VALUES));
                    }
                    samples.values.push(it as i64);
                    Ok(())
                })?,
                (3, Value::Bytes(bytes)) => {
                    if samples.labels.len() - n_labels >= limits::LABELS {
                        return Err(DecodeError::too_large("labels in a sample", limits::LABELS));
                    }
                    if samples.label_ends.is_empty() {
                        samples.label_ends.resize(samples.stack_ends.len(), 0);
                    }
                    let label = read_label(bytes, at, &mut self.label_strings)?;
                    samples.labels.extend(label);
                }
                _ => {}
            }
        }
        if samples.stacks.len() > limits::ALL_FRAMES {
            return Err(DecodeError::too_large("frames", limits::ALL_FRAMES));
        }
        if locations.len() > limits::SYMBOLS {
            return Err(DecodeError::too_large("locations", limits::SYMBOLS));
        }
        let n_values = samples.values.len() - n_values;
        if samples.is_empty() {
            samples.n_values = n_values;
        } else if samples.n_values != n_values {
            return Err(DecodeError::Invalid(format!(
                "sample {} has {n_values} values, the others have {}",
                samples.len(),
                samples.n_values
            )));
        }
        samples.stack_ends.push(samples.stacks.len() as u32);
        if !samples.labels.is_empty() || !samples.label_ends.is_empty() {
            samples.label_ends.push(samples.labels.len() as u32);
        }
        Ok(())
    }

    /// The samples, checked against the number of sample types and of strings.
    pub(super) fn finish(
        mut self,
        n_types: usize,
        n_strings: usize,
    ) -> Result<Samples, DecodeError> {
        let samples = &mut self.samples;
        if samples.is_empty() {
            samples.n_values = n_types;
        } else if n_types == 0 {
            return Err(DecodeError::Invalid("it has samples but no sample type".to_owned()));
        } else if samples.n_values != n_types {
            return Err(DecodeError::Invalid(format!(
                "a sample has {} values for {n_types} sample types",
                samples.n_values
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
