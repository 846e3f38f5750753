//! Writes a result to the file that the user named: whole, or not at all.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

/// Writes bytes to `path`, or to standard output for `-`.
///
/// A new file is readable by its owner alone. A device or a pipe is written to, never replaced.
pub(super) fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if path == Path::new("-") {
        return to_stdout(bytes);
    }
    let name = path.display();
    match fs::metadata(path) {
        Ok(it) if it.is_dir() => bail!("writing {name}: this is a folder; name a file in it"),
        Ok(it) if !it.is_file() => {
            let mut file = fs::OpenOptions::new().write(true).open(path);
            return file
                .as_mut()
                .map_err(|err| anyhow::anyhow!("{err}"))
                .and_then(|it| Ok(it.write_all(bytes)?))
                .with_context(|| format!("writing {name}"));
        }
        _ => {}
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    });
    written.with_context(|| {
        format!(
            "writing {name}: nothing was written; name a file in a folder that you can write to"
        )
    })
}

fn to_stdout(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    if stdout.is_terminal() {
        bail!(
            "writing to standard output: a profile is no text for a terminal; name a file with -o"
        )
    }
    stdout.write_all(bytes)?;
    Ok(stdout.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_a_folder_never() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heap.pb.gz");
        fs::write(&path, b"old").unwrap();
        save(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(save(folder.path(), b"new").unwrap_err().to_string().contains("folder"));
        let err = save(&folder.path().join("no/such/folder"), b"new").unwrap_err();
        assert!(err.to_string().contains("nothing was written"), "{err}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_is_written_to_and_stays() {
        use std::os::unix::fs::FileTypeExt;
        save(Path::new("/dev/null"), b"gone").unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
        // The device that is always full.
        assert!(save(Path::new("/dev/full"), b"gone").is_err());
    }
}
