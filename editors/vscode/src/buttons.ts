/** Buttons and menus of the views: what is clicked becomes a command of the server. */

import * as vscode from "vscode";
import type { Row } from "./listView";
import { plain } from "./plain";
import type { SavedCapture, Target } from "./protocol";

/** Runs a command of the server and shows its answer. */
export type RunCommand = (name: string, argument: object) => Promise<void>;

type CaptureRow = Pick<Row<SavedCapture>, "value">;

/** Registers what package.json puts into the menus of the views. */
export function registerButtons(run: RunCommand): vscode.Disposable[] {
  const register = <A extends unknown[]>(name: string, action: (...args: A) => unknown) =>
    vscode.commands.registerCommand(`pprof-lens.${name}`, action);
  return [
    // A row is clicked, or its button, which hands over the row.
    register("attachTo", (it: Target | Row<Target>) =>
      run("attach", { target: ("value" in it ? it.value : it).url }),
    ),
    register("flamegraphOf", (it: CaptureRow) => run("flamegraph", { capture: it.value.id })),
    register("hotOf", (it: CaptureRow) => run("hot", { capture: it.value.id })),
    register("compareCaptures", (_: CaptureRow, rows: CaptureRow[]) => compare(run, rows)),
    register("rename", (it: CaptureRow) => rename(run, it.value)),
  ];
}

/** The older one is the base, whichever was selected first. */
async function compare(run: RunCommand, rows: CaptureRow[]): Promise<void> {
  const [base, current] = rows.map((it) => it.value.id).sort();
  await run("diff", { base, current });
  await run("flamegraph", { capture: current, base });
}

async function rename(run: RunCommand, capture: SavedCapture): Promise<void> {
  const name = await vscode.window.showInputBox({
    prompt: `A name for ${plain(capture.kind)} ${plain(capture.time)}; empty: none`,
    value: capture.name ?? "",
  });
  if (name !== undefined) {
    await run("nameCapture", { id: capture.id, name });
  }
}
