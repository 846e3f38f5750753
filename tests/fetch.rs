//! Fetching over HTTP: from a real Go program, and from servers that misbehave.

use std::future::Future;
use std::time::{Duration, Instant};

use pprof_lens::fetch::{self, FetchError, Fetched, Reach};
use pprof_lens::model::Kind;
use url::Url;

use super::support::fake::{FakeServer, Step, answer, cut_off};
use super::support::process::DEADLINE;
use super::support::target::Target;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn heap(url: &str) -> Result<Fetched, FetchError> {
    let url = Url::parse(url).unwrap();
    block_on(fetch::profile(&url, Kind::Heap, None, Reach::Loopback))
}

/// What a heap capture says when every request gets this answer.
fn heap_from(steps: Vec<Step>) -> Result<Fetched, FetchError> {
    let server = FakeServer::start(move |_| steps.clone());
    heap(&server.url())
}

const GZIP: &[u8] = b"\x1f\x8b\x08rest";

#[test]
fn fetches_every_kind_that_go_serves() {
    let target = Target::sidecar(&[]);
    let base = fetch::base_url(target.address()).unwrap();
    let index = block_on(fetch::index(&base, Reach::Loopback)).unwrap();
    assert!(index.count("goroutine").unwrap() > 3, "{index:?}");
    for kind in Kind::ALL {
        let seconds = kind.takes_time().then_some(1);
        let fetched = block_on(fetch::profile(&base, kind, seconds, Reach::Loopback));
        if kind == Kind::Goroutineleak && index.count("goroutineleak").is_none() {
            assert!(matches!(fetched, Err(FetchError::UnknownProfile { .. })), "{fetched:?}");
            continue;
        }
        let fetched = fetched.unwrap();
        assert_eq!(fetched.remote.unwrap().to_string(), target.address());
        assert!(fetched.taken_at > 0);
        let profile = pprof_lens::decode::profile(&fetched.bytes).unwrap();
        assert!(!profile.sample_types.is_empty(), "{kind}");
    }
    let dump = block_on(fetch::dump(&base, Reach::Loopback)).unwrap();
    assert!(dump.bytes.starts_with(b"goroutine "));
    let typed = format!("http://{}/debug/pprof/heap?gc=1", target.address());
    assert!(block_on(fetch::typed(&typed, None, Reach::Loopback)).is_ok());
}

