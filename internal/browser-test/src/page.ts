import type { BackendInfo } from "@kith/core-tensors";
import type { Epoch, Progress } from "@kith/recommender";
import { row, text } from "./elements.ts";
import type { Plan, Recommendation, Result } from "./experiment.ts";
import type { News, Order } from "./messages.ts";

/** What the checks read. */
interface Seen {
  backend?: BackendInfo;
  /** Milliseconds until the backend was chosen. */
  choosing?: number;
  result?: Result;
  /** The name of the error that ended training. */
  failure?: string;
  checkpoint?: Uint8Array<ArrayBuffer>;
  epochs: Epoch[];
  progress: Progress[];
  violations: string[];
}

declare global {
  var seen: Seen;
}

globalThis.seen = { epochs: [], progress: [], violations: [] };

const find = <E extends HTMLElement = HTMLElement>(id: string): E =>
  document.getElementById(id) as E;
const status = find("status");
const button = find<HTMLButtonElement>("stop");
const settings = new URLSearchParams(location.search);
const plan: Plan = {
  epochs: Number(settings.get("epochs") ?? 5),
  backend: {
    ...(settings.has("kernels") && { kernels: settings.get("kernels") as "auto" }),
    ...(settings.has("workerUrl") && {
      workerUrl: new URL(settings.get("workerUrl") as string, location.href).href,
    }),
  },
};

const show = {
  backend(backend: BackendInfo) {
    seen.backend = backend;
    seen.choosing = performance.now();
    const rows = {
      Kernels: backend.kernels,
      Threads: String(backend.threads),
      Memory: backend.sharedMemory ? "shared" : "not shared",
      "Isolated page": crossOriginIsolated ? "yes" : "no",
      Why: backend.reason,
    };
    find("backend-info").replaceChildren(
      ...Object.entries(rows).flatMap(([name, value]) => [text("dt", name), text("dd", value)]),
    );
    status.textContent = "Reading the data…";
  },

  progress(progress: Progress) {
    seen.progress.push(progress);
    const { epoch, epochs, done, loss } = progress;
    find<HTMLProgressElement>("progress").value = (epoch - 1 + done) / epochs;
    status.textContent = `Epoch ${epoch} of ${epochs}, loss ${loss.toFixed(3)}`;
  },

  epoch(epoch: Epoch) {
    seen.epochs.push(epoch);
    const { loss, seconds, validation } = epoch;
    find<HTMLProgressElement>("progress").value = epoch.epoch / epoch.epochs;
    find("epochs").append(
      row(
        String(epoch.epoch),
        loss.toFixed(4),
        validation?.["recall@20"].toFixed(4) ?? "",
        seconds.toFixed(1),
      ),
    );
    if (epoch.epoch < epoch.epochs) return;
    status.textContent = "Measuring on held-out dependencies…";
    button.disabled = true;
  },

  result(result: Result) {
    seen.result = result;
    button.hidden = true;
    const seconds = seen.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    status.textContent = `Done: ${count(result.trainedOn)} dependencies, ${seconds.toFixed(1)} s of training.`;
    find("metrics").replaceChildren(
      figure(result.metrics["recall@20"].toFixed(3), "Recall@20"),
      figure(result.metrics["ndcg@20"].toFixed(3), "NDCG@20"),
      figure(`${(result.file.length / 1e6).toFixed(1)} MB`, "model file"),
    );
    find("protocol").textContent =
      `Measured on a fifth of the dependencies, which training did not see: all ${count(result.items)} libraries are ranked for each of ${count(result.users)} packages.`;
    find("recommendations-title").textContent = `What else ${result.example} will need`;
    find("example").textContent =
      `The model was told ${result.history.length} of its dependencies and ranks all other libraries. “Held out” marks a dependency that it was not told.`;
    find("items").replaceChildren(...result.recommendations.map(recommendation));
    find("results").hidden = find("recommendations").hidden = false;
  },

  failure(name: string, message: string) {
    seen.failure = name;
    const isStop = name === "AbortError";
    status.textContent = isStop ? "Stopped. What was learned is kept." : `${name}: ${message}`;
    status.classList.toggle("failed", !isStop);
    button.disabled = !isStop;
    button.textContent = isStop ? "Go on" : "Stop";
  },
};

function recommendation({ item, title, isHeldOut, reasons, score }: Recommendation): HTMLElement {
  const name = document.createElement("span");
  name.append(text("code", item), ...(isHeldOut ? [text("span", "held out", "hit")] : []));
  const because = document.createElement("span");
  because.append(...reasons.map((reason) => text("code", reason, "reason")));
  return row(name, title, because, score.toFixed(2));
}

function figure(value: string, label: string): HTMLElement {
  const made = document.createElement("div");
  made.append(text("strong", value), text("span", label));
  return made;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}

function trainInWorker(): void {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const order = (message: Order): void => worker.postMessage(message);
  const start = (): void => {
    button.disabled = false;
    button.textContent = "Stop";
    order({ type: "start", plan: { ...plan, resumeFrom: seen.checkpoint } });
  };
  worker.onmessage = ({ data: news }: MessageEvent<News>) => {
    if (news.type === "backend") show.backend(news.backend);
    else if (news.type === "progress") show.progress(news.progress);
    else if (news.type === "epoch") show.epoch(news.epoch);
    else if (news.type === "checkpoint") seen.checkpoint = news.file;
    else if (news.type === "done") show.result(news.result);
    else if (news.type === "failed") show.failure(news.name, news.message);
    else seen.violations.push(news.directive);
  };
  worker.onerror = (event) => show.failure("The worker failed", event.message);
  button.onclick = () => {
    if (button.textContent === "Stop") order({ type: "stop" });
    else start();
  };
  start();
}

/** On the page's own thread, which may not wait for others: slower, and only to show that it works. */
async function trainHere(): Promise<void> {
  const { experiment } = await import("./experiment.ts");
  try {
    show.result(
      await experiment(plan, {
        onBackend: show.backend,
        onProgress: show.progress,
        onEpoch: show.epoch,
      }),
    );
  } catch (error) {
    show.failure((error as Error).name, (error as Error).message);
  }
}

document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
  seen.violations.push(effectiveDirective),
);
if (settings.get("thread") === "page") await trainHere();
else trainInWorker();
