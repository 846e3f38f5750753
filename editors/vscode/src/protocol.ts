/** The shapes that the server sends besides LSP's own; the server's `command.rs` is their source. */

/** Notification `pprof-lens/status`: what is attached and what was captured last. */
export interface Status {
  /** One line. */
  text: string;
  state: "detached" | "live" | "gone";
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

/** Answer of the other commands: text for people. */
export interface Answer {
  text?: string;
}
