//! Values with units, printed as pprof prints them.
//!
//! Source: `internal/measurement` of github.com/google/pprof: bytes in powers of 1024, time in
//! ns, us, ms, s and hrs, two decimals with `.00` cut off.

use std::borrow::Cow;

struct Unit {
    name: &'static str,
    aliases: &'static [&'static str],
    factor: f64,
}

struct Family {
    units: &'static [Unit],
    /// Name and factor of the unit for values below the smallest one.
    default: (&'static str, f64),
}

const fn unit(name: &'static str, aliases: &'static [&'static str], factor: f64) -> Unit {
    Unit { name, aliases, factor }
}

const KIB: f64 = 1024.0;

static FAMILIES: [Family; 3] = [
    Family {
        units: &[
            unit("B", &["b", "byte"], 1.0),
            unit("kB", &["kb", "kbyte", "kilobyte"], KIB),
            unit("MB", &["mb", "mbyte", "megabyte"], KIB * KIB),
            unit("GB", &["gb", "gbyte", "gigabyte"], KIB * KIB * KIB),
            unit("TB", &["tb", "tbyte", "terabyte"], KIB * KIB * KIB * KIB),
            unit("PB", &["pb", "pbyte", "petabyte"], KIB * KIB * KIB * KIB * KIB),
        ],
        default: ("B", 1.0),
    },
    Family {
        units: &[
            unit("ns", &["ns", "nanosecond"], 1.0),
            unit("us", &["μs", "us", "microsecond"], 1e3),
            unit("ms", &["ms", "millisecond"], 1e6),
            unit("s", &["s", "sec", "second"], 1e9),
            unit("hrs", &["hour", "hr"], 3600e9),
        ],
        default: ("s", 1e9),
    },
    Family {
        units: &[
            unit("n*GCU", &["nanogcu"], 1e-9),
            unit("u*GCU", &["microgcu"], 1e-6),
            unit("m*GCU", &["milligcu"], 1e-3),
            unit("GCU", &["gcu"], 1.0),
            unit("k*GCU", &["kilogcu"], 1e3),
            unit("M*GCU", &["megagcu"], 1e6),
            unit("G*GCU", &["gigagcu"], 1e9),
            unit("T*GCU", &["teragcu"], 1e12),
            unit("P*GCU", &["petagcu"], 1e15),
        ],
        default: ("GCU", 1.0),
    },
];

/// Converts a value between units; `to` may be `minimum` or `auto` for the largest unit in which
/// the value is at least 1. Returns the value and the unit to print, empty for counts.
pub fn scale(value: i64, from: &str, to: &str) -> (f64, String) {
    // `i64::MIN` has no positive twin: it is scaled as it is, as pprof does.
    if value < 0 && value != i64::MIN {
        let (scaled, unit) = scale(-value, from, to);
        return (-scaled, unit);
    }
    for family in &FAMILIES {
        if let Some((scaled, unit)) = family.convert(value, from, to) {
            return (scaled, unit.to_owned());
        }
    }
    match to {
        "count" | "sample" | "unit" | "minimum" | "auto" => (value as f64, String::new()),
        _ => (value as f64, to.to_owned()),
    }
}

/// A value in the unit `to`, for example `1.20s`, `5.50MB`, `37` or `0`.
pub fn scaled_label(value: i64, from: &str, to: &str) -> String {
    let (scaled, unit) = scale(value, from, to);
    let text = format!("{scaled:.2}");
    let text = text.strip_suffix(".00").unwrap_or(&text);
    if text == "0" || text == "-0" { "0".to_owned() } else { format!("{text}{unit}") }
}

/// Whether values can be converted between two units: time to time, memory to memory.
pub fn is_convertible(a: &str, b: &str) -> bool {
    a == b || FAMILIES.iter().any(|it| it.find(a).is_some() && it.find(b).is_some())
}

/// A float's whole part as Go on amd64 converts it: what does not fit is the lowest number.
pub fn go_int(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) { value as i64 } else { i64::MIN }
}

/// A value in the unit that suits it best: what editors show.
pub fn label(value: i64, unit: &str) -> String {
    scaled_label(value, unit, "auto")
}

/// Share of the total, six characters wide as in pprof's tables: ` 5.12%`, `  100%`, `0.031%`.
/// The sign is lost, as in pprof.
pub fn percentage(value: i64, total: i64) -> String {
    let ratio = if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() * 100.0 };
    if (99.95..=100.05).contains(&ratio) {
        "  100%".to_owned()
    } else if ratio >= 1.0 {
        format!("{:>5}%", format!("{ratio:.2}"))
    } else {
        format!("{:>5}%", two_significant_digits(ratio))
    }
}

/// C's `%.2g` for a number in `[0, 1)`.
fn two_significant_digits(ratio: f64) -> String {
    if ratio == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{ratio:.1e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent < -4 {
        let mantissa = mantissa.strip_suffix(".0").unwrap_or(mantissa);
        return format!("{mantissa}e-{:02}", -exponent);
    }
    let fixed = format!("{ratio:.*}", (1 - exponent).max(0) as usize);
    fixed.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Family {
    fn convert(&self, value: i64, from: &str, to: &str) -> Option<(f64, &'static str)> {
        let base = value as f64 * self.find(from)?.factor;
        if to == "minimum" || to == "auto" {
            // The last of the largest factors wins, which is the largest: they ascend.
            let fitting = self.units.iter().rev().find(|it| base / it.factor >= 1.0);
            return Some(match fitting {
                Some(it) => (base / it.factor, it.name),
                None => (base / self.default.1, self.default.0),
            });
        }
        Some(match self.find(to) {
            Some(it) => (base / it.factor, it.name),
            None => (base / self.default.1, self.default.0),
        })
    }

    fn find(&self, unit: &str) -> Option<&'static Unit> {
        // Most units are plain ASCII, and this is asked for every number that is printed.
        let lower = if unit.is_ascii() { Cow::Borrowed(unit) } else { unit.to_lowercase().into() };
        let singular = match lower.strip_suffix(['s', 'S']) {
            Some(it) if lower.len() > 2 => it,
            _ => &lower,
        };
        let is_alias = |it: &&str| it.eq_ignore_ascii_case(singular);
        self.units.iter().find(|it| it.aliases.iter().any(is_alias))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values as `go tool pprof` of Go 1.26 prints them.
    #[test]
    fn prints_values_as_pprof_does() {
        assert_eq!(label(0, "nanoseconds"), "0");
        assert_eq!(label(1_200_000_000, "nanoseconds"), "1.20s");
        assert_eq!(label(10_000_000, "nanoseconds"), "10ms");
        assert_eq!(label(-5_767_168, "bytes"), "-5.50MB");
        assert_eq!(label(37, "count"), "37");
        assert_eq!(scaled_label(1_500_000, "nanoseconds", "ns"), "1500000ns");
        assert_eq!(scaled_label(3, "count", "count"), "3");
    }

    #[test]
    fn prints_percentages_as_pprof_does() {
        assert_eq!(percentage(1, 1), "  100%");
        assert_eq!(percentage(512, 10_000), " 5.12%");
        assert_eq!(percentage(1, 3_200), "0.031%");
        assert_eq!(percentage(1, 2_000), " 0.05%");
        assert_eq!(percentage(0, 7), "    0%");
        assert_eq!(percentage(-1, 2), "50.00%");
        assert_eq!(percentage(9_996, 1_000_000), "    1%");
        assert_eq!(percentage(1, 3_000_000), "3.3e-05%");
        assert_eq!(percentage(1, 0), "    0%");
    }
}
