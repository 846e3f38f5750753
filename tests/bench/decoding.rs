//! From bytes to flat and cum of every line and function of all sample types, in process, beside
//! inflating alone with the same library.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;
use pprof_lens::decode;
use pprof_lens::listing::{Costs, Tally};

use crate::measure::{call, in_turn, millis, ratio};
use crate::profiles::{DEEP_150, DEEP_600, FEW, Profiles, SHALLOW};

pub(crate) fn run(profiles: &Profiles) {
    println!("\n## In process: bytes to lines and functions of all sample types\n");
    println!("| profile | inflating | CPU | with lines | CPU | wall | CPU |");
    println!("|---|---|---|---|---|---|---|");
    for wanted in [DEEP_150, DEEP_600, SHALLOW, FEW] {
        let bytes = std::fs::read(profiles.file(wanted)).unwrap();
        let inflate = || {
            call(|| {
                let mut out = Vec::new();
                MultiGzDecoder::new(&bytes[..]).read_to_end(&mut out).unwrap();
                out
            })
        };
        let lines = || {
            call(|| {
                let mut tally = Tally::default();
                let symbols = decode::symbols_into(&bytes, &mut tally).unwrap();
                Costs::of_tally(tally, &symbols).unwrap()
            })
        };
        let (inflating, with_lines) = in_turn(21, inflate, lines);
        println!(
            "| {} | {} | {} | {} | {} | {:.2}x | {:.2}x |",
            wanted.name,
            millis(inflating.wall),
            millis(inflating.cpu),
            millis(with_lines.wall),
            millis(with_lines.cpu),
            ratio(with_lines.wall, inflating.wall),
            ratio(with_lines.cpu, inflating.cpu),
        );
    }
}
