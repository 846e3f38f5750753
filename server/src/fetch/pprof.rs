//! Asks a program for what `net/http/pprof` serves.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Duration;

use url::Url;

use crate::model::Kind;

use super::answer::{Expected, body};
use super::error::start_of;
use super::http::{Fetched, Patience, Reach, get};
use super::{FetchError, Index, typed_url};

/// What Go answers a CPU request without seconds with.
const DEFAULT_CPU_SECONDS: u32 = 30;

/// A dump stops the world and prints every stack first: 100,000 goroutines took 5.8 s. The leak
/// profile and `gc=1` run a garbage collection first.
const SLOW_ENDPOINT: Duration = Duration::from_secs(25);

/// Which profiles a program serves, with their counts. `base` ends in `/debug/pprof/`.
pub async fn index(base: &Url, reach: Reach) -> Result<Index, FetchError> {
    probe(base, reach, Patience::default()).await.map(|(it, _)| it)
}

/// One profile as bytes. For [`Kind::Cpu`] the answer takes `seconds` (default: 30); for the
/// other kinds `seconds` asks for what happened in that time.
pub async fn profile(
    base: &Url,
    kind: Kind,
    seconds: Option<u32>,
    reach: Reach,
) -> Result<Fetched, FetchError> {
    let mut url = below(base, kind.endpoint());
    let seconds = if kind.takes_time() { seconds.or(Some(DEFAULT_CPU_SECONDS)) } else { seconds };
    if let Some(it) = seconds {
        url.query_pairs_mut().append_pair("seconds", &it.to_string());
    }
    fetch(&url, Expected::Profile, reach).await
}

/// The text of every goroutine's stack. The program stands still while it is made: look at the
/// count in its [`Index`] first.
pub async fn dump(base: &Url, reach: Reach) -> Result<Fetched, FetchError> {
    let mut url = below(base, Kind::Goroutine.endpoint());
    url.set_query(Some("debug=2"));
    fetch(&url, Expected::Text, reach).await
}

/// The same after Go's leak detector ran, which marks what can never run again. That is a whole
/// garbage collection; the program must have the kind in its [`Index`].
pub async fn dump_with_leaks(base: &Url, reach: Reach) -> Result<Fetched, FetchError> {
    let mut url = below(base, Kind::Goroutineleak.endpoint());
    url.set_query(Some("debug=2"));
    fetch(&url, Expected::Text, reach).await
}

/// One profile from an address as `go tool pprof` understands it: `host:port`, or a URL.
pub async fn typed(
    address: &str,
    seconds: Option<u32>,
    reach: Reach,
) -> Result<Fetched, FetchError> {
    fetch(&typed_url(address, seconds)?, Expected::Profile, reach).await
}

/// The index, and the address that answered.
pub(super) async fn probe(
    base: &Url,
    reach: Reach,
    patience: Patience,
) -> Result<(Index, Option<SocketAddr>), FetchError> {
    let answer = get(base, reach, patience).await?;
    let at = answer.at.clone();
    let fetched = body(answer, Expected::Index).await?;
    let page = String::from_utf8_lossy(&fetched.bytes);
    let index = Index::parse(&page).ok_or_else(|| FetchError::NoPprof {
        at,
        what: format!("the page starts with {:?}", start_of(&fetched.bytes)),
    })?;
    Ok((index, fetched.remote))
}

async fn fetch(url: &Url, expected: Expected, reach: Reach) -> Result<Fetched, FetchError> {
    let answer = get(url, reach, Patience::and(extra_time(url))).await?;
    body(answer, expected).await
}

/// How long a request is known to take before it is answered: `seconds`, or Go's default for a
/// CPU profile. None for what is answered at once.
pub fn seconds_of(url: &Url) -> Option<u32> {
    let default = url.path().ends_with("/profile").then_some(DEFAULT_CPU_SECONDS);
    // Go reads what is no positive number as "not given".
    let given = query(url, "seconds").and_then(|it| it.parse().ok()).filter(|it| *it > 0);
    given.or(default)
}

/// How much longer than an ordinary answer this one takes before its first byte.
fn extra_time(url: &Url) -> Duration {
    let is_slow = url.path().ends_with("/goroutineleak")
        || query(url, "gc").is_some()
        || query(url, "debug").is_some_and(|it| it == "2");
    let slow = if is_slow { SLOW_ENDPOINT } else { Duration::ZERO };
    Duration::from_secs(u64::from(seconds_of(url).unwrap_or(0))) + slow
}

fn query<'a>(url: &'a Url, name: &str) -> Option<Cow<'a, str>> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, it)| it)
}

pub(super) fn below(base: &Url, endpoint: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{endpoint}", base.path()));
    url
}
