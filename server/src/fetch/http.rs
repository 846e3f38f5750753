//! Turns a URL into the bytes of one answer, within bounds of time, size and reach.

use std::error::Error;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::{Client, Response, redirect};
use tokio::time::{Instant, timeout, timeout_at};
use url::{Host, Url};

use super::FetchError;
use super::address::this_machine;

/// Loopback answers at once; three seconds are for a machine far away.
const CONNECT: Duration = Duration::from_secs(3);

/// From the request to the first byte of the answer, beside the seconds that were asked for.
pub(super) const FIRST_BYTE: Duration = Duration::from_secs(5);

/// Bytes that may come in any `IDLE`; a slower answer is one that stalled.
const IDLE_BYTES: usize = 4096;
const IDLE: Duration = Duration::from_secs(15);

/// Largest answer on the wire. Go cuts its own goroutine dumps at this size.
pub(super) const BODY_BYTES: usize = 64 << 20;

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Only those of this machine.
    #[default]
    Loopback,
    /// Any: the user named it and said so.
    Anywhere,
}

/// An answer, complete and as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What was asked for.
    pub url: Url,
    /// The address that answered: its owner is the program that was profiled.
    pub remote: Option<SocketAddr>,
    /// The body as it came, still compressed.
    pub bytes: Bytes,
    /// When it was complete, in nanoseconds since the epoch.
    pub taken_at: i64,
}

/// How long each stage may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) connect: Duration,
    pub(super) first_byte: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience::and(Duration::ZERO)
    }
}

impl Patience {
    /// For an answer that takes this much longer than an ordinary one.
    pub(super) fn and(extra: Duration) -> Patience {
        Patience { connect: CONNECT, first_byte: FIRST_BYTE + extra }
    }
}

/// The head of an answer: the body has not been read.
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) at: String,
    pub(super) remote: Option<SocketAddr>,
    response: Response,
}

/// Sends a GET and waits for the head of the answer.
pub(super) async fn get(url: &Url, reach: Reach, patience: Patience) -> Result<Answer, FetchError> {
    let at = host_and_port(url);
    let addresses = resolve(url, reach, patience.connect).await?;
    let client = client(url, &addresses, patience.connect)
        .map_err(|err| FetchError::Connect { at: at.clone(), why: root_cause(&err) })?;
    let request =
        client.get(url.clone()).header("Accept-Encoding", "identity").header("Connection", "close");
    let response = match timeout(patience.first_byte, request.send()).await {
        Err(_) => {
            return Err(FetchError::AnswerTimeout { at, after: patience.first_byte });
        }
        Ok(Err(err)) => return Err(connect_error(at, &err, patience)),
        Ok(Ok(it)) => it,
    };
    let remote = response.remote_addr();
    if let Some(remote) = remote {
        // The policy holds for the address that was really connected to.
        check_reach(&at, remote.ip(), reach)?;
    }
    Ok(Answer { url: url.clone(), at, remote, response })
}

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or("")
    }

    /// Reads the body; at most `limit` bytes of it.
    pub(super) async fn body(mut self, limit: usize) -> Result<Fetched, FetchError> {
        let too_large = || FetchError::TooLarge { at: self.at.clone(), limit };
        if self.response.content_length().is_some_and(|it| it > limit as u64) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let (mut deadline, mut n_due) = (Instant::now() + IDLE, IDLE_BYTES);
        loop {
            match timeout_at(deadline, self.response.chunk()).await {
                Err(_) => {
                    return Err(FetchError::Stalled { at: self.at, n_bytes: bytes.len() });
                }
                Ok(Err(_)) => return Err(FetchError::CutOff { at: self.at, n_bytes: bytes.len() }),
                Ok(Ok(None)) => break,
                Ok(Ok(Some(chunk))) if bytes.len() + chunk.len() > limit => {
                    return Err(too_large());
                }
                Ok(Ok(Some(chunk))) => bytes.extend_from_slice(&chunk),
            }
            if bytes.len() >= n_due {
                (deadline, n_due) = (Instant::now() + IDLE, bytes.len() + IDLE_BYTES);
            }
        }
        let (url, remote) = (self.url, self.remote);
        Ok(Fetched { url, remote, bytes: bytes.into(), taken_at: now() })
    }
}

