//! The lines above pprof's reports: which program, what, when, how long.
//!
//! Source: `internal/report` of github.com/google/pprof (`ProfileLabels`).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::listing::{Subject, base_name, measure};
use crate::model::StrId;

/// The header, one line an entry. `unit` is the unit that the report prints in.
pub(super) fn report_header(
    subject: &Subject<'_>,
    total: i64,
    unit: &str,
    zone: &TimeZone,
) -> Vec<String> {
    let profile = subject.profile;
    let mut out = Vec::new();
    if let Some(main) = profile.mappings.first() {
        let file = profile.str(main.filename);
        if !file.is_empty() {
            out.push(format!("File: {}", base_name(file)));
        }
        if main.build_id != StrId::EMPTY {
            out.push(format!("Build ID: {}", profile.str(main.build_id)));
        }
    }
    let comments = profile.comments.iter().map(|it| profile.str(*it));
    out.extend(comments.filter(|it| !it.starts_with('#')).map(str::to_owned));
    if !subject.sample_type().is_empty() {
        out.push(format!("Type: {}", subject.sample_type()));
    }
    if profile.doc_url != StrId::EMPTY {
        out.push(format!("Doc: {}", profile.str(profile.doc_url)));
    }
    if profile.time_nanos != 0
        && let Ok(time) = Timestamp::from_nanosecond(i128::from(profile.time_nanos))
    {
        let time = time.to_zoned(zone.clone());
        out.push(format!("Time: {}", time.strftime("%Y-%m-%d %H:%M:%S %Z")));
    }
    if profile.duration_nanos != 0 {
        let duration = measure::label(profile.duration_nanos, "nanoseconds");
        let (nanos, total_unit) = measure::scale(total, subject.unit(), "nanoseconds");
        let ratio = if total_unit == "ns" && nanos != 0.0 {
            format!("({})", measure::percentage(measure::go_int(nanos), profile.duration_nanos))
        } else {
            String::new()
        };
        let total = measure::scaled_label(total, subject.unit(), unit);
        out.push(format!("Duration: {duration}, Total samples = {total} {ratio}"));
    }
    out
}
