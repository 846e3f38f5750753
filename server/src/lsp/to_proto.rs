//! Turns views into LSP types: the only place where they meet.
//!
//! A view's lines are 1-based and count as the Go compiler does; LSP's are 0-based: the
//! [`LineIndex`] of the file's text converts them.

use serde_json::{Value, json};
use tower_lsp::lsp_types;

use crate::command::Command;
use crate::view::{Action, Diagnostic, FileView, Hint, Lens, Offer, Related, Severity};

use super::facts::ClientFacts;
use super::position::Encoding;
use super::text::Text;

/// The `source` of every diagnostic.
const SOURCE: &str = "pprof-lens";

/// A file that something is shown in: its name at the editor and its text as it is now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    pub(crate) uri: &'a lsp_types::Url,
    pub(crate) text: &'a Text,
    pub(crate) encoding: Encoding,
}

impl Page<'_> {
    fn range(&self, line: u32) -> lsp_types::Range {
        self.text.profile_line_range(line, self.encoding)
    }
}

/// All lenses of a file.
pub(crate) fn code_lenses(view: &FileView, page: Page<'_>) -> Vec<lsp_types::CodeLens> {
    view.lenses.iter().map(|it| code_lens(it, page)).collect()
}

fn code_lens(lens: &Lens, page: Page<'_>) -> lsp_types::CodeLens {
    lsp_types::CodeLens {
        range: page.range(lens.line),
        command: Some(command(&lens.title, &lens.action, page)),
        data: None,
    }
}

/// What a click runs, under the title that is shown.
pub(crate) fn command(title: &str, action: &Action, page: Page<'_>) -> lsp_types::Command {
    let (command, argument) = match action {
        Action::Peek { kind, function } => {
            (Command::Peek, json!({ "kind": kind, "function": function }))
        }
        Action::Goroutines { line } => {
            let line = page.range(*line).start.line;
            (Command::Goroutines, json!({ "uri": page.uri, "line": line }))
        }
        Action::Expect { function, states } => {
            (Command::Expect, json!({ "function": function, "states": states, "uri": page.uri }))
        }
        Action::Flamegraph { kind, function } => {
            (Command::Flamegraph, json!({ "kind": kind, "function": function }))
        }
        Action::Hide { function } => {
            (Command::Hide, json!({ "function": function, "uri": page.uri }))
        }
        Action::Diff { kind } => (Command::Diff, json!({ "kind": kind })),
        Action::Capture { kind } => (Command::Capture, json!({ "kind": kind })),
        Action::SetBaseline => (Command::SetBaseline, json!({})),
    };
    lsp_types::Command {
        title: title.to_owned(),
        command: command.id(),
        arguments: Some(vec![argument]),
    }
}

/// The hints in `wanted`, at the ends of their lines.
pub(crate) fn inlay_hints(
    view: &FileView,
    page: Page<'_>,
    wanted: lsp_types::Range,
) -> Vec<lsp_types::InlayHint> {
    let hints = view.hints.iter().map(|it| inlay_hint(it, page));
    let is_wanted = |line: u32| (wanted.start.line..=wanted.end.line).contains(&line);
    hints.filter(|it| is_wanted(it.position.line)).collect()
}

fn inlay_hint(hint: &Hint, page: Page<'_>) -> lsp_types::InlayHint {
    lsp_types::InlayHint {
        position: page.range(hint.line).end,
        label: lsp_types::InlayHintLabel::String(hint.text.clone()),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp_types::InlayHintTooltip::MarkupContent(markdown(&hint.tooltip))),
        padding_left: Some(true),
        padding_right: None,
        // For clients that colour the line, and draw what is of before an edit dimmed.
        data: Some(json!({ "heat": hint.heat.name(), "edited": hint.is_edited })),
    }
}

/// All diagnostics of a file. `locate` says where in the workspace a related place is.
pub(crate) fn diagnostics(
    view: &FileView,
    page: Page<'_>,
    facts: &ClientFacts,
    locate: impl Fn(&Related) -> Option<lsp_types::Location>,
) -> Vec<lsp_types::Diagnostic> {
    view.diagnostics.iter().map(|it| diagnostic(it, page, facts, &locate)).collect()
}

fn diagnostic(
    diagnostic: &Diagnostic,
    page: Page<'_>,
    facts: &ClientFacts,
    locate: impl Fn(&Related) -> Option<lsp_types::Location>,
) -> lsp_types::Diagnostic {
    let related = diagnostic.related.iter().filter_map(|it| {
        let location = locate(it)?;
        Some(lsp_types::DiagnosticRelatedInformation { location, message: it.message.clone() })
    });
    let related: Vec<_> = related.collect();
    lsp_types::Diagnostic {
        range: page.range(diagnostic.line),
        severity: Some(match diagnostic.severity {
            Severity::Error => lsp_types::DiagnosticSeverity::ERROR,
            Severity::Warning => lsp_types::DiagnosticSeverity::WARNING,
            Severity::Information => lsp_types::DiagnosticSeverity::INFORMATION,
            Severity::Hint => lsp_types::DiagnosticSeverity::HINT,
        }),
        code: Some(lsp_types::NumberOrString::String(diagnostic.code.name().to_owned())),
        source: Some(SOURCE.to_owned()),
        message: diagnostic.message.clone(),
        related_information: (facts.shows_related && !related.is_empty()).then_some(related),
        data: facts.keeps_data.then(|| data(diagnostic)),
        ..lsp_types::Diagnostic::default()
    }
}

