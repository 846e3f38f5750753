//! What a person reads, in plain structs and text: no LSP types, no I/O.

mod diff_text;
pub mod escape;
mod file;
mod list_text;
mod peek_text;
mod report_header;
mod top_text;

pub use diff_text::{diff_text, signed};
pub use file::{Action, Code, Diagnostic, FileView, Hint, Lens, Related, Severity};
pub use list_text::list_text;
pub use peek_text::peek_text;
pub use top_text::top_text;
