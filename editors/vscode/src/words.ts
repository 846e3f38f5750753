/** The words and numbers of the goroutine tree, as the server's `words.rs` and `reason.rs` have them. */

/** `1 goroutine`, `3 goroutines`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `bubbletea/v2.(*Program).Run`: the last element of the package path, and the name. */
export function shortName(name: string): string {
  const end = name.search(/[[(]/);
  const path = end < 0 ? name : name.slice(0, end);
  const [, before, last] = /([^/]*)\/([^/]*)$/.exec(path) ?? [];
  if (last === undefined) {
    return name;
  }
  // A major version is no name: the element before it is.
  const isVersion = /^v\d+(\.|$)/.test(last);
  return (isVersion ? `${before}/${last}` : last) + name.slice(path.length);
}

/** `monitor.go`: the name of a file, from its path or URI. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
