/** In a folder that is not trusted nothing runs; once it is, the server of the package does. */

const assert = require("node:assert/strict");
const { servers } = require("../servers");

exports.run = async (code, { places, startProgram }) => {
  const program = await startProgram(["-hot"]);
  await code.open(places.hot.file);
  await code.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
  // The extension host is up once it offers its commands.
  await code.offered("Developer: ");
  assert.equal(await code.status(), "");
  assert.ok(!(await code.offered("pprof-lens: ")).some((it) => it?.startsWith("pprof-lens: ")));
  const ours = () => servers(`HOME=${process.env.PPROF_LENS_HOME}`);
  assert.deepEqual(ours(), []);
  await code.command("Workspaces: Manage Workspace Trust");
  await code.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
  await code.until("the program is found", async () => (await code.status()).includes(`pid ${program.pid}`));
  const [server] = ours();
  assert.ok(server.program.includes("/pprof-lens.pprof-lens-"), `${server.program} is not the one of the package`);
};

exports.options = { trust: true, usesBundledServer: true };
