/** The configured personalities. It does not run them: `engine` and `runs` do. */
export { type Agent, Agents, avatarOf } from "./agents.ts";
