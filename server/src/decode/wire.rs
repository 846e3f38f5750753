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
}

/// Takes one field, its number and value, off the front.
#[inline]
pub(super) fn field<'a>(rest: &mut &'a [u8]) -> Result<(u64, Value<'a>), NoField> {
    let mut after = *rest;
    let key = varint(&mut after)?;
    let value = match key & 7 {
        0 => Value::Varint(varint(&mut after)?),
        1 => skip(&mut after, 8)?,
        2 => {
            let len = usize::try_from(varint(&mut after)?).unwrap_or(usize::MAX);
            let Some((bytes, tail)) = after.split_at_checked(len) else {
                if len > limits::FIELD_BYTES {
                    return Err(NoField::Bad("a field is longer than any of a profile"));
                }
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
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        match field(&mut self.rest) {
            Ok(it) => Ok(Some(it)),
            Err(NoField::Cut(what) | NoField::Bad(what)) => {
                Err(DecodeError::Wire { at: self.at(), what })
            }
        }
    }
}

/// Reads one varint off the front.
#[inline]
pub(super) fn varint(rest: &mut &[u8]) -> Result<u64, NoField> {
    match **rest {
        [a, ref tail @ ..] if a < 0x80 => {
            *rest = tail;
            Ok(u64::from(a))
        }
        [a, b, ref tail @ ..] if b < 0x80 => {
            *rest = tail;
            Ok(u64::from(a & 0x7f) | u64::from(b) << 7)
        }
        _ => long_varint(rest),
    }
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
