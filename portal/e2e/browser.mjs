// The browser under test, and a page that watches itself: no error on the console, no request to another origin.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const url = (process.env.YINXIN_URL ?? "http://127.0.0.1:8600").replace(/\/$/, "");
const shots = process.env.YINXIN_SHOTS;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };
/** Addresses where "there is none", or "the rules refuse it", is an answer, which the browser reports as an error all the same. */
const QUESTIONS = ["/api/v1/demo", "/api/v1/session", "/api/v1/processes/try"];
// A node whose clock was just set may ask for patience (503); the page asks again, and the story waits for what comes of it.
/** The browser wishes for RSA beside P-256; the ledger knows passkeys of P-256 alone. */
const ONE_ALGORITHM =
  "publicKey.pubKeyCredParams is missing at least one of the default algorithm identifiers";
/** How long any single condition may take to come true. */
const PATIENCE_MS = 30_000;

const HOW = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
  ],
};

export function launch() {
  return chromium.launch(HOW);
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

/** What every visitor's browser is like. */
function likeness(viewport) {
  return { viewport, acceptDownloads: true, reducedMotion: "reduce" };
}

/** A fresh visitor: own storage, own watch. `close` fails where the watch saw something. */
export async function visit(browser, { viewport = DESKTOP, ...how } = {}) {
  return visitIn(await browser.newContext(likeness(viewport)), how);
}

/** A browser of somebody's own, which keeps on the disk what it keeps. */
export function ownBrowser(folder) {
  return chromium.launchPersistentContext(folder, { ...HOW, ...likeness(DESKTOP) });
}

/** A page in a browser that keeps what earlier pages left there, with a watch of its own. */
export async function visitIn(context, { language = "zh-CN", path = "/", node = url, script = null } = {}) {
  if (script !== null) await context.addInitScript({ content: script });
  await context.addInitScript(given => {
    // Only the first time: a choice made in the page must survive a reload.
    if (localStorage.getItem("yinxin.language") === null) localStorage.setItem("yinxin.language", given);
  }, language);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const seen = [];
  let offline = false;
  page.on("console", message => {
    const cut = offline && message.text().includes("net::ERR_INTERNET_DISCONNECTED");
    const asked = QUESTIONS.some(path => message.location().url.endsWith(path));
    const patience = process.env.YINXIN_CLOCK !== undefined && message.text().includes("status of 503");
    const expected = patience || message.text().startsWith(ONE_ALGORITHM);
    if (["error", "warning"].includes(message.type()) && !cut && !asked && !expected)
      seen.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", error => seen.push(`exception: ${error.message}`));
  // The stream of events never ends by itself, and its answers carry no time.
  const underWay = new Set();
  page.on("request", request => {
    if (request.resourceType() !== "eventsource") underWay.add(request);
    const target = new URL(request.url());
    const own = target.origin === new URL(node).origin || target.protocol === "blob:";
    if (!own) seen.push(`request to ${request.url()}`);
  });
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, request => underWay.delete(request));
  await page.goto(`${node}${path}`);
  return {
    page,
    context,
    // Afterwards no answer comes any more, of what was asked before neither: the page learns the node's time from each.
    cut: async () => {
      offline = true;
      await context.setOffline(true);
      while (underWay.size > 0)
        await Promise.race(["requestfinished", "requestfailed"].map(end => page.waitForEvent(end)));
    },
    restore: () => context.setOffline(false),
    close: async () => {
      await context.close();
      check(seen.length === 0, `the page complained:\n  ${seen.join("\n  ")}`);
    },
  };
}

/** The texts of a language, so that stories find things by what a person reads. */
export function words(language) {
  const file = join(import.meta.dirname, `../src/locales/${language}.json`);
  const texts = JSON.parse(readFileSync(file, "utf8"));
  return (key, values = {}) => {
    const text = key.split(".").reduce((at, name) => at?.[name], texts);
    check(typeof text === "string", `no text ${key}`);
    return Object.entries(values).reduce((out, [name, value]) => out.replace(`{{${name}}}`, value), text);
  };
}

/** Fails on any violation of WCAG 2.1 A and AA that axe can see. */
export async function checkAccessible(page, where) {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const found = await globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    });
    return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).join(" | ")}`);
  });
  check(violations.length === 0, `${where}:\n  ${violations.join("\n  ")}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  check(!wide, `${where}: scrolls sideways`);
}

export async function shoot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** A file to be chosen in the page. */
export function file(name, text, mimeType = "text/plain") {
  return { name, mimeType, buffer: Buffer.isBuffer(text) ? text : Buffer.from(text) };
}

/** What a press on a button saves. */
export async function download(page, button) {
  const [saved] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const folder = mkdtempSync(join(tmpdir(), "yinxin-e2e-"));
  const path = join(folder, "saved");
  await saved.saveAs(path);
  const buffer = readFileSync(path);
  rmSync(folder, { recursive: true });
  return { name: saved.suggestedFilename(), buffer };
}
