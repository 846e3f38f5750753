/** One item in the status bar, which says what the server says; a click offers everything. */

import * as vscode from "vscode";
import { isOffered } from "./contextKeys";
import { plain } from "./plain";

/** What package.json says of the commands; the palette's menu lists those that it hides. */
interface Contributes {
  commands: { command: string; title: string }[];
  menus: { commandPalette: { command: string; when: string }[] };
}

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

/** Offers every command that the palette offers now. */
export async function showMenu(context: vscode.ExtensionContext): Promise<void> {
  const { commands, menus } = context.extension.packageJSON.contributes as Contributes;
  const when = new Map(menus.commandPalette.map((it) => [it.command, it.when]));
  const rows = commands
    .filter((it) => it.command !== "pprof-lens.menu" && isOffered(when.get(it.command)))
    .map((it) => ({ label: it.title, command: it.command }));
  const picked = await vscode.window.showQuickPick(rows, { placeHolder: "pprof-lens" });
  if (picked) {
    await vscode.commands.executeCommand(picked.command);
  }
}
