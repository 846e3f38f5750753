//! What a person reads, in plain structs and text: no LSP types, no I/O.
//!
//! Of a capture: [`Located`] puts its costs on the lines of files here, [`Marks`] puts the
//! captures together, [`file_view`], [`hover`] and [`offers`] show them on the text as it is now.

mod action;
mod annotate;
mod coverage;
mod diagnostic;
mod diff_text;
#[cfg(test)]
mod drawn;
pub mod escape;
mod explain;
mod file;
mod file_view;
mod flame_svg;
mod goroutines_json;
mod goroutines_text;
mod hint;
mod hot_text;
mod hover;
mod lens;
mod list_text;
mod located;
mod marks;
mod peek_text;
mod placed;
mod report_header;
#[cfg(test)]
mod tests;
mod top_text;
mod trend;
mod waiting;
mod waits;
mod words;

pub use action::{Offer, offers};
pub use annotate::{Style, StyledLine, annotate};
pub use coverage::{Coverage, why_empty};
pub use diff_text::{diff_text, signed};
pub use explain::{Explanation, explain_json, explain_text, frames_named};
pub use file::{Action, Code, Diagnostic, FileView, Heat, Hint, Lens, Related, Severity};
pub use file_view::file_view;
pub use flame_svg::flame_svg;
pub use goroutines_json::{goroutines_json, group_json, pile_up_json};
pub use goroutines_text::{GoroutinesText, goroutines_text};
pub use hot_text::hot_text;
pub use hover::{PeekAt, hover};
pub use list_text::list_text;
pub use located::{GcAge, LineValues, Located, LocatedFile};
pub use marks::{KindInput, KindMarks, Marks, WaitsInput};
pub use peek_text::peek_text;
pub use placed::{TextNow, ViewConfig};
pub use top_text::top_text;
pub use trend::recent_change;
pub use waits::{LocatedWaits, Role, WaitPlace, is_loud};
pub use words::gc_age;
