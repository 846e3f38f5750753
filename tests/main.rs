//! All integration tests, in one binary.

#![allow(clippy::unwrap_used)]

mod fetch;
mod generated;
mod lsp;
mod neovim;
mod oracle;
mod sidecar;
mod support;
