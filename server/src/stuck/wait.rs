//! Turns a goroutine's state into what it says about the wait.

use std::sync::LazyLock;

use foldhash::HashMap;
use serde::Deserialize;

use crate::model::Stack;

use super::project::Expected;

/// What a state says, whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wait {
    /// Nothing can end it.
    Forever,
    /// Somebody else must act.
    Partner,
    /// A loop may rest here, and so may who waits for an answer.
    Resting,
    /// Waits for other goroutines to end.
    Children,
    /// In the kernel or in C code.
    Syscall,
    /// The runtime will wake it.
    Idle,
    /// At work.
    Running,
    /// Only in tests.
    Tests,
    /// A state that this version does not know.
    #[serde(skip)]
    Unknown,
}

/// Which states say what. A test parses the file, so here it cannot fail.
static WAITS: LazyLock<HashMap<String, Wait>> = LazyLock::new(|| {
    let lists: HashMap<Wait, Vec<String>> =
        toml::from_str(include_str!("wait_reasons.toml")).unwrap_or_default();
    lists
        .into_iter()
        .flat_map(|(wait, states)| states.into_iter().map(move |it| (it, wait)))
        .collect()
});

/// What the state of a goroutine with this stack says.
pub(super) fn wait(state: &str, stack: &Stack, project: Option<&Expected>) -> Wait {
    if state == "semacquire" {
        let innermost = stack.frames.iter().take(4).map(|it| &*it.function);
        for function in innermost {
            // Until Go 1.23 a WaitGroup's wait is called by the name of its semaphore.
            if function == "sync.(*WaitGroup).Wait" {
                return Wait::Children;
            }
            // Somebody else reads or accepts there, and waits for the network.
            if function.starts_with("internal/poll.(*fdMutex)") {
                return Wait::Idle;
            }
        }
    }
    let of_project = || project?.waits.get(state);
    WAITS.get(state).or_else(of_project).copied().unwrap_or(Wait::Unknown)
}

/// Whether the table has a state.
pub(super) fn is_known_state(state: &str) -> bool {
    WAITS.contains_key(state)
}

/// What is waited for, to follow "wait for".
pub(super) fn awaited(state: &str, wait: Wait) -> &'static str {
    match state {
        "chan receive" => "a value that has not been sent",
        "chan send" => "somebody to receive what it sends",
        "select" => "one of several events, of which none has come",
        "sync.Cond.Wait" => "a signal that has not come",
        "sync.Mutex.Lock" | "sync.RWMutex.Lock" => "a lock that somebody else holds",
        "sync.RWMutex.RLock" => "a writer to let go of a lock",
        _ if wait == Wait::Children => "other goroutines to be done",
        _ => "somebody else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(state: &str) -> Wait {
        wait(state, &Stack { frames: Vec::new(), n_elided: 0, created_by: None }, None)
    }

    #[test]
    fn every_wait_reason_of_go_is_in_one_list() {
        // waitReasonStrings of Go 1.27, then gStatusStrings, then what older versions add.
        let all = "GC assist marking|IO wait|chan receive (nil chan)|chan send (nil chan)|dumping heap\
            |garbage collection|garbage collection scan|panicwait|select|select (no cases)\
            |GC assist wait|GC sweep wait|GC scavenge wait|chan receive|chan send|finalizer wait\
            |force gc (idle)|GOMAXPROCS updater (idle)|semacquire|sleep|sync.Cond.Wait\
            |sync.Mutex.Lock|sync.RWMutex.RLock|sync.RWMutex.Lock|sync.WaitGroup.Wait\
            |trace reader (blocked)|wait for GC cycle|GC worker (idle)|GC worker (active)|preempted\
            |debug call|GC mark termination|stopping the world|flushing proc caches\
            |trace goroutine status|trace proc status|page trace flush|coroutine\
            |GC weak to strong wait|synctest.Run|synctest.Wait|cleanup wait\
            |idle|runnable|running|syscall|waiting|dead|copystack|waiting for cgo callback";
        for state in all.split('|') {
            assert_ne!(plain(state), Wait::Unknown, "{state}");
        }
        assert_eq!(WAITS.len(), all.split('|').count(), "a state is in two lists, or is no state");
    }

    #[test]
    fn waits() {
        assert_eq!(plain("select (no cases)"), Wait::Forever);
        assert_eq!(plain("chan send"), Wait::Partner);
        assert_eq!(plain("select"), Wait::Resting);
        assert_eq!(plain("IO wait"), Wait::Idle);
        assert_eq!(plain("a state of Go 1.40"), Wait::Unknown);
    }
}
