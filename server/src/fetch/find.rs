//! Turns what a user names, an address, a PID, a process name or nothing, into one target.

use std::fmt::Write;

use url::Url;

use crate::model::{Process, Target};

use super::discovery::{discover, is_program, look};
use super::found::Found;
use super::http::{Patience, Reach};
use super::pprof::probe;
use super::sockets::owner;
use super::{FetchError, base_url};

/// No target, or too many.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// An address was named, and does not work.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// No Go program serves pprof; these are the ones that run.
    #[error("looking for a target: {}{}", nothing(.0), rows(.0))]
    NothingServes(Vec<Found>),
    /// Several programs fit.
    #[error("looking for a target: several programs serve pprof; name one of them by its pid:{}", rows(.0))]
    Several(Vec<Found>),
    /// No process of this user has the id.
    #[error(
        "looking for a target: no process {0} of yours runs, and nothing listens at port {0}; `pprof-lens targets` lists the programs that run"
    )]
    NoSuchProcess(u32),
    /// No process of this user has the name.
    #[error(
        "looking for a target: none of your Go programs is called {0:?}; `pprof-lens targets` lists those that run"
    )]
    NoSuchName(String),
    /// The process is no Go program.
    #[error(
        "looking for a target: {} (pid {pid}) is no Go program, or a stripped one; name its address if it serves pprof", name.escape_debug()
    )]
    NotGo {
        /// Process id.
        pid: u32,
        /// Name of the executable.
        name: String,
    },
}

/// The target that a user means: a URL, `host:port`, `:port`, a PID, a port, or a process name;
/// none stands for the one program that serves pprof.
///
/// # Errors
/// [`FindError`]: nothing answers, nothing fits, or several fit.
pub async fn find(named: Option<&str>, reach: Reach) -> Result<Target, FindError> {
    match named.map(str::trim) {
        None | Some("") => choose(discover().await),
        Some(it) if it.contains([':', '/']) => at_address(it, reach).await,
        Some(it) => match it.parse() {
            Ok(number) => numbered(number, reach).await,
            Err(_) => called(it).await,
        },
    }
}

async fn at_address(named: &str, reach: Reach) -> Result<Target, FindError> {
    let url = base_url(named)?;
    let (_, remote) = probe(&url, reach, Patience::default()).await?;
    let Some(remote) = remote.filter(|it| it.ip().to_canonical().is_loopback()) else {
        return Ok(Target { url, process: None });
    };
    let machine = look().await;
    let pid = owner(&machine.table, remote).and_then(|it| it.pid);
    let Some(process) = pid.and_then(|it| machine.process(it)).cloned() else {
        // Another user's, or behind a forwarded port: it answers, and that is all we know.
        return Ok(Target { url, process: None });
    };
    // The address itself, so that `localhost` and `127.0.0.1` are one target.
    let url = with_address(&url, remote).unwrap_or(url);
    Ok(Target { url, process: Some(process) })
}

async fn numbered(number: u32, reach: Reach) -> Result<Target, FindError> {
    let machine = look().await;
    let Some(process) = machine.process(number) else {
        let is_port = machine.table.iter().any(|it| u32::from(it.address.port()) == number);
        return match is_port {
            true => at_address(&format!(":{number}"), reach).await,
            false => Err(FindError::NoSuchProcess(number)),
        };
    };
    if !is_program(process) {
        return Err(FindError::NotGo { pid: process.pid, name: process.name.clone() });
    }
    let found = machine.programs().await;
    choose(found.into_iter().filter(|it| it.process.pid == number).collect())
}

async fn called(name: &str) -> Result<Target, FindError> {
    let machine = look().await;
    let found = machine.programs().await;
    let called: Vec<Found> = found.into_iter().filter(|it| is_called(&it.process, name)).collect();
    if called.is_empty() {
        let process = machine.processes.iter().find(|it| it.name == name);
        return Err(process.map_or(FindError::NoSuchName(name.to_owned()), |it| {
            FindError::NotGo { pid: it.pid, name: it.name.clone() }
        }));
    }
    choose(called)
}

/// By the executable's name, or by the last part of the main package's path.
fn is_called(process: &Process, name: &str) -> bool {
    let path = process.build.as_ref().map_or("", |it| it.path.as_str());
    process.name == name || path.rsplit('/').next() == Some(name)
}

/// The one that serves pprof.
fn choose(found: Vec<Found>) -> Result<Target, FindError> {
    let mut targets = found.iter().filter_map(Found::target);
    match (targets.next(), targets.next()) {
        (Some(it), None) => Ok(it),
        (Some(_), Some(_)) => {
            drop(targets);
            Err(FindError::Several(found.into_iter().filter(|it| it.url.is_some()).collect()))
        }
        (None, _) => {
            drop(targets);
            Err(FindError::NothingServes(found))
        }
    }
}

fn nothing(found: &[Found]) -> &'static str {
    match found {
        [] => {
            "none of your Go programs runs; start one that imports net/http/pprof (sidecar: SIDECAR_PPROF=1 sidecar), or name an address such as localhost:6060"
        }
        [_] => "the program that was found serves no pprof:",
        _ => "no running Go program serves pprof:",
    }
}

fn rows(found: &[Found]) -> String {
    let mut text = String::new();
    for it in found {
        let what = it.url.as_ref().map_or(it.note.as_str(), Url::as_str);
        let name = it.process.name.escape_debug();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{} (pid {}): {what}", name, it.process.pid);
    }
    text
}

fn with_address(url: &Url, address: std::net::SocketAddr) -> Option<Url> {
    let mut url = url.clone();
    url.set_ip_host(address.ip().to_canonical()).ok()?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pid: u32, url: Option<&str>) -> Found {
        let process =
            Process { pid, name: "api".into(), started: 1, built_at: None, exe: None, build: None };
        Found { process, url: url.map(|it| Url::parse(it).unwrap()), note: "no pprof".into() }
    }

    #[test]
    fn takes_the_only_one_and_never_guesses() {
        let one = found(1, Some("http://127.0.0.1:1/debug/pprof/"));
        let two = found(2, Some("http://127.0.0.1:2/debug/pprof/"));
        let none = found(3, None);
        assert_eq!(choose(vec![one.clone(), none.clone()]), Ok(one.target().unwrap()));
        let err = choose(vec![]).unwrap_err().to_string();
        assert!(err.contains("none of your Go programs runs"), "{err}");
        assert_eq!(choose(vec![none.clone()]), Err(FindError::NothingServes(vec![none.clone()])));
        let err = choose(vec![one, two, none]).unwrap_err();
        insta::assert_snapshot!(err, @r"
        looking for a target: several programs serve pprof; name one of them by its pid:
        api (pid 1): http://127.0.0.1:1/debug/pprof/
        api (pid 2): http://127.0.0.1:2/debug/pprof/
        ");
    }
}
