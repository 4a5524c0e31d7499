import { dlopen, FFIType, ptr } from "bun:ffi";
import { join } from "node:path";

/** The service manager's end of sd_notify: a datagram socket at a path. The runtime has none, so the C library has. */

const { symbols } = dlopen("libc.so.6", {
  socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  bind: { args: [FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  setsockopt: { args: [FFIType.i32, FFIType.i32, FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  recv: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64 },
  close: { args: [FFIType.i32], returns: FFIType.i32 },
});

const datagram = 2;
const [socketLevel, receiveTimeout] = [1, 20];
const patienceSeconds = 20;

export class NotifySocket implements Disposable {
  readonly address: string;
  readonly #descriptor: number;
  readonly told: string[] = [];

  /** `address` as systemd writes it: a path, or `@name`. */
  constructor(folder: string, address = join(folder, "notify")) {
    this.address = address;
    this.#descriptor = symbols.socket(1, datagram, 0);
    const name = Buffer.from(address.startsWith("@") ? `\0${address.slice(1)}` : `${address}\0`);
    const full = Buffer.concat([Buffer.from(new Uint16Array([1]).buffer), name]);
    if (symbols.bind(this.#descriptor, ptr(full), full.length) !== 0) throw new Error(`cannot bind ${address}`);
    const patience = new BigInt64Array([BigInt(patienceSeconds), 0n]);
    symbols.setsockopt(this.#descriptor, socketLevel, receiveTimeout, ptr(patience), patience.byteLength);
  }

  /** The next datagram. It holds the process up until another one sent it. */
  next(): string {
    const buffer = new Uint8Array(4096);
    const length = Number(symbols.recv(this.#descriptor, ptr(buffer), buffer.length, 0));
    if (length < 0) throw new Error(`nothing more was told than ${JSON.stringify(this.told)}`);
    const text = Buffer.from(buffer.subarray(0, length)).toString();
    this.told.push(text);
    return text;
  }

  until(start: string): string {
    for (let text = this.next(); ; text = this.next()) if (text.startsWith(start)) return text;
  }

  [Symbol.dispose](): void {
    symbols.close(this.#descriptor);
  }
}
