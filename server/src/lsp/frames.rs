//! Turns a byte stream into message bodies and back: the `Content-Length` framing of LSP.
//!
//! Nothing is allocated on the word of a header: a body grows as its bytes come, and every part
//! has a limit. A bad header is reported once, then the reader looks for the next good one.
//!
//! Source: "Base Protocol" of the Language Server Protocol specification 3.17.

use std::io;

use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};

/// Longest header line.
const MAX_LINE_BYTES: usize = 8 * 1024;
/// Longest block of header lines before one body.
const MAX_BLOCK_BYTES: usize = 64 * 1024;
/// Longest body.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;

/// Why no message could be read. Reading may go on after each of them but `Io`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("message header: a line is longer than {MAX_LINE_BYTES} bytes")]
    LongLine,
    #[error("message header: more than {MAX_BLOCK_BYTES} bytes without a message")]
    LongBlock,
    #[error("message header: no Content-Length")]
    NoLength,
    #[error("message header: two different values of Content-Length")]
    TwoLengths,
    #[error("message header: Content-Length {0:?} is no number")]
    BadLength(String),
    #[error("message header: Content-Length {0} is over the limit of {MAX_BODY_BYTES} bytes")]
    TooLarge(u64),
    #[error("reading messages: {0}")]
    Io(#[from] io::Error),
}

/// Reads message bodies.
pub(crate) struct FrameReader<R> {
    input: BufReader<R>,
    /// The last header was bad: skip lines until one holds a good `Content-Length`.
    lost: bool,
}

enum Line {
    /// Without its end.
    Text(Vec<u8>),
    /// Over the limit: only the tail is kept.
    Tail(Vec<u8>),
    End,
}

impl<R: tokio::io::AsyncRead + Unpin> FrameReader<R> {
    /// Reads from `input`, buffered.
    pub(crate) fn new(input: R) -> FrameReader<R> {
        FrameReader { input: BufReader::with_capacity(64 * 1024, input), lost: false }
    }

    /// The next message body; none at the end of the stream, also in the middle of a message.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let length = match self.header().await {
            Ok(Some(it)) => it,
            Ok(None) => return Ok(None),
            Err(err) => {
                self.lost = true;
                return Err(err);
            }
        };
        self.lost = false;
        let mut body = Vec::with_capacity(length.min(64 * 1024) as usize);
        (&mut self.input).take(length).read_to_end(&mut body).await?;
        Ok((body.len() as u64 == length).then_some(body))
    }

    async fn header(&mut self) -> Result<Option<u64>, FrameError> {
        let mut length = if self.lost {
            match self.find_length().await? {
                Some(it) => Some(it),
                None => return Ok(None),
            }
        } else {
            None
        };
        let mut n_bytes = 0;
        loop {
            let line = match read_line(&mut self.input).await? {
                Line::End => return Ok(None),
                Line::Tail(_) => return Err(FrameError::LongLine),
                Line::Text(it) => it,
            };
            n_bytes += line.len() + 2;
            if n_bytes > MAX_BLOCK_BYTES {
                return Err(FrameError::LongBlock);
            }
            if line.is_empty() {
                return length.map(Some).ok_or(FrameError::NoLength);
            }
            if let Some(found) = content_length(&line) {
                let found = found?;
                if length.is_some_and(|it| it != found) {
                    return Err(FrameError::TwoLengths);
                }
                length = Some(found);
            }
        }
    }

    /// Skips to the next line that ends in a good `Content-Length: N`. A body that was not
    /// understood has no line end of its own, so the header may stand behind it.
    async fn find_length(&mut self) -> Result<Option<u64>, FrameError> {
        loop {
            let line = match read_line(&mut self.input).await? {
                Line::End => return Ok(None),
                Line::Text(it) | Line::Tail(it) => it,
            };
            let lower = line.to_ascii_lowercase();
            let start = memchr::memmem::rfind(&lower, b"content-length:");
            if let Some(Ok(length)) = start.and_then(|it| content_length(&line[it..])) {
                return Ok(Some(length));
            }
        }
    }
}

