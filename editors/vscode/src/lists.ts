/** The rows of the views: targets, findings and captures. */

import * as vscode from "vscode";
import type { Listed, Row } from "./listView";
import { openCommand } from "./place";
import { plain } from "./plain";
import type { Captures, Finding, Findings, SavedCapture, Status, Target } from "./protocol";

/** Programs, the attached one first, then those that can be attached to. */
export function targetRows(targets: Target[], status: Status | undefined): Listed<Target> {
  const attached = status?.target?.url;
  const rank = (it: Target) => (it.url && it.url === attached ? 0 : it.url ? 1 : 2);
  const sorted = [...targets].sort((a, b) => rank(a) - rank(b));
  return {
    rows: sorted.map((it) => targetRow(it, it.url !== null && it.url === attached)),
    message: status && status.state !== "detached" ? plain(status.text) : undefined,
  };
}

function targetRow(target: Target, isAttached: boolean): Row<Target> {
  const item = new vscode.TreeItem(plain(target.name));
  const state = isAttached ? "attached" : target.url ? "" : target.note;
  item.description = [`pid ${target.pid}`, plain(state)].filter(Boolean).join(" · ");
  const facts = [target.url, target.main_module, target.go_version, target.note];
  item.tooltip = facts.filter(Boolean).map((it) => plain(it!)).join("\n");
  item.contextValue = isAttached ? "attached" : target.url ? "served" : "silent";
  const [icon, color] = isAttached
    ? ["debug-start", "testing.iconPassed"]
    : target.url
      ? ["circle-large-outline", undefined]
      : ["circle-slash", "disabledForeground"];
  item.iconPath = new vscode.ThemeIcon(icon!, color ? new vscode.ThemeColor(color) : undefined);
  if (target.url && !isAttached) {
    item.command = { command: "pprof-lens.attachTo", title: "Attach", arguments: [target] };
  }
  return { item, value: target };
}

const SEVERITY_ICONS: Record<Finding["severity"], [icon: string, color: string]> = {
  error: ["error", "problemsErrorIcon.foreground"],
  warning: ["warning", "problemsWarningIcon.foreground"],
  information: ["info", "problemsInfoIcon.foreground"],
  hint: ["flame", "pprofLens.hotLineBorder"],
};

/** What is worth a look, loudest first. */
export function findingRows(answer: Findings): Listed<Finding> {
  return { rows: answer.findings.map(findingRow), message: plain(answer.text) };
}

function findingRow(finding: Finding): Row<Finding> {
  const item = new vscode.TreeItem(plain(finding.title));
  item.tooltip = plain(finding.title);
  const [icon, color] = SEVERITY_ICONS[finding.severity];
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  if (finding.place) {
    const file = vscode.Uri.parse(finding.place.uri).path.split("/").pop() ?? "";
    item.description = plain(`${file}:${finding.place.line + 1}`);
    item.command = openCommand(finding.place);
  }
  return { item, value: finding };
}

/** Saved captures, newest first. */
export function captureRows(answer: Captures): Listed<SavedCapture> {
  const n_skipped = answer.skipped.length;
  return {
    rows: answer.captures.map(captureRow),
    message: n_skipped ? `${n_skipped} could not be read: ${plain(answer.skipped[0])}` : undefined,
  };
}

function captureRow(capture: SavedCapture): Row<SavedCapture> {
  const [date, time] = capture.time.split(" ");
  const when = `${capture.kind} ${time}`;
  const item = new vscode.TreeItem(plain(capture.name ?? when));
  item.id = capture.id;
  const marks = [capture.isCurrent && "shown", capture.isBaseline && "baseline"];
  const said = [...marks, capture.name && when, capture.sizeText, date].filter(Boolean).join(" · ");
  item.description = plain(said);
  item.tooltip = [capture.target, `${capture.kind} ${capture.time}`, capture.id]
    .filter(Boolean)
    .map((it) => plain(it!))
    .join("\n");
  item.contextValue = "capture";
  item.iconPath = new vscode.ThemeIcon(captureIcon(capture));
  item.command = { command: "pprof-lens.hotOf", title: "Hot functions", arguments: [{ value: capture }] };
  return { item, value: capture };
}

function captureIcon(capture: SavedCapture): string {
  if (capture.isBaseline) {
    return "milestone";
  }
  return capture.pinned ? "pinned" : "graph";
}
