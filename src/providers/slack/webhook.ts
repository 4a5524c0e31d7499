import { type Clock, hmacText, sameSecret, isPlainObject } from "../../lib/index.ts";
import type { Webhook } from "../provider.ts";
import { type Envelope, type WirePayload } from "./wire.ts";

/**
 * What Slack brings over HTTP: events as JSON, commands and interactions as forms, all signed over their bodies. What
 * could not be stored is answered with 500, so that Slack brings it again. Bolt's own receivers are HTTP servers of
 * their own, and answer before anything is stored.
 */

const bodyBytesMax = 1024 * 1024;
/** An older request may have been recorded and sent again. */
const ageMaxMs = 5 * 60_000;

export interface WebhookParts {
  readonly signingSecret: string;
  readonly clock: Pick<Clock, "nowMs">;
  readonly take: (envelope: Envelope) => Promise<boolean>;
}

export function webhookFor({ signingSecret, clock, take }: WebhookParts): Webhook {
  return {
    /** The signature covers the body, so here only its form and the time are looked at. */
    admits(headers) {
      const sentAtMs = sentAtSeconds(headers) * 1000;
      return signatureIn(headers) !== undefined && Math.abs(clock.nowMs() - sentAtMs) <= ageMaxMs;
    },
    bodyBytesMax,
    async take(body, headers) {
      const text = textOf(body);
      if (text === undefined || !isSigned(text, headers, signingSecret)) return 401;
      const request = requestOf(text, Number(headers.get("x-slack-retry-num") ?? 0));
      if (request === undefined) return 400;
      if ("challenge" in request) return { status: 200, text: request.challenge };
      if ("isCheck" in request) return 200;
      return (await take(request)) ? 200 : 500;
    },
  };
}

function sentAtSeconds(headers: Headers): number {
  const text = headers.get("x-slack-request-timestamp") ?? "";
  return /^\d{9,11}$/.test(text) ? Number(text) : Number.NaN;
}

/** The hash, as hex. */
function signatureIn(headers: Headers): string | undefined {
  return /^v0=([0-9a-f]{64})$/.exec(headers.get("x-slack-signature") ?? "")?.[1];
}

/** Compared in constant time. */
function isSigned(body: string, headers: Headers, secret: string): boolean {
  const given = signatureIn(headers);
  if (given === undefined) return false;
  const ours = hmacText(new TextEncoder().encode(secret), `v0:${sentAtSeconds(headers)}:${body}`);
  return sameSecret(Uint8Array.fromHex(given).toBase64({ alphabet: "base64url", omitPadding: true }), ours);
}

type Request = Envelope | { readonly challenge: string } | { readonly isCheck: true };

/** Undefined for what is neither of these. */
function requestOf(body: string, retries: number): Request | undefined {
  if (body.startsWith("{")) {
    const payload = parsed(body);
    if (!payload) return undefined;
    const { type, challenge } = payload;
    if (type === "url_verification") return typeof challenge === "string" ? { challenge } : undefined;
    return { type: "events_api", payload, retries };
  }
  const form = new URLSearchParams(body);
  if (form.has("ssl_check")) return { isCheck: true };
  const interaction = form.get("payload");
  if (interaction !== null) {
    const payload = parsed(interaction);
    return payload && { type: "interactive", payload, retries };
  }
  if (!form.has("command")) return undefined;
  return { type: "slash_commands", payload: Object.fromEntries(form) as WirePayload, retries };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
