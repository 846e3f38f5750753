//! What grew and what shrank, by function: the rows that people read first.
//!
//! A row's change equals `go tool pprof -top -diff_base` for the function.

use foldhash::HashMap;

use crate::listing::{FlatCum, Listing};

use super::Incompatible;

/// Two captures side by side, by function.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffTable {
    /// For example `inuse_space`.
    pub sample_type: String,
    /// For example `bytes`.
    pub unit: String,
    /// The two are of different builds of a program: lines of the one are not those of the other.
    pub is_other_build: bool,
    /// Total of the base.
    pub base_total: i64,
    /// Total of the current capture.
    pub total: i64,
    /// Largest change of flat first; rows without any change are left out.
    pub rows: Vec<DiffRow>,
}

/// One function in both captures.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffRow {
    /// Full name, as in the profile.
    pub function: String,
    /// Path as compiled in.
    pub file: String,
    /// 1-based line of `func`; 0 when unknown.
    pub start_line: u32,
    /// In the base.
    pub base: FlatCum,
    /// Now.
    pub now: FlatCum,
}

impl DiffRow {
    /// What was added since the base.
    pub fn change(&self) -> FlatCum {
        FlatCum {
            flat: self.now.flat.wrapping_sub(self.base.flat),
            cum: self.now.cum.wrapping_sub(self.base.cum),
        }
    }
}

impl DiffTable {
    /// Growth of the total in percent of the base; infinite when the base is empty and the
    /// current capture is not.
    pub fn growth_percent(&self) -> f64 {
        let change = self.total.wrapping_sub(self.base_total) as f64;
        if change == 0.0 { 0.0 } else { change / self.base_total as f64 * 100.0 }
    }
}

/// Compares two captures by function.
///
/// # Errors
/// [`Incompatible`] when they measure different things.
pub fn table(current: &Listing, base: &Listing) -> Result<DiffTable, Incompatible> {
    let what = |it: &Listing| format!("{} in {}", it.sample_type, it.unit);
    if what(current) != what(base) {
        return Err(Incompatible { current: what(current), base: what(base) });
    }
    Ok(of_listings(current, base))
}

/// Compares two listings by function.
///
/// Of two builds the files may have other names, too: there a function is known by its name alone.
pub fn of_listings(current: &Listing, base: &Listing) -> DiffTable {
    let builds = [&current.build_id, &base.build_id];
    let is_other_build = builds.iter().all(|it| !it.is_empty()) && builds[0] != builds[1];
    let mut rows: HashMap<(&str, &str), DiffRow> = HashMap::default();
    for (listing, is_base) in [(base, true), (current, false)] {
        for file in &listing.files {
            for function in &file.functions {
                let path = if is_other_build { "" } else { file.file.as_str() };
                let row = rows.entry((&function.name, path)).or_insert_with(|| DiffRow {
                    function: function.name.clone(),
                    file: file.file.clone(),
                    start_line: function.start_line,
                    base: FlatCum::default(),
                    now: FlatCum::default(),
                });
                let side = FlatCum { flat: function.flat, cum: function.cum };
                // The current build's place is the one that the editor shows.
                if row.start_line != function.start_line || row.file != file.file {
                    (row.start_line, row.file) = (function.start_line, file.file.clone());
                }
                let sum = if is_base { &mut row.base } else { &mut row.now };
                sum.flat = sum.flat.wrapping_add(side.flat);
                sum.cum = sum.cum.wrapping_add(side.cum);
            }
        }
    }
    let mut rows: Vec<DiffRow> =
        rows.into_values().filter(|it| it.change() != FlatCum::default()).collect();
    rows.sort_by(|a, b| {
        let key =
            |row: &DiffRow| (row.change().flat.wrapping_abs(), row.change().cum.wrapping_abs());
        key(b).cmp(&key(a)).then_with(|| (&a.function, &a.file).cmp(&(&b.function, &b.file)))
    });
    DiffTable {
        sample_type: current.sample_type.clone(),
        unit: current.unit.clone(),
        is_other_build,
        base_total: base.total,
        total: current.total,
        rows,
    }
}
