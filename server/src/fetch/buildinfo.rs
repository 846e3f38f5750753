//! Turns an executable into what Go wrote about its build, as `go version -m` reads it.
//!
//! Source: `debug/buildinfo` of Go 1.18 to 1.27. Executables of Go 1.17 and before, which keep
//! pointers where later ones keep text, are taken for no Go programs.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use object::read::{ReadCache, ReadRef};
use object::{Object, ObjectSection};

use crate::model::{BuildInfo, Module};

const MAGIC: &[u8; 14] = b"\xff Go buildinf:";
/// The magic stands at a multiple of this.
const ALIGNMENT: usize = 16;
const HEADER: usize = 32;
const FLAGS: usize = 15;
/// In the flags: the two texts follow the header.
const INLINE: u8 = 2;
/// Length of the marks at both ends of the module text, which are no UTF-8.
const SENTINEL: usize = 16;

/// Most of a section that is read. A program with 1,000 modules has 100 kB of build info.
const MOST_BYTES: u64 = 4 << 20;
/// Executables whose answer is remembered.
const MOST_KNOWN: usize = 4096;

/// Build infos by executable: reading one again costs a `stat`.
#[derive(Debug, Default)]
struct BuildInfos {
    known: HashMap<FileKey, Option<Arc<BuildInfo>>>,
}

/// The build info of an executable; none when it is no Go program or cannot be read.
pub(super) fn of(executable: &Path) -> Option<Arc<BuildInfo>> {
    static KNOWN: Mutex<Option<BuildInfos>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get_or_insert_default().of(executable)
}

/// Names the content of a file, as well as its metadata can.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct FileKey {
    device: u64,
    inode: u64,
    size: u64,
    modified: Option<SystemTime>,
}

impl BuildInfos {
    fn of(&mut self, executable: &Path) -> Option<Arc<BuildInfo>> {
        let file = File::open(executable).ok()?;
        let key = FileKey::of(executable, &file.metadata().ok().filter(Metadata::is_file)?);
        if let Some(it) = self.known.get(&key) {
            return it.clone();
        }
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        let build = read(file).map(Arc::new);
        self.known.insert(key, build.clone());
        build
    }
}

impl FileKey {
    #[cfg(unix)]
    fn of(_path: &Path, it: &Metadata) -> FileKey {
        use std::os::unix::fs::MetadataExt;
        FileKey { device: it.dev(), inode: it.ino(), size: it.len(), modified: it.modified().ok() }
    }

    #[cfg(not(unix))]
    fn of(path: &Path, it: &Metadata) -> FileKey {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let inode = hasher.finish();
        FileKey { device: 0, inode, size: it.len(), modified: it.modified().ok() }
    }
}

/// Reads only the headers and the one section, whatever the size of the file.
fn read(file: File) -> Option<BuildInfo> {
    let cache = ReadCache::new(file);
    let bytes = section(&cache)?;
    let at = find_magic(bytes)?;
    let (header, texts) = bytes.get(at..)?.split_at_checked(HEADER)?;
    if header[FLAGS] & INLINE == 0 {
        return None;
    }
    let (version, texts) = take_text(texts)?;
    // Without module text it is still a Go program.
    let modules = take_text(texts).map_or(&[][..], |(it, _)| it);
    (!version.is_empty()).then(|| parse(version, modules))
}

fn section<'a, R: ReadRef<'a>>(cache: R) -> Option<&'a [u8]> {
    let object = object::File::parse(cache).ok()?;
    // PE files have no section of their own for it: there it lies somewhere in the data.
    let names: [&[u8]; 3] = [b".go.buildinfo", b"__go_buildinfo", b".data"];
    let section =
        names.iter().find_map(|name| object.sections().find(|it| it.name_bytes() == Ok(name)))?;
    section.data_range(section.address(), section.size().min(MOST_BYTES)).ok()?
}

fn find_magic(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, MAGIC).find(|at| at % ALIGNMENT == 0)
}

/// A length as a varint, then that many bytes.
fn take_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length = 0usize;
    let mut rest = bytes;
    for shift in (0..28).step_by(7) {
        let (byte, tail) = rest.split_first()?;
        rest = tail;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return rest.split_at_checked(length);
        }
    }
    None
}

