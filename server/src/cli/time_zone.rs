//! The time zone in which times are printed: the one that Go takes, so that reports are equal.
//!
//! Source: `time/zoneinfo_unix.go` of Go. A zone is read as the one file that it is; a search
//! for its name in all of the system's zones would take longer than a small report.

use jiff::tz::TimeZone;

/// Where systems keep their zones.
const FOLDERS: [&str; 4] =
    ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"];

/// What `TZ` names, else the system's own; UTC where that says nothing.
pub(super) fn local() -> TimeZone {
    if !cfg!(unix) {
        return TimeZone::system();
    }
    let found = match std::env::var("TZ") {
        Err(_) => of_file("/etc/localtime"),
        Ok(name) => {
            let name = name.strip_prefix(':').unwrap_or(&name);
            match name {
                "" | "UTC" => None,
                path if path.starts_with('/') => of_file(path),
                name if name.contains("..") => None,
                name => FOLDERS.iter().find_map(|it| of_file(&format!("{it}/{name}"))),
            }
        }
    };
    found.unwrap_or(TimeZone::UTC)
}

fn of_file(path: &str) -> Option<TimeZone> {
    TimeZone::tzif("Local", &std::fs::read(path).ok()?).ok()
}
