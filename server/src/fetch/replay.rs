//! Serves recorded answers over loopback HTTP, as a target would.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, server::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// One recorded answer.
#[derive(Debug, Clone, Copy)]
pub struct Recorded {
    /// Path below `/debug/pprof/`, empty for the index page, with its query where that matters:
    /// `goroutine?debug=2`.
    pub path: &'static str,
    /// For example `application/octet-stream`.
    pub content_type: &'static str,
    /// The body.
    pub body: &'static [u8],
}

/// A server of recorded answers; it stops when dropped.
#[derive(Debug)]
pub struct Replay {
    /// Ends in `/debug/pprof/`.
    pub url: Url,
    server: JoinHandle<()>,
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves on a free port of 127.0.0.1. Several answers for one path are given in order, the
/// last one again and again: so a recording can grow.
///
/// # Errors
/// When no port can be had.
pub async fn replay(recording: &[Recorded]) -> io::Result<Replay> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let url = Url::parse(&format!("http://127.0.0.1:{port}/debug/pprof/"));
    let url = url.map_err(io::Error::other)?;
    let mut answers: HashMap<&'static str, Vec<Recorded>> = HashMap::new();
    for it in recording.iter().rev() {
        answers.entry(it.path).or_default().push(*it);
    }
    let answers = Arc::new(Mutex::new(answers));
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answers = answers.clone();
            let service = service_fn(move |request| {
                let response = answer(&answers, &request);
                async move { Ok::<_, Infallible>(response) }
            });
            tokio::spawn(async move {
                // A client that hangs up ends only its own connection.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    Ok(Replay { url, server })
}

fn answer(
    answers: &Mutex<HashMap<&'static str, Vec<Recorded>>>,
    request: &Request<Incoming>,
) -> Response<Full<Bytes>> {
    let unknown = Recorded {
        path: "",
        content_type: "text/plain; charset=utf-8",
        body: b"Unknown profile\n",
    };
    let found = (request.method() == Method::GET).then(|| next(answers, request)).flatten();
    let given = found.unwrap_or(unknown);
    let mut response = Response::new(Full::new(Bytes::from_static(given.body)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(given.content_type));
    if found.is_none() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// The next answer for what a request asks for.
fn next(
    answers: &Mutex<HashMap<&'static str, Vec<Recorded>>>,
    request: &Request<Incoming>,
) -> Option<Recorded> {
    let path = request.uri().path().strip_prefix("/debug/pprof/")?;
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    let with_query = format!("{path}?{}", request.uri().query().unwrap_or_default());
    let key = if answers.contains_key(with_query.as_str()) { with_query.as_str() } else { path };
    let left = answers.get_mut(key)?;
    if left.len() > 1 { left.pop() } else { left.last().copied() }
}
