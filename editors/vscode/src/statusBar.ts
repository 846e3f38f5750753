/** One item in the status bar, which says what the server says; a click offers everything. */

import * as vscode from "vscode";
import { plain } from "./rows";

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    "pprof-lens.status",
    vscode.StatusBarAlignment.Left,
  );

  constructor() {
    this.item.name = "pprof-lens";
    this.item.command = "pprof-lens.menu";
    this.show("pprof-lens: starting");
    this.item.show();
  }

  show(text: string): void {
    this.item.text = `$(pulse) ${plain(text)}`;
    this.item.tooltip = "pprof-lens: show all commands";
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** Offers every command of the extension, as package.json lists them. */
export async function showMenu(context: vscode.ExtensionContext): Promise<void> {
  const contributed: { command: string; title: string }[] =
    context.extension.packageJSON.contributes.commands;
  const rows = contributed
    .filter((it) => it.command !== "pprof-lens.menu")
    .map((it) => ({ label: it.title, command: it.command }));
  const picked = await vscode.window.showQuickPick(rows, { placeHolder: "pprof-lens" });
  if (picked) {
    await vscode.commands.executeCommand(picked.command);
  }
}
