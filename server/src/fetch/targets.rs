//! Finds running Go programs that serve pprof, and the one that a user means.
//!
//! Only the user's own processes are looked at, and only ports on which they themselves listen
//! on loopback are asked. Who answers is known from the socket's owner: a second sidecar fails
//! to bind silently, and one would profile the first.

use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use tokio::task::spawn_blocking;
use url::Url;

use crate::model::{Process, Target};

use super::http::Patience;
use super::pprof::probe;
use super::processes::{self, Running};
use super::{FetchError, Reach, base_url, sockets};

/// Programs asked at the same time.
const CONCURRENCY: usize = 16;

/// An index page takes a millisecond; a stopped program must not hold the others up.
const PATIENCE: Patience =
    Patience { connect: Duration::from_secs(1), first_byte: Duration::from_secs(2) };

/// A running Go program, with its pprof address or why it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The program.
    pub process: Process,
    /// Ends in `/debug/pprof/`.
    pub url: Option<Url>,
    /// What to know or to do; empty when all is well.
    pub note: String,
}

impl Found {
    /// The target; none when it serves no pprof.
    pub fn target(&self) -> Option<Target> {
        Some(Target { url: self.url.clone()?, process: Some(self.process.clone()) })
    }
}

/// All running Go programs of this user: those that serve pprof first, then by pid.
pub async fn discover() -> Vec<Found> {
    let listed = spawn_blocking(|| {
        let with_ports = |it: Running| {
            let addresses = sockets::listening(it.process.pid);
            (it, addresses)
        };
        processes::go_programs().into_iter().map(with_ports).collect::<Vec<_>>()
    });
    // The task fails only when this program ends.
    let listed = listed.await.unwrap_or_default();
    let asked = listed.into_iter().map(|(it, addresses)| ask(it, addresses));
    let mut found: Vec<Found> = stream::iter(asked).buffer_unordered(CONCURRENCY).collect().await;
    found.sort_by_key(|it| (it.url.is_none(), it.process.pid));
    found
}

/// Asks a program's own addresses for pprof's index page.
async fn ask(running: Running, addresses: Vec<SocketAddr>) -> Found {
    for address in &addresses {
        let url = url_of(*address);
        if probe(&url, Reach::Loopback, PATIENCE).await.is_ok() {
            return Found { process: running.process, url: Some(url), note: String::new() };
        }
    }
    let note = spawn_blocking({
        let running = running.clone();
        move || why_not(&running, &addresses)
    });
    Found { process: running.process, url: None, note: note.await.unwrap_or_default() }
}

fn url_of(address: SocketAddr) -> Url {
    let text = format!("http://{address}/debug/pprof/");
    Url::parse(&text).unwrap_or_else(|err| unreachable!("{text}: {err}"))
}

/// Why a program serves no pprof, and what to do.
fn why_not(running: &Running, addresses: &[SocketAddr]) -> String {
    let is_sidecar = running.process.name == "sidecar" || running.sidecar_pprof.is_some();
    if let Some(value) = &running.sidecar_pprof {
        let port = if value == "1" { Some(6060) } else { value.parse::<u16>().ok() };
        let Some(port) = port else {
            return format!(
                "SIDECAR_PPROF is {value:?}, which is no port: restart it with SIDECAR_PPROF=1"
            );
        };
        let owner = sockets::owner(SocketAddr::from(([127, 0, 0, 1], port)));
        return match owner.filter(|it| *it != running.process.pid) {
            Some(pid) => format!(
                "port {port} belongs to pid {pid}, so this one serves no pprof: restart it with another, SIDECAR_PPROF={}",
                port.saturating_add(1)
            ),
            None => format!("SIDECAR_PPROF asks for port {port}, where nothing answers yet"),
        };
    }
    if is_sidecar {
        return "serves no pprof: restart it with SIDECAR_PPROF=1".to_owned();
    }
    if addresses.is_empty() {
        return "serves no pprof: import net/http/pprof and listen on a loopback port".to_owned();
    }
    let ports: Vec<String> = addresses.iter().map(|it| it.port().to_string()).collect();
    format!("no /debug/pprof/ on port {}: import net/http/pprof", ports.join(", "))
}

