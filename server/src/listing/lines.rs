//! Flat and cum by file, line and function: what editors show.

/// Flat and cum of one sample type, by file.
///
/// Lines follow `go tool pprof -list` (a line is counted once per sample); functions follow
/// `-top` (a function is counted once per sample, so recursion never passes 100 %).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// For example `cpu`.
    pub sample_type: String,
    /// For example `nanoseconds`.
    pub unit: String,
    /// Sum of the absolute values of all samples: what percentages refer to.
    pub total: i64,
    /// Number of samples with a value other than zero.
    pub n_samples: u64,
    /// Sorted by file.
    pub files: Vec<FileListing>,
}

/// Flat and cum of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileListing {
    /// Path as compiled in.
    pub file: String,
    /// Sorted by line, then by function.
    pub lines: Vec<LineCost>,
    /// Sorted by start line, then by name.
    pub functions: Vec<FunctionCost>,
}

/// Flat and cum of one line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineCost {
    /// 1-based.
    pub line: u32,
    /// The function it was compiled into; several functions may share a line.
    pub function: String,
    /// Value of the line itself, in the sample type's unit.
    pub flat: i64,
    /// Value of the line and all it called.
    pub cum: i64,
    /// Number of samples with this line on their stack.
    pub n_samples: u64,
}

/// Flat and cum of one function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FunctionCost {
    /// Full name, as in the profile.
    pub name: String,
    /// 1-based line of `func`; 0 when the profile does not say.
    pub start_line: u32,
    /// Value of the function itself, in the sample type's unit.
    pub flat: i64,
    /// Value of the function and all it called.
    pub cum: i64,
}