/// The numbers behind the message, and whether they are of an earlier run.
fn data(diagnostic: &Diagnostic) -> Value {
    let mut data = diagnostic.data.clone();
    if let Some(object) = data.as_object_mut() {
        object.insert("old".to_owned(), diagnostic.old.into());
    }
    data
}

/// What the menu of a line offers.
pub(crate) fn code_actions(offers: &[Offer], page: Page<'_>) -> lsp_types::CodeActionResponse {
    let action = |it: &Offer| lsp_types::CodeAction {
        title: it.title.clone(),
        command: Some(command(&it.title, &it.action, page)),
        ..lsp_types::CodeAction::default()
    };
    offers.iter().map(|it| lsp_types::CodeActionOrCommand::CodeAction(action(it))).collect()
}

/// A hover, in Markdown.
pub(crate) fn hover(text: &str) -> lsp_types::Hover {
    lsp_types::Hover { contents: lsp_types::HoverContents::Markup(markdown(text)), range: None }
}

fn markdown(text: &str) -> lsp_types::MarkupContent {
    lsp_types::MarkupContent { kind: lsp_types::MarkupKind::Markdown, value: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::model::Kind;
    use crate::view::Code;

    use super::*;

    const TEXT: &str = "package main\n\nfunc é() {\n\twork() // 😀\n}\n";

    fn check<T>(encoding: Encoding, convert: impl Fn(Page<'_>) -> T) -> T {
        let uri = "file:///w/main.go".parse().unwrap();
        let text = Text::new(TEXT.to_owned());
        convert(Page { uri: &uri, text: &text, encoding })
    }

    #[test]
    fn puts_hints_at_line_ends_in_either_encoding() {
        let hint = Hint {
            line: 4,
            text: "cpu 1s".to_owned(),
            tooltip: "*cpu*".to_owned(),
            is_edited: false,
            heat: crate::view::Heat::Hot,
        };
        let view = FileView { hints: vec![hint], ..FileView::default() };
        let all = lsp_types::Range::new(Default::default(), lsp_types::Position::new(9, 0));
        for (encoding, character) in [(Encoding::Utf8, 15), (Encoding::Utf16, 13)] {
            let hints = check(encoding, |page| inlay_hints(&view, page, all));
            assert_eq!(hints[0].position, lsp_types::Position::new(3, character));
        }
        let first = lsp_types::Range::new(Default::default(), lsp_types::Position::new(2, 0));
        assert!(check(Encoding::Utf8, |page| inlay_hints(&view, page, first)).is_empty());
    }

    #[test]
    fn fills_in_the_command_of_a_lens() {
        let action = Action::Peek { kind: Kind::Cpu, function: "main.é".to_owned() };
        let lens = Lens { line: 3, title: "cpu 50%".to_owned(), action };
        let view = FileView { lenses: vec![lens], ..FileView::default() };
        let lenses = check(Encoding::Utf16, |page| code_lenses(&view, page));
        assert_eq!(lenses[0].range.start.line, 2);
        let command = lenses[0].command.as_ref().unwrap();
        assert_eq!(command.command, "pprof-lens.peek");
        assert_eq!(command.arguments, Some(vec![json!({"kind": "cpu", "function": "main.é"})]));
    }

    #[test]
    fn gives_an_editor_only_what_it_knows_of_a_diagnostic() {
        let related = Related { file: "/w/b.go".into(), line: 7, message: "go".to_owned() };
        let diagnostic = Diagnostic {
            line: 4,
            severity: Severity::Warning,
            code: Code::WaitingGoroutine,
            message: "3 goroutines wait".to_owned(),
            related: vec![related],
            data: json!({ "count": 3 }),
            old: true,
        };
        let view = FileView { diagnostics: vec![diagnostic], ..FileView::default() };
        let convert = |facts: &ClientFacts| {
            let locate = |it: &Related| {
                let uri = lsp_types::Url::from_file_path(&it.file).ok()?;
                Some(lsp_types::Location::new(uri, lsp_types::Range::default()))
            };
            check(Encoding::Utf16, |page| diagnostics(&view, page, facts, locate)).remove(0)
        };
        let bare = convert(&ClientFacts::default());
        assert_eq!((bare.related_information, bare.data), (None, None));
        assert_eq!((bare.range.start.character, bare.range.end.character), (1, 13));
        let facts = ClientFacts { shows_related: true, keeps_data: true, ..ClientFacts::default() };
        let full = convert(&facts);
        assert_eq!(full.data, Some(json!({ "count": 3, "old": true })));
        assert_eq!(full.related_information.map(|it| it.len()), Some(1));
    }
}
