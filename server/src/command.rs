//! The commands that editors offer: one table, from which everything else is made.
//!
//! The list that the server advertises, the parser of `workspace/executeCommand`, the table in
//! README.md, `contributes.commands` of the VS Code extension and the subcommands of the Neovim
//! plugin all come from [`Command::ALL`]; `tests/generated.rs` fails when one of them is stale.

mod args;

pub use args::{
    AttachArgs, CaptureArgs, DiffArgs, ExpectArgs, ExplainSourceArgs, FlamegraphArgs,
    GoroutinesArgs, HideArgs, HotArgs, KindArgs, NameCaptureArgs, PeekArgs, PinCaptureArgs,
    WatchArgs,
};

/// Prefix of every command id.
pub const PREFIX: &str = "pprof-lens.";

/// What a command cannot run without: editors offer it only then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// It always runs.
    Nothing,
    /// Something is attached.
    Target,
    /// Something was captured.
    Capture,
    /// A baseline is set.
    Baseline,
    /// An argument that nobody types: it is a button or a code action.
    Argument,
}

/// What the table says of a command.
#[derive(Debug, Clone, Copy)]
struct Row {
    name: &'static str,
    title: &'static str,
    summary: &'static str,
    needs: Needs,
}

/// A command that an editor can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// See [`AttachArgs`].
    Attach,
    /// No arguments.
    Detach,
    /// No arguments; returns what the command line's `targets --json` prints.
    Targets,
    /// See [`CaptureArgs`].
    Capture,
    /// See [`HotArgs`].
    Hot,
    /// See [`FlamegraphArgs`].
    Flamegraph,
    /// See [`PeekArgs`].
    Peek,
    /// See [`KindArgs`]: pins the last capture of the kind, or of every kind.
    SetBaseline,
    /// See [`KindArgs`].
    ClearBaseline,
    /// See [`DiffArgs`]: the current capture minus the baseline, or one saved capture minus another.
    Diff,
    /// No arguments.
    Captures,
    /// See [`NameCaptureArgs`].
    NameCapture,
    /// See [`PinCaptureArgs`].
    PinCapture,
    /// No arguments.
    Findings,
    /// See [`GoroutinesArgs`].
    Goroutines,
    /// See [`WatchArgs`].
    Watch,
    /// See [`ExpectArgs`].
    Expect,
    /// See [`HideArgs`].
    Hide,
    /// See [`ExplainSourceArgs`].
    ExplainSource,
    /// No arguments.
    Status,
}

impl Command {
    /// Every command, in the order in which it is offered.
    pub const ALL: [Command; 20] = [
        Command::Attach,
        Command::Detach,
        Command::Targets,
        Command::Capture,
        Command::Hot,
        Command::Flamegraph,
        Command::Peek,
        Command::SetBaseline,
        Command::ClearBaseline,
        Command::Diff,
        Command::Captures,
        Command::NameCapture,
        Command::PinCapture,
        Command::Findings,
        Command::Goroutines,
        Command::Watch,
        Command::Expect,
        Command::Hide,
        Command::ExplainSource,
        Command::Status,
    ];

