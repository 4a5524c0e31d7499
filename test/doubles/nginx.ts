import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeLoopbackPort } from "../../src/programs/index.ts";
import type { Certificate } from "./certificate.ts";

/** The real nginx with TLS, in front of a gateway's port, configured as its documentation says for WebSockets. */
export interface Nginx extends AsyncDisposable {
  readonly port: number;
}

export interface NginxOptions {
  readonly certificate: Certificate;
  /** Of the gateway. */
  readonly port: number;
  /** The address that nginx speaks from. */
  readonly from: string;
  /** Headers that it sets, beside those for WebSockets. */
  readonly headers: Readonly<Record<string, string>>;
  /** The gateway's port speaks TLS. */
  readonly isGatewayTls?: boolean;
}

export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-nginx-"));
  const file = (name: string) => join(folder, name);
  const port = await freeLoopbackPort();
  writeFileSync(file("cert.pem"), options.certificate.cert);
  writeFileSync(file("key.pem"), options.certificate.key);
  writeFileSync(file("nginx.conf"), configOf(folder, port, options));
  const child = Bun.spawn(["/usr/sbin/nginx", "-e", "stderr", "-p", folder, "-c", file("nginx.conf")], {
    stdout: "ignore",
    stderr: "pipe",
  });
  await listening(child, port);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string, port: number, options: NginxOptions): string {
  const { port: gateway, from, headers, isGatewayTls = false } = options;
  const set = Object.entries(headers).map(([name, value]) => `      proxy_set_header ${name} ${value};`);
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const temporary = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`);
  return `
daemon off;
pid ${folder}/nginx.pid;
error_log stderr notice;
worker_processes 1;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join("\n  ")}
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    location / {
      proxy_pass ${isGatewayTls ? "https" : "http"}://127.0.0.1:${gateway};
      proxy_bind ${from};
      proxy_http_version 1.1;
      proxy_read_timeout 1h;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
${set.join("\n")}
    }
  }
}
`;
}

/** Resolves once its worker runs; the listener is bound before. */
function listening(child: Bun.Subprocess<"ignore", "ignore", "pipe">, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const read = async () => {
      const decoder = new TextDecoder();
      let said = "";
      for await (const piece of child.stderr) {
        said += decoder.decode(piece, { stream: true });
        if (said.includes("start worker process ")) resolve();
      }
      reject(new Error(`nginx on port ${port} ended: ${said}`));
    };
    void read();
  });
}
