/** Laws of all pages, as visitors have them: built, and opened in Chromium. */
import { existsSync } from 'node:fs'
import axe from 'axe-core'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pages } from './pages/pages.ts'
import { isAsKept, keptRows, rowOf } from './testing/fetched.ts'
import { executablePath, goTo, isBeyond, pictureOf, restsAt, type Site, serveSite, stepOf } from './testing/site.ts'
import { spentDuring } from './testing/trace.ts'
import { trained } from './testing/trained.ts'

describe.skipIf(!existsSync(executablePath))('pages in Chromium', () => {
  let site: Site

  beforeAll(async () => {
    site = await serveSite()
  })
  afterEach(() => site.leave())
  afterAll(() => site.close())

  it('are all here', () => {
    expect(trained.map(({ name }) => name)).toEqual(pages.map(({ name }) => name))
  })

  describe.each(trained)('$name', ({ name, quick, edit, gauge }) => {
    it('trains: the picture changes, its number improves, and beginning again brings it back', async () => {
      const { page, problems, fetched, close } = await site.open(`#/${name}?${quick}`)
      await restsAt(page, 0)
      const [picture, before] = [await pictureOf(page), await numberOf(page, gauge.label)]
      expect(await faultsOf(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280)
      expect(await unreached(page)).toEqual([])
      await goTo(page, gauge.at)
      await restsAt(page, gauge.at)
      expect(await pictureOf(page)).not.toBe(picture)
      expect(gauge.better(before, await numberOf(page, gauge.label)), gauge.label).toBe(true)
      await page.getByRole('button', { name: 'Begin again' }).first().click()
      await restsAt(page, 0)
      expect(await pictureOf(page)).toBe(picture)
      expect(problems).toEqual([])
      const sizes = await fetched()
      const kept = keptRows().get(name)
      const remedy = `docs/playground.md should say ${rowOf(name, sizes)}: look whether that is meant, then src/testing/write-fetched.ts`
      expect(kept && isAsKept(sizes, kept), remedy).toBe(true)
      await close()
    })

    it('is a tape: back to 60 and on to 120 is 120; a link with an edit is the run, in a fresh browser', async () => {
      const { page, close } = await site.open(`#/${name}?${quick}`)
      await restsAt(page, 0)
      await goTo(page, 70)
      await restsAt(page, 70)
      await edit(page)
      await goTo(page, 120)
      const [bits, picture] = [await restsAt(page, 120), await pictureOf(page)]
      await goTo(page, 60)
      expect(await restsAt(page, 60)).not.toBe(bits)
      await goTo(page, 120)
      expect(await restsAt(page, 120)).toBe(bits)
      expect(await pictureOf(page)).toBe(picture)
      const address = new URL(page.url()).hash
      expect(address).toMatch(/tape=70:.*&at=120&bits=[0-9a-f]{8}$/)
      await close()

      const other = await site.open(address)
      expect(await restsAt(other.page, 120)).toBe(bits)
      expect(await other.page.textContent('.bits')).toContain('✓')
      expect(await pictureOf(other.page)).toBe(picture)
      await other.close()
    })

    it('learns the same however often it is painted, leaves the page free, goes on after a reload, and pauses', async () => {
      const { page, close } = await site.open(`#/${name}?${quick}`, {
        ...{ colorScheme: 'dark', viewport: { width: 360, height: 800 }, before: countPaintings },
      })
      await restsAt(page, 0)
      expect(await faultsOf(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
      await goTo(page, 90)
      const bits = await restsAt(page, 90)
      await page.getByRole('button', { name: 'Begin again' }).first().click()
      await restsAt(page, 0)
      await page.getByRole('button', { name: 'Speed and seed' }).click()
      await page.getByLabel('Speed', { exact: true }).selectOption('1')
      await page.locator('.play').click()
      await isBeyond(page, 5)
      const [first, painted] = [await stepOf(page), await paintingsOf(page)]
      // What takes long once may be the machine's, collecting garbage or busy otherwise; what the page does, it does each time.
      const longest: number[] = []
      for (const until of [15, 25, 35]) longest.push((await spentDuring(page, () => isBeyond(page, until))).longest)
      const each = ((await paintingsOf(page)) - painted) / ((await stepOf(page)) - first)
      expect(each, 'paintings of a canvas for each step').toBeLessThan(1.5)
      expect(Math.min(...longest), `longest tasks ${longest}`).toBeLessThan(50)
      const reached = await stepOf(page)
      await page.reload()
      await isBeyond(page, reached + 5)
      await page.locator('.play').click()
      await page.waitForSelector('.tape[data-status=paused]')
      const paused = await stepOf(page)
      await page.waitForTimeout(200)
      expect(await stepOf(page)).toBe(paused)
      await goTo(page, 90)
      expect(await restsAt(page, 90)).toBe(bits)
      await close()
    })
  })
})

/** Counts for each canvas how often it is taken to paint on. */
function countPaintings(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const { prototype } = HTMLCanvasElement
    const get = prototype.getContext as (...args: unknown[]) => unknown
    function counted(this: HTMLCanvasElement & { paintings?: number }, ...args: unknown[]) {
      this.paintings = (this.paintings ?? 0) + 1
      return get.apply(this, args)
    }
    prototype.getContext = counted as typeof prototype.getContext
  })
}

/** Of the canvas of the picture that was painted most often. */
function paintingsOf(page: Page): Promise<number> {
  return page.$$eval('.stage canvas', (nodes) =>
    Math.max(...nodes.map((node) => (node as HTMLCanvasElement & { paintings?: number }).paintings ?? 0)),
  )
}

async function numberOf(page: Page, label: string): Promise<number> {
  return Number.parseFloat((await page.locator('.gauge', { hasText: label }).locator('output').textContent()) ?? '')
}

/** Serious faults that axe knows. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe.source })
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** What can be pressed, moved or typed into, and is not reached by the tab key. */
async function unreached(page: Page): Promise<string[]> {
  const wanted = await page.evaluate(() => {
    // Of radio buttons Tab reaches the chosen one, and arrow keys the others.
    const inputs =
      'a[href], button, input:not([type=radio]:not(:checked)), select, summary, textarea, [role=button], [role=slider]'
    const nodes = [...document.querySelectorAll<HTMLElement>(inputs)].filter(
      (node) => node.checkVisibility({ visibilityProperty: true }) && !node.matches(':disabled'),
    )
    for (const [i, node] of nodes.entries()) node.dataset.wanted = `${i} ${node.outerHTML.slice(0, 120)}`
    return nodes.map(({ dataset }) => dataset.wanted!)
  })
  const reached = new Set<string>()
  for (let i = 0; i < wanted.length + 20 && reached.size < wanted.length; i++) {
    await page.keyboard.press('Tab')
    const name = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.wanted)
    if (name !== undefined) reached.add(name)
  }
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  return wanted.filter((name) => !reached.has(name))
}
