import { selfSigned } from "../doubles/certificate.ts";
import { FetchStage } from "./fetch-stage.ts";
import { reply } from "./raw-server.ts";

/** Run with an environment that wants a proxy and no checks; says what two fetches came to. */

await using plain = await FetchStage.open(reply("200 OK", {}, "direct"));
const certificate = selfSigned("good.example");
await using tls = await FetchStage.open(reply("200 OK"), { certificate, ca: selfSigned("other.example").cert });
const outcomes = {
  plain: await plain.outcome("http://good.example/"),
  tls: await tls.outcome("https://good.example/"),
};
await Bun.write(Bun.stdout, JSON.stringify(outcomes));
