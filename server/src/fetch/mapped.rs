//! The executable and the libraries that a process of this machine runs.

use crate::model::MappedFile;

/// Files that are remembered of one process. Large programs map some hundreds.
#[cfg(target_os = "linux")]
const MOST_FILES: usize = 4096;

/// What a process may execute, by address. Empty when the process has ended or is not ours to
/// look into.
#[cfg(target_os = "linux")]
pub fn mapped_files(pid: u32) -> Vec<MappedFile> {
    use std::path::{Path, PathBuf};

    use procfs::process::{MMPermissions, MMapPath, MemoryMap, Process};

    /// What Linux adds to the path of a file that is no longer there, or no longer this one.
    const DELETED: &str = " (deleted)";

    let Some(process) = i32::try_from(pid).ok().and_then(|it| Process::new(it).ok()) else {
        return Vec::new();
    };
    let Ok(maps) = process.maps() else { return Vec::new() };
    let executable = process.exe().ok();
    let file = |it: MemoryMap| {
        let MMapPath::Path(shown) = it.pathname else { return None };
        let is_executable = executable.as_ref() == Some(&shown);
        let shown = shown.into_os_string().into_string().ok()?;
        let (path, is_deleted) = match shown.strip_suffix(DELETED) {
            Some(path) => (path, true),
            None => (shown.as_str(), false),
        };
        // A process in a container has another `/`.
        let beneath = Path::new(path).strip_prefix("/").ok()?;
        let image = match (is_executable, is_deleted) {
            (true, _) => Some(PathBuf::from(format!("/proc/{pid}/exe"))),
            (false, false) => Some(Path::new(&format!("/proc/{pid}/root")).join(beneath)),
            (false, true) => None,
        };
        let (start, limit) = it.address;
        Some(MappedFile {
            start,
            limit,
            offset: it.offset,
            path: path.to_owned(),
            image,
            is_executable,
        })
    };
    maps.into_iter()
        .filter(|it| it.perms.contains(MMPermissions::EXECUTE))
        .filter_map(file)
        .take(MOST_FILES)
        .collect()
}

/// What a process may execute: not known on this system.
#[cfg(not(target_os = "linux"))]
pub fn mapped_files(_pid: u32) -> Vec<MappedFile> {
    Vec::new()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn finds_this_test_by_an_address_in_it() {
        let address = finds_this_test_by_an_address_in_it as fn() as usize as u64;
        let all = mapped_files(std::process::id());
        let here: Vec<_> =
            all.iter().filter(|it| (it.start..it.limit).contains(&address)).collect();
        let [it] = here[..] else { panic!("{all:#?}") };
        assert_eq!(it.path, std::env::current_exe().unwrap().to_str().unwrap());
        assert!(it.is_executable);
        let library = all.iter().find(|it| it.path.contains("/libc.so")).unwrap();
        assert!(!library.is_executable);
        assert!(library.image.as_ref().unwrap().is_file());
        assert_eq!(mapped_files(u32::MAX - 7), []);
    }
}
