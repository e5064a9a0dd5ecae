/** The page of `docs/your-own-page.md`, as it stands there: made of packed packages, built by Vite, and clicked in Chromium. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, pack } from './packed.fixture.ts'
import { serve } from './serve.fixture.ts'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const home = mkdtempSync(join(tmpdir(), 'gen-own-page-'))
const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'your-own-page.md'), 'utf8')
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** The files that the document names, each before its code. */
const files = [...document.matchAll(/^`([\w.]+)`[^\n]*:\n```\w+\n([\s\S]*?)^```/gm)].map(
  ([, name = '', code = '']) => [name, code] as const,
)

it('is four files of 40 lines together', () => {
  expect(files.map(([name]) => name)).toEqual(['index.html', 'vite.config.mjs', 'main.ts', 'worker.ts'])
  const lines = files.flatMap(([, code]) => code.split('\n')).filter((line) => line.trim() !== '')
  expect(lines.length).toBeLessThanOrEqual(40)
})

describe.skipIf(!existsSync(executablePath))('in Chromium', () => {
  let server: Server
  let address = ''
  let browser: Browser

  beforeAll(async () => {
    install(home, ['@tensorflow/tfjs-core@4.22.0', ...pack('diffusion', join(home, 'tarballs'))])
    for (const [name, code] of files) writeFileSync(join(home, name), code)
    await build({ root: home, logLevel: 'error' })
    ;({ server, address } = await serve(join(home, 'dist'), isolation))
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    server?.close()
    rmSync(home, { recursive: true, force: true })
  })

  const stepOf = (page: Page) => page.evaluate(() => globalThis.document.querySelector('progress')!.value)
  /** Dark places of the canvas, as points of the plane. */
  const points = (page: Page) =>
    page.evaluate(() => {
      const canvas = globalThis.document.querySelector('canvas')!
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, 400, 400)
      return Array.from({ length: 400 * 400 }, (_, i) => i)
        .filter((i) => data[4 * i + 3]! > 0)
        .map((i) => [((i % 400) - 200) / 30, (200 - Math.floor(i / 400)) / 30] as const)
    })

  it('trains, tells how far it is, and draws points of the line that it has learnt', async () => {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(address)
    await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThan(0)
    await expect.poll(async () => (await points(page)).length, { timeout: 120_000 }).toBeGreaterThan(500)
    expect(await stepOf(page)).toBe(300)
    const apart = (await points(page)).map(([x, y]) => Math.abs(x - 1 - 3 * y))
    expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(0.6)
    // No icon is asked for in 40 lines.
    expect(problems.filter((text) => !text.includes('404'))).toEqual([])
    await page.close()
  }, 180_000)

  it('stops on a click, and draws what it has', async () => {
    const page = await browser.newPage()
    await page.goto(address)
    await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(async () => (await points(page)).length, { timeout: 120_000 }).toBeGreaterThan(100)
    expect(await stepOf(page)).toBeLessThan(300)
    await page.close()
  }, 180_000)
})
