//! Decides what happens to each message: the rules that tower-lsp's own transport does not keep.
//!
//! - Notifications and the lifecycle run to their end, in order of arrival, before the next
//!   message is read: their handlers contain no `await` that waits.
//! - Every other request is a task of its own: none can block another, and a panic in one
//!   becomes its error reply.
//! - Answers of the editor are routed at once; late and unknown ones are ignored.
//! - What is no JSON or no JSON-RPC gets its error reply, and the next message is read.
//! - `exit`, the end of input and an editor that is gone end the process at once.
//!
//! Client ids are replaced by our own on the way to tower-lsp, so that its table of pending
//! requests never sees the same id twice, nor one that it cannot read.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::{AbortHandle, Abortable, BoxFuture, FutureExt};
use futures::{Sink, SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, ExitedError, LanguageServer, LspService};
use tower_service::Service;

use crate::fetch;

use super::activity::Activity;
use super::editor::Editor;
use super::failpoints::Failpoints;
use super::frames::{FrameError, FrameReader};
use super::message::Message;
use super::outbound::Outbound;
use super::{facts, message};

/// Requests whose replies are not yet written. Beyond it the gate stops reading, so an editor
/// that asks without ever reading answers cannot fill our memory.
const MAX_IN_FLIGHT: usize = 16 * 1024;

/// Time between two looks whether the editor's process still runs.
const PARENT_CHECK: Duration = Duration::from_secs(3);

/// How the session ended: the exit code of the process.
pub(crate) const CODE_FINE: u8 = 0;
/// Ended without `shutdown`.
pub(crate) const CODE_NOT_SHUT_DOWN: u8 = 1;

/// Runs a session until its end; returns the exit code.
pub(crate) async fn run<S, R, W>(
    service: LspService<S>,
    socket: ClientSocket,
    editor: Editor,
    activity: Activity,
    input: R,
    output: W,
) -> u8
where
    S: LanguageServer,
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let (outbound, mut writer) = Outbound::start(output);
    let (mut from_server, answers) = socket.split();
    tokio::spawn({
        let outbound = outbound.clone();
        async move {
            while let Some(message) = from_server.next().await {
                outbound.send(&message).await;
            }
        }
    });
    let mut gate = Gate {
        service,
        answers,
        editor,
        activity,
        outbound: outbound.clone(),
        failpoints: Failpoints::from_env(),
        in_flight: Arc::default(),
        room: Arc::new(Semaphore::new(MAX_IN_FLIGHT)),
        n_requests: 0,
        is_shut_down: false,
        parent: None,
    };
    let mut parent_end = futures::future::pending().boxed();
    let mut frames = FrameReader::new(input);
    loop {
        let frame = tokio::select! {
            it = frames.next() => it,
            _ = &mut writer => break,
            _ = &mut parent_end => break,
        };
        match frame {
            Ok(None) => break,
            Ok(Some(body)) => {
                if gate.take(&body).await == Next::End {
                    break;
                }
                if let Some(pid) = gate.parent.take() {
                    parent_end = end_of_process(pid).boxed();
                }
            }
            Err(FrameError::Io(err)) => {
                tracing::info!("reading messages: {err}");
                break;
            }
            Err(err) => gate.refuse(Id::Null, ErrorCode::ParseError, err.to_string()).await,
        }
    }
    outbound.flush().await;
    if gate.is_shut_down { CODE_FINE } else { CODE_NOT_SHUT_DOWN }
}

#[derive(PartialEq, Eq)]
enum Next {
    Read,
    End,
}

struct Gate<S, A> {
    service: LspService<S>,
    /// Routes answers of the editor to whoever asked.
    answers: A,
    editor: Editor,
    activity: Activity,
    outbound: Outbound,
    failpoints: Failpoints,
    in_flight: Arc<Mutex<HashMap<Id, InFlight>>>,
    room: Arc<Semaphore>,
    n_requests: i64,
    is_shut_down: bool,
    /// The process whose end ends this one, when `initialize` has just named it.
    parent: Option<u32>,
}

struct InFlight {
    /// The id under which tower-lsp knows the request.
    inner_id: i64,
    abort: AbortHandle,
}

type Reply = BoxFuture<'static, Result<Option<Response>, ExitedError>>;

