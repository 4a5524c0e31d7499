/** Announces the gateway in its networks by multicast DNS. It looks for nobody, and believes nothing that it hears. */
export { Announcer, type AnnouncerParts } from "./announcer.ts";
export { type Announcement, CannotAnnounce } from "./announcement.ts";
export { reachOf, type Way } from "./reach.ts";
export { type Facts, hostLabel, planOf } from "./records.ts";
