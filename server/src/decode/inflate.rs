//! Turns a capture's bytes into protobuf bytes: gunzips what is gzipped, within a bound.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::{DecodeError, limits};

/// One layer of gzip is taken off, several members are joined, the bound counts across them.
pub(super) fn inflate(bytes: &[u8]) -> Result<Cow<'_, [u8]>, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::with_capacity(expected_size(bytes));
    MultiGzDecoder::new(bytes)
        .take(limits::INFLATED_BYTES + 1)
        .read_to_end(&mut out)
        .map_err(|err| DecodeError::Gzip(err.to_string()))?;
    if out.len() as u64 > limits::INFLATED_BYTES {
        return Err(DecodeError::TooLarge {
            what: "bytes when inflated",
            limit: limits::INFLATED_BYTES,
        });
    }
    if out.is_empty() {
        return Err(DecodeError::Empty);
    }
    if out.starts_with(&[0x1f, 0x8b]) {
        return Err(DecodeError::Invalid("it is gzipped twice; gunzip it once".to_owned()));
    }
    Ok(Cow::Owned(out))
}

/// The last four bytes of a member hold its size modulo 2^32: a hint, which may lie.
fn expected_size(bytes: &[u8]) -> usize {
    const MOST: usize = 64 << 20;
    match bytes.last_chunk::<4>() {
        Some(it) => (u32::from_le_bytes(*it) as usize).min(MOST).min(bytes.len() * 64) + 64,
        None => 0,
    }
}
