//! Reads protobuf's wire format: fields of one message, varints, packed or not.
//!
//! Source: the encoding chapter of the Protocol Buffers documentation.

use super::{DecodeError, limits};

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// Fixed-width numbers, which no field of a profile uses.
    Other,
}

/// Why there is no field at the front of some bytes.
#[derive(Debug, Clone, Copy)]
pub(super) enum NoField {
    /// It goes on after the bytes: with more of them there may be one.
    Cut(&'static str),
    /// It is none, whatever follows.
    Bad(&'static str),
    /// It is longer than any of a profile.
    Long,
}

impl NoField {
    /// The error that it is where nothing follows. `at` is its offset.
    pub(super) fn error(self, at: usize) -> DecodeError {
        match self {
            NoField::Cut(what) | NoField::Bad(what) => DecodeError::Wire { at, what },
            NoField::Long => DecodeError::too_large("bytes in one field", limits::FIELD_BYTES),
        }
    }
}

/// Takes one field, its number and value, off the front.
// A call, and an answer through memory, would take longer than the work.
#[inline(always)]
pub(super) fn field<'a>(rest: &mut &'a [u8]) -> Result<(u64, Value<'a>), NoField> {
    let mut after = *rest;
    let key = match *after {
        // All that a profile has are numbered below 16.
        [key, ref tail @ ..] if key < 0x80 => {
            after = tail;
            u64::from(key)
        }
        _ => varint(&mut after)?,
    };
    let value = match key & 7 {
        0 => Value::Varint(varint(&mut after)?),
        1 => skip(&mut after, 8)?,
        2 => {
            let len = usize::try_from(varint(&mut after)?).unwrap_or(usize::MAX);
            if len > limits::FIELD_BYTES {
                return Err(NoField::Long);
            }
            let Some((bytes, tail)) = after.split_at_checked(len) else {
                return Err(NoField::Cut("a field is longer than what is left; was it cut off?"));
            };
            after = tail;
            Value::Bytes(bytes)
        }
        5 => skip(&mut after, 4)?,
        _ => return Err(NoField::Bad("a field has a type that pprof does not use")),
    };
    if key >> 3 == 0 {
        return Err(NoField::Bad("a field has number 0"));
    }
    *rest = after;
    Ok((key >> 3, value))
}

fn skip<'a>(rest: &mut &'a [u8], len: usize) -> Result<Value<'a>, NoField> {
    match rest.split_at_checked(len) {
        Some((_, tail)) => *rest = tail,
        None => return Err(NoField::Cut("a number is cut off")),
    }
    Ok(Value::Other)
}

/// Walks the fields of one message. `start` is the message's offset, for error messages.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    start: usize,
    len: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8], start: usize) -> Fields<'a> {
        Fields { rest: bytes, start, len: bytes.len() }
    }

    /// Offset of the next field.
    pub(super) fn at(&self) -> usize {
        self.start + self.len - self.rest.len()
    }

    /// The next field's number and value, or none at the end of the message.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        match field(&mut self.rest) {
            Ok(it) => Ok(Some(it)),
            Err(err) => Err(err.error(self.at())),
        }
    }
}

/// Reads one varint off the front.
///
/// Without asking for its length: a processor guesses wrong half of the time where one and two
/// bytes take turns, as they do in ids and line numbers.
#[inline(always)]
pub(super) fn varint(rest: &mut &[u8]) -> Result<u64, NoField> {
    let Some((eight, _)) = rest.split_first_chunk::<8>() else { return last_varint(rest) };
    let word = u64::from_le_bytes(*eight);
    // The first byte without its high bit is the last one.
    let ends = !word & 0x8080_8080_8080_8080;
    if ends == 0 {
        return long_varint(rest);
    }
    let n_bytes = ends.trailing_zeros() as usize / 8 + 1;
    let sevens = word & (ends ^ (ends - 1)) & 0x7f7f_7f7f_7f7f_7f7f;
    let fourteens = sevens & 0x007f_007f_007f_007f | (sevens & 0x7f00_7f00_7f00_7f00) >> 1;
    let halves = fourteens & 0x3fff_0000_3fff | (fourteens & 0x3fff_0000_3fff_0000) >> 2;
    *rest = &rest[n_bytes..];
    Ok(halves & 0x0fff_ffff | (halves >> 32) << 28)
}

/// The same near the end of a message, where there are no eight bytes to look at.
#[inline]
fn last_varint(rest: &mut &[u8]) -> Result<u64, NoField> {
    let (value, n_bytes) = match **rest {
        [a, ..] if a < 0x80 => (u64::from(a), 1),
        [a, b, ..] if b < 0x80 => (u64::from(a & 0x7f) | u64::from(b) << 7, 2),
        _ => return long_varint(rest),
    };
    *rest = &rest[n_bytes..];
    Ok(value)
}

#[inline(never)]
fn long_varint(rest: &mut &[u8]) -> Result<u64, NoField> {
    let mut value = 0u64;
    for (idx, &byte) in rest.iter().enumerate() {
        if idx == 9 && byte > 1 {
            return Err(NoField::Bad("a number is longer than 64 bits"));
        }
        value |= u64::from(byte & 0x7f) << (7 * idx);
        if byte < 0x80 {
            *rest = &rest[idx + 1..];
            return Ok(value);
        }
    }
    Err(NoField::Cut("a number is cut off"))
}

/// Calls `push` for each number of a repeated field, packed or not: Go packs from three on.
#[inline]
pub(super) fn repeated(
    value: Value<'_>,
    at: usize,
    mut push: impl FnMut(u64) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    match value {
        Value::Varint(it) => push(it),
        Value::Bytes(mut bytes) => {
            while !bytes.is_empty() {
                let Ok(it) = varint(&mut bytes) else {
                    return Err(DecodeError::Wire { at, what: "a packed number is cut off" });
                };
                push(it)?;
            }
            Ok(())
        }
        Value::Other => {
            Err(DecodeError::Wire { at, what: "numbers of a type that pprof does not use" })
        }
    }
}

/// Calls `each` with every field of a message that has numbers alone.
#[inline]
pub(super) fn numbers(
    bytes: &[u8],
    at: usize,
    mut each: impl FnMut(u64, u64),
) -> Result<(), DecodeError> {
    let mut fields = Fields::new(bytes, at);
    loop {
        let at = fields.at();
        match fields.next()? {
            Some((number, Value::Varint(value))) => each(number, value),
            // Numbers that came after these in the format are no concern of ours.
            Some((6.., _)) => {}
            Some(_) => return Err(other_type(at)),
            None => return Ok(()),
        }
    }
}

/// A known field whose value is none that it can have.
#[cold]
pub(super) fn other_type(at: usize) -> DecodeError {
    DecodeError::Wire { at, what: "a field has another type than in a profile" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn numbers_of_every_length_are_read(number: u64, n_bits in 0..64u32, n_after in 0..9usize) {
            let number = number >> n_bits;
            let mut bytes = Vec::new();
            prost::encoding::encode_varint(number, &mut bytes);
            let n_bytes = bytes.len();
            bytes.extend([0xff; 9].iter().take(n_after));
            let mut rest = bytes.as_slice();
            prop_assert_eq!(varint(&mut rest).ok(), Some(number));
            prop_assert_eq!(rest.len(), n_after);
            for len in 0..n_bytes {
                let mut rest = &bytes[..len];
                prop_assert!(matches!(varint(&mut rest), Err(NoField::Cut(_))));
            }
        }
    }
}
