//! Takes the path of a profile apart, in whatever system's spelling it is.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// A path as the profile has it.
#[derive(Debug, Clone)]
pub(super) struct ProfilePath<'a> {
    /// As given: what the system is asked for.
    pub(super) given: &'a str,
    /// With `/` between its parts.
    pub(super) text: Cow<'a, str>,
    /// It starts at the top of a file system.
    pub(super) is_rooted: bool,
}

impl<'a> ProfilePath<'a> {
    pub(super) fn new(given: &'a str) -> ProfilePath<'a> {
        let is_windows = is_windows(given);
        let text = if is_windows { Cow::Owned(slashes(given)) } else { Cow::Borrowed(given) };
        ProfilePath { given, text, is_rooted: is_windows || given.starts_with('/') }
    }

    /// Whether to ask the system for it is safe: a network path would send this user's name
    /// to a machine that the profile chose.
    pub(super) fn is_local(&self) -> bool {
        !self.text.starts_with("//")
    }

    /// Folder and name of the file.
    pub(super) fn split(&self) -> (&str, &str) {
        self.text.rsplit_once('/').unwrap_or(("", &self.text))
    }

    /// Its parts, none of them empty.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.text.split('/').filter(|it| !it.is_empty()).collect()
    }

    /// Whether a part of it is `module@version`.
    pub(super) fn has_version(&self) -> bool {
        self.text.split('/').any(is_versioned)
    }
}

/// `sync@v0.7.0`; other folders have an `@` in their name, too.
pub(super) fn is_versioned(part: &str) -> bool {
    let version = part.split_once("@v").map(|it| it.1);
    version.is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
}

/// `C:\a`, `C:/a` or `\\host\a`.
pub(super) fn is_windows(path: &str) -> bool {
    let drive = path.as_bytes().get(..3);
    path.starts_with("\\\\")
        || drive.is_some_and(|it| {
            it[0].is_ascii_alphabetic() && it[1] == b':' && matches!(it[2], b'/' | b'\\')
        })
}

pub(super) fn slashes(path: &str) -> String {
    path.replace('\\', "/")
}

/// `dir/rest`, where `rest` has no part that leads out.
pub(super) fn below(dir: &Path, rest: &str) -> Option<PathBuf> {
    let leads_out = |it: &str| it == ".." || (cfg!(windows) && it.contains([':', '\\']));
    let is_plain = !rest.starts_with('/') && !rest.split('/').any(leads_out);
    is_plain.then(|| dir.join(rest))
}

/// `github.com/BurntSushi/toml` lies in the module cache under `github.com/!burnt!sushi/toml`.
pub(super) fn escape_capitals(module: &str) -> String {
    let mut out = String::with_capacity(module.len() + 4);
    for it in module.chars() {
        if it.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(it.to_ascii_lowercase());
    }
    out
}
