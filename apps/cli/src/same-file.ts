import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "./errors.ts";

/** Files by what names them: flags, for the message. */
export type NamedFiles = readonly (readonly [name: string, path: string | undefined])[];

/**
 * Checks that nothing would be written over what is read, nor over another thing that is written, by whatever name or link.
 * @throws UsageError naming both flags
 */
export async function checkApart(outputs: NamedFiles, inputs: NamedFiles): Promise<void> {
  const taken = new Map<string, string>();
  for (const [name, path] of inputs)
    for (const identity of await identities(path)) taken.set(identity, name);
  for (const [name, path] of outputs) {
    const own = await identities(path);
    const other = own.map((each) => taken.get(each)).find((each) => each !== undefined);
    if (other !== undefined)
      throw new UsageError(
        `${name} and ${other} are the same file, ${path}: it would be overwritten; give another name`,
      );
    for (const each of own) taken.set(each, name);
  }
}

/** What two names of one file have in common: where it is, and what it is on the disk. None for devices and pipes. */
async function identities(path: string | undefined): Promise<string[]> {
  if (path === undefined) return [];
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  if (there && !there.isFile()) return [];
  return [await place(path), ...(there ? [`${there.dev}:${there.ino}`] : [])];
}

/** The real path, also of a file that is yet to be made. */
async function place(path: string, links = 32): Promise<string> {
  const whole = await realpath(path).catch(() => undefined);
  if (whole !== undefined) return whole;
  const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
  const isLink = (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false;
  if (isLink && links > 0) return place(resolve(folder, await readlink(path)), links - 1);
  return join(folder, basename(path));
}
