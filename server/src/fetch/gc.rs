//! Asks a program when it last collected its garbage: what a heap profile is as of.

use url::Url;

use super::FetchError;
use super::answer::{Expected, body};
use super::http::{Patience, Reach, get};
use super::pprof::below;

/// Of a profile with more stacks it should not be asked: 1,000 cost the program 25 ms, about what
/// the profile itself costs, and one at memory profile rate 1 gets ever larger by being asked.
pub const MOST_STACKS_FOR_GC: usize = 1_000;

/// When the last garbage collection before `time` ended, both in nanoseconds since the epoch by
/// the program's clock; none if there was none, or more than 256 ago.
///
/// Go says it at the end of the heap profile as text, which holds every stack: ask only where the
/// profile is small. The program stands still for the 60 µs in which it reads its statistics.
pub async fn last_gc(base: &Url, time: i64, reach: Reach) -> Result<Option<i64>, FetchError> {
    let mut url = below(base, "heap");
    url.set_query(Some("debug=1"));
    let answer = get(&url, reach, Patience::default()).await?;
    let fetched = body(answer, Expected::HeapText).await?;
    Ok(last_before(&String::from_utf8_lossy(&fetched.bytes), time))
}

/// Source: `writeHeapInternal` of `runtime/pprof`; `PauseEnd` of `runtime.MemStats` is a ring of
/// the ends of the last 256 collections, zeros where there were less.
fn last_before(text: &str, time: i64) -> Option<i64> {
    let (_, statistics) = text.rsplit_once("\n# runtime.MemStats\n")?;
    let ends = statistics.lines().find_map(|it| it.strip_prefix("# PauseEnd = ["))?;
    let ends = ends.trim_end_matches(']').split(' ').filter_map(|it| it.parse().ok());
    ends.filter(|it| (1..=time).contains(it)).max()
}

#[cfg(test)]
mod tests {
    use super::last_before;

    #[test]
    fn reads_the_end_of_the_text() {
        let text = "heap profile: 1: 2 [3: 4] @ heap/1048576\n1: 2 [1: 2] @ 0x1\n\
                    # runtime.MemStats\n# NumGC = 3\n# PauseEnd = [20 30 10 0 0]\n# NumGC = 3\n";
        assert_eq!(last_before(text, 100), Some(30));
        assert_eq!(last_before(text, 29), Some(20));
        assert_eq!(last_before(text, 9), None);
        for odd in ["", "# runtime.MemStats\n", "\n# runtime.MemStats\n# PauseEnd = [x"] {
            assert_eq!(last_before(odd, 100), None);
        }
    }
}
