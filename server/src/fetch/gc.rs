//! Asks a program when it collected its garbage: what a heap profile is as of.

use url::Url;

use crate::model::{LastGc, Profile};

use super::FetchError;
use super::answer::{Expected, body};
use super::http::{Patience, Reach, get};
use super::pprof::below;

/// Of a profile with more stacks it should not be asked: 1,000 cost the program 25 ms, about what
/// the profile itself costs, and one at memory profile rate 1 gets ever larger by being asked.
const MOST_STACKS: usize = 1_000;

/// Which garbage collection a heap profile shows, in nanoseconds since the epoch by the program's
/// clock; none if it shows none yet, or one more than 256 ago.
///
/// Go says it at the end of the heap profile as text, which holds every stack: of a large profile
/// it is not asked. The program stands still for the 60 µs in which it reads its statistics.
pub async fn last_gc(
    base: &Url,
    heap: &Profile,
    reach: Reach,
) -> Result<Option<LastGc>, FetchError> {
    if MOST_STACKS < heap.samples.len() {
        return Ok(None);
    }
    let mut url = below(base, "heap");
    url.set_query(Some("debug=1"));
    let answer = get(&url, reach, Patience::default()).await?;
    let fetched = body(answer, Expected::HeapText).await?;
    Ok(shown_at(&String::from_utf8_lossy(&fetched.bytes), heap.time_nanos))
}

/// Source: `writeHeapInternal` of `runtime/pprof` for the text; `PauseEnd` of `runtime.MemStats`
/// is a ring of the ends of the last 256 collections, zeros where there were less. `memRecord` in
/// `runtime/mprof.go` for which one is shown: what the last but one found, for each collection
/// publishes what the one before it found; after `runtime.GC`, the last one.
fn shown_at(text: &str, time: i64) -> Option<LastGc> {
    let (_, statistics) = text.rsplit_once("\n# runtime.MemStats\n")?;
    let value = |key: &str| statistics.lines().find_map(|it| it.strip_prefix(key));
    let ends = value("# PauseEnd = [")?.trim_end_matches(']');
    let ends = ends.split(' ').filter_map(|it| it.parse::<i64>().ok());
    let mut ends: Vec<i64> = ends.filter(|it| (1..=time).contains(it)).collect();
    ends.sort_unstable_by(|a, b| b.cmp(a));
    let published = *ends.first()?;
    let forced = value("# NumForcedGC = ")?;
    if value("# NumGC = ") == Some(forced) {
        return Some(LastGc { since: published, is_exact: true, published });
    }
    Some(LastGc { since: *ends.get(1)?, is_exact: forced == "0", published })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_end_of_the_text() {
        let shown = |ends: &str, n: u32, n_forced: u32, time: i64| {
            let text = format!(
                "heap profile: 1: 2 [3: 4] @ heap/1048576\n1: 2 [1: 2] @ 0x1\n\n\
                 # runtime.MemStats\n# PauseEnd = [{ends}]\n# NumGC = {n}\n# NumForcedGC = {n_forced}\n"
            );
            shown_at(&text, time).map(|it| (it.since, it.is_exact, it.published))
        };
        let ends = "20 30 10 0 0";
        assert_eq!(shown(ends, 3, 0, 100), Some((20, true, 30)));
        assert_eq!(shown(ends, 3, 0, 29), Some((10, true, 20)));
        assert_eq!(shown(ends, 3, 0, 19), None, "one publishes nothing");
        assert_eq!(shown(ends, 3, 1, 100), Some((20, false, 30)));
        assert_eq!(shown(ends, 3, 3, 100), Some((30, true, 30)));
        for odd in ["", "# runtime.MemStats\n", "\n# runtime.MemStats\n# PauseEnd = [x"] {
            assert_eq!(shown_at(odd, 100), None);
        }
    }
}
