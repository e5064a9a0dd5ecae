/** Every page as visitors have it: built, and opened in Chromium. */
import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pages } from './pages/pages.ts'
import { executablePath, goTo, pictureOf, restsAt, type Site, serveSite, stepOf, type Visit } from './testing/site.ts'
import { trained } from './testing/trained.ts'

describe.skipIf(!existsSync(executablePath))('pages in Chromium', () => {
  let site: Site

  beforeAll(async () => {
    site = await serveSite()
  })
  afterAll(() => site.close())

  it('are all here', () => {
    expect(trained.map(({ name }) => name)).toEqual(pages.map(({ name }) => name))
  })

  describe.each(trained)('$name', ({ name, quick, edit, gauge }) => {
    it('trains: the picture changes, its number improves, and nothing is said on the console', async () => {
      const { page, problems, close } = await site.open(`#/${name}?${quick}`)
      await restsAt(page, 0)
      const [picture, before] = [await pictureOf(page), await numberOf(page, gauge.label)]
      await goTo(page, gauge.at)
      await restsAt(page, gauge.at)
      expect(await pictureOf(page)).not.toBe(picture)
      expect(gauge.better(before, await numberOf(page, gauge.label)), gauge.label).toBe(true)
      await page.getByRole('button', { name: 'Begin again' }).first().click()
      await restsAt(page, 0)
      expect(await pictureOf(page)).toBe(picture)
      expect(problems).toEqual([])
      await close()
    })

    it.each([
      ['light', 1280],
      ['dark', 360],
    ] as const)(
      'has no serious fault that axe knows, and no sideways scroll: %s, %i wide',
      async (colorScheme, width) => {
        const { page, close } = await site.open(`#/${name}?${quick}`, { colorScheme, viewport: { width, height: 800 } })
        await restsAt(page, 0)
        await page.addScriptTag({ content: axe.source })
        const faults = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
        })
        expect(faults).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
        await close()
      },
    )

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

    it('learns the same however often it is painted, and goes on after a reload', async () => {
      const { page, close } = await site.open(`#/${name}?${quick}`)
      await restsAt(page, 0)
      await goTo(page, 90)
      const bits = await restsAt(page, 90)
      await page.getByRole('button', { name: 'Begin again' }).first().click()
      await restsAt(page, 0)
      await page.getByLabel('Speed').selectOption('1')
      await page.locator('.play').click()
      await isBeyond(page, 30)
      await page.reload()
      await isBeyond(page, 40)
      await page.locator('.play').click()
      expect(await stepOf(page)).toBeLessThan(90)
      await goTo(page, 90)
      expect(await restsAt(page, 90)).toBe(bits)
      await close()
    })
  })

  describe('what is pressed on a picture', () => {
    it('two spaces: a face is pinned where it is shown', async () => {
      const { page, problems, close } = await site.open('#/spaces?rule=hand')
      await restsAt(page, 0)
      await goTo(page, 5)
      await restsAt(page, 5)
      const face = page.getByRole('button', { name: 'Pin face 14', exact: true })
      const [wall, place] = [await page.locator('.wall canvas').boundingBox(), await face.boundingBox()]
      // The second of twelve in the second of four rows.
      expect((place!.x - wall!.x) / wall!.width).toBeCloseTo(1 / 12, 2)
      expect((place!.y - wall!.y) / wall!.height).toBeCloseTo(1 / 4, 2)
      await face.click()
      await page.waitForURL(/tape=5:pins\.13&at=5/)
      await page.waitForFunction(() => document.querySelectorAll('.wall .in').length === 1)
      expect(await face.getAttribute('aria-pressed')).toBe('true')
      expect(problems).toEqual([])
      await close()
    })

    it('colors and gaps: a brush takes places away, by the pointer and by keys', async () => {
      const { page, problems, close } = await site.open(`#/fill?steps=2&hole=${'A'.repeat(43)}`)
      await restsAt(page, 0)
      await goTo(page, 5)
      await restsAt(page, 5)
      const before = await pictureOf(page)
      const brush = page.getByRole('button', { name: /a brush: arrow keys/ })
      await brush.focus()
      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press(' ')
      await page.waitForURL(/tape=5:hole\.[\w-]{43}&at=5/)
      await restsAt(page, 5)
      await expect.poll(() => pictureOf(page)).not.toBe(before)
      const [byKeys, box] = [page.url(), await brush.boundingBox()]
      await page.mouse.move(box!.x + box!.width / 2, box!.y + box!.height / 4)
      await page.mouse.down()
      await page.mouse.move(box!.x + box!.width / 4, box!.y + box!.height / 4, { steps: 4 })
      await page.mouse.up()
      await page.waitForURL((url) => url.href !== byKeys)
      expect(problems).toEqual([])
      await close()
    })

    it('a game: arrow keys and the pointer move the walker, and train nothing', async () => {
      const { page, problems, close } = await site.open('#/game?width=8&batch=16')
      await restsAt(page, 0)
      const board = page.getByRole('button', { name: /^The board/ })
      await board.focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowDown')
      expect(await board.getAttribute('aria-label')).toContain('row 4, column 4')
      await board.click({ position: { x: 4, y: 4 } })
      expect(await board.getAttribute('aria-label')).toContain('row 1, column 1')
      expect(await stepOf(page)).toBe(0)
      expect(problems).toEqual([])
      await close()
    })

    it('editing: sliders and small faces change the face, and all to 0 brings it back', async () => {
      const { page, problems, close } = await site.open('#/edit')
      await restsAt(page, 0)
      const slider = page.getByRole('slider', { name: 'glasses', exact: true })
      const before = await pictureOf(page)
      await slider.fill('1.5')
      await expect.poll(() => pictureOf(page)).not.toBe(before)
      await page.getByRole('button', { name: 'all to 0' }).click()
      await expect.poll(() => pictureOf(page), { timeout: 20_000 }).toBe(before)
      await page
        .getByRole('img', { name: 'Five faces: glasses from little to much' })
        .click({ position: { x: 4, y: 4 } })
      expect(await slider.inputValue()).toBe('-3')
      expect(problems).toEqual([])
      await close()
    })
  })

  describe('the shell', () => {
    const quick = '#/gan?width=16&batch=64&penalty=none&waves=0'

    it('is reached by keys alone', async () => {
      const { page, close } = await site.open(quick)
      const { keyboard } = page
      await restsAt(page, 0)
      await keyboard.press('ArrowRight')
      await restsAt(page, 1)
      await keyboard.press('Shift+ArrowRight')
      const bits = await restsAt(page, 11)
      await keyboard.press('ArrowLeft')
      expect(await restsAt(page, 10)).not.toBe(bits)
      await keyboard.press('ArrowRight')
      expect(await restsAt(page, 11)).toBe(bits)
      await keyboard.press(' ')
      await page.waitForFunction(() => Number(document.querySelector('.step-number')?.textContent) > 13)
      await keyboard.press(' ')
      await page.waitForFunction(() => document.querySelector('.tape')?.getAttribute('data-status') === 'paused')
      await keyboard.press('r')
      await restsAt(page, 0)
      const reached = new Set<string>()
      for (let i = 0; i < 60; i++) {
        await keyboard.press('Tab')
        reached.add(
          await page.evaluate(() => {
            const node = document.activeElement
            const label =
              node instanceof HTMLInputElement || node instanceof HTMLSelectElement ? node.labels?.[0] : undefined
            return node?.getAttribute('aria-label') ?? label?.textContent ?? node?.className ?? ''
          }),
        )
      }
      for (const name of ['play', 'reset', 'step', 'Data', 'Learning rate', 'Step', 'Seed'])
        expect([...reached]).toContain(name)
      await close()
    })

    it('lets one player play alone, and writes it on the tape', async () => {
      const { page, close } = await site.open(quick)
      await restsAt(page, 0)
      await goTo(page, 5)
      await restsAt(page, 5)
      await page.locator('.alone').first().click()
      await restsAt(page, 6)
      await page.waitForURL(/tape=5:players\.discriminator,6:players\.both&at=6/)
      await close()
    })

    it('says what it could not read in a link, and goes on', async () => {
      const { page, close } = await site.open('#/gan?data=cats&rate=-3&nonsense=1&seed=2&width=16&waves=0')
      await restsAt(page, 0)
      const told = await page.textContent('.notices')
      for (const part of [
        'data: expected one of',
        'rate: expected a number from 0',
        'nonsense: this page has no such',
      ]) {
        expect(told).toContain(part)
      }
      expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('2')
      await close()
    })

    it('goes on without shared memory, and where the program cannot be fetched on another backend, and says why', async () => {
      const plain = await site.open(quick, { isolated: false })
      await goTo(plain.page, 3)
      await restsAt(plain.page, 3)
      expect(await plain.page.textContent('.badge')).toBe('simd · 1 thread')
      await plain.page.locator('.badge button').click()
      expect(await plain.page.textContent('.why')).toMatch(/not cross-origin isolated/)
      await plain.close()
      const without = (page: Page) => page.context().route('**/*.wasm', (route) => route.abort())
      const { page, close } = await site.open(quick, { before: without })
      await goTo(page, 3)
      await restsAt(page, 3)
      await page.locator('.badge button').click()
      expect(await page.textContent('.why')).toMatch(/Not simd: .*could not load/)
      await close()
    })

    it('works without a network after the first visit, and brings the headers that threads need', async () => {
      const { page, problems, close } = await site.open('#/gan?width=16&waves=0', { keeps: true, isolated: false })
      await restsAt(page, 0)
      await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
      await page.context().setOffline(true)
      for (const name of ['flow', 'vae']) {
        await page.goto('about:blank')
        await page.goto(`${site.plain}/#/${name}?width=16&batch=16`)
        await goTo(page, 2)
        await restsAt(page, 2)
      }
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
      expect(problems).toEqual([])
      await close()
    })

    it('ends the workers of a page that is left, and with them all that they hold', async () => {
      const { page, problems, close } = await site.open(quick)
      await restsAt(page, 0)
      // The trainer and its threads.
      const first = page.workers().length
      for (const { name } of [...trained, ...trained.slice(0, 2)]) {
        await page.locator(`nav a[href='#/${name}']`).click()
        await page.waitForSelector(`nav a[href='#/${name}'][aria-current]`)
        await restsAt(page, 0)
        await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBeLessThanOrEqual(first)
      }
      await page.goBack()
      await restsAt(page, 0)
      expect(problems).toEqual([])
      await close()
    })

    it('begins again on a backend of its own choice where the one of the link cannot be had', async () => {
      const { page, close } = await site.open(`${quick}&backend=tensorflow`)
      await page.waitForSelector('.tape[data-status=fault]')
      expect(await page.textContent('.notices')).toMatch(/expected the backend 'tensorflow', got none/)
      await page.locator('.notices').getByRole('button', { name: 'Begin again' }).click()
      await restsAt(page, 0)
      expect(await page.textContent('.badge')).toContain('simd')
      await close()
    })

    it('tells a training that ends in infinity in words, and begins again', async () => {
      const { page, close } = await site.open(
        '#/gan?rate=1&objective=leastSquares&penalty=none&width=16&layers=8&batch=16',
      )
      await restsAt(page, 0)
      await goTo(page, 2000)
      await page.waitForSelector('.tape[data-status=fault]')
      expect(await page.textContent('.notices')).toMatch(/finite/)
      await page.locator('.notices').getByRole('button', { name: 'Begin again' }).click()
      await restsAt(page, 0)
      await close()
    })

    it('keeps the thread of the page free while it trains', async () => {
      const { page, close } = await site.open(`${quick}&data=grid`)
      await restsAt(page, 0)
      const busiest = await longestTask(page, async () => {
        await page.locator('.play').click()
        await page.waitForFunction(() => Number(document.querySelector('.step-number')?.textContent) >= 60)
      })
      // Processor time, which does not depend on what else the machine does; the work of one frame is all that there is.
      expect(busiest).toBeLessThan(50)
      await close()
    })
  })
})

type Page = Visit['page']

async function numberOf(page: Page, label: string): Promise<number> {
  return Number.parseFloat((await page.locator('.gauge', { hasText: label }).locator('output').textContent()) ?? '')
}

/** Waits until a run that plays has come to a step. */
async function isBeyond(page: Page, step: number): Promise<void> {
  await page.waitForFunction((least) => Number(document.querySelector('.step-number')?.textContent) >= least, step)
}

/** Milliseconds of processor time that the longest task of the page's thread took. */
async function longestTask(page: Page, during: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page)
  const events: { name: string; tid: number; pid: number; tdur?: number; args?: { name?: string } }[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as typeof events)))
  await session.send('Tracing.start', { categories: 'toplevel,__metadata', transferMode: 'ReportEvents' } as never)
  await during()
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await complete
  const main = new Set(
    events.flatMap(({ name, tid, pid, args }) =>
      name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid}/${tid}`] : [],
    ),
  )
  const tasks = events.filter(({ pid, tid, tdur }) => main.has(`${pid}/${tid}`) && tdur !== undefined)
  expect(tasks.length).toBeGreaterThan(100)
  return Math.max(...tasks.map(({ tdur }) => tdur! / 1000))
}
