import type { AuthTestResponse } from "@slack/web-api";
import { LoginError } from "../errors.ts";
import type { Account, LoginDone, LoginInput, LoginPorts, LoginStep } from "../provider.ts";
import { missingScopes, selfOf, usOf } from "./account.ts";
import { CallError, tokenLoss } from "./failures.ts";
import { neededSecrets, type SlackSecret, SlackSettings } from "./settings.ts";
import { WebApi } from "./web-api.ts";

type Ask = Extract<LoginStep, { readonly kind: "ask" }>;

const questions: Readonly<Record<SlackSecret, Omit<Ask, "kind" | "name" | "isSecret">>> = {
  botToken: {
    label: "Bot token",
    help: "At api.slack.com/apps open your app, OAuth & Permissions, and copy the Bot User OAuth Token (xoxb-…).",
  },
  appToken: {
    label: "App token",
    help: "Basic Information, App-Level Tokens: make one with the scope connections:write, and copy it (xapp-…).",
  },
  signingSecret: {
    label: "Signing secret",
    help: "Basic Information, App Credentials: show the Signing Secret, and copy it.",
  },
};

/** Asks for what the account's mode needs, asks Slack what it is worth, and keeps it. */
export async function* login(
  account: Account<SlackSettings>,
  ports: LoginPorts,
): AsyncGenerator<LoginStep, LoginDone, LoginInput> {
  const { settings } = account;
  const given = new Map<SlackSecret, string>();
  for (const name of neededSecrets(settings)) {
    if (settings[name] !== undefined) {
      const place = `providers.slack.accounts.${account.id}.${name}`;
      throw new LoginError(`the ${name} stands in the config, which goes before a login: remove ${place} first`);
    }
    const answer = yield { kind: "ask", name, isSecret: true, ...questions[name] };
    given.set(name, wellFormed(name, answer.value));
  }
  yield { kind: "wait", message: "Asking Slack whose these are" };
  const me = await whoIs(given.get("botToken")!, settings, ports);
  const appToken = given.get("appToken");
  if (appToken !== undefined) await tryAppToken(appToken, settings, ports);
  for (const [name, value] of given) ports.secrets.set(name, value);
  const self = selfOf(me);
  return { self, message: `Linked to ${self.handle} in ${me.team ?? "the workspace"}.${lacking(me)}` };
}

function wellFormed(name: SlackSecret, given = ""): string {
  const value = given.trim();
  if (new RegExp(SlackSettings.properties[name].pattern!).test(value)) return value;
  throw new LoginError(`that is no ${questions[name].label.toLowerCase()}: ${questions[name].help}`);
}

async function whoIs(token: string, settings: SlackSettings, ports: LoginPorts): Promise<AuthTestResponse> {
  const api = apiWith(token, settings, ports);
  const me = await trying("bot token", () => api.call("auth.test", (client) => client.auth.test()));
  if (usOf(me, settings)) return me;
  throw new LoginError("the token is a person's: copy the Bot User OAuth Token, which begins with xoxb-");
}

/** An address is granted, and left unused. */
async function tryAppToken(token: string, settings: SlackSettings, ports: LoginPorts): Promise<void> {
  const api = apiWith(token, settings, ports);
  await trying("app token", () => api.call("apps.connections.open", (client) => client.apps.connections.open({})));
}

function apiWith(token: string, { apiRoot }: SlackSettings, { clock, signal }: LoginPorts): WebApi {
  return new WebApi({ token, apiRoot, clock, closing: signal });
}

async function trying<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const loss = tokenLoss(error.failure);
    if (loss?.kind === "logged-out") throw new LoginError(`the ${what} does not open anything: ${loss.reason}`);
    throw new LoginError(`the ${what} could not be tried: ${error.message}`);
  }
}

function lacking(me: AuthTestResponse): string {
  const missing = missingScopes(me);
  if (missing.length === 0) return "";
  const list = missing.map(({ scope, use }) => `${scope} (${use})`).join(", ");
  return ` The app lacks some scopes: ${list}. Add them under OAuth & Permissions, and reinstall the app.`;
}
