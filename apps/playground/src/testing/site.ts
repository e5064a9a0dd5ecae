/** The playground as visitors have it: built, served, opened in Chromium. @module */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { build } from 'vite'
import { type Fetched, fetchedOf } from './fetched.ts'

/** Where Chromium is. */
export const executablePath: string = process.env.CHROMIUM ?? '/usr/bin/chromium'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
}

/** A site that is served. */
export interface Site {
  readonly browser: Browser
  /** The address of the files with the headers that threads need. */
  readonly isolated: string
  /** The address of the same files without the headers. */
  readonly plain: string
  /** Opens an address of the playground, `#/gan?seed=1`, on a page that keeps what goes wrong on it. */
  open(hash: string, options?: OpenOptions): Promise<Visit>
  /** Closes what is open still: a page that goes on training takes the time of all others. */
  leave(): Promise<void>
  close(): Promise<void>
}

/** How a page is opened. */
export interface OpenOptions extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'reducedMotion'> {
  /** Without them there is no shared memory. @default true */
  readonly isolated?: boolean
  /** Whether the site may keep itself for later. @default false */
  readonly keeps?: boolean
  /** The browser to open it in. @default one without a graphics card */
  readonly browser?: Browser
  /** Done before the page's own code. */
  readonly before?: (page: Page) => Promise<unknown>
}

/** An open page. */
export interface Visit {
  readonly page: Page
  /** Errors and warnings of its console. */
  readonly problems: string[]
  /** What it has fetched, once its curves are there. */
  fetched(): Promise<Fetched>
  close(): Promise<void>
}

/** Builds the site into a folder of its own and serves it. */
export async function serveSite(): Promise<Site> {
  const outDir = mkdtempSync(join(tmpdir(), 'gen-playground-'))
  await build({ root, logLevel: 'error', build: { outDir } })
  const asked: string[] = []
  const [isolated, plain] = [await serve(outDir, isolation, asked), await serve(outDir, {}, asked)]
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  return {
    browser,
    isolated: isolated.address,
    plain: plain.address,
    async open(hash, { isolated: apart = true, keeps = false, browser: other = browser, before, ...options } = {}) {
      const from = asked.length
      const context = await other.newContext({
        reducedMotion: 'reduce',
        serviceWorkers: keeps ? 'allow' : 'block',
        ...options,
      })
      const page = await context.newPage()
      const problems: string[] = []
      page.on('console', (message) => {
        // Playwright's own word, not the page's.
        const ours = !message.text().includes('blocked by Playwright')
        if (ours && ['error', 'warning'].includes(message.type())) problems.push(message.text())
      })
      page.on('pageerror', (error) => problems.push(String(error)))
      await before?.(page)
      await page.goto(hash.startsWith('#') ? `${(apart ? isolated : plain).address}/${hash}` : hash)
      const fetched = async () => {
        await page.waitForSelector('.losses canvas')
        const all = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
        const names = ['/', ...all.map((name) => new URL(name).pathname)]
        // Chromium lists with the page's what its worker imports, after the worker itself.
        const first = names.findIndex((name) => /\/worker-/.test(name))
        return fetchedOf(outDir, asked.slice(from), names.slice(0, first))
      }
      return { page, problems, fetched, close: () => context.close() }
    },
    async leave() {
      for (const context of browser.contexts()) await context.close()
    },
    async close() {
      await browser.close()
      isolated.close()
      plain.close()
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}

async function serve(
  folder: string,
  headers: Record<string, string>,
  asked: string[],
): Promise<{ address: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    asked.push(pathname)
    const path = join(folder, normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname))
    if (!existsSync(path)) return response.writeHead(404, headers).end()
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'text/plain', ...headers })
    return response.end(readFileSync(path))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

/** Waits until a run rests at a step; gives the fingerprint of its weights. */
export async function restsAt(page: Page, step: number, timeout = 120_000): Promise<string> {
  await page.waitForFunction(
    (at) => {
      const [tape, shown] = [document.querySelector('.tape'), document.querySelector('.step-number')]
      const settled = tape?.getAttribute('data-status') === 'paused' && tape.getAttribute('data-bits') !== ''
      return settled && Number(shown?.textContent?.replaceAll(',', '')) === at
    },
    step,
    { timeout, polling: 50 },
  )
  return (await page.getAttribute('.tape', 'data-bits')) ?? ''
}

/** Moves the handle of the tape. */
export async function goTo(page: Page, step: number): Promise<void> {
  await page.getByRole('slider', { name: 'Step', exact: true }).fill(String(step))
}

/** The step that is shown. */
export async function stepOf(page: Page): Promise<number> {
  return Number((await page.textContent('.step-number'))?.replaceAll(',', ''))
}

/** Waits until a run that plays has come to a step. */
export async function isBeyond(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number(document.querySelector('.step-number')?.textContent?.replaceAll(',', '')) >= least,
    step,
    { timeout: 120_000, polling: 50 },
  )
}

/** A short name for what the picture's canvases show. */
export async function pictureOf(page: Page): Promise<string> {
  // What has come is painted with the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  return page.$$eval('.stage canvas', (nodes) => {
    let hash = 17
    for (const letter of nodes.map((node) => (node as HTMLCanvasElement).toDataURL()).join()) {
      hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0
    }
    return hash.toString(16)
  })
}