#[test]
fn says_that_another_cpu_capture_runs() {
    let target = Target::sidecar(&[]);
    let base = fetch::base_url(target.url()).unwrap();
    let capture = |seconds| fetch::profile(&base, Kind::Cpu, Some(seconds), Reach::Loopback);
    block_on(async {
        // Whichever request comes first wins: the long one asks again until it is the one.
        let mut first = std::pin::pin!(async {
            loop {
                match capture(30).await {
                    Err(FetchError::CpuProfileInUse { .. }) => {}
                    other => return other,
                }
            }
        });
        let refused = async {
            loop {
                match capture(1).await {
                    Err(FetchError::CpuProfileInUse { .. }) => return,
                    Ok(_) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        };
        tokio::select! {
            it = &mut first => panic!("30 seconds cannot be over: {it:?}"),
            () = refused => {}
        }
    });
    // The first capture was dropped. Go stops profiling when it sees the connection closed, so
    // the next one is served long before the 30 seconds are over.
    let started = Instant::now();
    loop {
        match block_on(capture(1)) {
            Ok(_) => break,
            Err(FetchError::CpuProfileInUse { .. }) => {
                assert!(started.elapsed() < Duration::from_secs(15), "still profiling");
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn dropping_a_capture_closes_its_connection() {
    let server = FakeServer::start(|_| vec![Step::Hold]);
    let base = Url::parse(&server.url()).unwrap();
    block_on(async {
        let arrived = async {
            while server.requests().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            it = fetch::profile(&base, Kind::Cpu, Some(60), Reach::Loopback) => panic!("{it:?}"),
            () = arrived => {}
        }
        // While the runtime goes on: it is the drop that closes the connection, not its end.
        let hang_up = tokio::task::spawn_blocking(move || server.wait_for_hang_up());
        assert_eq!(hang_up.await.unwrap(), "/debug/pprof/profile?seconds=60");
    });
}

#[test]
fn dropping_a_body_closes_its_connection() {
    let mut steps = cut_off(GZIP, 1000);
    steps.push(Step::Hold);
    let server = FakeServer::start(move |_| steps.clone());
    let base = Url::parse(&server.url()).unwrap();
    block_on(async {
        let capture = fetch::profile(&base, Kind::Heap, None, Reach::Loopback);
        let waited = tokio::time::timeout(Duration::from_millis(300), capture).await;
        assert!(waited.is_err(), "{waited:?}");
    });
    assert_eq!(server.wait_for_hang_up(), "/debug/pprof/heap");
}

#[test]
fn nothing_listens() {
    // A port that was just free: bound, and let go.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let err = heap(&format!("http://{address}/debug/pprof/")).unwrap_err();
    assert!(matches!(err, FetchError::Refused { .. }), "{err:?}");
    assert!(err.to_string().contains("net/http/pprof"), "{err}");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = FakeServer::start(|_| answer("200 OK", "application/octet-stream", GZIP));
    for location in [elsewhere.url(), "http://169.254.169.254/latest".into(), "file:///etc".into()]
    {
        let head =
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let err = heap_from(vec![Step::Send(head.into_bytes())]).unwrap_err();
        assert!(matches!(&err, FetchError::Redirect { location: it, .. } if *it == location));
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

#[test]
fn tells_what_answered_instead_of_a_profile() {
    let page = b"<html>\x1b[2J<title>Sign in</title>";
    let err = heap_from(answer("200 OK", "text/html; charset=utf-8", page)).unwrap_err();
    assert!(matches!(err, FetchError::NotAProfile { .. }), "{err:?}");
    let text = err.to_string();
    assert!(
        text.contains("text/html") && text.contains("Sign in") && !text.contains('\x1b'),
        "{text}"
    );

    let not_a_profile = |content_type: &str, body: &[u8]| {
        let err = heap_from(answer("200 OK", content_type, body)).unwrap_err();
        assert!(matches!(err, FetchError::NotAProfile { .. }), "{content_type}: {err:?}");
    };
    not_a_profile("application/json", b"{\"error\":\"no\"}");
    not_a_profile("application/octet-stream", b"heap profile: 1: 2 [3: 4] @ heap/1048576\n");
    not_a_profile("", b"plain words");

    let empty = heap_from(answer("200 OK", "application/octet-stream", b"")).unwrap_err();
    assert!(matches!(empty, FetchError::Empty { .. }), "{empty:?}");
}

#[test]
fn tells_refusals_apart() {
    let refused = |status: &str, body: &str| {
        heap_from(answer(status, "text/plain; charset=utf-8", body.as_bytes())).unwrap_err()
    };
    let err = refused("404 Not Found", "Unknown profile\n");
    assert!(matches!(&err, FetchError::UnknownProfile { name, .. } if name == "heap"), "{err:?}");
    let err = refused("404 Not Found", "404 page not found\n");
    assert!(matches!(err, FetchError::NoPprof { .. }), "{err:?}");
    let err = refused(
        "500 Internal Server Error",
        "Could not enable CPU profiling: cpu profiling already in use\n",
    );
    assert!(matches!(err, FetchError::CpuProfileInUse { .. }), "{err:?}");
    let err = refused("400 Bad Request", "profile duration exceeds server's WriteTimeout\n");
    assert!(err.to_string().contains("fewer seconds"), "{err}");
    for status in
        ["204 No Content", "401 Unauthorized", "500 Internal Server Error", "502 Bad Gateway"]
    {
        let err = refused(status, "");
        assert!(matches!(err, FetchError::Declined { .. }), "{status}: {err:?}");
    }
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    let err = heap_from(cut_off(GZIP, 1000)).unwrap_err();
    assert_eq!(err, FetchError::CutOff { at: at_of(&err), n_bytes: GZIP.len() });
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\x1f\x8b\x08aa\r\n";
    let err = heap_from(vec![Step::Send(chunked.to_vec())]).unwrap_err();
    assert!(matches!(err, FetchError::CutOff { .. }), "{err:?}");
    let err = heap_from(vec![]).unwrap_err();
    assert!(matches!(err, FetchError::CutOff { n_bytes: 0, .. }), "{err:?}");
    let err = heap_from(vec![Step::Send(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())]).unwrap_err();
    assert!(matches!(err, FetchError::Connect { .. }), "{err:?}");
}

fn at_of(err: &FetchError) -> String {
    match err {
        FetchError::CutOff { at, .. } => at.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_without_end_is_cut_at_the_bound() {
    let declared = b"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n";
    let err = heap_from(vec![Step::Send(declared.to_vec()), Step::Hold]).unwrap_err();
    assert!(matches!(err, FetchError::TooLarge { limit: 67_108_864, .. }), "{err:?}");
    let mut endless = vec![Step::Send(b"HTTP/1.1 200 OK\r\n\r\n\x1f\x8b".to_vec())];
    endless.resize(66, Step::Send(vec![0; 1 << 20]));
    let err = heap_from(endless).unwrap_err();
    assert!(matches!(err, FetchError::TooLarge { .. }), "{err:?}");
}

#[test]
fn an_answer_that_never_starts_or_drips_is_given_up() {
    let started = Instant::now();
    let slow = |pause| move |bytes: &[u8]| Step::Drip(bytes.to_vec(), Duration::from_millis(pause));
    let head = b"HTTP/1.1 200 OK\r\n\r\n";
    // The three wait for their bounds at the same time: 5, 5 and 15 seconds.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let err = heap_from(vec![Step::Hold]).unwrap_err();
            assert!(matches!(err, FetchError::AnswerTimeout { .. }), "{err:?}");
        });
        scope.spawn(|| {
            let err = heap_from(vec![slow(1000)(head)]).unwrap_err();
            assert!(matches!(err, FetchError::AnswerTimeout { .. }), "{err:?}");
        });
        scope.spawn(|| {
            let steps = vec![Step::Send(head.to_vec()), slow(200)(&[0x1f; 1000])];
            let err = heap_from(steps).unwrap_err();
            assert!(matches!(err, FetchError::Stalled { .. }), "{err:?}");
        });
    });
    assert!(started.elapsed() < DEADLINE, "{:?}", started.elapsed());
}

#[test]
fn other_machines_need_the_callers_word() {
    let heap = |url: &str, reach| {
        let url = Url::parse(url).unwrap();
        block_on(fetch::profile(&url, Kind::Heap, None, reach)).unwrap_err()
    };
    // TEST-NET-1 is nobody's: were the rule not kept, this would time out.
    let err = heap("http://192.0.2.1:6060/debug/pprof/", Reach::Loopback);
    assert!(matches!(err, FetchError::Remote { .. }), "{err:?}");
    for host in ["169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"] {
        let err = heap(&format!("http://{host}/debug/pprof/"), Reach::Anywhere);
        assert!(matches!(err, FetchError::LinkLocal { .. }), "{host}: {err:?}");
    }
}

#[test]
fn an_index_of_something_else_is_no_pprof() {
    let server = FakeServer::start(|_| answer("200 OK", "text/html", b"<title>Grafana</title>"));
    let base = Url::parse(&server.url()).unwrap();
    let err = block_on(fetch::index(&base, Reach::Loopback)).unwrap_err();
    assert!(matches!(err, FetchError::NoPprof { .. }), "{err:?}");
}
