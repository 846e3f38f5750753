/** Turns running programs into rows of a quick pick and of a table: no editor needed, so tested alone. */

import { plain } from "./plain";
import type { Target } from "./protocol";

export interface Row<T> {
  label: string;
  description?: string;
  detail?: string;
  value: T;
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
