/** From what is said to the agent to its turn, and back as chat events. It runs nothing itself: `runs` does. */
export { ChatFeed, chatDeltaIntervalMs } from "./chat-feed.ts";
