//! Values with units, printed as pprof prints them.
//!
//! Source: `internal/measurement` of github.com/google/pprof: bytes in powers of 1024, time in
//! ns, us, ms, s and hrs, two decimals with `.00` cut off.

use std::borrow::Cow;

use super::decimal::{write_hundredths, write_two_digits};

#[derive(Debug)]
struct Unit {
    name: &'static str,
    aliases: &'static [&'static str],
    factor: f64,
}

#[derive(Debug)]
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

/// How values of one unit are printed in another: looked up once for all rows of a report.
#[derive(Debug, Clone, Copy)]
pub struct Conversion<'a> {
    from_factor: f64,
    to: Target<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Target<'a> {
    /// What a value is divided by, and its unit.
    Unit(f64, &'a str),
    /// The largest unit in which the value is at least 1.
    Fitting(&'static Family),
}

impl<'a> Conversion<'a> {
    /// From one unit to another; `to` may be `minimum` or `auto` for the largest unit in which
    /// the value is at least 1.
    pub fn new(from: &str, to: &'a str) -> Conversion<'a> {
        let fits = matches!(to, "minimum" | "auto");
        for family in &FAMILIES {
            let Some(unit) = family.find(from) else { continue };
            let to = match family.find(to) {
                _ if fits => Target::Fitting(family),
                Some(it) => Target::Unit(it.factor, it.name),
                None => Target::Unit(family.default.1, family.default.0),
            };
            return Conversion { from_factor: unit.factor, to };
        }
        let unit = if fits || matches!(to, "count" | "sample" | "unit") { "" } else { to };
        Conversion { from_factor: 1.0, to: Target::Unit(1.0, unit) }
    }

    /// The value and the unit to print, empty for counts.
    pub fn scale(&self, value: i64) -> (f64, &'a str) {
        // `i64::MIN` has no positive twin: it is scaled as it is, as pprof does.
        if value < 0 && value != i64::MIN {
            let (scaled, unit) = self.scale(-value);
            return (-scaled, unit);
        }
        let base = value as f64 * self.from_factor;
        let (factor, unit) = match self.to {
            Target::Unit(factor, unit) => (factor, unit),
            Target::Fitting(family) => {
                // The last of the largest factors wins, which is the largest: they ascend.
                let fitting = family.units.iter().rev().find(|it| base / it.factor >= 1.0);
                fitting.map_or((family.default.1, family.default.0), |it| (it.factor, it.name))
            }
        };
        (base / factor, unit)
    }

    /// A value in its unit: see [`Conversion::write`].
    pub fn label(&self, value: i64) -> String {
        let mut out = String::new();
        self.write(&mut out, value);
        out
    }

    /// Appends a value in its unit, for example `1.20s`, `5.50MB`, `37` or `0`.
    pub fn write(&self, out: &mut String, value: i64) {
        let (scaled, unit) = self.scale(value);
        let start = out.len();
        write_hundredths(out, scaled);
        if out.ends_with(".00") {
            out.truncate(out.len() - 3);
        }
        match &out[start..] {
            "0" => {}
            "-0" => out.replace_range(start.., "0"),
            _ => out.push_str(unit),
        }
    }
}

/// Converts a value between units: see [`Conversion::scale`].
pub fn scale<'a>(value: i64, from: &str, to: &'a str) -> (f64, &'a str) {
    Conversion::new(from, to).scale(value)
}

/// A value in the unit `to`: see [`Conversion::write`].
pub fn scaled_label(value: i64, from: &str, to: &str) -> String {
    Conversion::new(from, to).label(value)
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
    let mut out = String::new();
    write_percentage(&mut out, value, total);
    out
}

/// Appends what [`percentage`] returns.
pub fn write_percentage(out: &mut String, value: i64, total: i64) {
    let ratio = if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() * 100.0 };
    let start = out.len();
    if (99.95..=100.05).contains(&ratio) {
        out.push_str("100");
    } else if ratio >= 1.0 {
        write_hundredths(out, ratio);
    } else {
        write_two_digits(out, ratio);
    }
    pad_left(out, start, 5);
    out.push('%');
}

/// What columns are filled with: a handful at once.
const SPACES: &str = "                ";

/// Makes what stands from byte `start` on at least `width` wide, as numbers in columns are.
pub fn pad_left(out: &mut String, start: usize, width: usize) {
    // Only the unit of a profile's own may hold more than ASCII.
    let text = &out[start..];
    let n_chars = if text.is_ascii() { text.len() } else { text.chars().count() };
    let mut n_missing = width.saturating_sub(n_chars);
    while n_missing > 0 {
        let n = n_missing.min(SPACES.len());
        out.insert_str(start, &SPACES[..n]);
        n_missing -= n;
    }
}

impl Family {
    fn find(&self, unit: &str) -> Option<&'static Unit> {
        // Most units are plain ASCII.
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
