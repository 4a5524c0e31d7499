import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { SecretFiles } from "../../src/storage/index.ts";
import { temporaryFolder } from "../open-house.ts";

test("a secret is a private file that an account sees under its own prefix only", () => {
  using folder = temporaryFolder();
  const secrets = new SecretFiles(join(folder.path, "secrets"));
  const main = secrets.scoped("telegram.main");
  main.set("botToken", "123:abc");
  expect(main.get("botToken")).toBe("123:abc");
  expect(secrets.scoped("telegram.other").get("botToken")).toBeUndefined();
  expect(statSync(join(folder.path, "secrets", "telegram.main.botToken")).mode & 0o777).toBe(0o600);
  expect(new SecretFiles(join(folder.path, "secrets")).get("telegram.main.botToken")).toBe("123:abc");
  main.delete("botToken");
  main.delete("botToken");
  expect(main.get("botToken")).toBeUndefined();
});

for (const name of ["../x", "a/b", "", ".hidden", "a..b", "x\0y", "x".repeat(200)]) {
  test(`no secret is named ${JSON.stringify(name.slice(0, 20))}`, () => {
    using folder = temporaryFolder();
    expect(() => new SecretFiles(folder.path).set(name, "value")).toThrow("cannot name a secret");
  });
}
