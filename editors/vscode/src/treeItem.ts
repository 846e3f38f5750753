/** Draws a row of the goroutine tree as VS Code wants it. */

import * as vscode from "vscode";
import { Kind, Node, isLoud } from "./goroutineTree";
import { openCommand } from "./place";

/** Icon and colour of each verdict: as loud as the diagnostics of the editor. */
const VERDICT_ICONS: Record<string, [icon: string, color?: string]> = {
  proved: ["error", "problemsErrorIcon.foreground"],
  stuck: ["warning", "problemsWarningIcon.foreground"],
  suspect: ["question", "problemsInfoIcon.foreground"],
  idle: ["circle-outline", "disabledForeground"],
  running: ["play-circle", "testing.iconPassed"],
};

const ICONS: Partial<Record<Kind, string>> = {
  reason: "info",
  frame: "debug-stackframe-dot",
  createdBy: "git-branch",
  elided: "ellipsis",
};

/** Rows whose code is not here; VS Code dims labels only for the sake of a decorated resource. */
const DIMMED = vscode.Uri.from({ scheme: "pprof-lens-dimmed", path: "/" });

export function treeItem(node: Node): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, collapsibleState(node));
  item.id = node.id;
  item.description = node.description;
  item.tooltip = node.tooltip;
  item.iconPath = icon(node);
  item.contextValue = node.expect ? "expectable" : node.kind;
  if (node.place) {
    item.command = openCommand(node.place);
  } else if (node.kind === "frame" || node.kind === "createdBy") {
    item.resourceUri = DIMMED;
  }
  return item;
}

/** Dims the labels of rows whose code is not here. */
export function registerDimming(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) =>
      uri.scheme === DIMMED.scheme
        ? { color: new vscode.ThemeColor("disabledForeground"), propagate: false }
        : undefined,
  });
}

function collapsibleState(node: Node): vscode.TreeItemCollapsibleState {
  if (!node.children) {
    return vscode.TreeItemCollapsibleState.None;
  }
  return node.kind === "verdict" && isLoud(node)
    ? vscode.TreeItemCollapsibleState.Expanded
    : vscode.TreeItemCollapsibleState.Collapsed;
}

function icon(node: Node): vscode.ThemeIcon | undefined {
  if (node.kind !== "verdict") {
    const name = ICONS[node.kind];
    return name ? new vscode.ThemeIcon(name) : undefined;
  }
  const [name, color] = VERDICT_ICONS[node.verdict] ?? ["circle-outline"];
  return new vscode.ThemeIcon(name, color ? new vscode.ThemeColor(color) : undefined);
}
