// Where the server is: the setting, then the environment, then the PATH.

import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

const PROGRAM = process.platform === "win32" ? "jedimind.exe" : "jedimind";

/**
 * The absolute path of the `jedimind` program.
 * Throws an error that tells the user what to do if there is none.
 */
export async function findServer(
  setting: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const named: [string, string | undefined][] = [
    ["The setting jedimind.path", setting],
    ["The environment variable JEDIMIND_PATH", environment["JEDIMIND_PATH"]],
  ];
  for (const [source, value] of named) {
    if (value) {
      const path = value.startsWith("~/") ? join(homedir(), value.slice(2)) : value;
      if (isAbsolute(path) && (await isExecutable(path))) {
        return path;
      }
      throw new Error(`${source} is “${value}”, which is not the absolute path of a program.`);
    }
  }
  for (const directory of (environment["PATH"] ?? "").split(delimiter)) {
    const path = join(directory, PROGRAM);
    // A relative entry would let an opened folder bring its own.
    if (isAbsolute(directory) && (await isExecutable(path))) {
      return path;
    }
  }
  throw new Error(
    "jedimind is not installed, or VS Code does not see it on the PATH. Install it with " +
      "“pipx install jedimind”, or say in the setting jedimind.path where it is.",
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
