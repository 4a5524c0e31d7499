/** A client's socket that remembers every frame in both directions. */

export interface RecordedFrame {
  readonly type: "req" | "res" | "event";
  readonly id?: string;
  readonly method?: string;
  readonly event?: string;
  readonly ok?: boolean;
  readonly params?: unknown;
  readonly payload?: unknown;
  readonly error?: unknown;
}

export interface RecordingOptions {
  /** Where frames go, in the order in which they passed. */
  readonly frames: RecordedFrame[];
  /** Holds the client to one version of the protocol, whatever range it would name. */
  readonly protocol?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** For `openSocket` of a client. */
export function recordingSocket({ frames, protocol, headers = {} }: RecordingOptions): (url: string) => WebSocket {
  return (url) => {
    // The browser's types know no headers.
    const socket: WebSocket = Reflect.construct(WebSocket, [url, { headers }]);
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      const frame = JSON.parse(data as string) as RecordedFrame;
      const sent = protocol === undefined ? frame : heldTo(protocol, frame);
      frames.push(sent);
      send(JSON.stringify(sent));
    };
    socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data)) as RecordedFrame));
    return socket;
  };
}

function heldTo(protocol: number, frame: RecordedFrame): RecordedFrame {
  if (frame.method !== "connect") return frame;
  return { ...frame, params: { ...(frame.params as object), minProtocol: protocol, maxProtocol: protocol } };
}
