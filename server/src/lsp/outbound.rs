//! Turns messages into bytes on standard output, through one bounded queue.
//!
//! An editor that stops reading makes the senders wait; it never makes the queue grow.

use std::io;
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::frames;

/// Messages that wait for the editor to read.
const MAX_WAITING: usize = 64;
/// How long the last messages may take after `exit` or the end of input.
const FLUSH_TIME: Duration = Duration::from_millis(250);

#[derive(Debug)]
enum Item {
    Message(Vec<u8>),
    /// Answered when all before it is written.
    Flush(oneshot::Sender<()>),
}

/// Sends messages; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Outbound {
    queue: mpsc::Sender<Item>,
}

impl Outbound {
    /// Starts the task that owns `output`. It ends when the output is closed by the other side.
    pub(crate) fn start<W>(output: W) -> (Outbound, JoinHandle<()>)
    where
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let (queue, items) = mpsc::channel(MAX_WAITING);
        let writer = tokio::spawn(async move {
            if let Err(err) = write_all(BufWriter::new(output), items).await {
                tracing::info!("writing messages: {err}");
            }
        });
        (Outbound { queue }, writer)
    }

    /// Waits for room in the queue. A message that cannot be sent any more is dropped: the
    /// editor is gone, and the gate ends.
    pub(crate) async fn send(&self, message: &impl Serialize) {
        match serde_json::to_vec(message) {
            Ok(body) => drop(self.queue.send(Item::Message(body)).await),
            Err(err) => tracing::error!("writing a message: {err}"),
        }
    }

    /// Lets what is queued go out, for a moment.
    pub(crate) async fn flush(&self) {
        let (written, done) = oneshot::channel();
        let flush = async {
            if self.queue.send(Item::Flush(written)).await.is_ok() {
                let _ = done.await;
            }
        };
        let _ = tokio::time::timeout(FLUSH_TIME, flush).await;
    }
}

async fn write_all<W>(mut output: BufWriter<W>, mut items: mpsc::Receiver<Item>) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    while let Some(item) = items.recv().await {
        match item {
            Item::Message(body) => frames::write_frame(&mut output, &body).await?,
            Item::Flush(written) => {
                output.flush().await?;
                let _ = written.send(());
            }
        }
        if items.is_empty() {
            output.flush().await?;
        }
    }
    Ok(())
}
