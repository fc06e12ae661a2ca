import { experiment } from "./experiment.ts";
import type { News, Order } from "./messages.ts";

const tell = (news: News): void => self.postMessage(news);
let stopping = new AbortController();

self.onmessage = async ({ data: order }: MessageEvent<Order>) => {
  if (order.type === "stop") return stopping.abort();
  stopping = new AbortController();
  try {
    const result = await experiment(order.plan, {
      signal: stopping.signal,
      onBackend: (backend) => tell({ type: "backend", backend }),
      onProgress: (progress) => tell({ type: "progress", progress }),
      onEpoch: (epoch) => tell({ type: "epoch", epoch }),
      onCheckpoint: (file) => tell({ type: "checkpoint", file }),
    });
    tell({ type: "done", result });
  } catch (error) {
    const { name, message } = error as Error;
    tell({ type: "failed", name, message });
  }
};

addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
  tell({ type: "violation", directive: effectiveDirective }),
);
