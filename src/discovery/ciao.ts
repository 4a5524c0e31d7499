import type { CiaoService } from "@homebridge/ciao";
import { type Clock, type Log, slept, unlessAborted } from "../lib/index.ts";
import type { Announcement } from "./announcement.ts";
import type { Plan } from "./records.ts";
import type { Reach } from "./reach.ts";

/** The responder: it probes, announces, answers, and renames what is taken. It is loaded for a first announcement. */

/** For a goodbye: the packets leave at once, or the network is gone. */
const goodbyeMs = 1_000;

export interface Announcing {
  readonly plans: readonly Plan[];
  readonly reach: Reach;
  readonly clock: Clock;
  readonly log: Log;
  /** Told the host names when one of them was taken by somebody else. */
  readonly renamed: (hosts: readonly string[]) => void;
}

/** Resolves once everything is announced. What was begun is taken back when the signal is aborted first. */
export async function announceByCiao(parts: Announcing, signal: AbortSignal): Promise<Announcement> {
  const { plans, reach, clock, log, renamed } = parts;
  const { getResponder } = await import("@homebridge/ciao");
  const responder = getResponder({ interface: reach.ways.map(({ name }) => name), disableIpv6: !reach.hasIpv6 });
  const hosts = new Map(plans.map(({ type, host }) => [type, host]));
  const hostNames = () => [...hosts.values()].map((host) => `${host}.local`);
  const restrictedAddresses = reach.ways.flatMap(({ name, addresses }) => (addresses === "all" ? [name] : addresses));
  const services: CiaoService[] = plans.map((plan) => {
    const { type, instance, host, port, txt } = plan;
    const options = { name: instance, type, hostname: host, port, txt: txt(host), restrictedAddresses };
    const service = responder.createService({ ...options, disabledIpv6: !reach.hasIpv6 });
    service.on("name-change", (name) => log.info("mdns.renamed", { type, name }));
    service.on("hostname-change", (now) => {
      hosts.set(type, now);
      service.updateTxt(txt(now));
      renamed(hostNames());
    });
    return service;
  });
  const announcement: Announcement = {
    get hosts() {
      return hostNames();
    },
    close: async () => {
      const gone = Promise.allSettled(services.map((service) => service.destroy()));
      await inTime(gone, clock);
      await inTime(responder.shutdown(), clock);
    },
  };
  try {
    await unlessAborted(Promise.all(services.map((service) => service.advertise())), signal);
    return announcement;
  } catch (error) {
    await announcement.close();
    throw error;
  }
}

/** A goodbye that cannot be said is none: others forget the name by its age. */
async function inTime(work: Promise<unknown>, clock: Clock): Promise<void> {
  const done = new AbortController();
  const late = slept(clock, goodbyeMs, done.signal);
  await Promise.race([work.catch(() => undefined), late]);
  done.abort();
}
