//! The texts that random profiles are made of: few, so that they meet, and each odd in its way.
//!
//! Left out on purpose:
//! - control and bidirectional characters: our reports escape them, pprof prints them raw;
//! - names that start with `_Z`, `_R` or `_GLOBAL_`: mangled C++ and Rust, which Go never writes;
//! - build ids of one character: pprof cuts `id[:2]` and crashes;
//! - binaries that exist on this machine: pprof would name frames from them;
//! - sources that are not named like source: `list` refuses to print them, pprof does not;
//! - columns and folded locations, which Go never writes: they keep samples apart in a
//!   difference, and we do not read them.

/// Function names: as Go writes them, and what pprof takes for C++.
pub(super) const NAMES: [&str; 26] = [
    "main.main",
    "main.work",
    "main.work.func1",
    "main.(*T).Run",
    "main.(*T).GM[go.shape.int]",
    "main.(*U).GM[go.shape.int]",
    "main.Fn[go.shape.int,go.shape.func(int, string) error]",
    "main.Fn[go.shape.int,go.shape.func() error]",
    "main.(*L[go.shape.string]).Meth",
    "main.Fn[...]",
    "main.F[interface {}]",
    "runtime.mallocgc",
    "runtime.gopark",
    "net/http.(*conn).serve",
    "example.com/m/v2/pkg.Do",
    "main.été",
    "a::b<c>(d)",
    "odd)[(x)",
    "main.f(x)",
    ".ppc64(y)",
    "operator()(z)",
    "java.<init>",
    "type:.eq.main.K",
    "_rt0_amd64_linux",
    "<unknown>",
    "",
];

/// Source files. The tests' working folder is called `work` and has `a.go` and `src/c.go`.
pub(super) const FILES: [&str; 17] = [
    "/gone/a.go",
    "/gone/./a.go",
    "/gone/x/../a.go",
    "/gone//b.go",
    "/gone/b.go",
    "/elsewhere/work/src/c.go",
    "src/c.go",
    "./src/c.go",
    "a.go",
    "../up/a.go",
    "gone.go",
    "/proc/self/cwd/src/c.go",
    "/proc/self/cwd/./a.go",
    "C:\\gone\\a.go",
    "/gone/asm_amd64.s",
    "/gone/main.c",
    "",
];

/// Mapped files.
pub(super) const BINARIES: [&str; 9] = [
    "/gone/bin/app",
    "/gone/other/app",
    "/gone/bin/tool (deleted)",
    "app",
    "[vdso]",
    "/gone/lib/libc.so.6",
    "/gone/dir/",
    "C:\\gone\\app.exe",
    "",
];

/// Build ids.
pub(super) const BUILD_IDS: [&str; 4] = ["", "4f3a9c", "0123456789abcdef", "go-build/id"];

/// Sample types with their units.
pub(super) const TYPES: [(&str, &str); 16] = [
    ("samples", "count"),
    ("cpu", "nanoseconds"),
    ("cpu", "ms"),
    ("alloc_objects", "count"),
    ("alloc_space", "bytes"),
    ("inuse_objects", "count"),
    ("inuse_space", "bytes"),
    ("space", "kB"),
    ("contentions", "count"),
    ("delay", "nanoseconds"),
    ("delay", "us"),
    ("goroutine", "count"),
    ("compute", "milliGCU"),
    ("wait", "seconds"),
    ("odd", ""),
    ("widgets", "widgets"),
];

/// Units that a type may have instead: some fit the ones above, some do not.
pub(super) const UNITS: [&str; 14] = [
    "nanoseconds",
    "ns",
    "us",
    "ms",
    "seconds",
    "hrs",
    "bytes",
    "kB",
    "MB",
    "count",
    "GCU",
    "nanoGCU",
    "widgets",
    "",
];

/// Units that can be converted into each other.
pub(super) const ALIKE_UNITS: [&[&str]; 3] = [
    &["nanoseconds", "ns", "us", "ms", "milliseconds", "seconds", "hrs"],
    &["bytes", "B", "kB", "KB", "MB"],
    &["milliGCU", "GCU", "nanoGCU"],
];

/// Keys of labels.
pub(super) const KEYS: [&str; 6] = ["bytes", "request", "endpoint", "k", "alignment", ""];

/// Texts of labels.
pub(super) const LABELS: [&str; 4] = ["/login", "a=b", "true", "été"];

/// Comments.
pub(super) const COMMENTS: [&str; 4] = ["hello", "# not shown", "two words", ""];

/// For `drop_frames` and `keep_frames`, some of which do not compile.
pub(super) const FRAMES: [&str; 11] = [
    "",
    "runtime\\..*",
    "runtime\\.mallocgc",
    "main\\.work.*",
    "main.*",
    ".*",
    "a)|(b",
    "operator\\(\\)",
    "ppc64",
    "main\\.f",
    "(",
];

/// For `-focus`, `-ignore` and `-list`.
pub(super) const EXPRESSIONS: [&str; 24] = [
    ".",
    ".",
    "main",
    "main",
    "o",
    "main\\.work$",
    "^$",
    "^",
    "Fn\\[",
    "\\(\\*T\\)",
    "(?i)MAIN",
    "runtime|net",
    "\\.go$",
    "/gone/a",
    "app",
    "nothing like it",
    "main..GM",
    "interface {}",
    "F[[]",
    "\\Q.(*T).\\E",
    "main\\.\\w+$",
    "\\<unknown",
    "[a&&z]::",
    "\\d{1,}|\\s",
];
