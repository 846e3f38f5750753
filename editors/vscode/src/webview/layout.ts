/** Where the boxes of a flame graph are. No page needed, so tested alone. */

import type { Box } from "../protocol";

/** A box on the page: shares of its width, and a row from the top. */
export interface Laid {
  idx: number;
  left: number;
  width: number;
  row: number;
  /** It is above the box that is zoomed to. */
  isAbove: boolean;
}

/** A tree of boxes with its children at hand. */
export class Tree {
  readonly children: number[][];

  constructor(readonly boxes: Box[]) {
    this.children = boxes.map(() => []);
    boxes.forEach((it, idx) => {
      if (it.parent >= 0) {
        this.children[it.parent].push(idx);
      }
    });
  }

  /** The box and its callers, outermost first. */
  path(idx: number): number[] {
    const path = [];
    for (let at = idx; at >= 0; at = this.boxes[at].parent) {
      path.unshift(at);
    }
    return path;
  }

  /**
   * The boxes to draw when `zoomed` takes the whole width: its callers, itself and what it called,
   * as far as boxes are `least` wide (as a share of the width).
   */
  layout(zoomed: number, least: number): Laid[] {
    const path = this.path(zoomed);
    const laid = path.map((idx, row) => ({ idx, left: 0, width: 1, row, isAbove: idx !== zoomed }));
    const whole = this.boxes[zoomed].value;
    // Depth first, without recursion: stacks may be thousands of calls deep.
    const open = [laid[laid.length - 1]];
    for (let parent = open.pop(); parent; parent = open.pop()) {
      let { left } = parent;
      for (const idx of this.children[parent.idx]) {
        const width = whole > 0 ? this.boxes[idx].value / whole : 0;
        if (width >= least) {
          const it = { idx, left, width, row: parent.row + 1, isAbove: false };
          laid.push(it);
          open.push(it);
        }
        left += Math.max(0, width);
      }
    }
    return laid;
  }

  /** Share of the whole in boxes for which `fits` says so, each sample once. */
  matched(fits: (box: Box) => boolean): number {
    let sum = 0;
    const isInside = new Array<boolean>(this.boxes.length).fill(false);
    this.boxes.forEach((it, idx) => {
      const inside = it.parent >= 0 && isInside[it.parent];
      if (!inside && fits(it)) {
        sum += it.value;
      }
      isInside[idx] = inside || fits(it);
    });
    return this.boxes[0].value > 0 ? sum / this.boxes[0].value : 0;
  }
}
