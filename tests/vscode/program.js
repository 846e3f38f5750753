/** The Go program that is looked at. It ends with the test: its standard input is a pipe. */

const { spawn } = require("node:child_process");

class Program {
  /** Starts it on a free port; resolves once it serves. */
  static async start(executable, flags) {
    const it = new Program();
    it.child = spawn(executable, ["-until-eof", ...flags], {
      env: { ...process.env, SIDECAR_PPROF: "0" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    it.ended = new Promise((ended) => it.child.once("exit", ended));
    const line = await new Promise((said, failed) => {
      it.child.stdout.once("data", (data) => said(String(data)));
      it.child.once("exit", (code) => failed(new Error(`the program ended with ${code}`)));
    });
    it.url = line.trim().split(/\s+/).pop();
    return it;
  }

  get pid() {
    return this.child.pid;
  }

  kill() {
    this.child.kill("SIGKILL");
    return this.ended;
  }
}

module.exports = { Program };
