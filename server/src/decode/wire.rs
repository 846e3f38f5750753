//! Reads protobuf's wire format: fields of one message, varints, packed or not.
//!
//! Source: the encoding chapter of the Protocol Buffers documentation.

use super::DecodeError;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// Fixed-width numbers, which no field of a profile uses.
    Other,
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

    fn error(&self, what: &'static str) -> DecodeError {
        DecodeError::Wire { at: self.at(), what }
    }

    /// The next field's number and value, or none at the end of the message.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.skip(8)?,
            2 => {
                let len = self.varint()?;
                let len = usize::try_from(len).unwrap_or(usize::MAX);
                let Some((bytes, rest)) = self.rest.split_at_checked(len) else {
                    return Err(self.error("a field is longer than what is left; was it cut off?"));
                };
                self.rest = rest;
                Value::Bytes(bytes)
            }
            5 => self.skip(4)?,
            _ => return Err(self.error("a field has a type that pprof does not use")),
        };
        if key >> 3 == 0 {
            return Err(self.error("a field has number 0"));
        }
        Ok(Some((key >> 3, value)))
    }

    fn skip(&mut self, len: usize) -> Result<Value<'a>, DecodeError> {
        match self.rest.split_at_checked(len) {
            Some((_, rest)) => self.rest = rest,
            None => return Err(self.error("a number is cut off")),
        }
        Ok(Value::Other)
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, DecodeError> {
        match varint(&mut self.rest) {
            Some(it) => Ok(it),
            None => Err(self.error("a number is cut off or longer than 64 bits")),
        }
    }
}

/// Reads one varint off the front.
#[inline]
pub(super) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let (&first, tail) = rest.split_first()?;
    if first < 0x80 {
        *rest = tail;
        return Some(u64::from(first));
    }
    long_varint(rest)
}

fn long_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for (idx, &byte) in rest.iter().enumerate().take(10) {
        if idx == 9 && byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * idx);
        if byte < 0x80 {
            *rest = &rest[idx + 1..];
            return Some(value);
        }
    }
    None
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
                let Some(it) = varint(&mut bytes) else {
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
