/** The site, built with a part of the reference, in Chromium. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from './serve.fixture.ts'

const root = join(import.meta.dirname, '..', '..')
const script = join(root, 'apps', 'site', 'src', 'main.ts')
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

describe.skipIf(!existsSync(executablePath))('the site', () => {
  let built: { status: number | null; stderr: string }
  let server: Server
  let address: string
  let browser: Browser

  beforeAll(async () => {
    // Vue takes NODE_ENV for its own.
    const { NODE_ENV: _, ...env } = process.env
    const command = ['--import', 'tsx', script, '--base', '/gen/', '--reference', 'model,priors']
    built = spawnSync(process.execPath, command, { cwd: root, env, encoding: 'utf8' })
    ;({ server, address } = await serve(join(root, 'apps', 'site', 'dist'), {}, '/gen/'))
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  }, 1_200_000)

  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  /** What a page shows, with all that went wrong on it. */
  async function visit(path: string, look: (page: Page) => Promise<void>): Promise<string[]> {
    const problems: string[] = []
    const page = await browser.newPage()
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('response', (response) => response.status() >= 400 && problems.push(response.url()))
    await page.goto(address + path)
    await look(page)
    await page.close()
    return problems
  }

  it('is built, and has no link that leads nowhere', () => {
    expect(built.status, built.stderr).toBe(0)
  })

  it('begins with the pictures of the README, light and dark', async () => {
    const seen = await visit('', async (page) => {
      expect(await page.locator('.vp-doc img').count()).toBeGreaterThan(5)
      const color = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const light = await color()
      await page.locator('.VPNavBarAppearance button').click()
      await expect.poll(color).not.toBe(light)
    })
    expect(seen).toEqual([])
  })

  it('finds what is searched for', async () => {
    const seen = await visit('guide', async (page) => {
      await page.locator('#local-search button').click()
      await page.locator('.VPLocalSearchBox input').fill('gaussianMixture')
      await page.locator('.VPLocalSearchBox .result').first().click()
      await expect.poll(() => page.url()).toMatch(/priors/)
    })
    expect(seen).toEqual([])
  })

  it('tells of a package with formulas, types and examples', async () => {
    const seen = await visit('reference/priors', async (page) => {
      await expect.poll(() => page.locator('h1').textContent()).toMatch(/@gen\/priors/)
      expect(await page.locator('#standardnormal').count()).toBeGreaterThan(0)
      expect(await page.locator('.vp-doc pre').count()).toBeGreaterThan(20)
    })
    expect(seen).toEqual([])
  })

  it('holds the playground', async () => {
    const seen = await visit('the-playground', async (page) => {
      const frame = page.frameLocator('iframe')
      await expect.poll(() => frame.locator('h1').first().textContent(), { timeout: 30_000 }).toBeTruthy()
    })
    expect(seen).toEqual([])
  })
})
