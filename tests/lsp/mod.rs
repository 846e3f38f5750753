//! The language server, driven as an editor drives it: the real binary over standard input and
//! output.

mod attach;
mod build_match;
mod client;
mod explain;
mod marks;
mod native;
mod protocol;
mod rebuilt;
mod session;
mod session_end;
mod views;
mod watching;
