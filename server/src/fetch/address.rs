//! Turns what a user typed, `localhost:6060` or a URL, into one canonical URL.
//!
//! Every spelling of this machine (`0.0.0.0`, `2130706433`, `[::ffff:127.0.0.1]`, `localhost.`)
//! becomes one, so that one target has one URL.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::FetchError;

/// Below this path every program that imports `net/http/pprof` serves its profiles.
const PPROF_PATH: &str = "/debug/pprof/";

/// What `go tool pprof host:port` asks for.
const CPU_ENDPOINT: &str = "/debug/pprof/profile";

/// The address of a target: ends in `/debug/pprof/`, without a query.
///
/// Takes `host:port`, `:port`, or a URL at or below `/debug/pprof/`.
pub fn base_url(typed: &str) -> Result<Url, FetchError> {
    let mut url = parse(typed)?;
    let base = match url.path() {
        "" | "/" => PPROF_PATH.to_owned(),
        path => match path.find("/debug/pprof") {
            Some(at) if is_end_or_slash(&path[at + "/debug/pprof".len()..]) => {
                format!("{}{PPROF_PATH}", &path[..at])
            }
            _ => {
                return Err(refused(
                    typed,
                    "a target's path ends in /debug/pprof/; leave the path away or give that one",
                ));
            }
        },
    };
    url.set_path(&base);
    url.set_query(None);
    Ok(url)
}

/// The address of one profile, as `go tool pprof` understands it: without a path it is the CPU
/// profile. `seconds` replaces what the query says.
pub fn typed_url(typed: &str, seconds: Option<u32>) -> Result<Url, FetchError> {
    let mut url = parse(typed)?;
    match url.path() {
        "" | "/" => url.set_path(CPU_ENDPOINT),
        path if path.trim_end_matches('/').ends_with("/debug/pprof") => {
            return Err(refused(
                typed,
                "this is the index of all profiles; add the profile's name, for example heap",
            ));
        }
        _ => {}
    }
    if let Some(seconds) = seconds {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| key != "seconds")
            .map(|(k, v)| (k.into_owned(), v.into_owned()))
            .collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(kept)
            .append_pair("seconds", &seconds.to_string());
    }
    Ok(url)
}

fn is_end_or_slash(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

fn refused(address: &str, why: impl Into<String>) -> FetchError {
    FetchError::Address { address: address.to_owned(), why: why.into() }
}

fn parse(typed: &str) -> Result<Url, FetchError> {
    let typed = typed.trim();
    if typed.chars().any(|it| it.is_control() || it == '\\') {
        return Err(refused(typed, "it holds characters that no address has"));
    }
    let text = match typed {
        it if it.starts_with(':') => format!("http://localhost{it}"),
        it if it.contains("://") => it.to_owned(),
        it => format!("http://{it}"),
    };
    let mut url = Url::parse(&text).map_err(|err| {
        refused(typed, format!("{err}; give host:port or http://host:port/debug/pprof/"))
    })?;
    if url.scheme() == "https" {
        return Err(refused(
            typed,
            "https is not supported; forward the port to localhost and give http://",
        ));
    }
    if url.scheme() != "http" {
        return Err(refused(typed, "only http:// addresses serve pprof"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(typed, "an address with a user name is not accepted; leave it away"));
    }
    if url.port() == Some(0) {
        return Err(refused(typed, "port 0 means any port to a server, and none to a client"));
    }
    if url.path().contains("%00") {
        return Err(refused(typed, "it holds characters that no address has"));
    }
    url.set_fragment(None);
    let host = match url.host() {
        None => return Err(refused(typed, "it names no host")),
        Some(Host::Domain(it)) => it.trim_end_matches('.').to_owned(),
        Some(Host::Ipv4(it)) => this_machine(IpAddr::V4(it)).to_string(),
        Some(Host::Ipv6(it)) => match this_machine(IpAddr::V6(it)) {
            IpAddr::V4(it) => it.to_string(),
            IpAddr::V6(it) => format!("[{it}]"),
        },
    };
    url.set_host(Some(&host)).map_err(|err| refused(typed, err.to_string()))?;
    Ok(url)
}

/// The address to connect to: "every address" of a server is the loopback one for a client, and
/// an IPv4 address in an IPv6 coat is itself.
pub(super) fn this_machine(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        it => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_target_has_one_url() {
        let check = |typed: &str, expected: &str| {
            assert_eq!(base_url(typed).unwrap().as_str(), expected, "{typed}");
        };
        let loopback = "http://127.0.0.1:6060/debug/pprof/";
        check("127.0.0.1:6060", loopback);
        check(" 127.0.0.1:6060/ ", loopback);
        check("http://0.0.0.0:6060", loopback);
        check("http://2130706433:6060/debug/pprof", loopback);
        check("http://0x7f.1:6060/debug/pprof/heap?gc=1#x", loopback);
        check("http://[::ffff:127.0.0.1]:6060", loopback);
        check("[::]:6060", "http://[::1]:6060/debug/pprof/");
        check(":6060", "http://localhost:6060/debug/pprof/");
        check("LOCALHOST.:6060", "http://localhost:6060/debug/pprof/");
        check("http://h:1/admin/debug/pprof/heap", "http://h:1/admin/debug/pprof/");
        check("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/debug/pprof/");
    }

    #[test]
    fn refuses_what_is_no_address() {
        for typed in [
            "",
            "http://",
            "https://localhost:6060",
            "file:///etc/passwd",
            "unix:///run/x",
            "http://user@localhost:6060",
            "http://user:secret@localhost:6060",
            "http://localhost:6060/%00",
            "http:\\\\localhost:6060",
            "local\nhost:6060",
            "localhost:99999",
            "localhost:0",
            "localhost:6060/metrics",
            "localhost:6060/debug/pprofx",
        ] {
            assert!(matches!(base_url(typed), Err(FetchError::Address { .. })), "{typed}");
        }
    }

    #[test]
    fn types_like_go_tool_pprof() {
        let check = |typed: &str, seconds: Option<u32>, expected: &str| {
            assert_eq!(typed_url(typed, seconds).unwrap().as_str(), expected, "{typed}");
        };
        check("localhost:6060", None, "http://localhost:6060/debug/pprof/profile");
        check("localhost:6060", Some(3), "http://localhost:6060/debug/pprof/profile?seconds=3");
        check("http://h:1/debug/pprof/heap?gc=1", None, "http://h:1/debug/pprof/heap?gc=1");
        check("h:1/x/heap?seconds=9&gc=1", Some(2), "http://h:1/x/heap?gc=1&seconds=2");
        assert!(typed_url("localhost:6060/debug/pprof/", None).is_err());
    }
}
