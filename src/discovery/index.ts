/**
 * Announces the gateway in its networks by multicast DNS, so that apps find it. It finds nobody itself and believes
 * nothing that others announce: what it hears decides over its own names alone.
 */
export { Announcer, type AnnouncerParts } from "./announcer.ts";
export { type Announcement, CannotAnnounce } from "./announcement.ts";
export { announceByCiao } from "./ciao.ts";
export { openWays } from "./multicast.ts";
export { type Reach, reachOf, type Way } from "./reach.ts";
export { type Facts, hostLabel, type Plan, planOf } from "./records.ts";
