import { createReadStream, rmSync } from "node:fs";
import {
  access,
  constants,
  type FileHandle,
  open,
  readFile,
  realpath,
  rename,
  stat,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CliError } from "./errors.ts";

/** Checks that a file can be read before anything long begins. */
export async function checkReadable(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) throw new CliError(`${path} is a folder, not a file`);
    await access(path, constants.R_OK);
  } catch (error) {
    throw told(error, path, "read");
  }
}

/** The bytes of a file as they come, for readers of data. */
export async function openBytes(path: string): Promise<AsyncIterable<Uint8Array>> {
  await checkReadable(path);
  return bytesOf(path);
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw told(error, path, "read");
  }
}

/** A whole file. */
export async function readBytes(path: string): Promise<Uint8Array> {
  await checkReadable(path);
  try {
    return await readFile(path);
  } catch (error) {
    throw told(error, path, "read");
  }
}

/** Checks that a file could be written, so that hours of work do not end in an error that could have been known before. */
export async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    if (!(await stat(folder)).isDirectory())
      throw new CliError(`cannot write ${path}: ${folder} is not a folder`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new CliError(`cannot write ${path}: there is no folder ${folder}`);
    throw told(error, path, "write");
  }
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new CliError(`cannot write ${path}: it is a folder`);
  const probe = there && !there.isFile() ? undefined : beside(path);
  try {
    if (probe === undefined) await access(path, constants.W_OK);
    else await (await open(probe, "wx")).close(); // rights alone say too little: there are folders that take no files
  } catch (error) {
    throw told(error, path, "write");
  } finally {
    if (probe !== undefined) rmSync(probe, { force: true });
  }
}

/** Files that are being written now; they go when the process does. */
const unfinished = new Set<string>();
process.on("exit", () => {
  for (const path of unfinished) rmSync(path, { force: true });
});

/** What a file is made of: at once, or in pieces as they come. */
type Content = Uint8Array | Iterable<Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file that is there whole or not at all: into a file beside it, onto the disk, then under its name. Whatever stood
 * there before stays until that last step.
 */
export async function writeAtomically(path: string, content: Content): Promise<void> {
  await checkWritable(path);
  const target = await realpath(path).catch(() => path); // a link stays a link
  const there = await stat(target).catch(() => undefined);
  const isDevice = there !== undefined && !there.isFile(); // /dev/null, a pipe: renaming over it would replace it
  const place = isDevice ? target : beside(target);
  if (!isDevice) unfinished.add(place);
  try {
    const file = await open(place, isDevice ? "w" : "wx", there ? there.mode & 0o777 : 0o666);
    try {
      await pour(file, content);
      if (!isDevice) await file.sync();
    } finally {
      await file.close();
    }
    if (!isDevice) await rename(place, target);
  } catch (error) {
    if (!isDevice) rmSync(place, { force: true });
    throw told(error, path, "write");
  } finally {
    unfinished.delete(place);
  }
}

/** The name under which a file is written until it is whole. */
function beside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

async function pour(file: FileHandle, content: Content): Promise<void> {
  if (ArrayBuffer.isView(content)) await writeAll(file, content);
  else
    for await (const piece of content)
      await writeAll(file, typeof piece === "string" ? encoder.encode(piece) : piece);
}

const encoder = new TextEncoder();

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, Math.min(1 << 26, bytes.length - at));
    at += bytesWritten;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission is missing",
  EPERM: "permission is missing",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "it is a link that leads to itself",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB",
};

/** An error of the file system as a sentence that names the file; other errors stay as they are. */
function told(error: unknown, path: string, action: "read" | "write"): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const reason =
    (action === "write" && code === "ENOENT" ? "no file can be made there" : REASONS[code ?? ""]) ??
    (syscall === undefined ? undefined : `the system says ${code}`);
  return reason === undefined ? error : new CliError(`cannot ${action} ${path}: ${reason}`);
}
