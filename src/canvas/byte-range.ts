/** One range of a file, as a request asks for it (RFC 9110, section 14). Pure. */

export type ByteRange =
  | { readonly kind: "all" }
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  | { readonly kind: "unsatisfiable" };

const pattern = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** `end` is the first byte that is not part of it. Several ranges, and what is no range, mean the whole file. */
export function readRange(header: string | null, bytes: number): ByteRange {
  const match = header === null ? null : pattern.exec(header.trim());
  if (!match || (match[1] === "" && match[2] === "")) return { kind: "all" };
  if (match[1] === "") {
    const last = Number(match[2]);
    if (last === 0 || bytes === 0) return { kind: "unsatisfiable" };
    return { kind: "part", start: Math.max(0, bytes - last), end: bytes };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? bytes : Math.min(bytes, Number(match[2]) + 1);
  if (match[2] !== "" && Number(match[2]) < start) return { kind: "all" };
  return start >= bytes ? { kind: "unsatisfiable" } : { kind: "part", start, end };
}
