//! Which process listens on which loopback address.
//!
//! Ports are never scanned: the system's own table says who listens where.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Addresses on which a process accepts connections from this machine, as a client would name
/// them. Empty when it listens nowhere or belongs to another user.
pub(super) fn listening(pid: u32) -> Vec<SocketAddr> {
    let mut out: Vec<SocketAddr> =
        platform::listening(pid).into_iter().filter_map(as_client).collect();
    out.sort();
    out.dedup();
    out
}

/// The process that accepts connections to a loopback address, where the system tells.
pub(super) fn owner(address: SocketAddr) -> Option<u32> {
    platform::owner(|bound| {
        let same_ip = bound.ip() == address.ip();
        bound.port() == address.port() && (same_ip || bound.ip().is_unspecified())
    })
}

/// A socket bound to every address is reached over loopback. Go's own listens on both families.
fn as_client(bound: SocketAddr) -> Option<SocketAddr> {
    let ip = bound.ip();
    if ip.is_unspecified() {
        return Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), bound.port()));
    }
    ip.to_canonical().is_loopback().then_some(bound)
}

#[cfg(target_os = "linux")]
mod platform {
    use std::collections::HashSet;
    use std::net::SocketAddr;

    use procfs::net::TcpState;
    use procfs::process::{FDTarget, Process, all_processes};

    /// The sockets that listen in a process's network namespace, with their inodes.
    fn sockets(process: &Process) -> impl Iterator<Item = (SocketAddr, u64)> {
        let tables = [process.tcp(), process.tcp6()];
        let entries = tables.into_iter().flatten().flatten();
        entries.filter(|it| it.state == TcpState::Listen).map(|it| (it.local_address, it.inode))
    }

    /// Inodes of the sockets that a process holds open.
    fn inodes(process: &Process) -> HashSet<u64> {
        let descriptors = process.fd().into_iter().flatten().flatten();
        descriptors
            .filter_map(|it| match it.target {
                FDTarget::Socket(inode) => Some(inode),
                _ => None,
            })
            .collect()
    }

    pub(super) fn listening(pid: u32) -> Vec<SocketAddr> {
        let Ok(process) = Process::new(pid as i32) else { return Vec::new() };
        let own = inodes(&process);
        if own.is_empty() {
            return Vec::new();
        }
        sockets(&process).filter(|(_, inode)| own.contains(inode)).map(|(it, _)| it).collect()
    }

    pub(super) fn owner(is_wanted: impl Fn(SocketAddr) -> bool) -> Option<u32> {
        let here = Process::myself().ok()?;
        let wanted: HashSet<u64> =
            sockets(&here).filter(|(it, _)| is_wanted(*it)).map(|(_, inode)| inode).collect();
        if wanted.is_empty() {
            return None;
        }
        let holds = |it: &Process| !inodes(it).is_disjoint(&wanted);
        let holders = all_processes().ok()?.flatten().filter(holds);
        // A parent may hold its child's socket open too: the one that was started last serves.
        holders.filter_map(|it| u32::try_from(it.pid()).ok()).max()
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use std::net::SocketAddr;

    use listeners::{Protocol, get_all};

    fn all() -> impl Iterator<Item = (u32, SocketAddr)> {
        let listeners = get_all().into_iter().flatten();
        listeners.filter(|it| it.protocol == Protocol::TCP).map(|it| (it.process.pid, it.socket))
    }

    pub(super) fn listening(pid: u32) -> Vec<SocketAddr> {
        all().filter(|(owner, _)| *owner == pid).map(|(_, it)| it).collect()
    }

    pub(super) fn owner(is_wanted: impl Fn(SocketAddr) -> bool) -> Option<u32> {
        all().find(|(_, it)| is_wanted(*it)).map(|(pid, _)| pid)
    }
}
