import type { Fetched, FetchOptions, FetchPorts, GuardedFetch } from "../../src/net/index.ts";
import { type Dial, FetchRefused, guardedFetch, makeDial, type Resolve } from "../../src/net/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import type { Certificate } from "../doubles/certificate.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { type Answer, RawServer } from "./raw-server.ts";

/** An address of the public internet that every name has unless a test says otherwise. */
export const somewhere = "93.184.216.34";

type Dialled = Parameters<Dial>[0];

export interface StageOptions {
  readonly certificate?: Certificate;
  /** The authority that is trusted; the certificate itself when absent. */
  readonly ca?: string;
  readonly resolve?: Resolve;
  readonly ownAddresses?: readonly string[];
  readonly ownPorts?: readonly number[];
}

/** A guarded fetch whose public internet is one local server: what is dialled is noted, then led there. */
export class FetchStage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly log = new CapturedLog(this.clock);
  readonly dialled: Dialled[] = [];
  readonly lookups: string[] = [];
  readonly server: RawServer;
  readonly #ports: FetchPorts;

  private constructor(server: RawServer, options: StageOptions) {
    this.server = server;
    const ca = options.ca ?? options.certificate?.cert;
    const dial = makeDial(ca === undefined ? {} : { ca });
    const { resolve = async () => [somewhere], ownAddresses = [], ownPorts = [] } = options;
    this.#ports = {
      clock: this.clock,
      log: this.log.log,
      self: () => ({ ownAddresses, ownPorts }),
      resolve: (name) => {
        this.lookups.push(name);
        return resolve(name);
      },
      dial: (request, watch) => {
        this.dialled.push(request);
        return dial({ ...request, address: "127.0.0.1", port: server.port }, watch);
      },
    };
  }

  static async open(answer: Answer, options: StageOptions = {}): Promise<FetchStage> {
    return new FetchStage(await RawServer.open(answer, options.certificate), options);
  }

  fetch(url: string, options: FetchOptions = {}): Promise<Fetched> {
    return guardedFetch(url, options, this.#ports);
  }

  /** The same house with another dialer. */
  withDial(dial: Dial): GuardedFetch {
    return (url, options = {}) => guardedFetch(url, options, { ...this.#ports, dial });
  }

  /** The reason of a refusal, or what came instead. */
  async outcome(url: string, options: FetchOptions = {}): Promise<string> {
    return outcomeOf(this.fetch(url, options));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }
}

export async function outcomeOf(fetching: Promise<Fetched>): Promise<string> {
  return fetching.then(
    ({ status, bytes }) => `${status} with ${bytes.length} bytes`,
    (error) => (error instanceof FetchRefused ? error.reason : String(error)),
  );
}
