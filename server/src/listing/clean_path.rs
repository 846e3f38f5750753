//! Paths as Go's `filepath` shortens them, and as pprof does.

use std::borrow::Cow;

/// Cleans a path by its text alone; an empty path becomes `.`.
pub fn clean_path(path: &str) -> Cow<'_, str> {
    let is_clean = !path.is_empty()
        && !path.contains("//")
        && !path.ends_with('/')
        && !path.split('/').any(|it| it == "." || it == "..");
    if is_clean || path == "/" {
        return Cow::Borrowed(path);
    }
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") | None if !is_rooted => parts.push(".."),
                Some(&"..") | None => {}
                Some(_) => {
                    parts.pop();
                }
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    Cow::Owned(match (is_rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    })
}

/// The last part of a path, as Go's `filepath.Base` finds it.
pub fn base_name(path: &str) -> &str {
    let path_or_root = path.trim_end_matches('/');
    match path_or_root.rsplit('/').next() {
        Some("") | None => {
            if path.is_empty() {
                "."
            } else {
                "/"
            }
        }
        Some(it) => it,
    }
}

/// A source file as reports name it: Bazel builds in `/proc/self/cwd`, which says nothing.
///
/// Source: `trimPath` in `internal/report` of github.com/google/pprof.
pub(super) fn report_path(path: &str) -> Cow<'_, str> {
    if path.is_empty() {
        return Cow::Borrowed("");
    }
    let below =
        ["/proc/self/cwd/./", "/proc/self/cwd/"].iter().find_map(|it| path.strip_prefix(it));
    match below {
        Some("") => Cow::Borrowed(""),
        it => clean_path(it.unwrap_or(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::{base_name, clean_path, report_path};

    #[test]
    fn names_files_as_go_does() {
        for (path, expected) in
            [("/a/b", "b"), ("b", "b"), ("/a/b//", "b"), ("///", "/"), ("", "."), ("a/.", ".")]
        {
            assert_eq!(base_name(path), expected, "{path}");
        }
        for (path, expected) in
            [("/proc/self/cwd/./a", "a"), ("/proc/self/cwd/a/", "a"), ("/proc/self", "/proc/self")]
        {
            assert_eq!(report_path(path), expected, "{path}");
        }
    }

    /// The table of Go's own `TestClean`, in part.
    #[test]
    fn cleans_as_go_does() {
        for (path, expected) in [
            ("abc", "abc"),
            ("/", "/"),
            ("", "."),
            ("abc//def", "abc/def"),
            ("abc/", "abc"),
            ("abc/./def", "abc/def"),
            ("abc/def/../ghi", "abc/ghi"),
            ("abc/../../ghi", "../ghi"),
            ("/../abc", "/abc"),
            ("../../abc", "../../abc"),
            ("./a.go", "a.go"),
        ] {
            assert_eq!(clean_path(path), expected, "{path}");
        }
    }
}
