/** Opens the code at a place that the server has named. */

import * as vscode from "vscode";
import type { Place } from "./protocol";

/** The command of a row that leads to the code. */
export function openCommand(place: Place): vscode.Command {
  return {
    command: "vscode.open",
    title: "Open the code",
    arguments: [vscode.Uri.parse(place.uri), { selection: lineOf(place) }],
  };
}

/** Opens the code in the editor group that the user worked in last. */
export async function openPlace(place: Place, takesFocus: boolean): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), {
    selection: lineOf(place),
    viewColumn: codeColumn(),
    preserveFocus: !takesFocus,
  });
}

function lineOf(place: Place): vscode.Range {
  return new vscode.Range(place.line, 0, place.line, 0);
}

/** A panel beside the code must not be covered by it. */
function codeColumn(): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const hasCode = (it: vscode.TabGroup) => it.activeTab?.input instanceof vscode.TabInputText;
  return groups.find(hasCode)?.viewColumn ?? vscode.ViewColumn.One;
}
