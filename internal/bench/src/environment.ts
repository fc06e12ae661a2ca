import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { type BackendInfo, backendInfo } from "@kith/core-tensors";

/** What a figure was measured on and with. */
export interface Environment {
  readonly date: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly v8: string;
  readonly backend: Pick<BackendInfo, "kernels" | "threads">;
}

export function environment(): Environment {
  const { kernels, threads } = backendInfo();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    v8: process.versions.v8,
    backend: { kernels, threads },
  };
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
    return (
      git("rev-parse", "--short", "HEAD") +
      (git("status", "--porcelain", "--untracked-files=no") ? " with changes" : "")
    );
  } catch {
    return "unknown";
  }
}
