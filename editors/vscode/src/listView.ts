/** A view of rows that the server lists: asked for when it is seen, and again when it is stale. */

import * as vscode from "vscode";

/** A row: how it is drawn, and what it stands for. */
export interface Row<T> {
  item: vscode.TreeItem;
  value: T;
}

/** What a view shows. */
export interface Listed<T> {
  rows: Row<T>[];
  /** One line above the rows. */
  message?: string;
}

export class ListView<T> implements vscode.TreeDataProvider<Row<T>>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Row<T>>;
  private rows: Row<T>[] = [];
  private isStale = true;
  private turn = 0;

  /** `list` asks the server; `undefined` where it does not answer: what is shown stays. */
  constructor(
    private readonly id: string,
    private readonly list: () => Promise<Listed<T> | undefined>,
    canSelectMany = false,
  ) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this, canSelectMany });
    this.view.onDidChangeVisibility(() => this.update());
  }

  getTreeItem(row: Row<T>): vscode.TreeItem {
    return row.item;
  }

  getChildren(row?: Row<T>): Row<T>[] {
    return row ? [] : this.rows;
  }

  /** Something has happened that the view does not show yet. */
  refresh(): void {
    this.isStale = true;
    void this.update();
  }

  /** Brings the view up to somebody who asked for it. */
  async show(): Promise<void> {
    this.isStale = true;
    await vscode.commands.executeCommand(`${this.id}.focus`);
    await this.update();
  }

  /** Nothing is known any more. */
  clear(): void {
    this.draw({ rows: [] });
    this.isStale = true;
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }

  private async update(): Promise<void> {
    if (!this.isStale || !this.view.visible) {
      return;
    }
    this.isStale = false;
    const turn = (this.turn += 1);
    const listed = await this.list();
    if (listed && turn === this.turn) {
      this.draw(listed);
    }
  }

  private draw({ rows, message }: Listed<T>): void {
    this.turn += 1;
    this.rows = rows;
    this.view.message = message;
    this.changed.fire();
  }
}