impl<S, A> Gate<S, A>
where
    S: LanguageServer,
    A: Sink<Response, Error = ExitedError> + Unpin,
{
    async fn take(&mut self, body: &[u8]) -> Next {
        let message = message::read(body);
        if let Message::Request { method, params, .. } | Message::Notification { method, params } =
            &message
        {
            self.activity.note(method, params.as_ref());
        }
        match message {
            Message::Request { id, method, params } => self.request(id, method, params).await,
            Message::Notification { method, .. } if method == "exit" => return Next::End,
            Message::Notification { method, params } if method == "$/cancelRequest" => {
                self.cancel(&params);
            }
            Message::Notification { method, params } => self.notification(method, params).await,
            Message::Response(response) => drop(self.answers.send(response).await),
            Message::Bad { id, code, reason } => self.refuse(id, code, reason).await,
        }
        Next::Read
    }

    async fn notification(&mut self, method: String, params: Option<Value>) {
        let name = method.clone();
        let handler = self.call(method, params, None);
        let mut handler = AssertUnwindSafe(handler).catch_unwind().boxed();
        match futures::poll!(&mut handler) {
            std::task::Poll::Ready(Ok(_)) => {}
            std::task::Poll::Ready(Err(_)) => tracing::error!("{name}: the handler panicked"),
            std::task::Poll::Pending => {
                tracing::error!("{name}: the handler waits, so its end is out of order");
                tokio::spawn(handler);
            }
        }
    }

    async fn request(&mut self, id: Id, method: String, params: Option<Value>) {
        if lock(&self.in_flight).contains_key(&id) {
            let reason = format!("the id {id} belongs to a request that still runs");
            return self.refuse(id, ErrorCode::InvalidRequest, reason).await;
        }
        let Ok(room) = self.room.clone().acquire_owned().await else { return };
        let is_lifecycle = matches!(method.as_str(), "initialize" | "shutdown");
        let params = match method.as_str() {
            "initialize" => {
                self.parent = params.as_ref().and_then(facts::process_id);
                facts::for_router(params)
            }
            // Some editors send an empty object, which tower-lsp refuses.
            "shutdown" => None,
            _ => params,
        };
        let is_shutdown = method == "shutdown";
        self.n_requests += 1;
        let inner_id = self.n_requests;
        let name = method.clone();
        let reply = self.call(method, params, Some(inner_id));
        let (failpoints, editor) = (self.failpoints.clone(), self.editor.clone());
        let (abort, registration) = AbortHandle::new_pair();
        let handler = AssertUnwindSafe(async move {
            failpoints.hit(&name, &editor).await;
            reply.await
        });
        let handler = Abortable::new(handler.catch_unwind(), registration);
        let task = {
            let (id, outbound, in_flight) =
                (id.clone(), self.outbound.clone(), self.in_flight.clone());
            async move {
                let result = match handler.await {
                    Ok(Ok(Ok(Some(response)))) => response.into_parts().1,
                    Ok(Ok(Ok(None))) => Err(Error::method_not_found()),
                    Ok(Ok(Err(_))) => Err(Error::invalid_request()),
                    Ok(Err(_)) => Err(error(ErrorCode::InternalError, "request handler panicked")),
                    Err(_) => Err(error(ErrorCode::RequestCancelled, "cancelled")),
                };
                let is_ok = result.is_ok();
                // From here the id may be used again: the reply is only waiting to be written.
                lock(&in_flight).remove(&id);
                outbound.send(&Response::from_parts(id, result)).await;
                drop(room);
                is_ok
            }
        };
        lock(&self.in_flight).insert(id, InFlight { inner_id, abort });
        if is_lifecycle {
            let is_ok = task.await;
            self.is_shut_down |= is_shutdown && is_ok;
        } else {
            tokio::spawn(task);
        }
    }

    /// Drops the handler's future, and with it every connection it holds; the task then replies.
    fn cancel(&mut self, params: &Option<Value>) {
        let id = params.as_ref().and_then(|it| it.get("id")).and_then(message::id);
        let Some(id) = id else { return };
        let inner_id = match lock(&self.in_flight).get(&id) {
            Some(it) => {
                it.abort.abort();
                it.inner_id
            }
            None => return,
        };
        // tower-lsp forgets the request, too.
        let params = Some(json!({ "id": inner_id }));
        let _ = self.call("$/cancelRequest".to_owned(), params, None).now_or_never();
    }

    async fn refuse(&self, id: Id, code: ErrorCode, reason: String) {
        tracing::info!("refused: {reason}");
        self.outbound.send(&Response::from_error(id, error(code, reason))).await;
    }

    fn call(&mut self, method: String, params: Option<Value>, id: Option<i64>) -> Reply {
        let mut request = Request::build(method);
        if let Some(it) = params.filter(|it| !it.is_null()) {
            request = request.params(it);
        }
        if let Some(it) = id {
            request = request.id(it);
        }
        self.service.call(request.finish())
    }
}

/// An editor that was killed may leave our standard input open: another process can hold it.
async fn end_of_process(pid: u32) {
    loop {
        tokio::time::sleep(PARENT_CHECK).await;
        if !fetch::process_is_alive(pid) {
            return;
        }
    }
}

fn error(code: ErrorCode, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error { code, message: message.into(), data: None }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
