/** A package's commands must start after an ordinary install. */
import { join } from "node:path";
import { run } from "./run.mjs";

export async function checkCommands(folder, tarballs, problems) {
  for (const { name, manifest } of tarballs) {
    const commands = typeof manifest.bin === "string" ? { [name]: manifest.bin } : manifest.bin;
    for (const [command, file] of Object.entries(commands ?? {})) {
      try {
        const help = await run(
          process.execPath,
          [join("node_modules", name, file), "--help"],
          folder,
        );
        problems.expect(help.trim() !== "", name, `${command} --help prints nothing`);
      } catch (error) {
        problems.add(name, `${command} --help fails: ${error.message}`);
      }
    }
  }
}
