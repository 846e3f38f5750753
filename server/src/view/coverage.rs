//! Says how much of a capture belongs to the workspace: nothing is ever just empty.

use crate::listing::measure;
use crate::model::Kind;

use super::located::Located;
use super::waits::LocatedWaits;
use super::words::{counted, percent};

/// How much of one capture has a frame in the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// What was captured; [`Kind::Goroutine`] for a dump.
    pub kind: Kind,
    /// Samples, objects, contentions, goroutines.
    pub counted: String,
    /// Number of them.
    pub count: i64,
    /// Of those, with a frame in the workspace.
    pub count_here: i64,
    /// What percentages refer to, in the unit.
    pub total: i64,
    /// Of that, with a frame in the workspace.
    pub total_here: i64,
    /// For example `nanoseconds`.
    pub unit: String,
}

impl Coverage {
    /// Of a profile.
    pub fn of_capture(capture: &Located) -> Coverage {
        Coverage {
            kind: capture.kind,
            counted: capture.counted.clone(),
            count: capture.count,
            count_here: capture.count_here,
            total: capture.total,
            total_here: capture.total_here,
            unit: capture.unit.clone(),
        }
    }

    /// Of a dump.
    pub fn of_waits(waits: &LocatedWaits) -> Coverage {
        let (count, count_here) = (waits.judged.total as i64, waits.n_here as i64);
        Coverage {
            kind: Kind::Goroutine,
            counted: "goroutines".to_owned(),
            count,
            count_here,
            total: count,
            total_here: count_here,
            unit: "count".to_owned(),
        }
    }

    /// For example `cpu: 449 samples, 4.49s; 93.1% in this workspace`, or why there is nothing.
    pub fn describe(&self) -> String {
        format!("{}: {}", self.kind, self.found())
    }

    /// The same of a capture that was taken at this time.
    pub fn describe_at(&self, time: &str) -> String {
        format!("{} at {time}: {}", self.kind, self.found())
    }

    fn found(&self) -> String {
        let count = counted(self.count, &self.counted);
        if self.total == 0 {
            return format!("nothing was sampled; {}", why_empty(self.kind));
        }
        if self.total_here == 0 {
            return format!(
                "{count}, none in this workspace; the command explainSource says where its files are"
            );
        }
        let value = match self.unit.as_str() {
            "count" => String::new(),
            unit => format!(", {}", measure::label(self.total, unit)),
        };
        let share = percent(self.total_here, self.total);
        format!("{count}{value}; {share} in this workspace")
    }
}

/// What an empty profile of a kind means, and what to do.
pub fn why_empty(kind: Kind) -> &'static str {
    match kind {
        Kind::Cpu => "the program was idle; capture while it works, or for longer",
        Kind::Heap | Kind::Allocs => {
            "about one allocation per 512 KiB is sampled, and seen after a garbage collection; capture later"
        }
        Kind::Mutex => "the program must call runtime.SetMutexProfileFraction(5) at its start",
        Kind::Block => "the program must call runtime.SetBlockProfileRate(10000) at its start",
        Kind::Goroutineleak => "no goroutine is proved to be leaked",
        Kind::Goroutine | Kind::Threadcreate => "the program reported none",
    }
}
