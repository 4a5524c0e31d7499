import { expect, test } from "bun:test";
import { EventText } from "../../../src/providers/signal/events.ts";

/** Server-sent events, however they are cut. */

const whole =
  'event:receive\ndata:{"one":1}\n\n:\nevent:receive\r\ndata: {"two":\r\ndata:2}\r\n\r\n:\n\nid:7\ndata:3\n\n';

test("events are the same however the stream is cut", () => {
  const expected = ['{"one":1}', '{"two":\n2}', "3"];
  expect(new EventText().add(whole)).toEqual(expected);
  for (let cut = 1; cut < whole.length; cut++) {
    const events = new EventText();
    expect([cut, ...events.add(whole.slice(0, cut)), ...events.add(whole.slice(cut))]).toEqual([cut, ...expected]);
  }
  const events = new EventText();
  expect(whole.split("").flatMap((piece) => events.add(piece))).toEqual(expected);
});

test("an event without an end is not kept for ever", () => {
  const events = new EventText();
  expect(() => events.add(`data:${"x".repeat(9 * 1024 * 1024)}`)).toThrow("an event is too long");
});
