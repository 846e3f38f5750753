//! The text of a file as it is now, with its lines.

use std::sync::Arc;

use tower_lsp::lsp_types;

use crate::source::Revision;

use super::position::{Encoding, LineIndex};

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) revision: Arc<Revision>,
    lines: Arc<LineIndex>,
}

impl Text {
    pub(crate) fn new(text: String) -> Text {
        let lines = Arc::new(LineIndex::new(&text));
        Text { revision: Arc::new(Revision::new(text)), lines }
    }

    fn of(revision: Revision) -> Text {
        let lines = Arc::new(LineIndex::new(revision.text()));
        Text { revision: Arc::new(revision), lines }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.revision.text()
    }

    /// The text after a change.
    pub(crate) fn changed(
        &self,
        range: lsp_types::Range,
        replacement: &str,
        encoding: Encoding,
    ) -> Text {
        let text = self.as_str();
        let start = self.lines.offset(text, range.start, encoding);
        let end = self.lines.offset(text, range.end, encoding).max(start);
        Text::of(self.revision.changed(start..end, replacement))
    }

    /// The same, where the editor sends all of the text after the change.
    pub(crate) fn replaced(&self, text: &str) -> Text {
        Text::of(self.revision.replaced(text))
    }

    /// See [`LineIndex::profile_line_range`].
    pub(crate) fn profile_line_range(&self, line: u32, encoding: Encoding) -> lsp_types::Range {
        self.lines.profile_line_range(self.as_str(), line, encoding)
    }

    /// The 1-based profile line of a 0-based LSP line.
    pub(crate) fn to_profile_line(&self, line_idx: u32) -> u32 {
        self.lines.to_profile_line(line_idx)
    }
}