    fn row(self) -> Row {
        let row = |name, title, needs, summary| Row { name, title, summary, needs };
        match self {
            Command::Attach => row(
                "attach",
                "Attach to a running Go program",
                Needs::Nothing,
                "Attaches to a target: a URL, `host:port`, a PID or a process name; without one, to the program found running, with a picker when there are several.",
            ),
            Command::Detach => row(
                "detach",
                "Detach",
                Needs::Target,
                "Lets the target go and clears its marks; captures stay saved.",
            ),
            Command::Targets => row(
                "targets",
                "List running Go programs with pprof",
                Needs::Nothing,
                "Lists the running Go programs that serve pprof, and says why others do not.",
            ),
            Command::Capture => row(
                "capture",
                "Capture a profile",
                Needs::Target,
                "Captures a profile of a kind (`cpu`, `heap`, `allocs`, `goroutine`, `goroutineleak`, `mutex`, `block`, `threadcreate`) and marks its lines; shows progress and can be cancelled.",
            ),
            Command::Hot => row(
                "hot",
                "Show hot functions",
                Needs::Capture,
                "Lists the functions with the largest share of a capture, as `go tool pprof -top` does; each entry jumps to the code and shows its callers and callees.",
            ),
            Command::Flamegraph => row(
                "flamegraph",
                "Show flame graph",
                Needs::Capture,
                "Shows who called what at which cost, as boxes that jump to the code; of what changed since the baseline or between two captures, too, and as an SVG picture.",
            ),
            Command::Peek => row(
                "peek",
                "Show callers and callees of a function",
                Needs::Capture,
                "Shows the callers and callees of a function with their share: of the function at the cursor, or of the one that is named.",
            ),
            Command::SetBaseline => row(
                "setBaseline",
                "Set baseline",
                Needs::Capture,
                "Pins the last capture of each kind (or of the given kind) as the baseline that later captures are compared with.",
            ),
            Command::ClearBaseline => row(
                "clearBaseline",
                "Clear baseline",
                Needs::Baseline,
                "Forgets the baseline; its capture stays saved.",
            ),
            Command::Diff => row(
                "diff",
                "Compare with the baseline",
                Needs::Baseline,
                "Shows what grew and shrank since the baseline, by function and on the lines.",
            ),
            Command::Captures => row(
                "captures",
                "Show captures",
                Needs::Nothing,
                "Lists the saved captures, newest first: each can be named, pinned, compared with another and drawn.",
            ),
            Command::NameCapture => row(
                "nameCapture",
                "Name a capture",
                Needs::Argument,
                "Gives a saved capture a name of your own; offered in the list of captures.",
            ),
            Command::PinCapture => row(
                "pinCapture",
                "Pin a capture, or let it go",
                Needs::Argument,
                "Keeps a saved capture when the folder of captures is full; offered in the list of captures.",
            ),
            Command::Findings => row(
                "findings",
                "Show findings",
                Needs::Nothing,
                "Lists what is worth a look in the open folders, loudest first: stuck goroutines, growth, hot lines; each entry jumps to the code.",
            ),
            Command::Goroutines => row(
                "goroutines",
                "Show goroutines by verdict",
                Needs::Nothing,
                "Dumps the goroutines and lists them by verdict: proved, stuck, suspect, idle, running; each entry jumps to the code.",
            ),
            Command::Watch => row(
                "watch",
                "Watch the goroutines, or stop watching",
                Needs::Nothing,
                "Keeps looking at the goroutines while nobody is at the editor, and over restarts of the program, so that trends and stuck verdicts are there when you come back; again: stops.",
            ),
            Command::Expect => row(
                "expect",
                "Mark goroutines as expected",
                Needs::Argument,
                "Writes an entry into the project's `.pprof-lens.toml`, by which goroutines that wait in a function count as idle; offered where some wait.",
            ),
            Command::Hide => row(
                "hide",
                "Hide a function",
                Needs::Argument,
                "Writes an entry into the project's `.pprof-lens.toml`, by which a function and its lines have no lenses, hints and hot-line diagnostics; offered where a function has some.",
            ),
            Command::ExplainSource => row(
                "explainSource",
                "Explain source",
                Needs::Nothing,
                "Says by which rule the open file, or the file or function that is named, was found for a path of a capture, and of files that were not found what was tried and why each rule failed.",
            ),
            Command::Status => row(
                "status",
                "Show status",
                Needs::Nothing,
                "Says what is attached, what was captured when, how much of it maps to this workspace, and the versions and settings in force.",
            ),
        }
    }

    /// The name without its prefix: the Neovim subcommand.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The id on the wire, for example `pprof-lens.setBaseline`.
    pub fn id(self) -> String {
        format!("{PREFIX}{}", self.name())
    }

    /// What menus say.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// One sentence for tables of commands.
    pub fn summary(self) -> &'static str {
        self.row().summary
    }

    /// What it cannot run without.
    pub fn needs(self) -> Needs {
        self.row().needs
    }

    /// Whether a person may run it by its name: its argument is none that anybody types.
    pub fn is_typed(self) -> bool {
        self.needs() != Needs::Argument
    }

    /// The command with this id.
    pub fn from_id(id: &str) -> Option<Command> {
        let name = id.strip_prefix(PREFIX)?;
        Command::ALL.into_iter().find(|it| it.name() == name)
    }
}
