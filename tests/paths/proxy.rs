//! Publishes a module in a folder that `go` takes as a module proxy.

use std::fs;
use std::path::Path;

use flate2::Crc;

/// Writes what `GOPROXY=file://…` serves for one version of a module.
///
/// Source: the Go Modules Reference, "GOPROXY protocol" and "Module zip files".
pub(super) fn publish(proxy: &Path, module: &str, version: &str, files: &[(&str, &str)]) {
    let mut escaped = String::new();
    for it in module.chars() {
        if it.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(it.to_ascii_lowercase());
    }
    let folder = proxy.join(escaped).join("@v");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: String, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    let go_mod = files.iter().find(|it| it.0 == "go.mod").unwrap().1;
    let info = format!("{{\"Version\":\"{version}\",\"Time\":\"2026-01-01T00:00:00Z\"}}");
    let named: Vec<(String, &str)> =
        files.iter().map(|(name, text)| (format!("{module}@{version}/{name}"), *text)).collect();
    write("list".to_owned(), format!("{version}\n").as_bytes());
    write(format!("{version}.info"), info.as_bytes());
    write(format!("{version}.mod"), go_mod.as_bytes());
    write(format!("{version}.zip"), &zip(&named));
}

/// A zip file of files that are not compressed.
///
/// Source: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
fn zip(files: &[(String, &str)]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        // Version, flags, method, time and date; then checksum, sizes and lengths.
        let mut fields = Vec::new();
        for it in [20u16, 0, 0, 0, 0x21] {
            fields.extend(it.to_le_bytes());
        }
        for it in [crc.sum(), text.len() as u32, text.len() as u32, name.len() as u32] {
            fields.extend(it.to_le_bytes());
        }
        let offset = out.len() as u32;
        out.extend(*b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        central.extend(*b"PK\x01\x02\x14\0");
        central.extend(&fields);
        // No comment, first disk, no attributes.
        central.extend([0; 10]);
        central.extend(offset.to_le_bytes());
        central.extend(name.as_bytes());
    }
    let (start, n_files) = (out.len() as u32, files.len() as u16);
    out.extend(&central);
    out.extend(*b"PK\x05\x06\0\0\0\0");
    out.extend(n_files.to_le_bytes());
    out.extend(n_files.to_le_bytes());
    out.extend((central.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}
