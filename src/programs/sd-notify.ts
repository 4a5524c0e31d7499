import { dlopen, FFIType, ptr } from "bun:ffi";

/**
 * One datagram to the socket of a service manager (sd_notify(3)). The runtime has no datagrams over unix sockets, so
 * the C library is asked for them.
 */

const addressFamilyUnix = 1;
const datagramCloseOnExec = 2 | 0o2_000_000;
/** Neither a signal when nobody listens, nor a wait when the manager's queue is full. */
const noSignalNoWait = 0x4000 | 0x40;
/** `sun_path` of the kernel. */
const addressBytesMax = 108;
const libraries = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

type Send = (address: Uint8Array, message: Uint8Array) => boolean;
let send: Send | undefined;

/** Tells the manager; `address` is a path, or `@name`. False when it was not told: that ends nothing. */
export function sdNotify(address: string, message: string): boolean {
  const isAbstract = address.startsWith("@");
  if (process.platform !== "linux" || !(isAbstract || address.startsWith("/"))) return false;
  const name = Buffer.from(isAbstract ? `\0${address.slice(1)}` : `${address}\0`);
  if (name.length > addressBytesMax) return false;
  const family = Buffer.alloc(2);
  new Uint16Array(family.buffer, family.byteOffset, 1)[0] = addressFamilyUnix;
  send ??= openSender();
  return send(new Uint8Array(Buffer.concat([family, name])), new Uint8Array(Buffer.from(message)));
}

function openSender(): Send {
  const symbols = openLibrary();
  if (!symbols) return () => false;
  return (address, message) => {
    const socket = symbols.socket(addressFamilyUnix, datagramCloseOnExec, 0);
    if (socket < 0) return false;
    try {
      const told = symbols.sendto(socket, ptr(message), message.length, noSignalNoWait, ptr(address), address.length);
      return Number(told) === message.length;
    } finally {
      symbols.close(socket);
    }
  };
}

function openLibrary() {
  for (const library of libraries) {
    try {
      return dlopen(library, {
        socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
        sendto: {
          args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.ptr, FFIType.u32],
          returns: FFIType.i64,
        },
        close: { args: [FFIType.i32], returns: FFIType.i32 },
      }).symbols;
    } catch (error) {
      // The other C library has another name.
      if (!(error instanceof Error)) throw error;
    }
  }
  return undefined;
}
