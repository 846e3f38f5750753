//! Serves answers that a real Go program never gives: cut off, endless, slow, or no pprof at all.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use super::process::DEADLINE;

/// One thing to do with a connection, once its request has come.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Write these bytes.
    Send(Vec<u8>),
    /// Write these bytes one at a time, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Write nothing until the client closes the connection, which
    /// [`FakeServer::wait_for_hang_up`] then tells.
    Hold,
}

/// A server on a free port of the loopback address. After the last step of an answer it closes
/// the connection.
pub(crate) struct FakeServer {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    requests: Arc<Mutex<Vec<String>>>,
    hang_ups: mpsc::Receiver<String>,
}

impl FakeServer {
    /// Serves what `answer` says for each request path, for example `/debug/pprof/heap`.
    pub(crate) fn start(answer: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> FakeServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopped = Arc::new(AtomicBool::new(false));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (hung_up, hang_ups) = mpsc::channel();
        let (is_stopped, seen, answer) = (stopped.clone(), requests.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (seen, answer, hung_up) = (seen.clone(), answer.clone(), hung_up.clone());
                thread::spawn(move || serve(stream.unwrap(), &seen, &*answer, &hung_up));
            }
        });
        FakeServer { address, stopped, requests, hang_ups }
    }

    /// `http://127.0.0.1:PORT/debug/pprof/`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/debug/pprof/", self.address)
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// The paths that were asked for so far, in order.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Waits until a client closes a connection that was in [`Step::Hold`], and returns the path
    /// that it had asked for.
    pub(crate) fn wait_for_hang_up(&self) -> String {
        self.hang_ups.recv_timeout(DEADLINE).unwrap()
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

/// A complete answer.
pub(crate) fn answer(status: &str, content_type: &str, body: &[u8]) -> Vec<Step> {
    vec![Step::Send(head(status, content_type, body.len())), Step::Send(body.to_vec())]
}

/// An answer that promises more bytes than it sends.
pub(crate) fn cut_off(body: &[u8], n_promised: usize) -> Vec<Step> {
    let head = head("200 OK", "application/octet-stream", n_promised);
    vec![Step::Send(head), Step::Send(body.to_vec())]
}

fn head(status: &str, content_type: &str, length: usize) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    )
    .into_bytes()
}

fn serve(
    mut stream: TcpStream,
    requests: &Mutex<Vec<String>>,
    answer: &dyn Fn(&str) -> Vec<Step>,
    hung_up: &mpsc::Sender<String>,
) {
    let Some(path) = read_request(&mut stream) else { return };
    requests.lock().unwrap().push(path.clone());
    for step in answer(&path) {
        // A client that has had enough closes the connection: that ends the answer.
        let sent = match step {
            Step::Send(bytes) => stream.write_all(&bytes),
            Step::Drip(bytes, pause) => bytes.iter().try_for_each(|byte| {
                thread::sleep(pause);
                stream.write_all(&[*byte])
            }),
            Step::Hold => {
                let mut rest = [0; 64];
                while stream.read(&mut rest).is_ok_and(|n| n > 0) {}
                drop(hung_up.send(path.clone()));
                return;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// The path of a request, once its head is complete; none when the client went away before.
fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let line = String::from_utf8_lossy(&head);
    line.split(' ').nth(1).map(str::to_owned)
}
