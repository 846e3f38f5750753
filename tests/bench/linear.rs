//! That the cost grows with samples times depth, and no faster.

use pprof_lens::decode;
use pprof_lens::listing::{Subject, TopOptions, top};

use crate::measure::{call, median, millis};
use crate::profiles::{HEAPS, Profiles};

pub(crate) fn run(profiles: &Profiles) {
    println!("\n## `top` by size, in process\n");
    println!("| samples | frames | CPU | a frame |");
    println!("|---|---|---|---|");
    for wanted in HEAPS {
        let bytes = std::fs::read(profiles.file(wanted)).unwrap();
        let profile = decode::profile(&bytes).unwrap();
        let n_frames: usize = profile.samples.iter().map(|it| it.stack.len()).sum();
        let runs: Vec<_> = (0..9)
            .map(|_| {
                call(|| {
                    let profile = decode::profile(&bytes).unwrap();
                    let value_idx = profile.sample_types.len() - 1;
                    let subject = Subject { profile: &profile, value_idx, base_samples: None };
                    top(subject, &TopOptions::default()).rows.len()
                })
            })
            .collect();
        let run = median(&runs);
        println!(
            "| {} | {n_frames} | {} | {:.1} ns |",
            profile.samples.len(),
            millis(run.cpu),
            run.cpu.as_secs_f64() * 1e9 / n_frames as f64,
        );
    }
}
