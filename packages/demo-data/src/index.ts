export {
  type DebianDependencies,
  type Description,
  debianDependencies,
} from "./debian-dependencies.ts";
