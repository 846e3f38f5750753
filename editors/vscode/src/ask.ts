/** Asks for the argument that a command still needs: a target, a kind of profile. */

import * as vscode from "vscode";
import type { Status, Target } from "./protocol";
import { targetOffers } from "./rows";

/** Runs a command on the server. */
export type Run = (name: string, argument?: unknown) => Promise<unknown>;

/** Kinds of profile as package.json lists them, which is generated from the server's table. */
function kinds(context: vscode.ExtensionContext): string[] {
  const { properties } = context.extension.packageJSON.contributes.configuration;
  return properties["pprof-lens.captureOnAttach"].items.enum;
}

/**
 * The argument to run a command with, after asking where it is not given.
 * `undefined`: the user backed out.
 */
export async function askArgument(
  context: vscode.ExtensionContext,
  name: string,
  status: Status | undefined,
  run: Run,
): Promise<object | undefined> {
  switch (name) {
    case "attach":
      return askTarget(run);
    case "capture": {
      const kind = await vscode.window.showQuickPick(kinds(context), {
        placeHolder: "Which profile?",
      });
      return kind ? { kind } : undefined;
    }
    case "flamegraph":
    case "hot":
      return askKind(status?.captures ?? []);
    case "diff":
      return askKind(status?.baselines ?? []);
    case "peek": {
      const editor = vscode.window.activeTextEditor;
      const uri = editor?.document.uri.toString();
      return uri ? { uri, line: editor?.selection.active.line } : {};
    }
    case "explainSource": {
      const document = vscode.window.activeTextEditor?.document;
      return document?.languageId === "go" ? { uri: document.uri.toString() } : {};
    }
    default:
      return {};
  }
}

/** Of several kinds one is asked for; of none or one the server knows which. */
async function askKind(kinds: string[]): Promise<object | undefined> {
  if (kinds.length < 2) {
    return {};
  }
  const kind = await vscode.window.showQuickPick(kinds, { placeHolder: "Which profile?" });
  return kind ? { kind } : undefined;
}

async function askTarget(run: Run): Promise<object | undefined> {
  const rows = targetOffers(((await run("targets")) as Target[] | null) ?? []);
  if (rows.length === 1) {
    return { target: rows[0].value };
  }
  const other = { label: "Somewhere else…", description: "a URL, host:port, PID or name", value: "" };
  const picked = await vscode.window.showQuickPick([...rows, other], {
    placeHolder: rows.length ? "Attach to" : "No running Go program serves pprof here",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  const target =
    picked?.value === ""
      ? await vscode.window.showInputBox({
          prompt: "A URL, host:port, a PID or a process name",
          value: "localhost:6060",
        })
      : picked?.value;
  return target ? { target } : undefined;
}
