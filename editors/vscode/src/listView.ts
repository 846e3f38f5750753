/** A view of rows that the server lists: asked for when it is seen, and again when it is stale. */

import * as vscode from "vscode";
import { Freshness } from "./freshness";

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
  private readonly freshness: Freshness<Listed<T>>;
  private rows: Row<T>[] = [];

  /** `list` asks the server; `undefined` where it does not answer: what is shown stays. */
  constructor(
    private readonly id: string,
    list: () => Promise<Listed<T> | undefined>,
    canSelectMany = false,
  ) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this, canSelectMany });
    this.freshness = new Freshness(this.view, list, (it) => this.draw(it));
    this.freshness.expire();
  }

  getTreeItem(row: Row<T>): vscode.TreeItem {
    return row.item;
  }

  getChildren(row?: Row<T>): Row<T>[] {
    return row ? [] : this.rows;
  }

  /** Something has happened that the view does not show yet. */
  refresh(): void {
    this.freshness.expire();
    void this.freshness.update();
  }

  /** Brings the view up to somebody who asked for it. */
  async show(): Promise<void> {
    this.freshness.expire();
    await vscode.commands.executeCommand(`${this.id}.focus`);
    await this.freshness.update();
  }

  /** Nothing is known any more. */
  clear(): void {
    this.draw({ rows: [] });
    this.freshness.expire();
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }

  private draw({ rows, message }: Listed<T>): void {
    this.freshness.drawn();
    this.rows = rows;
    this.view.message = message;
    this.changed.fire();
  }
}
