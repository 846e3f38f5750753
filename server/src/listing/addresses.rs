//! Forgets file names of mappings that are addresses.
//!
//! pprof notes in a mapping without a file where the profile came from, and takes everything
//! that reads like an absolute URL away again: on Linux that is `C:\app.exe` too.
//!
//! Source: `unsourceMappings` in `internal/driver/fetch.go` of github.com/google/pprof.

use crate::model::{Profile, StrId};

/// Clears the file name of each mapping that has an address there and no build id.
pub fn forget_addresses(profile: &mut Profile) {
    for mapping in &mut profile.mappings {
        let is_address = is_absolute_url(profile.strings.get(mapping.filename));
        if mapping.build_id == StrId::EMPTY && is_address {
            mapping.filename = StrId::EMPTY;
        }
    }
}

fn is_absolute_url(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    let is_volume = cfg!(windows) && scheme.len() == 1;
    scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme.chars().all(|it| it.is_ascii_alphanumeric() || "+-.".contains(it))
        && !is_volume
}

#[cfg(test)]
mod tests {
    use super::is_absolute_url;

    #[test]
    fn tells_addresses_from_paths() {
        for (text, expected) in [
            ("http://localhost:6060/debug/pprof/heap", true),
            ("localhost:6060", true),
            ("/bin/a:b", false),
            ("[vdso]", false),
            ("", false),
        ] {
            assert_eq!(is_absolute_url(text), expected, "{text}");
        }
        assert_eq!(is_absolute_url("C:\\app.exe"), cfg!(not(windows)));
    }
}
