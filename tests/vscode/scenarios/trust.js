/** In a folder that is not trusted nothing runs; once it is, the server of the package does. */

const assert = require("node:assert/strict");
const { readdirSync, readFileSync } = require("node:fs");

exports.run = async (code, { places, startProgram }) => {
  const program = await startProgram(["-hot"]);
  await code.open(places.hot.file);
  await code.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
  // The extension host is up once it offers its commands.
  await code.offered("Developer: ");
  assert.equal(await code.status(), "");
  assert.ok(!(await code.offered("pprof-lens: ")).some((it) => it?.startsWith("pprof-lens: ")));
  assert.deepEqual(servers(), []);
  await code.command("Workspaces: Manage Workspace Trust");
  await code.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
  await code.until("the program is found", async () => (await code.status()).includes(`pid ${program.pid}`));
  const [server] = servers();
  assert.ok(server.includes("/pprof-lens.pprof-lens-"), `${server} is not the one of the package`);
};

/** Executables of the servers that this VS Code runs. */
function servers() {
  const pids = readdirSync("/proc").filter((it) => /^\d+$/.test(it));
  return pids.flatMap((pid) => {
    try {
      const [program, argument] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${process.env.PPROF_LENS_HOME}\0`);
      return isOurs && argument === "lsp" ? [program] : [];
    } catch {
      return [];
    }
  });
}

exports.options = { trust: true, usesBundledServer: true };
