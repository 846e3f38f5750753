//! What the integration tests stand on: real Go programs, the real binary, the real pprof, and a
//! server that misbehaves.

pub(crate) mod fake;
pub(crate) mod frame;
pub(crate) mod git;
pub(crate) mod go;
pub(crate) mod http;
pub(crate) mod lens;
pub(crate) mod measured;
pub(crate) mod nvim;
pub(crate) mod oracle;
pub(crate) mod process;
pub(crate) mod target;
pub(crate) mod trust;
pub(crate) mod workspace;
