/** Serves the site on this machine only, each time under other rules: the first part of the path says which. */
import { createServer } from "node:http";
import { extname } from "node:path";

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Headers by kind of page. */
const headers = {
  isolated: isolation,
  plain: {},
  strict: {
    ...isolation,
    "Content-Security-Policy":
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
  },
};

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Starts on a free port; resolves to { address, close }. */
export async function serve(site) {
  const server = createServer(({ url }, response) => {
    const [, kind, name] = new URL(url, "http://localhost").pathname.split("/");
    const content = Object.hasOwn(headers, kind) ? site.get(name) : undefined;
    if (content === undefined) return response.writeHead(404).end("not found");
    response.writeHead(200, { ...headers[kind], "Content-Type": types[extname(name)] });
    response.end(content);
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
