import type { Client, MethodName } from "../../client/index.ts";

/** The type of a method's answer, as the typed client gives it: pages name no server code. */

declare const client: Client;

export type Answer<N extends MethodName> = Awaited<ReturnType<typeof client.call<N>>>;