/// The value of a `Content-Length` line; none for any other line.
fn content_length(line: &[u8]) -> Option<Result<u64, FrameError>> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
    if !name.eq_ignore_ascii_case(b"content-length") {
        return None;
    }
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let number = str::from_utf8(value).ok().filter(|_| digits);
    Some(match number.and_then(|it| it.parse::<u64>().ok()) {
        Some(it) if it <= MAX_BODY_BYTES => Ok(it),
        Some(it) => Err(FrameError::TooLarge(it)),
        None => Err(FrameError::BadLength(
            String::from_utf8_lossy(&value[..value.len().min(40)]).into(),
        )),
    })
}

async fn read_line<R: AsyncBufRead + Unpin>(input: &mut R) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut is_long = false;
    loop {
        let chunk = input.fill_buf().await?;
        if chunk.is_empty() {
            return Ok(Line::End);
        }
        let newline = memchr::memchr(b'\n', chunk);
        let n_taken = newline.map_or(chunk.len(), |it| it + 1);
        line.extend_from_slice(&chunk[..n_taken]);
        input.consume(n_taken);
        if line.len() > MAX_LINE_BYTES {
            is_long = true;
            line.drain(..line.len() - MAX_LINE_BYTES);
        }
        if newline.is_some() {
            line.pop();
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(if is_long { Line::Tail(line) } else { Line::Text(line) });
        }
    }
}

/// Writes one message body with its header, without flushing.
pub(crate) async fn write_frame<W>(output: &mut W, body: &[u8]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    output.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await?;
    output.write_all(body).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line for each message or error that `input` holds.
    async fn read_all(input: &[u8]) -> Vec<String> {
        let mut frames = FrameReader::new(input);
        let mut seen = Vec::new();
        loop {
            match frames.next().await {
                Ok(Some(body)) => seen.push(String::from_utf8_lossy(&body).into_owned()),
                Ok(None) => return seen,
                Err(err) => seen.push(format!("error: {err}")),
            }
        }
    }

    #[tokio::test]
    async fn reads_messages_and_skips_other_headers() {
        let input = b"Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x\r\n\r\n[1]";
        assert_eq!(read_all(input).await, ["{}", "[1]"]);
    }

    #[tokio::test]
    async fn stops_silently_in_the_middle_of_a_message() {
        assert!(read_all(b"Content-Length: 9\r\n\r\n{}").await.is_empty());
        assert!(read_all(b"Content-Len").await.is_empty());
    }

    #[tokio::test]
    async fn reports_a_bad_header_once_and_finds_the_next_message() {
        for (header, message) in [
            ("Content-Length: 1000000000000", "Content-Length 1000000000000 is over the limit"),
            ("Content-Length: 18446744073709551615", "Content-Length 18446744073709551615 is over"),
            ("Content-Length: -1", r#"Content-Length "-1" is no number"#),
            ("Content-Length: abc", r#"Content-Length "abc" is no number"#),
            ("Content-Length: 1\r\nContent-Length: 2", "two different values"),
            ("Content-Type: x", "no Content-Length"),
        ] {
            let input =
                format!("{header}\r\n\r\n{{\"a\":1}}Content-Length: 2\r\n\r\n{{}}").into_bytes();
            let seen = read_all(&input).await;
            assert_eq!(seen.len(), 2, "{header}: {seen:?}");
            assert!(seen[0].contains(message), "{header}: {seen:?}");
            assert_eq!(seen[1], "{}");
        }
    }

    #[tokio::test]
    async fn keeps_only_the_tail_of_an_endless_line() {
        let mut input = vec![b'x'; 3 * 1024 * 1024];
        input.extend_from_slice(b"Content-Length: 2\r\n\r\n{}");
        let seen = read_all(&input).await;
        assert!(seen[0].contains("longer than 8192"), "{seen:?}");
    }

    #[tokio::test]
    async fn refuses_an_endless_block_of_headers() {
        let mut input = b"X-Header: 1\r\n".repeat(10_000);
        input.extend_from_slice(b"Content-Length: 2\r\n\r\n{}");
        let seen = read_all(&input).await;
        assert_eq!(seen.len(), 2);
        assert!(seen[0].contains("more than 65536"));
    }
}