/// A client for one request, which can only reach the addresses that were checked. Building it
/// is cheap: it has no TLS and its connection is not kept.
fn client(url: &Url, addresses: &[SocketAddr], connect: Duration) -> reqwest::Result<Client> {
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(connect)
        .pool_max_idle_per_host(0)
        .http1_only()
        .user_agent(concat!("pprof-lens/", env!("CARGO_PKG_VERSION")))
        .resolve_to_addrs(url.host_str().unwrap_or_default(), addresses)
        .build()
}

/// The addresses of the URL's host, every one of them within reach.
async fn resolve(
    url: &Url,
    reach: Reach,
    patience: Duration,
) -> Result<Vec<SocketAddr>, FetchError> {
    let port = url.port_or_known_default().unwrap_or(80);
    let host = url.host_str().unwrap_or_default();
    let found: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(it)) => vec![(it, port).into()],
        Some(Host::Ipv6(it)) => vec![(it, port).into()],
        _ => {
            let lookup = |why: String| FetchError::Lookup { host: host.to_owned(), why };
            timeout(patience, tokio::net::lookup_host((host, port)))
                .await
                .map_err(|_| lookup(format!("no answer within {} s", patience.as_secs())))?
                .map_err(|err| lookup(err.to_string()))?
                .map(|it| (this_machine(it.ip()), port).into())
                .collect()
        }
    };
    if found.is_empty() {
        return Err(FetchError::Lookup {
            host: host.to_owned(),
            why: "it has no address".to_owned(),
        });
    }
    for it in &found {
        check_reach(host, it.ip(), reach)?;
    }
    Ok(found)
}

fn check_reach(host: &str, ip: IpAddr, reach: Reach) -> Result<(), FetchError> {
    let is_link_local = match ip.to_canonical() {
        IpAddr::V4(it) => it.is_link_local(),
        // The last one is where a cloud serves its machines' secrets over IPv6.
        IpAddr::V6(it) => {
            it.is_unicast_link_local() || it.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
        }
    };
    let (host, text) = (host.to_owned(), ip.to_string());
    match reach {
        _ if is_link_local => Err(FetchError::LinkLocal { host, ip: text }),
        Reach::Loopback if !ip.to_canonical().is_loopback() => {
            Err(FetchError::Remote { host, ip: text })
        }
        _ => Ok(()),
    }
}

fn connect_error(at: String, err: &reqwest::Error, patience: Patience) -> FetchError {
    let io = sources(err).find_map(|it| it.downcast_ref::<std::io::Error>());
    match io.map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => FetchError::Refused { at },
        _ if err.is_connect() && err.is_timeout() => {
            FetchError::ConnectTimeout { at, after: patience.connect }
        }
        _ if err.is_connect() => FetchError::Connect { at, why: root_cause(err) },
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) => {
            FetchError::CutOff { at, n_bytes: 0 }
        }
        _ if root_cause(err).contains("before message completed") => {
            FetchError::CutOff { at, n_bytes: 0 }
        }
        _ => FetchError::Connect { at, why: root_cause(err) },
    }
}

/// An error and what caused it, outermost first.
fn sources<'a>(err: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(err);
    std::iter::from_fn(move || {
        let it = next?;
        next = it.source();
        Some(it)
    })
}

fn root_cause(err: &(dyn Error + 'static)) -> String {
    sources(err).last().map(ToString::to_string).unwrap_or_default()
}

fn host_and_port(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or(80);
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

/// Nanoseconds since the epoch, by the wall clock.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
