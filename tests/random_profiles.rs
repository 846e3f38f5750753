//! Random profiles, written in every way that the format allows.

mod against_pprof;
mod arbitrary;
mod compare;
mod decoder;
mod dice;
mod options;
mod proto;
mod respell;
mod sums;
mod words;
mod write;

pub(crate) use compare::canonical;
