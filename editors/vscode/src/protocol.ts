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

/** Goroutines that wait at the same place. */
export interface Group {
  verdict: string;
  text: string;
  /** Where they wait, when the code is here. The line is 0-based. */
  place?: { uri: string; line: number } | null;
}

/** Answer of a command: text for people, and data beside it. */
export interface Answer {
  text?: string;
  groups?: Group[];
}
