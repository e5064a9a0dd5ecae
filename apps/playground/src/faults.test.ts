/** What a browser lacks, what breaks, and what visitors do wrong: told in plain words, and the page goes on where it can. */
import { existsSync, readFileSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import { encodePng } from '@gen/io'
import { fill, type Tensor3D } from '@tensorflow/tfjs-core'
import { type Browser, chromium, type Page, type Route } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { executablePath, goTo, restsAt, type Site, serveSite } from './testing/site.ts'

const quick = '#/gan?width=16&batch=64&penalty=none&waves=0'
const own = '#/own?family=vae&width=8&batch=4'
/** A software card compiles each kernel when it is first used: milliseconds. */
const patience = 240_000
const webgpu = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']

/** Runs a line before the worker's own. */
const inWorker = (line: string) => (page: Page) =>
  page.context().route('**/assets/worker-*.js', async (route: Route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `${line};${await response.text()}` })
  })

describe.skipIf(!existsSync(executablePath))('in Chromium', () => {
  let site: Site
  let pictures: { name: string; mimeType: string; buffer: Buffer }[]

  beforeAll(async () => {
    site = await serveSite()
    await useBackend('cpu')
    pictures = Array.from({ length: 12 }, (_, i) => {
      const pixels = fill([20, 30, 3], i / 12) as Tensor3D
      const buffer = Buffer.from(encodePng(pixels))
      pixels.dispose()
      return { name: `${i}.png`, mimeType: 'image/png', buffer }
    })
  })
  afterEach(() => site.leave())
  afterAll(() => site.close())

  const told = (page: Page) => page.textContent('.notices', { timeout: 30_000 })
  const choose = (page: Page, files: typeof pictures) => page.locator('input[type=file]').first().setInputFiles(files)

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

  it('a failed fetch is told, and begun again once there is a network', async () => {
    const fails = (route: Route) => route.abort()
    const before = (page: Page) => page.context().route('**/digits/*', fails)
    const { page, close } = await site.open('#/vae?width=16&batch=16', { before })
    await page.waitForSelector('.tape[data-status=fault]')
    expect(await told(page)).toMatch(/digits/)
    await page.context().unroute('**/digits/*', fails)
    await page.locator('.notices').getByRole('button', { name: 'Begin again' }).click()
    await restsAt(page, 0)
    await close()
  })

  describe('with a graphics card', () => {
    let browser: Browser

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: webgpu })
    })
    afterAll(() => browser.close())

    // Seen to take a step on the software card; what a page reads back, it waits for.
    it.each([
      ['flow', 'kind=affine&width=8&batch=16&depth=2'],
      ['diffusion', 'width=8&batch=16'],
    ])(
      '%s takes a step on it',
      async (name, smallest) => {
        const { page, problems, close } = await site.open(`#/${name}?${smallest}&backend=webgpu`, { browser })
        await restsAt(page, 0, patience)
        const before = await page.getAttribute('.tape', 'data-bits')
        await goTo(page, 1)
        expect(await restsAt(page, 1, patience)).not.toBe(before)
        expect(await page.textContent('.badge')).toContain('webgpu')
        expect(await page.locator('.notices').count()).toBe(0)
        expect(problems).toEqual([])
        await close()
      },
      2 * patience,
    )

    it.for(['gan', 'answers', 'game', 'vae'])('%s takes a step on it', (name, { skip }) => {
      skip(`${name}: not yet seen on a software card, which takes minutes for its first picture; a real one is needed`)
    })

    it('trains on it; once it is lost, the run goes on with another backend from its tape', async () => {
      const keepDevice = `const ask = GPUAdapter.prototype.requestDevice; GPUAdapter.prototype.requestDevice = async function (...all) { return globalThis.device = await ask.apply(this, all) }`
      const { page, close } = await site.open('#/line?width=8&batch=16&penalty=none&backend=webgpu', {
        browser,
        before: inWorker(keepDevice),
      })
      await restsAt(page, 0)
      expect(await page.textContent('.badge')).toContain('webgpu')
      await goTo(page, 1)
      await restsAt(page, 1)
      await page.workers()[0]!.evaluate('device.destroy()')
      await page.waitForSelector('.notices')
      expect(await told(page)).toMatch(/The graphics card was lost .* goes on with another backend/)
      await expect.poll(() => page.textContent('.badge'), { timeout: 60_000 }).toContain('simd')
      await restsAt(page, 1)
      await goTo(page, 12)
      await restsAt(page, 12)
      await close()
    })
  })

  it('a browser without a graphics card says so where a link wants one', async () => {
    const { page, close } = await site.open(`${quick}&backend=webgpu`)
    await page.waitForSelector('.tape[data-status=fault]')
    expect(await told(page)).toMatch(/expected the backend 'webgpu', got none/)
    await close()
  })

  it('of files that are brought, broken ones are left out and the rest is learnt; others are refused and the run goes on', async () => {
    const { page, problems, close } = await site.open(own)
    await restsAt(page, 0)
    await goTo(page, 3)
    await restsAt(page, 3)
    await choose(page, pictures.slice(0, 3))
    await page.waitForSelector('.notices')
    expect(await told(page)).toMatch(/at least 8 pictures, got 3/)
    await goTo(page, 5)
    await restsAt(page, 5)
    await choose(page, [
      ...pictures,
      { name: 'torn.png', mimeType: 'image/png', buffer: Buffer.from('89504e47', 'hex') },
    ])
    await page.waitForURL(/pictures=[0-9a-f]{16}/)
    expect(await told(page)).toMatch(/1 of 13 could not be read and were left out: torn.png/)
    await restsAt(page, 0)
    expect(problems).toEqual([])
    await close()
  })

  it('pictures that are dropped are learnt; a link to them asks for them elsewhere, and they bring the run back', async () => {
    const { page, close } = await site.open(own)
    await restsAt(page, 0)
    await page.evaluate(
      (all) => {
        const data = new DataTransfer()
        for (const { name, bytes } of all) data.items.add(new File([Uint8Array.from(bytes)], name))
        document.querySelector('.drop')!.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }))
      },
      pictures.map(({ name, buffer }) => ({ name, bytes: [...buffer] })),
    )
    await page.waitForURL(/pictures=[0-9a-f]{16}/)
    await goTo(page, 55)
    const bits = await restsAt(page, 55)
    // From the keyframe at 50, which the browser has kept.
    await page.reload()
    expect(await restsAt(page, 55)).toBe(bits)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save to a file' }).click()
    const file = await (await saved).path()
    const address = new URL(page.url()).hash

    const other = await site.open(address)
    await other.page.waitForSelector('.tape[data-status=fault]')
    expect(await told(other.page)).toMatch(/expected the pictures [0-9a-f]{8}, which no link can hold/)
    await other.page.getByRole('button', { name: 'back to drawn faces' }).click()
    await restsAt(other.page, 0)
    await other.page.goto('about:blank')
    await other.page.goto(`${site.isolated}/${address}`)
    await other.page.waitForSelector('.tape[data-status=fault]')
    await choose(other.page, pictures)
    expect(await restsAt(other.page, 55)).toBe(bits)
    expect(await other.page.textContent('.bits')).toContain('✓')
    await other.close()

    const third = await site.open('#/own?family=vae&width=8')
    await restsAt(third.page, 0)
    await choose(third.page, [{ name: 'own-55.zip', mimeType: 'application/zip', buffer: readFileSync(file) }])
    await third.page.waitForURL(/at=55/)
    expect(await restsAt(third.page, 55)).toBe(bits)
    await third.close()
    await close()
  })

  it('goes on where the storage is full, and says that a reload forgets', async () => {
    const { page, close } = await site.open('about:blank')
    const session = await page.context().newCDPSession(page)
    await session.send('Storage.overrideQuotaForOrigin', { origin: site.isolated, quotaSize: 100_000 })
    await page.goto(`${site.isolated}/${own}`)
    await restsAt(page, 0)
    await goTo(page, 52)
    await restsAt(page, 52)
    expect(await told(page)).toMatch(/This browser keeps no more of the run, which goes on: .*full disk/)
    await close()
  })

  it('keeps runs in a database where a browser has no files of its own', async () => {
    const without = inWorker("Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: undefined })")
    const { page, problems, close } = await site.open(own, { before: without })
    await restsAt(page, 0)
    await goTo(page, 55)
    const bits = await restsAt(page, 55)
    await page.reload()
    expect(await restsAt(page, 55)).toBe(bits)
    expect(await page.locator('.notices').count()).toBe(0)
    expect(problems).toEqual([])
    await close()
  })
})
