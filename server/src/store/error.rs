//! Why a capture could not be saved or read.

use std::path::{Path, PathBuf};

/// A failure of the store, with the path it is about.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The user has no home folder.
    #[error(
        "finding the folder for captures: no home folder is known; set PPROF_LENS_STATE_DIR to a folder of yours"
    )]
    NoFolder,
    /// Writing failed: disk full, read-only, no permission.
    #[error(
        "saving capture: {path}: {source}; make room or set PPROF_LENS_STATE_DIR to another folder"
    )]
    Write {
        /// What was written.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Reading failed.
    #[error("reading capture: {path}: {source}")]
    Read {
        /// What was read.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The description is damaged or from a newer version.
    #[error("reading capture: {path} is no description of a capture: {why}; it was left as it is")]
    Description {
        /// What was read.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A name that no capture has.
    #[error("reading capture: there is no capture {0:?}")]
    UnknownId(String),
}

impl StoreError {
    pub(super) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
        let path = path.to_owned();
        |source| StoreError::Write { path, source }
    }

    pub(super) fn read(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
        let path = path.to_owned();
        |source| StoreError::Read { path, source }
    }
}
