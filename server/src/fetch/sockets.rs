//! Which process listens at which address of this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An address that somebody listens at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listening {
    pub(super) address: SocketAddr,
    /// None when the process is not one of those that were looked at: another user's, mostly.
    pub(super) pid: Option<u32>,
}

/// Everything that listens on TCP, with the owner where it is one of these processes.
#[cfg(target_os = "linux")]
pub(super) fn table(pids: &[u32]) -> Vec<Listening> {
    use foldhash::HashMap;
    use procfs::net::{TcpState, tcp, tcp6};
    use procfs::process::{FDTarget, Process};

    let entries = tcp().into_iter().chain(tcp6()).flatten();
    let entries: Vec<_> = entries.filter(|it| it.state == TcpState::Listen).collect();
    // A process that forked shares its sockets with its child: the older one is the owner.
    let mut owners: HashMap<u64, u32> = HashMap::default();
    for pid in pids {
        let Ok(descriptors) = i32::try_from(*pid)
            .map_err(drop)
            .and_then(|it| Process::new(it).and_then(|it| it.fd()).map_err(drop))
        else {
            // It has ended, or it is not ours to look into.
            continue;
        };
        for it in descriptors.flatten() {
            if let FDTarget::Socket(inode) = it.target {
                owners.entry(inode).or_insert(*pid);
            }
        }
    }
    let listening = |it: &procfs::net::TcpNetEntry| Listening {
        address: it.local_address,
        pid: owners.get(&it.inode).copied(),
    };
    entries.iter().map(listening).collect()
}

/// Everything that listens on TCP, with the owner where it is one of these processes.
#[cfg(not(target_os = "linux"))]
pub(super) fn table(pids: &[u32]) -> Vec<Listening> {
    use listeners::{Protocol, SocketState};

    let found = listeners::get_all().unwrap_or_default();
    found
        .into_iter()
        .filter(|it| it.protocol == Protocol::TCP && it.state == SocketState::Listen)
        .map(|it| Listening {
            address: it.socket,
            pid: pids.contains(&it.process.pid).then_some(it.process.pid),
        })
        .collect()
}

/// The owner of the socket that answers at this address: one bound to it, before one bound to
/// every address.
pub(super) fn owner(table: &[Listening], address: SocketAddr) -> Option<Listening> {
    let bound_to = |ip: IpAddr| {
        table
            .iter()
            .find(|it| it.address.port() == address.port() && it.address.ip() == ip)
            .copied()
    };
    let every_v4 = || bound_to(Ipv4Addr::UNSPECIFIED.into());
    // Go's ":6060" is one IPv6 socket that takes IPv4 too.
    let every = || bound_to(Ipv6Addr::UNSPECIFIED.into());
    match address.ip().to_canonical() {
        IpAddr::V4(it) => bound_to(it.into()).or_else(every_v4).or_else(every),
        IpAddr::V6(it) => bound_to(it.into()).or_else(every),
    }
}

/// Loopback addresses at which this process, and no other, answers. No other port is probed.
pub(super) fn loopback_addresses(table: &[Listening], pid: u32) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = Vec::new();
    for it in table.iter().filter(|it| it.pid == Some(pid)) {
        let at = |ip: IpAddr| SocketAddr::new(ip, it.address.port());
        let candidates = match it.address.ip().to_canonical() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => vec![at(Ipv4Addr::LOCALHOST.into())],
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => {
                vec![at(Ipv4Addr::LOCALHOST.into()), at(Ipv6Addr::LOCALHOST.into())]
            }
            ip if ip.is_loopback() => vec![at(ip)],
            _ => vec![],
        };
        found.extend(
            candidates
                .into_iter()
                .filter(|it| owner(table, *it).is_some_and(|it| it.pid == Some(pid))),
        );
    }
    found.sort_by_key(|it| (it.port(), it.ip()));
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(rows: &[(&str, u32)]) -> Vec<Listening> {
        rows.iter()
            .map(|(at, pid)| Listening { address: at.parse().unwrap(), pid: Some(*pid) })
            .collect()
    }

    #[test]
    fn the_closest_socket_answers() {
        let table = table_of(&[
            ("[::]:6060", 1),
            ("127.0.0.1:6060", 2),
            ("0.0.0.0:7070", 3),
            ("10.0.0.7:8080", 4),
        ]);
        let owner_of = |at: &str| owner(&table, at.parse().unwrap()).and_then(|it| it.pid);
        assert_eq!(owner_of("127.0.0.1:6060"), Some(2));
        assert_eq!(owner_of("[::ffff:127.0.0.1]:6060"), Some(2));
        assert_eq!(owner_of("[::1]:6060"), Some(1));
        assert_eq!(owner_of("127.0.0.1:7070"), Some(3));
        assert_eq!(owner_of("[::1]:7070"), None);

        let probed = |pid| {
            let found = loopback_addresses(&table, pid);
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(probed(1), "[::1]:6060");
        assert_eq!(probed(2), "127.0.0.1:6060");
        assert_eq!(probed(3), "127.0.0.1:7070");
        assert_eq!(probed(4), "");
    }

    #[test]
    fn finds_our_own_socket() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let found = table(&[std::process::id()]);
        let expected = Listening { address, pid: Some(std::process::id()) };
        assert_eq!(owner(&found, address), Some(expected));
        assert_eq!(owner(&table(&[]), address), Some(Listening { address, pid: None }));
    }
}
