import { expect, test } from "bun:test";
import { addressOf, jidOf, numberOf, People } from "../../../src/providers/whatsapp/people.ts";

/** One person has two ids at WhatsApp, and one here. */

const number = "15557654321@s.whatsapp.net";
const lid = "915557654321@lid";

test.each([
  ["+15557654321", number],
  ["15557654321", number],
  [" +15557654321 ", number],
  ["15557654321:7@s.whatsapp.net", number],
  [lid, lid],
  ["120363000000000001@g.us", "120363000000000001@g.us"],
  ["bob", undefined],
  ["", undefined],
  ["+1", undefined],
  ["1@newsletter", undefined],
  ["status@broadcast", undefined],
  ["1@s.whatsapp.net@evil", undefined],
])("%p is addressed as %p", (id, expected) => {
  expect(jidOf(id)).toBe(expected);
});

test.each([
  ["15557654321:7@s.whatsapp.net", { user: "15557654321", server: "s.whatsapp.net" }],
  ["15557654321@c.us", { user: "15557654321", server: "s.whatsapp.net" }],
  ["1:99@hosted", { user: "1", server: "s.whatsapp.net" }],
  ["1:99@hosted.lid", { user: "1", server: "lid" }],
  ["@s.whatsapp.net", undefined],
  [null, undefined],
])("the address %p is read as %p", (jid, expected) => {
  expect(addressOf(jid)).toEqual(expected);
});

const empty = { list: () => [] };

test("a person is the number where both ids are known, whichever comes first", () => {
  const people = new People(empty);
  expect(people.idOf(lid, number)).toBe("+15557654321");
  expect(people.idOf(lid)).toBe("+15557654321");
  expect(people.idOf(number)).toBe("+15557654321");
});

test("a person who came without a number stays who they are when the number shows up", () => {
  const people = new People(empty);
  expect(people.idOf(lid)).toBe(lid);
  expect(people.idOf(lid, number)).toBe(lid);
  expect(people.idOf(number)).toBe(lid);
});

test("what was decided is remembered, and told once for writing", () => {
  const people = new People(empty);
  people.idOf(lid, number);
  const changes = people.takeChanges();
  expect(changes).toEqual([{ kind: "person", id: lid, value: "+15557654321" }]);
  expect(people.takeChanges()).toEqual([]);
  people.giveBack(changes);
  expect(people.takeChanges()).toEqual(changes);
  const again = new People({ list: () => changes.map(({ id, value }) => ({ id, value: value! })) });
  expect(again.idOf(lid)).toBe("+15557654321");
  expect(again.takeChanges()).toEqual([]);
});

test("what is no id of a person is none", () => {
  expect(() => new People(empty).idOf("nobody")).toThrow(RangeError);
  expect([numberOf(number), numberOf(lid), numberOf(undefined)]).toEqual(["+15557654321", undefined, undefined]);
});
