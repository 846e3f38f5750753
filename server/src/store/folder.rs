//! The folder of captures: where it is, and that only its user can look into it.

use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::StoreError;

/// Environment variable that moves everything this program keeps.
const STATE_DIR: &str = "PPROF_LENS_STATE_DIR";

/// `$PPROF_LENS_STATE_DIR`, else the system's folder for state (on Linux below
/// `$XDG_STATE_HOME`).
pub(super) fn of_user() -> Result<PathBuf, StoreError> {
    if let Some(it) = std::env::var_os(STATE_DIR).filter(|it| !it.is_empty()) {
        return Ok(PathBuf::from(it));
    }
    let dirs = ProjectDirs::from("", "", "pprof-lens").ok_or(StoreError::NoFolder)?;
    Ok(dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned())
}

/// Makes the folder, open to its user alone.
pub(super) fn make(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(StoreError::write(path))?;
    keep_private(path, 0o700)
}

/// Sets the mode whatever the umask made of it.
pub(super) fn keep_private(path: &Path, mode: u32) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(path, permissions).map_err(StoreError::write(path))?;
    }
    #[cfg(not(unix))]
    let _ = (path, mode, fs::metadata::<&Path>);
    Ok(())
}

/// Makes what was written to a file or a folder's list of names durable.
pub(super) fn sync(path: &Path) -> Result<(), StoreError> {
    // A folder cannot be opened as a file everywhere; there renaming is durable by itself.
    match fs::File::open(path) {
        Ok(file) => file.sync_all().map_err(StoreError::write(path)),
        Err(_) if path.is_dir() => Ok(()),
        Err(err) => Err(StoreError::write(path)(err)),
    }
}
