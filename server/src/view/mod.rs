//! What a person reads, in plain structs and text: no LSP types, no I/O.

mod file;

pub use file::{Action, Code, Diagnostic, FileView, Hint, Lens, Related, Severity};
