/**
 * Runs one scenario in a VS Code of its own: `node run.js NAME`. The environment says with what:
 * PPROF_LENS_HOME (a folder to fill), _FOLDER (the workspace), _PROGRAM (its executable),
 * _EXTENSIONS (where the extension is installed), _BIN (the server), _PLACES (marked lines),
 * _CHROMIUM and _ARTEFACTS (a folder for pictures).
 */

const fs = require("node:fs");
const path = require("node:path");
const { Program } = require("./program");
const { VsCode, install } = require("./vscode");

const env = (name) => {
  const value = process.env[`PPROF_LENS_${name}`];
  if (value === undefined) {
    throw new Error(`PPROF_LENS_${name} is not set: the Rust test of this scenario sets it`);
  }
  return value;
};

async function main(name) {
  if (name === "install") {
    return install(env("VSIX"), env("EXTENSIONS"), env("HOME"));
  }
  const scenario = require(`./scenarios/${name}`);
  const programs = [];
  const home = env("HOME");
  const options = { ...scenario.options };
  const machine = { ...options.machine };
  if (!options.usesBundledServer) {
    machine["pprof-lens.server.path"] = env("BIN_RECORDED");
  }
  const code = await VsCode.start({ home, folder: env("FOLDER"), extensions: env("EXTENSIONS"), ...options, machine });
  try {
    await scenario.run(code, {
      places: JSON.parse(env("PLACES")),
      folder: env("FOLDER"),
      home,
      startProgram: async (flags) => {
        const program = await Program.start(env("PROGRAM"), flags);
        programs.push(program);
        return program;
      },
    });
    await code.picture(name);
  } catch (error) {
    await code.picture(`${name}-failed`).catch(() => undefined);
    throw error;
  } finally {
    programs.forEach((it) => it.kill());
    await code.close();
    fs.rmSync(path.join(home, "data"), { recursive: true, force: true });
  }
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
