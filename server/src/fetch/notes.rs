//! Says why a Go program cannot be profiled, and how to start it so that it can.

use std::net::{Ipv4Addr, SocketAddr};

use crate::model::Process;

use super::discovery::Machine;
use super::sockets::{loopback_addresses, owner};

/// The variable with which `sidecar` is told to serve pprof.
pub(super) const SETTING: &str = "SIDECAR_PPROF";

/// What `SIDECAR_PPROF=1` stands for.
const DEFAULT_PORT: u16 = 6060;

/// What is known of a program that answered nowhere with pprof.
pub(super) struct Facts<'a> {
    pub(super) process: &'a Process,
    /// The value of `SIDECAR_PPROF` in its environment.
    pub(super) setting: Option<&'a str>,
    /// It accepted a connection and said nothing.
    pub(super) is_silent: bool,
    pub(super) machine: &'a Machine,
}

/// One sentence: the cause, then what to do.
pub(super) fn why_no_pprof(facts: &Facts<'_>) -> String {
    let own = loopback_addresses(&facts.machine.table, facts.process.pid);
    if facts.is_silent {
        return "accepts connections but does not answer; is it stopped or stuck?".to_owned();
    }
    if let Some(setting) = facts.setting.filter(|it| !it.is_empty()) {
        return why_setting_failed(facts, setting);
    }
    if is_sidecar(facts.process) {
        return format!("serves no pprof; restart it with {SETTING}=1 (port {DEFAULT_PORT})");
    }
    let port = free_port(facts.machine);
    let how = format!(
        "import _ \"net/http/pprof\" and run http.ListenAndServe(\"localhost:{port}\", nil)"
    );
    match own.first() {
        None => format!("listens nowhere on this machine; {how}"),
        Some(it) => format!("listens at port {}, but serves no /debug/pprof/; {how}", it.port()),
    }
}

fn why_setting_failed(facts: &Facts<'_>, setting: &str) -> String {
    let port = match setting {
        "1" => DEFAULT_PORT,
        it => match it.parse() {
            Ok(it) => it,
            Err(_) => {
                return format!(
                    "{SETTING}={setting:?} is no port; restart it with {SETTING}=1 or a port"
                );
            }
        },
    };
    let restart = format!("restart it with {SETTING}={}", free_port(facts.machine));
    match owner(&facts.machine.table, SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
        None => {
            format!("{SETTING}={setting} is set, but nothing listens at port {port}; {restart}")
        }
        Some(it) if it.pid == Some(facts.process.pid) => {
            format!("listens at port {port}, but serves no /debug/pprof/ there")
        }
        Some(it) => {
            let holder = it.pid.and_then(|pid| facts.machine.process(pid));
            let holder = holder.map_or("another user's process".to_owned(), |it| {
                format!("{} (pid {})", it.name.escape_debug(), it.pid)
            });
            format!("{SETTING}={setting} is set, but port {port} belongs to {holder}; {restart}")
        }
    }
}

fn is_sidecar(process: &Process) -> bool {
    let path = process.build.as_ref().map_or("", |it| it.path.as_str());
    process.name == "sidecar" || path.ends_with("/sidecar")
}

/// The first port after sidecar's default that nobody listens at.
fn free_port(machine: &Machine) -> u16 {
    let is_taken = |port: &u16| machine.table.iter().any(|it| it.address.port() == *port);
    (DEFAULT_PORT + 1..).find(|it| !is_taken(it)).unwrap_or(DEFAULT_PORT + 1)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::fetch::sockets::Listening;

    fn process(pid: u32, name: &str) -> Process {
        Process { pid, name: name.to_owned(), started: 1, built_at: None, exe: None, build: None }
    }

    fn note(process: &Process, setting: Option<&str>, table: &[(&str, Option<u32>)]) -> String {
        let listening =
            |(at, pid): &(&str, Option<u32>)| Listening { address: at.parse().unwrap(), pid: *pid };
        let machine = Machine {
            processes: vec![self::process(1, "sidecar"), self::process(2, "sidecar")],
            table: table.iter().map(listening).collect(),
        };
        why_no_pprof(&Facts { process, setting, is_silent: false, machine: &machine })
    }

    #[test]
    fn says_what_to_do() {
        let first = [("127.0.0.1:6060", Some(1)), ("127.0.0.1:6061", Some(9))];
        let second = process(2, "sidecar");
        assert_snapshot!(note(&second, Some("1"), &first), @"SIDECAR_PPROF=1 is set, but port 6060 belongs to sidecar (pid 1); restart it with SIDECAR_PPROF=6062");
        assert_snapshot!(note(&second, Some("6060"), &[("0.0.0.0:6060", None)]), @"SIDECAR_PPROF=6060 is set, but port 6060 belongs to another user's process; restart it with SIDECAR_PPROF=6061");
        assert_snapshot!(note(&second, Some("1"), &[]), @"SIDECAR_PPROF=1 is set, but nothing listens at port 6060; restart it with SIDECAR_PPROF=6061");
        assert_snapshot!(note(&second, Some("true"), &[]), @r#"SIDECAR_PPROF="true" is no port; restart it with SIDECAR_PPROF=1 or a port"#);
        assert_snapshot!(note(&second, None, &first), @"serves no pprof; restart it with SIDECAR_PPROF=1 (port 6060)");
        let other = process(9, "api");
        assert_snapshot!(note(&other, None, &first), @r#"listens at port 6061, but serves no /debug/pprof/; import _ "net/http/pprof" and run http.ListenAndServe("localhost:6062", nil)"#);
        assert_snapshot!(note(&other, None, &[]), @r#"listens nowhere on this machine; import _ "net/http/pprof" and run http.ListenAndServe("localhost:6061", nil)"#);
    }
}
