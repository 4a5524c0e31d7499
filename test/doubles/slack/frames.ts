import { createHash } from "node:crypto";

/** The server's side of WebSocket frames, RFC 6455, as far as Slack uses them: short, whole, text or control. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export function acceptKey(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

export function encodeFrame(opcode: number, payload: string | Uint8Array = ""): Buffer {
  const body = Buffer.from(payload as string);
  if (body.length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, body.length]), body]);
  const head = Buffer.alloc(body.length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = body.length < 65_536 ? 126 : 127;
  if (body.length < 65_536) head.writeUInt16BE(body.length, 2);
  else head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, body]);
}

/** Collects what a client sends, and gives whole frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): Frame[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    const buffer = this.#rest;
    if (buffer.length < 2) return undefined;
    const short = buffer[1]! & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (buffer.length < 2 + extra + 4) return undefined;
    const length = extra === 2 ? buffer.readUInt16BE(2) : extra === 8 ? Number(buffer.readBigUInt64BE(2)) : short;
    const start = 2 + extra + 4;
    if (buffer.length < start + length) return undefined;
    const mask = buffer.subarray(2 + extra, start);
    const payload = Buffer.from(buffer.subarray(start, start + length).map((byte, index) => byte ^ mask[index % 4]!));
    this.#rest = Buffer.from(buffer.subarray(start + length));
    return { opcode: buffer[0]! & 0x0f, payload };
  }
}