/// Why no target could be chosen. The messages list what there is.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// Nothing was named and nothing serves pprof.
    #[error("finding a target: no running Go program of yours serves pprof{}; start one with net/http/pprof imported (sidecar: SIDECAR_PPROF=1), or name a URL", listed(.0))]
    NothingServes(Vec<Found>),
    /// Several programs would do.
    #[error("finding a target: several programs serve pprof, name one by its pid or address{}", listed(.0))]
    Several(Vec<Found>),
    /// The program that was named serves no pprof.
    #[error("finding a target: {0} {1}")]
    NotServing(String, String),
    /// No such process.
    #[error("finding a target: there is no process {0}; for a port write :{0}")]
    NoProcess(u32),
    /// No program of that name.
    #[error("finding a target: no running Go program is called {0:?}{list}", list = listed(.1))]
    NoName(String, Vec<Found>),
    /// It is no address, or nothing answers there, or something else.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

fn listed(found: &[Found]) -> String {
    let line = |it: &Found| {
        let what = it.url.as_ref().map_or(it.note.as_str(), Url::as_str);
        format!("\n  {} (pid {}): {what}", it.process.name, it.process.pid)
    };
    found.iter().map(line).collect()
}

/// The target that a user means: a URL, `host:port`, `:port`, a pid or a process name; without
/// one, the only program that serves pprof.
///
/// # Errors
/// [`FindError`], which says what there is to choose from.
pub async fn find(spec: Option<&str>, reach: Reach) -> Result<Target, FindError> {
    match spec.map(str::trim).filter(|it| !it.is_empty()) {
        None => only(discover().await),
        Some(spec) if is_address(spec) => at_address(spec, reach).await,
        Some(spec) => match spec.parse::<u32>() {
            Ok(pid) => with_pid(pid).await,
            Err(_) => with_name(spec, discover().await),
        },
    }
}

fn is_address(spec: &str) -> bool {
    spec.contains("://") || spec.contains(':') || spec.contains('/')
}

fn only(found: Vec<Found>) -> Result<Target, FindError> {
    let mut serving: Vec<Found> = found.iter().filter(|it| it.url.is_some()).cloned().collect();
    match serving.len() {
        0 => Err(FindError::NothingServes(found)),
        1 => serving.remove(0).target().ok_or(FindError::NothingServes(found)),
        _ => Err(FindError::Several(serving)),
    }
}

async fn with_pid(pid: u32) -> Result<Target, FindError> {
    let looked_up =
        spawn_blocking(move || processes::with_pid(pid).map(|it| (it, sockets::listening(pid))));
    let Some((running, addresses)) = looked_up.await.ok().flatten() else {
        return Err(FindError::NoProcess(pid));
    };
    let found = ask(running, addresses).await;
    found.target().ok_or_else(|| not_serving(found))
}

fn not_serving(found: Found) -> FindError {
    let who = format!("{} (pid {}):", found.process.name, found.process.pid);
    FindError::NotServing(who, found.note)
}

fn with_name(name: &str, found: Vec<Found>) -> Result<Target, FindError> {
    let is_meant = |it: &&Found| {
        let module = it.process.build.as_ref().and_then(|it| it.main.as_ref());
        it.process.name == name || module.is_some_and(|it| it.path == name)
    };
    let meant: Vec<Found> = found.iter().filter(is_meant).cloned().collect();
    match (only(meant.clone()), meant.len()) {
        (_, 0) => Err(FindError::NoName(name.to_owned(), found)),
        (Err(FindError::NothingServes(mut all)), 1) => Err(not_serving(all.remove(0))),
        (outcome, _) => outcome,
    }
}

async fn at_address(spec: &str, reach: Reach) -> Result<Target, FindError> {
    let url = base_url(spec)?;
    let (_, answered) = probe(&url, reach, PATIENCE).await?;
    let process = spawn_blocking(move || {
        // Only this machine's own addresses have an owner that is known here.
        let here = answered.filter(|it| it.ip().to_canonical().is_loopback())?;
        processes::with_pid(sockets::owner(here)?).map(|it| it.process)
    });
    Ok(Target { url, process: process.await.ok().flatten() })
}
