/** Turns what the server answered into rows of a quick pick: no editor needed, so tested alone. */

import type { Group, Target } from "./protocol";

export interface Row<T> {
  label: string;
  description?: string;
  detail?: string;
  value: T;
}

/** `$(name)` would be drawn as an icon: names come from programs that may be hostile. */
export function plain(text: string): string {
  return text.replaceAll("$(", "$ (").replace(/\s+/g, " ");
}

/** Targets that can be attached to. */
export function targetRows(targets: Target[]): Row<string>[] {
  const rows: Row<string>[] = [];
  for (const it of targets) {
    if (it.url) {
      rows.push({
        label: plain(it.name),
        description: `pid ${it.pid}`,
        detail: plain(`${it.url}  ${it.main_module}`),
        value: it.url,
      });
    }
  }
  return rows;
}

/** Every program found, with the reason why one cannot be attached to. */
export function targetTable(targets: Target[]): string {
  const rows = targets.map((it) => [String(it.pid), it.name, it.url ?? "-", it.note ?? ""]);
  const widths = [0, 1, 2].map((idx) => Math.max(0, ...rows.map((row) => row[idx].length)));
  return rows
    .map((row) => row.map((cell, idx) => cell.padEnd(widths[idx] ?? 0)).join("  ").trimEnd())
    .join("\n");
}

/** Groups of goroutines; those whose code is here can be jumped to. */
export function groupRows(groups: Group[]): Row<Group>[] {
  return groups.map((it) => ({
    label: plain(it.verdict),
    description: plain(it.text),
    detail: it.place ? plain(`${fileName(it.place.uri)}:${it.place.line + 1}`) : undefined,
    value: it,
  }));
}

function fileName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1));
}
