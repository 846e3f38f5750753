//! Reads the Go build info of an executable, as `go version -m` does.
//!
//! Source: `debug/buildinfo` and `runtime/debug` of Go 1.18 to 1.27: a section that starts with
//! a magic text, then the Go version and the module data as texts with a length before them.

use std::fs::File;
use std::path::Path;

use object::{Object, ObjectSection, ReadCache};

use crate::model::{BuildInfo, Module};

const MAGIC: &[u8] = b"\xff Go buildinf:";
/// Header before the texts; the magic is aligned to half of it.
const HEADER_BYTES: usize = 32;
/// The texts follow the header, instead of pointers to them (Go 1.18).
const FLAG_INLINE: u8 = 2;
/// No build info is longer: a program with a thousand modules has 100 KiB.
const MOST_BYTES: u64 = 4 << 20;

/// The build info of an executable; none when it is no Go program (of Go 1.18 or later).
pub(super) fn read(executable: &Path) -> Option<BuildInfo> {
    let cache = ReadCache::new(File::open(executable).ok()?);
    let object = object::File::parse(&cache).ok()?;
    let section = object
        .section_by_name(".go.buildinfo")
        .or_else(|| object.section_by_name("__go_buildinfo"))
        // Windows has no section of its own for it: it is at the start of the data.
        .or_else(|| object.section_by_name(".data"))?;
    let (start, size) = (section.address(), section.size().min(MOST_BYTES));
    let data = section.data_range(start, size).ok()??;
    parse(data)
}

fn parse(data: &[u8]) -> Option<BuildInfo> {
    let at = (0..data.len()).step_by(16).find(|&at| data[at..].starts_with(MAGIC))?;
    let header = data.get(at..at + HEADER_BYTES)?;
    if header[15] & FLAG_INLINE == 0 {
        return None;
    }
    let mut rest = data.get(at + HEADER_BYTES..)?;
    let go_version = text(&mut rest)?;
    let modules = text(&mut rest).unwrap_or_default();
    // Sixteen bytes at each end mark the text for tools that search a whole binary.
    let modules = modules.get(16..modules.len().saturating_sub(16)).unwrap_or_default();
    let mut info = parse_modules(&String::from_utf8_lossy(modules));
    info.go_version = String::from_utf8_lossy(go_version).into_owned();
    Some(info)
}

/// A text with its length before it, as a varint.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut length = 0usize;
    for shift in (0..35).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        length |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            let (text, tail) = rest.split_at_checked(length)?;
            *rest = tail;
            return Some(text);
        }
    }
    None
}

/// Lines of words separated by tabs: `path`, `mod`, `dep`, `=>` for the one above, `build`.
fn parse_modules(text: &str) -> BuildInfo {
    let mut info = BuildInfo::default();
    for line in text.lines() {
        let mut words = line.split('\t');
        let key = words.next().unwrap_or_default();
        let mut word = || words.next().unwrap_or_default().to_owned();
        match key {
            "path" => info.path = word(),
            "mod" => info.main = Some(Module { path: word(), version: word(), replace: None }),
            "dep" => info.deps.push(Module { path: word(), version: word(), replace: None }),
            "=>" => {
                let replace = Box::new(Module { path: word(), version: word(), replace: None });
                let replaced = info.deps.last_mut().or(info.main.as_mut());
                if let Some(it) = replaced {
                    it.replace = Some(replace);
                }
            }
            "build" => {
                let setting = word();
                if let Some((key, value)) = setting.split_once('=') {
                    info.settings.push((unquoted(key), unquoted(value)));
                }
            }
            _ => {}
        }
    }
    info
}

/// Go quotes what holds spaces or quotes; such texts are JSON's too, but for rare escapes.
fn unquoted(text: &str) -> String {
    let quoted = text.starts_with('"').then(|| serde_json::from_str(text).ok()).flatten();
    let raw = || text.strip_prefix('`')?.strip_suffix('`').map(str::to_owned);
    quoted.or_else(raw).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_writes() {
        let modules = "path\texample.com/a/cmd/a\nmod\texample.com/a\t(devel)\t\n\
                       dep\texample.com/b\tv1.2.3\th1:x=\n=>\t./b\t(devel)\t\n\
                       build\t-trimpath=true\nbuild\t-ldflags=\"-X 'a b'\"\nbuild\tvcs.modified=true\n";
        let modules = format!("{:16}{modules}{:16}", "", "");
        let mut data = vec![0u8; 16];
        data.extend(MAGIC);
        data.extend([8, FLAG_INLINE]);
        data.resize(16 + HEADER_BYTES, 0);
        data.push(8);
        data.extend(b"go1.26.8");
        data.extend([(modules.len() & 0x7f) as u8 | 0x80, (modules.len() >> 7) as u8]);
        data.extend(modules.as_bytes());

        let info = parse(&data).unwrap();
        assert_eq!(info.go_version, "go1.26.8");
        assert_eq!(info.path, "example.com/a/cmd/a");
        assert_eq!(info.main.as_ref().unwrap().path, "example.com/a");
        assert_eq!(info.deps[0].replace.as_ref().unwrap().path, "./b");
        assert_eq!(info.setting("-ldflags"), Some("-X 'a b'"));
        assert_eq!(info.setting("vcs.modified"), Some("true"));

        for at in 0..data.len() {
            let _ = parse(&data[..at]);
        }
    }

    #[test]
    fn this_program_is_no_go_program() {
        assert_eq!(read(&std::env::current_exe().unwrap()), None);
        assert_eq!(read(Path::new("/nonexistent")), None);
    }
}
