export {
  type DebianDependencies,
  type Description,
  debianDependencies,
} from "./debian-dependencies.ts";
export {
  type SyntheticSessions,
  type SyntheticSessionsOptions,
  syntheticSessions,
} from "./synthetic-sessions.ts";
