//! Faults on purpose, for the tests of the gate; absent from release builds.
//!
//! `PPROF_LENS_FAIL` holds entries `action:method[:number]`, separated by `;`. They act before
//! the handler of the method runs, inside the same task:
//! - `panic:M` panics.
//! - `spin:M:N` keeps a thread busy for N milliseconds without yielding.
//! - `wait:M:N` waits for N milliseconds without keeping a thread.
//! - `ask:M:N` asks the editor something and waits for the answer, at most N milliseconds.
//! - `note:M:N` sends the editor N log messages.

use super::editor::Editor;

#[cfg(not(debug_assertions))]
#[derive(Debug, Clone, Default)]
pub(crate) struct Failpoints;

#[cfg(not(debug_assertions))]
impl Failpoints {
    pub(crate) fn from_env() -> Failpoints {
        Failpoints
    }

    pub(crate) async fn hit(&self, _method: &str, _editor: &Editor) {}
}

#[cfg(debug_assertions)]
pub(crate) use on_purpose::Failpoints;

#[cfg(debug_assertions)]
mod on_purpose {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use tower_lsp::lsp_types::notification::LogMessage;
    use tower_lsp::lsp_types::request::ShowMessageRequest;
    use tower_lsp::lsp_types::{LogMessageParams, MessageType, ShowMessageRequestParams};

    use super::Editor;

    #[derive(Debug, Clone, Default)]
    pub(crate) struct Failpoints {
        entries: Arc<Vec<Entry>>,
    }

    #[derive(Debug)]
    struct Entry {
        action: String,
        method: String,
        number: u64,
    }

    impl Failpoints {
        pub(crate) fn from_env() -> Failpoints {
            let text = std::env::var("PPROF_LENS_FAIL").unwrap_or_default();
            let entries = text.split(';').filter_map(|entry| {
                let mut parts = entry.split(':');
                Some(Entry {
                    action: parts.next()?.to_owned(),
                    method: parts.next()?.to_owned(),
                    number: parts.next().and_then(|it| it.parse().ok()).unwrap_or(60_000),
                })
            });
            Failpoints { entries: Arc::new(entries.collect()) }
        }

        pub(crate) async fn hit(&self, method: &str, editor: &Editor) {
            for entry in self.entries.iter().filter(|it| it.method == method) {
                let time = Duration::from_millis(entry.number);
                match entry.action.as_str() {
                    "panic" => panic!("panic on purpose in {method}"),
                    "spin" => {
                        let start = Instant::now();
                        while start.elapsed() < time {
                            std::hint::spin_loop();
                        }
                    }
                    "wait" => tokio::time::sleep(time).await,
                    "ask" => {
                        let question = editor.ask::<ShowMessageRequest>(ShowMessageRequestParams {
                            typ: MessageType::INFO,
                            message: "a question on purpose".to_owned(),
                            actions: None,
                        });
                        let _ = tokio::time::timeout(time, question).await;
                    }
                    "note" => {
                        for number in 0..entry.number {
                            let message = format!("note {number}");
                            let params = LogMessageParams { typ: MessageType::LOG, message };
                            editor.notify::<LogMessage>(params).await;
                        }
                    }
                    other => tracing::error!("no such failpoint: {other}"),
                }
            }
        }
    }
}