fn parse(version: &[u8], modules: &[u8]) -> BuildInfo {
    let go_version = String::from_utf8_lossy(version).into_owned();
    let mut build = BuildInfo { go_version, ..BuildInfo::default() };
    let n_bytes = modules.len();
    let framed = n_bytes > 2 * SENTINEL && modules[n_bytes - SENTINEL - 1] == b'\n';
    let text = if framed { &modules[SENTINEL..n_bytes - SENTINEL] } else { &[] };
    for line in String::from_utf8_lossy(text).lines() {
        let (word, rest) = line.split_once('\t').unwrap_or((line, ""));
        match word {
            "path" => build.path = rest.to_owned(),
            "mod" => build.main = Some(module(rest)),
            "dep" => build.deps.push(module(rest)),
            "=>" => {
                let replaced = build.deps.last_mut().or(build.main.as_mut());
                if let Some(it) = replaced {
                    it.replace = Some(Box::new(module(rest)));
                }
            }
            "build" => build.settings.extend(setting(rest)),
            _ => {}
        }
    }
    build
}

fn module(columns: &str) -> Module {
    let mut columns = columns.split('\t').map(str::to_owned);
    let path = columns.next().unwrap_or_default();
    Module { path, version: columns.next().unwrap_or_default(), replace: None }
}

/// `key=value`, where both may be quoted as Go quotes text.
fn setting(text: &str) -> Option<(String, String)> {
    let (key, value) = match text.strip_prefix('"').and_then(|it| it.split_once("\"=")) {
        Some((key, value)) => (format!("\"{key}\""), value),
        None => text.split_once('=').map(|(key, value)| (key.to_owned(), value))?,
    };
    Some((unquote(&key), unquote(value)))
}

/// Go's quoting is JSON's for the characters that settings hold; anything else stays as written.
fn unquote(text: &str) -> String {
    match text.starts_with('"') {
        true => serde_json::from_str(text).unwrap_or_else(|_| text.to_owned()),
        false => text.trim_matches('`').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_modules_and_settings() {
        let text = b"0123456789abcde\xffpath\texample.com/sidecar/cmd/sidecar\n\
            mod\texample.com/sidecar\t(devel)\t\n\
            dep\tgithub.com/marcus/td\tv0.62.0\th1:x=\n\
            =>\t../td\t(devel)\t\n\
            build\t-ldflags=\"-s -w -X \\\"main.v=1 2\\\"\"\n\
            build\tvcs.modified=true\n0123456789abcde\xff";
        let build = parse(b"go1.27.3", text);
        assert_eq!(build.path, "example.com/sidecar/cmd/sidecar");
        assert_eq!(build.main.as_ref().unwrap().version, "(devel)");
        assert_eq!(build.deps[0].path, "github.com/marcus/td");
        assert_eq!(build.deps[0].replace.as_ref().unwrap().path, "../td");
        assert_eq!(build.setting("-ldflags"), Some("-s -w -X \"main.v=1 2\""));
        assert_eq!(build.setting("vcs.modified"), Some("true"));
    }

    #[test]
    fn what_is_cut_or_hostile_is_no_go_program() {
        assert_eq!(take_text(&[0x05, b'a']), None);
        assert_eq!(take_text(&[0xff, 0xff, 0xff, 0xff, 0x0f]), None);
        assert_eq!(take_text(b"\x02go!"), Some((&b"go"[..], &b"!"[..])));
        assert_eq!(find_magic(b"12345678\xff Go buildinf:\x08\x02"), None);
        for text in [&b""[..], b"\n", b"0123456789abcdef\n", b"path\tx\n"] {
            assert_eq!(parse(b"go1.20", text).path, "");
        }
    }

    #[test]
    fn this_test_is_no_go_program() {
        let mut builds = BuildInfos::default();
        assert_eq!(builds.of(&std::env::current_exe().unwrap()), None);
        assert_eq!(builds.known.len(), 1);
        assert_eq!(builds.of(Path::new("/")), None);
        assert_eq!(builds.of(Path::new("/nonexistent")), None);
    }
}
