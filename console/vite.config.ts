import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const server = process.env.POINTSMAN_SERVER ?? "http://127.0.0.1:8000";

/** Puts a packed copy beside every script and style, smaller than the server could make it in passing. */
const packed: Plugin = {
  name: "packed",
  writeBundle({ dir = "" }, bundle) {
    for (const name of Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))) {
      const path = join(dir, name);
      writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
    }
  },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), packed],
  build: {
    outDir: "../src/pointsman/web/console/dist",
    emptyOutDir: true,
    // Data addresses would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(["/console/", "/api/", "/v1/", "/openapi.json"].map((path) => [path, server])),
  },
});
