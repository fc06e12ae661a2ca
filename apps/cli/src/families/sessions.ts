import type { Sequences } from "@kith/data";
import type { TiePolicy } from "@kith/metrics";
import { evaluateNextItem, type SessionRecommender } from "@kith/recommender";
import { loadTestSessions, prepareSessions } from "../load-sessions.ts";
import { count, number } from "../words.ts";
import type { Family } from "./family.ts";
import { measuring } from "./measuring.ts";
import { sessionSamples } from "./session-samples.ts";

/** Models of sessions: after every click each item is ranked as the next one. */
export const sessions: Family<Sequences, Sequences, SessionRecommender> = {
  learnsFrom: "sessions",
  protocol: "next-item",
  metrics: ["recall@20", "mrr@20"],
  hasMetric: (key) => key.includes("@") && !key.startsWith("coverage"),
  splits: ["days", "share", "none"],
  flags: [
    ...(["itemsCol", "separator", "userCol", "itemCol", "timeCol"] as const),
    ...(["testShare", "validationShare", "minUser", "minItem"] as const),
    ...(["gap", "dropRepeats", "testDays", "validationDays"] as const),
  ],
  load: prepareSessions,
  loadTest: async (path, flags, tell, signal) => ({
    test: await loadTestSessions(path, flags, tell, signal),
  }),

  async measure(model, { test, ties }, { metrics, line, signal }) {
    const found = await measuring(line, (onProgress) =>
      evaluateNextItem(model, test, {
        metrics,
        signal,
        onProgress,
        ...(ties && { ties: ties as TiePolicy }),
      }),
    );
    const { unknownItems, sessionsLeftOut, tieRate } = found;
    return {
      metrics: found.metrics,
      subject: `${number(found.events)} clicks of ${count(found.sessions, "session")}`,
      fields: {
        metrics: found.metrics,
        protocol: found.protocol,
        events: found.events,
        sessions: found.sessions,
        unknownItems,
        sessionsLeftOut,
        ties: found.ties,
        tieRate,
        evaluationSeconds: found.seconds,
      },
      formulas: found.formulas,
      samples: sessionSamples(found),
      notes: [
        ...(unknownItems > 0
          ? [
              `${count(unknownItems, "click")} on items that the model does not know left out, and ${count(sessionsLeftOut, "session")} with fewer than two others`,
            ]
          : []),
        ...(tieRate > 0.05
          ? [
              `${(tieRate * 100).toFixed(0)} % of the clicks tie with other items: they count as ${found.ties}`,
            ]
          : []),
      ],
    };
  },
};
