//! Paths without `.`, `..` and doubled separators, as Go's `filepath.Clean` makes them.

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

#[cfg(test)]
mod tests {
    use super::clean_path;

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
