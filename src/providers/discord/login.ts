import { LoginError } from "../errors.ts";
import type { Account, LoginDone, LoginInput, LoginPorts, LoginStep } from "../provider.ts";
import { type Application, fetchApplication, fetchSelf } from "./application.ts";
import { CallError } from "./failures.ts";
import { contentSwitch } from "./last-words.ts";
import { selfOf } from "./people.ts";
import { RestApi } from "./rest-api.ts";
import { DiscordSettings, tokenSecret } from "./settings.ts";

/** View channels, send messages, also in threads, attach files, read the history, add reactions. */
const permissions = "274878008384";

/** Asks for the token, asks Discord whose it is and what it may, and keeps it. */
export async function* login(
  account: Account<DiscordSettings>,
  ports: LoginPorts,
): AsyncGenerator<LoginStep, LoginDone, LoginInput> {
  if (account.settings.botToken !== undefined) {
    const place = `providers.discord.accounts.${account.id}.botToken`;
    throw new LoginError(`the token stands in the config, which goes before a login: remove ${place} first`);
  }
  const answer = yield {
    kind: "ask",
    name: tokenSecret,
    label: "Bot token",
    help:
      "At https://discord.com/developers/applications make an application, open its page Bot, switch on Message " +
      "Content Intent, press Reset Token, and paste the token that it shows.",
    isSecret: true,
  };
  const token = (answer.value ?? "").trim().replace(/^Bot\s+/i, "");
  if (!new RegExp(DiscordSettings.properties.botToken.pattern!).test(token)) {
    throw new LoginError("that is no bot token: it has three parts with dots between them and comes from the page Bot");
  }
  yield { kind: "wait", message: "Asking Discord whose token this is" };
  const { self, application } = await whoIs(token, account.settings.apiRoot, ports);
  if (account.settings.messageContent && !application.readsContent) {
    throw new LoginError(`the bot may not read messages in servers: ${contentSwitch(application.id)}, then come again`);
  }
  ports.secrets.set(tokenSecret, token);
  const invitation =
    `https://discord.com/oauth2/authorize?client_id=${application.id}` +
    `&scope=bot+applications.commands&permissions=${permissions}`;
  return { self, message: `Linked to ${self.handle ?? self.name}. Add it to a server with ${invitation}` };
}

async function whoIs(token: string, apiRoot: string, { clock, signal }: LoginPorts) {
  using api = new RestApi({ token, apiRoot, clock, closing: signal });
  try {
    const self = selfOf(await fetchSelf(api, signal));
    const application: Application = await fetchApplication(api, signal);
    return { self, application };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isWrong = error.failure.kind === "refused" && error.failure.status === 401;
    throw new LoginError(
      isWrong
        ? "Discord does not know this token: reset it on the application's page Bot, and copy it again"
        : `the token could not be tried: ${error.message}`,
    );
  }
}
