/** Keeps a view up to date while it is seen: it is asked for when it is stale, and not before. */

import type * as vscode from "vscode";

export class Freshness<T> {
  private isStale = false;
  /** Counts questions and drawings: an answer that a newer one has overtaken is dropped. */
  private turn = 0;

  /** `ask` gives what is new; `undefined` where there is no answer: what is drawn stays. */
  constructor(
    private readonly view: vscode.TreeView<unknown>,
    private readonly ask: () => Promise<T | undefined>,
    private readonly draw: (answer: T) => void,
  ) {
    view.onDidChangeVisibility(() => this.update());
  }

  /** Something has happened that the view does not show yet. */
  expire(): void {
    this.isStale = true;
  }

  /** Something was drawn: an answer that is still on its way is older. */
  drawn(): void {
    this.turn += 1;
    this.isStale = false;
  }

  /** Asks, if the view is stale and somebody sees it. */
  async update(): Promise<void> {
    if (!this.isStale || !this.view.visible) {
      return;
    }
    this.isStale = false;
    const turn = (this.turn += 1);
    const answer = await this.ask();
    if (answer && turn === this.turn) {
      this.draw(answer);
    }
  }
}
