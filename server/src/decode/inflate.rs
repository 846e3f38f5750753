//! Hands out the fields of a profile, whatever its bytes are wrapped in.
//!
//! A large gzipped profile is inflated on a thread of its own while the fields of what is there
//! already are read: it is never in memory as a whole, and takes little longer than inflating.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use flate2::bufread::MultiGzDecoder;

use super::wire::{Fields, NoField, Value, field};
use super::{DecodeError, limits};

/// Compressed bytes from which on a second thread is worth its start.
const LARGE: usize = 64 << 10;
/// Inflated bytes that are handed over at once: they fit into the cache of a core.
const BLOCK: usize = 64 << 10;
/// Room before a block for the beginning of a field that the block before it ends with.
const ROOM: usize = 64 << 10;
/// Blocks that are filled before anybody reads them.
const AHEAD: usize = 4;

/// Calls `each` with the number, value and offset of every top-level field, in order.
///
/// One layer of gzip is taken off, several members are joined, the bound counts across them.
pub(super) fn each_field(
    bytes: &[u8],
    mut each: impl FnMut(u64, Value<'_>, usize) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    if !is_gzip(bytes) {
        return each_of_whole(bytes, each);
    }
    if bytes.len() < LARGE {
        let mut inflated = Inflater::new(bytes);
        return each_of_blocks(|used| inflated.block(used), &mut each);
    }
    let (send_block, blocks) = sync_channel(AHEAD);
    let (send_empty, empties) = sync_channel(AHEAD + 2);
    thread::scope(|scope| {
        scope.spawn(move || inflate_blocks(bytes, &send_block, &empties));
        let next = |used: Option<Vec<u8>>| {
            // A block that cannot be used again is no loss.
            used.map(|it| send_empty.try_send(it));
            blocks.recv().unwrap_or(Ok(None))
        };
        let result = each_of_blocks(next, &mut each);
        // Whoever inflates finds nobody at the other end, and stops.
        drop(blocks);
        result
    })
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

fn each_of_whole(
    bytes: &[u8],
    mut each: impl FnMut(u64, Value<'_>, usize) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    if let Some(start) = text_start(bytes) {
        return Err(DecodeError::Text(start));
    }
    let mut fields = Fields::new(bytes, 0);
    loop {
        let at = fields.at();
        let Some((number, value)) = fields.next()? else { return Ok(()) };
        each(number, value, at)?;
    }
}

/// What the first inflated bytes tell.
fn check_start(bytes: &[u8]) -> Result<(), DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    if is_gzip(bytes) {
        return Err(DecodeError::Invalid("it is gzipped twice; gunzip it once".to_owned()));
    }
    match text_start(bytes) {
        Some(start) => Err(DecodeError::Text(start)),
        None => Ok(()),
    }
}

/// No profile starts with a line of printable text: its first byte is the tag of a message.
fn text_start(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(64)];
    let printable = |it: &u8| matches!(it, b'\t' | b'\n' | b'\r' | 0x20..=0x7e);
    let is_text = head.len() >= 4 && head.iter().all(printable) && !head.starts_with(b"\n");
    is_text.then(|| String::from_utf8_lossy(head).lines().next().unwrap_or_default().to_owned())
}

/// Inflates within the bound.
struct Inflater<'a> {
    gzip: MultiGzDecoder<&'a [u8]>,
    n_bytes: u64,
}

impl<'a> Inflater<'a> {
    fn new(bytes: &'a [u8]) -> Inflater<'a> {
        Inflater { gzip: MultiGzDecoder::new(bytes), n_bytes: 0 }
    }

    /// Fills `out` as far as there is something; returns the number of bytes.
    fn read(&mut self, out: &mut [u8]) -> Result<usize, DecodeError> {
        let mut end = 0;
        while end < out.len() {
            match self.gzip.read(&mut out[end..]) {
                Ok(0) => break,
                Ok(n_bytes) => end += n_bytes,
                Err(err) => return Err(DecodeError::Gzip(err.to_string())),
            }
        }
        self.n_bytes += end as u64;
        if self.n_bytes > limits::INFLATED_BYTES {
            return Err(DecodeError::TooLarge {
                what: "bytes when inflated",
                limit: limits::INFLATED_BYTES,
            });
        }
        Ok(end)
    }

    /// The next block, in bytes of an earlier one if there are any; none at the end.
    fn block(&mut self, bytes: Option<Vec<u8>>) -> Result<Option<Block>, DecodeError> {
        let mut bytes = bytes.unwrap_or_else(|| vec![0; ROOM + BLOCK]);
        let end = ROOM + self.read(&mut bytes[ROOM..])?;
        Ok((end > ROOM).then_some(Block { bytes, end }))
    }
}

/// Inflated bytes, from [`ROOM`] to `end`.
struct Block {
    bytes: Vec<u8>,
    end: usize,
}

/// Fills blocks until there is nothing more, or nobody wants more.
fn inflate_blocks(
    bytes: &[u8],
    blocks: &SyncSender<Result<Option<Block>, DecodeError>>,
    empties: &Receiver<Vec<u8>>,
) {
    let mut inflated = Inflater::new(bytes);
    loop {
        let block = inflated.block(empties.try_recv().ok());
        let is_last = !matches!(block, Ok(Some(_)));
        if blocks.send(block).is_err() || is_last {
            return;
        }
    }
}

/// `next` gives the next block, and takes the bytes of the last one back.
fn each_of_blocks(
    mut next: impl FnMut(Option<Vec<u8>>) -> Result<Option<Block>, DecodeError>,
    each: &mut impl FnMut(u64, Value<'_>, usize) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    // The beginning of a field whose end is in a block to come, and its offset.
    let mut begun: Vec<u8> = Vec::new();
    let mut at = 0;
    let mut is_first = true;
    let mut used = None;
    while let Some(Block { bytes: mut block, end }) = next(used.take())? {
        if std::mem::take(&mut is_first) {
            check_start(&block[ROOM..end])?;
        }
        let is_long = begun.len() > ROOM;
        let mut rest: &[u8] = if is_long {
            begun.extend_from_slice(&block[ROOM..end]);
            &begun
        } else {
            let start = ROOM - begun.len();
            block[start..ROOM].copy_from_slice(&begun);
            &block[start..end]
        };
        while !rest.is_empty() {
            let before = rest.len();
            match field(&mut rest) {
                Ok((number, value)) => {
                    each(number, value, at)?;
                    at += before - rest.len();
                }
                Err(NoField::Cut(_)) => break,
                Err(err) => return Err(err.error(at)),
            }
        }
        let n_left = rest.len();
        if is_long {
            begun.drain(..begun.len() - n_left);
        } else {
            begun.clear();
            begun.extend_from_slice(&block[end - n_left..end]);
        }
        used = Some(block);
    }
    if is_first {
        return Err(DecodeError::Empty);
    }
    if !begun.is_empty() {
        // Read as the end that it is, it says what is wrong with it.
        Fields::new(&begun, at).next()?;
    }
    Ok(())
}
