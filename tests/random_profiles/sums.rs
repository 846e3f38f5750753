//! What editors show is the sum that its definition says, added up the long way; and it is the
//! same when it is made while decoding.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use pprof_lens::decode;
use pprof_lens::listing::{Costs, Listing, Subject, Tally, clean_path};
use pprof_lens::model::Profile;

use super::arbitrary::{profile, program};
use super::write::write;

/// Flat and cum by file, function and, where it is a line's, line.
type Sums = BTreeMap<(String, String, Option<i64>), (i64, i64)>;

fn the_long_way(profile: &Profile, value_idx: usize) -> Sums {
    let mut sums = Sums::new();
    for sample in profile.samples.iter() {
        let value = sample.values[value_idx];
        let mut seen = BTreeSet::new();
        for (depth, location) in sample.stack.iter().enumerate() {
            for (inlined, line) in profile.lines_of(location).iter().enumerate() {
                let function = profile.function(line.function);
                let (name, file) = (profile.str(function.name), profile.str(function.filename));
                for at in [Some(line.line), None] {
                    let key = (clean_path(file).into_owned(), name.to_owned(), at);
                    let sum = sums.entry(key.clone()).or_default();
                    if depth == 0 && inlined == 0 {
                        sum.0 = sum.0.wrapping_add(value);
                    }
                    if seen.insert(key) {
                        sum.1 = sum.1.wrapping_add(value);
                    }
                }
            }
        }
    }
    // Go's name for the path of nothing is a dot; such a line is in no file.
    let is_shown = |(file, _, line): &(String, String, Option<i64>)| {
        file != "." && line.is_none_or(|it| u32::try_from(it).is_ok())
    };
    sums.retain(|key, sum| is_shown(key) && *sum != (0, 0));
    sums
}

fn as_shown(listing: &Listing) -> Sums {
    let mut sums = Sums::new();
    for file in &listing.files {
        for it in &file.lines {
            let key = (file.file.clone(), it.function.clone(), Some(it.line.into()));
            assert_eq!(sums.insert(key, (it.flat, it.cum)), None);
        }
        for it in &file.functions {
            let key = (file.file.clone(), it.name.clone(), None);
            assert_eq!(sums.insert(key, (it.flat, it.cum)), None);
        }
    }
    sums
}

fn config() -> Config {
    let rng_seed = RngSeed::Fixed(1);
    Config { cases: 500, failure_persistence: None, rng_seed, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn lines_and_functions_are_summed_as_they_are_defined(program in program(), profile in profile()) {
        let bytes = write(&program, &profile);
        let decoded = decode::profile(&bytes).unwrap();
        let mut tally = Tally::default();
        let symbols = decode::symbols_into(&bytes, &mut tally).unwrap();
        prop_assert!(symbols.samples.is_empty());
        let while_decoding = Costs::of_tally(tally, &symbols);
        for value_idx in 0..decoded.sample_types.len() {
            let subject = Subject { profile: &decoded, value_idx, base_samples: None };
            let listing = Listing::of(subject);
            prop_assert_eq!(as_shown(&listing), the_long_way(&decoded, value_idx));
            prop_assert_eq!(listing.total, subject.total());
            if let Some(costs) = &while_decoding {
                let streamed = costs.listing(Subject { profile: &symbols, ..subject });
                prop_assert_eq!(&streamed, &listing);
            }
        }
    }
}
