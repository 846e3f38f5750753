/** The shapes that the server sends besides LSP's own; the server's `command.rs` is their source. */

/** Notification `pprof-lens/status`: what is attached and what was captured last. */
export interface Status {
  /** One line. */
  text: string;
  state: "detached" | "live" | "gone";
  target: { url: string } | null;
  /** Kinds that have a capture. */
  captures: string[];
  /** Kinds that have a baseline. */
  baselines: string[];
}

/** One program found running: a row of `pprof-lens.targets`. */
export interface Target {
  pid: number;
  name: string;
  /** None: it serves no pprof, and `note` says why. */
  url: string | null;
  go_version: string;
  main_module: string;
  note: string;
}

/** A line of a file that is here, 0-based. */
export interface Place {
  uri: string;
  line: number;
}

/** A function on a stack. Its line is 1-based, and as it was when the program was built. */
export interface Frame {
  function: string;
  file: string;
  line: number;
  place?: Place | null;
}

/** Goroutines with the same stack. */
export interface Group {
  count: number;
  state: string;
  verdict: string;
  reason: string;
  /** The one that waits, by its short name. */
  function?: string;
  /** `oldest 12 min`. */
  age?: string | null;
  /** `+2 in 10 min`. */
  change?: string | null;
  /** Innermost first. */
  frames: Frame[];
  /** Frames that Go left out. */
  n_elided?: number;
  created_by?: Frame | null;
  labels?: [string, string][];
  /** Index into the answer's `pile_ups`. */
  pile_up?: number | null;
  /** Where they wait, when the code is here. */
  place?: Place | null;
  /** Argument of `pprof-lens.expect`; none for what is expected already. */
  expect?: object | null;
}

/** Goroutines that wait for one lock or one database. */
export interface PileUp {
  resource: string;
  ids: number[];
  likely_holder?: { id: number; function: string; state: string } | null;
}

/** Argument of `pprof-lens.goroutines`: a place in the code, or the whole program. */
export interface GoroutinesArgs {
  uri?: string;
  /** 0-based. */
  line?: number;
  /** Show what the last look found; the program is asked nothing. */
  last?: boolean;
}

/** Answer of `pprof-lens.goroutines`. */
export interface Goroutines {
  /** Goroutines of the program, shown or not. */
  total: number;
  /** Go cut the dump: there are more. */
  truncated: boolean;
  /** Loudest verdict first. */
  groups: Group[];
  pile_ups: PileUp[];
  /** `+2 in 10 min`: of all goroutines of the program. */
  change?: string | null;
}

/** Argument of `pprof-lens.flamegraph`. */
export interface FlamegraphArgs {
  kind?: string;
  /** The function that is the root, by its full name. */
  function?: string;
  /** Id of a saved capture. */
  capture?: string;
  /** Id of a saved capture, or `baseline`. */
  base?: string;
}

/** Answer of `pprof-lens.flamegraph`. */
export interface Flamegraph {
  /** One line: of what. */
  text: string;
  kind: string;
  isDiff: boolean;
  functions: { name: string; short: string; file: string }[];
  /** Callers before what they call, of each the largest first; the first is the root. */
  boxes: Box[];
  /** Boxes that are too small. */
  nLeftOut: number;
}

/** A function where it was called in this way. */
export interface Box {
  /** Index of the caller's box; -1 for the root. */
  parent: number;
  /** Index into `functions`; -1 where the root is the whole program. */
  function: number;
  value: number;
  /** What was added since the base. */
  change?: number;
  /** Value, share and change. */
  text: string;
  place?: Place | null;
}

/** Argument of `pprof-lens.hot`. */
export interface HotArgs {
  kind?: string;
  capture?: string;
}

/** Answer of `pprof-lens.hot`. */
export interface Hot {
  title: string;
  kind: string;
  /** Id of the capture; none of one that is not saved. */
  capture: string | null;
  rows: HotRow[];
  nLeftOut: number;
  text: string;
}

/** A function with its share. */
export interface HotRow {
  function: string;
  short: string;
  file: string;
  flat: number;
  cum: number;
  flatText: string;
  flatShare: string;
  cumText: string;
  cumShare: string;
  place?: Place | null;
}

/** Answer of `pprof-lens.peek`. */
export interface Peek {
  text: string;
  function: string;
  callers: Neighbour[];
  callees: Neighbour[];
}

/** A function that calls or is called. */
export interface Neighbour {
  function: string;
  short: string;
  text: string;
  share: string;
  place?: Place | null;
}

/** Answer of `pprof-lens.captures`. */
export interface Captures {
  /** Newest first. */
  captures: SavedCapture[];
  /** Why others could not be read. */
  skipped: string[];
}

/** A saved capture. */
export interface SavedCapture {
  id: string;
  kind: string;
  name: string | null;
  /** Local. */
  time: string;
  target: string | null;
  sizeText: string;
  pinned: boolean;
  isBaseline: boolean;
  isCurrent: boolean;
}

/** Answer of `pprof-lens.findings`. */
export interface Findings {
  text: string;
  /** Loudest first. */
  findings: Finding[];
}

/** Something worth a look. */
export interface Finding {
  severity: "error" | "warning" | "information" | "hint";
  code: string;
  title: string;
  place?: Place | null;
}

/** What the server says of a hint beside LSP's own. */
export interface HintData {
  heat: "mild" | "warm" | "hot";
  /** The line was edited since: the numbers are of what stood there before. */
  edited: boolean;
}

/** Answer of the other commands: text for people. */
export interface Answer {
  text?: string;
}
