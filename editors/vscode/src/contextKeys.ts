/** Tells VS Code which commands can run now: the palette and the menu offer those alone. */

import * as vscode from "vscode";
import type { Status } from "./protocol";

/** The keys, as package.json asks for them; `tests/generated` writes who needs which. */
const KEYS = ["pprof-lens.isAttached", "pprof-lens.hasCapture", "pprof-lens.hasBaseline"] as const;

type Key = (typeof KEYS)[number];

const current = new Map<string, boolean>();

/** Sets the keys; none of a server that does not run. */
export function setContextKeys(status?: Status): void {
  const values: Record<Key, boolean> = {
    "pprof-lens.isAttached": status !== undefined && status.state !== "detached",
    "pprof-lens.hasCapture": !!status?.captures.length,
    "pprof-lens.hasBaseline": !!status?.baselines.length,
  };
  for (const key of KEYS) {
    if (current.get(key) !== values[key]) {
      current.set(key, values[key]);
      void vscode.commands.executeCommand("setContext", key, values[key]);
    }
  }
}

/** Whether a command of the palette with this `when` is offered now. */
export function isOffered(when: string | undefined): boolean {
  return when === undefined || current.get(when) === true;
}
