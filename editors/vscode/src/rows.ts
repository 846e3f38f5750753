/** Turns running programs into rows of a quick pick: no editor needed, so tested alone. */

import { plain } from "./plain";
import type { Target } from "./protocol";

export interface Row<T> {
  label: string;
  description?: string;
  detail?: string;
  value: T;
}

/** Targets that can be attached to. */
export function targetOffers(targets: Target[]): Row<string>[] {
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
