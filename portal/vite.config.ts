import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The node that answers `/api` while `npm run dev` serves the sources. */
const node = process.env.YINXIN_URL ?? "http://127.0.0.1:8600";

export default defineConfig({
  plugins: [react()],
  // The drawing tools write styles into texts, which the content security policy of every node refuses.
  resolve: {
    alias: [
      {
        find: /^domify$/,
        replacement: fileURLToPath(new URL("src/diagrams/tables/domify.ts", import.meta.url)),
      },
      { find: /^domify-original$/, replacement: fileURLToPath(import.meta.resolve("domify")) },
    ],
  },
  build: {
    outDir: "dist",
    target: "es2023",
    // A data: URI would need an exception in the content security policy that every node sends.
    assetsInlineLimit: 0,
    // One bundle for all that must work after the network is cut, such as Verify. Loaded later are approval, drawings and what makes PDF files.
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": node } },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
