//! Turns a message body into a request, a notification, an answer or a reason to refuse it.

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Response};

/// One message of the editor.
#[derive(Debug)]
pub(crate) enum Message {
    Request {
        id: Id,
        method: String,
        params: Option<Value>,
    },
    Notification {
        method: String,
        params: Option<Value>,
    },
    /// The answer to something that the server asked.
    Response(Response),
    /// Gets an error reply; `id` is null where the message does not say one.
    Bad {
        id: Id,
        code: ErrorCode,
        reason: String,
    },
}

/// Reads one body. serde_json refuses what nests deeper than 128 levels.
pub(crate) fn read(body: &[u8]) -> Message {
    let value: Value = match serde_json::from_slice(body) {
        Ok(it) => it,
        Err(err) => {
            let reason = format!("the message is no JSON: {err}");
            return Message::Bad { id: Id::Null, code: ErrorCode::ParseError, reason };
        }
    };
    let Value::Object(mut object) = value else {
        return bad(Id::Null, "the message is no JSON object; batches are not part of LSP");
    };
    let raw_id = object.remove("id");
    let known_id = raw_id.as_ref().and_then(id);
    if object.get("jsonrpc") != Some(&Value::from("2.0")) {
        return bad(known_id.unwrap_or_default(), "the message does not say jsonrpc \"2.0\"");
    }
    let params = object.remove("params");
    match (object.remove("method"), raw_id) {
        (Some(Value::String(method)), None) => Message::Notification { method, params },
        (Some(Value::String(method)), Some(_)) => match known_id {
            Some(id) => Message::Request { id, method, params },
            None => bad(Id::Null, "the id is neither an integer nor text"),
        },
        (Some(_), _) => bad(known_id.unwrap_or_default(), "the method is no text"),
        (None, _) => match (known_id, object.remove("error"), object.remove("result")) {
            (Some(id), None | Some(Value::Null), Some(result)) => {
                Message::Response(Response::from_ok(id, result))
            }
            (Some(id), Some(error), _) => {
                Message::Response(Response::from_error(id, read_error(&error)))
            }
            (id, _, _) => bad(id.unwrap_or_default(), "neither a method nor a result"),
        },
    }
}

/// A request id: an integer or text. `null` and fractions are none.
pub(crate) fn id(value: &Value) -> Option<Id> {
    match value {
        Value::Number(it) => it.as_i64().map(Id::Number),
        Value::String(it) => Some(Id::String(it.clone())),
        _ => None,
    }
}

/// Lenient, so that an odd error object still ends the wait of whoever asked.
fn read_error(error: &Value) -> Error {
    let code = error.get("code").and_then(Value::as_i64).unwrap_or(-32603);
    let message = error.get("message").and_then(Value::as_str).unwrap_or("no message");
    Error { code: code.into(), message: message.to_owned().into(), data: None }
}

fn bad(id: Id, reason: &str) -> Message {
    Message::Bad { id, code: ErrorCode::InvalidRequest, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(body: &str) -> String {
        match read(body.as_bytes()) {
            Message::Request { id, method, .. } => format!("request {id} {method}"),
            Message::Notification { method, .. } => format!("notification {method}"),
            Message::Response(it) if it.is_ok() => format!("answer {}", it.id()),
            Message::Response(it) => format!("error answer {}", it.id()),
            Message::Bad { id, code, .. } => format!("bad {id} {code}"),
        }
    }

    #[test]
    fn tells_messages_apart() {
        for (body, expected) in [
            (r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#, "request 1 a"),
            (r#"{"jsonrpc":"2.0","id":"x","method":"a"}"#, r#"request "x" a"#),
            (r#"{"jsonrpc":"2.0","method":"a","params":{}}"#, "notification a"),
            (r#"{"jsonrpc":"2.0","id":1,"result":null}"#, "answer 1"),
            (r#"{"jsonrpc":"2.0","id":1,"result":null,"error":null}"#, "answer 1"),
            (r#"{"jsonrpc":"2.0","id":1,"error":{"code":"x","extra":1}}"#, "error answer 1"),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, "bad null -32600"),
            (r#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, "bad null -32600"),
            (r#"{"jsonrpc":"2.0","id":3,"method":4}"#, "bad 3 -32600"),
            (r#"{"jsonrpc":"1.0","id":3,"method":"a"}"#, "bad 3 -32600"),
            (r#"{"id":3,"method":"a"}"#, "bad 3 -32600"),
            (r#"{"jsonrpc":"2.0","id":3}"#, "bad 3 -32600"),
            (r#"[]"#, "bad null -32600"),
            (r#"{"jsonrpc":"2.0","id":1,"met"#, "bad null -32700"),
            ("\u{feff}{}", "bad null -32700"),
        ] {
            assert_eq!(describe(body), expected, "{body}");
        }
        assert_eq!(describe(&"[".repeat(100_000)), "bad null -32700");
    }
}
