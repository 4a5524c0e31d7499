import { type Spans } from "./blocks.ts";
import { closeBracket, openBracket } from "./brackets.ts";
import { readAngle } from "./angles.ts";
import { findAddresses, addressAt } from "./addresses.ts";
import { type Definitions, noDefinitions } from "./definitions.ts";
import { matchDelimiters, readDelimiters } from "./emphasis.ts";
import { entityAt } from "./entities.ts";
import { paint } from "./paint.ts";
import { codeRuns, newScan, type Scan, write } from "./scan.ts";

/**
 * Reads the marks within one block: emphasis, code, links, bare addresses, spoilers, escapes and entities. Marks that
 * do not pair are text. Each character is looked at a bounded number of times, however the marks are nested.
 */
export function readSpans(source: string, definitions: Definitions = noDefinitions): Spans {
  const scan = newScan(source, findAddresses(source), codeRuns(source));
  while (scan.at < source.length) step(scan, definitions);
  matchDelimiters(scan, undefined);
  return paint(scan.nodes, scan.ranges);
}

const plainPattern = /[^\\`&<*_~|![\]]+/y;

function step(scan: Scan, definitions: Definitions): void {
  if (readAddress(scan)) return;
  switch (scan.source[scan.at]) {
    case "\\":
      return readEscape(scan);
    case "`":
      return readCode(scan);
    case "&":
      return readEntity(scan);
    case "<":
      return readAngle(scan);
    case "*":
    case "_":
    case "~":
    case "|":
      return readDelimiters(scan);
    case "!":
      return scan.source[scan.at + 1] === "[" ? openBracket(scan, "![") : write(scan, "!", 1);
    case "[":
      return openBracket(scan, "[");
    case "]":
      return closeBracket(scan, definitions);
    default:
      return readPlain(scan);
  }
}

function readPlain(scan: Scan): void {
  plainPattern.lastIndex = scan.at;
  const text = plainPattern.exec(scan.source)![0];
  const next = scan.addresses[scan.addressIndex];
  const length = next !== undefined && next < scan.at + text.length ? next - scan.at : text.length;
  write(scan, text.slice(0, length), length);
}

function readAddress(scan: Scan): boolean {
  while (scan.addressIndex < scan.addresses.length && scan.addresses[scan.addressIndex]! < scan.at) scan.addressIndex++;
  if (scan.addresses[scan.addressIndex] !== scan.at) return false;
  scan.addressIndex++;
  const address = addressAt(scan.source, scan.at);
  if (!address) return false;
  scan.nodes.push({ text: address.text, href: address.href });
  scan.at += address.text.length;
  return true;
}

function readEscape(scan: Scan): void {
  const next = scan.source[scan.at + 1];
  // A backslash at the end of a line breaks it, and lines break anyway.
  if (next === "\n") return write(scan, "\n", 2);
  return next !== undefined && /[!-/:-@[-`{-~]/.test(next) ? write(scan, next, 2) : write(scan, "\\", 1);
}

function readEntity(scan: Scan): void {
  const entity = entityAt(scan.source, scan.at);
  return entity ? write(scan, entity.text, entity.length) : write(scan, "&", 1);
}

function readCode(scan: Scan): void {
  const length = scan.code.lengthAt(scan.at);
  const start = scan.at + length;
  const end = scan.code.closing(start, length);
  if (end === undefined) return write(scan, "`".repeat(length), length);
  const text = scan.source.slice(start, end).replaceAll("\n", " ");
  const isPadded = text.startsWith(" ") && text.endsWith(" ") && text.trim() !== "";
  scan.nodes.push({ text: isPadded ? text.slice(1, -1) : text, isCode: true });
  scan.at = end + length;
}
