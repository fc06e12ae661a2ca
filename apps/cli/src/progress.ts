import type { Epoch, Progress } from "@kith/recommender";

import { showable } from "./showable.ts";

/** Where progress is written: stderr, or a stand-in in tests. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Progress for people. On a terminal one line is rewritten; elsewhere each epoch is a plain line, and there are no
 * control characters.
 */
export class ProgressLine {
  readonly #screen: Screen;
  readonly #quiet: boolean;
  #shown = "";

  constructor({
    screen = process.stderr as Screen,
    quiet = false,
  }: { screen?: Screen; quiet?: boolean } = {}) {
    this.#screen = screen;
    this.#quiet = quiet;
  }

  /** Something that passes: seen on a terminal only. */
  update(text: string): void {
    if (this.#quiet || !this.#screen.isTTY) return;
    const line = [...text].slice(0, Math.max(20, (this.#screen.columns || 80) - 1)).join("");
    if (line === this.#shown) return;
    this.#screen.write(`\r${line}\u001b[K`);
    this.#shown = line;
  }

  /** Something worth a line elsewhere, too. */
  step(text: string): void {
    if (this.#screen.isTTY) this.update(text);
    else if (!this.#quiet) this.#screen.write(`${text}\n`);
  }

  /** Leaves what is shown where it is, and goes to the next line. */
  end(): void {
    if (this.#shown !== "") this.#screen.write("\n");
    this.#shown = "";
  }

  /** Takes away what passes. */
  clear(): void {
    if (this.#shown !== "") this.#screen.write("\r\u001b[K");
    this.#shown = "";
  }

  /** A sentence that stays. */
  note(text: string): void {
    this.clear();
    if (!this.#quiet) this.#screen.write(`${showable(text)}\n`);
  }
}

/** Turns what training reports into one line: epoch, loss, validation metric, time left. */
export class TrainingProgress {
  readonly #line: ProgressLine;
  readonly #metric: string;
  readonly #label: string;
  readonly #now: () => number;
  #first: { readonly at: number; readonly done: number } | undefined;
  #measured = "";

  /** @param metric the validation metric to show */
  constructor(
    line: ProgressLine,
    {
      metric,
      label = "",
      now = () => performance.now(),
    }: { metric: string; label?: string; now?: () => number },
  ) {
    this.#line = line;
    this.#metric = metric;
    this.#label = label && `${label}  `;
    this.#now = now;
  }

  /** Several times a second. */
  progress({ epoch, epochs, done, loss }: Progress): void {
    const total = epoch - 1 + done;
    this.#first ??= { at: this.#now(), done: total };
    const parts = [
      `epoch ${epoch}/${epochs}`,
      `${Math.floor(done * 100)} %`.padStart(4),
      `loss ${loss.toFixed(4)}`,
    ];
    this.#line.update(this.#joined(parts, total, epochs));
  }

  /** After each epoch. */
  epoch({ epoch, epochs, loss, seconds, validation }: Epoch): void {
    this.#first ??= { at: this.#now() - seconds * 1000, done: epoch - 1 };
    const value = validation?.[this.#metric];
    if (value !== undefined) this.#measured = `validation ${this.#metric} ${value.toFixed(4)}`;
    const parts = [
      `epoch ${epoch}/${epochs}`,
      ...(Number.isFinite(loss) ? [`loss ${loss.toFixed(4)}`] : []),
    ];
    this.#line.step(this.#joined(parts, epoch, epochs));
  }

  #joined(parts: readonly string[], done: number, total: number): string {
    const all = [...parts, this.#measured, this.#timeLeft(done, total)];
    return this.#label + all.filter((part) => part !== "").join("  ");
  }

  #timeLeft(done: number, total: number): string {
    if (!this.#first || done <= this.#first.done || done >= total) return "";
    const each = (this.#now() - this.#first.at) / (done - this.#first.done);
    return `${duration(Math.max(1, ((total - done) * each) / 1000))} left`;
  }
}

/** 7.25 → "7.3 s", 75 → "1 min 15 s". */
export function took(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

/** 75 → "1 min 15 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}
