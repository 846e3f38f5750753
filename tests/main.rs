//! All integration tests, in one binary.

#![allow(clippy::unwrap_used)]

mod capture;
mod discovery;
mod fetch;
mod generated;
mod goroutines;
mod layers;
mod lsp;
mod neovim;
mod oracle;
mod sidecar;
mod support;
