/** The site, built with a part of the reference, in Chromium. */
import { existsSync } from 'node:fs'
import type { Server } from 'node:http'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSite } from '../../apps/site/src/build-site.ts'
import { built } from '../../apps/site/src/places.ts'
import { entries } from '../../apps/site/src/reference-entries.ts'
import { serve } from './serve.fixture.ts'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

describe.skipIf(!existsSync(executablePath))('the site', () => {
  let dead: string[]
  let server: Server
  let address: string
  let browser: Browser

  beforeAll(async () => {
    dead = await buildSite({ base: '/gen/', entries: entries.filter(({ name }) => name === 'priors') })
    ;({ server, address } = await serve(built, {}, '/gen/'))
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  }, 600_000)

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

  it('has no link that leads nowhere', () => {
    expect(dead).toEqual([])
  })

  it('begins with the pictures of the README, light and dark', async () => {
    const seen = await visit('', async (page) => {
      expect(await page.locator('.vp-doc img').count()).toBeGreaterThan(5)
      const color = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const light = await color()
      await page.locator('.VPNavBar .VPSwitchAppearance').click()
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
      expect(await page.locator('#standardnormal').count()).toBe(1)
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
