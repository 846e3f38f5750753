/**
 * Builds `pprof-lens.vsix` for this platform, with the server inside.
 *
 * The server is `$PPROF_LENS_BIN`, else what `cargo build --release` has built.
 */

const { spawnSync } = require("node:child_process");
const { copyFileSync, existsSync, mkdirSync, rmSync } = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..", "..");
const name = process.platform === "win32" ? "pprof-lens.exe" : "pprof-lens";
const server = process.env.PPROF_LENS_BIN ?? path.join(root, "target", "release", name);

if (!existsSync(server)) {
  console.error(`${server} is not there: run "cargo build --release" first, or set PPROF_LENS_BIN`);
  process.exit(1);
}
rmSync(path.join(__dirname, "server"), { recursive: true, force: true });
mkdirSync(path.join(__dirname, "server"));
copyFileSync(server, path.join(__dirname, "server", name));
copyFileSync(path.join(root, "LICENSE"), path.join(__dirname, "LICENSE.txt"));

const vsce = path.join(__dirname, "node_modules", "@vscode", "vsce", "vsce");
const options = ["--no-dependencies", "--allow-missing-repository", "--out", "pprof-lens.vsix"];
const target = ["--target", `${process.platform}-${process.arch}`];
const built = spawnSync(process.execPath, [vsce, "package", ...options, ...target], {
  cwd: __dirname,
  stdio: "inherit",
});
process.exit(built.status ?? 1);
