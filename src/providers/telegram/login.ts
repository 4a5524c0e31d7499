import { LoginError } from "../errors.ts";
import type { Account, LoginDone, LoginInput, LoginPorts, LoginStep } from "../provider.ts";
import { BotApi } from "./bot-api.ts";
import { CallError } from "./failures.ts";
import { selfOf } from "./people.ts";
import { TelegramSettings, tokenSecret } from "./settings.ts";

/** Asks for the token, asks Telegram whose it is, and keeps it. */
export async function* login(
  account: Account<TelegramSettings>,
  ports: LoginPorts,
): AsyncGenerator<LoginStep, LoginDone, LoginInput> {
  if (account.settings.botToken !== undefined) {
    const place = `providers.telegram.accounts.${account.id}.botToken`;
    throw new LoginError(`the token stands in the config, which goes before a login: remove ${place} first`);
  }
  const answer = yield {
    kind: "ask",
    name: tokenSecret,
    label: "Bot token",
    help: "Talk to @BotFather in Telegram, send /newbot, and paste the token that it gives you.",
    isSecret: true,
  };
  const token = (answer.value ?? "").trim();
  if (!new RegExp(TelegramSettings.properties.botToken.pattern!).test(token)) {
    throw new LoginError("that is no bot token: it looks like 123456789:AAF… and comes from @BotFather");
  }
  yield { kind: "wait", message: "Asking Telegram whose token this is" };
  const me = await whoIs(token, account.settings.apiRoot, ports);
  ports.secrets.set(tokenSecret, token);
  const self = selfOf(me);
  const groups = me.can_read_all_group_messages
    ? ""
    : " In groups it sees only what is addressed to it; /setprivacy at @BotFather changes that.";
  return { self, message: `Linked to ${self.handle ?? self.name}.${groups}` };
}

async function whoIs(token: string, apiRoot: string, { clock, signal }: LoginPorts) {
  const api = new BotApi({ token, apiRoot, clock, closing: signal });
  try {
    return await api.call("getMe", (raw) => raw.getMe(), { signal });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isWrong = error.failure.kind === "refused" && [401, 404].includes(error.failure.code);
    throw new LoginError(
      isWrong
        ? "Telegram does not know this token: copy it again from @BotFather (/mybots, API Token)"
        : `the token could not be tried: ${error.message}`,
    );
  }
}
