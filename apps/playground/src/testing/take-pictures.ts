/**
 * Takes the pictures of `docs/playground`: `node --conditions=@gen/source --import tsx src/testing/take-pictures.ts [name …]` in
 * this folder. Each is a run at a step, so that it can be taken again.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { goTo, restsAt, serveSite } from './site.ts'

const folder = fileURLToPath(new URL('../../../../docs/playground/', import.meta.url))

/** A picture: which run, at which step, on what screen. */
interface Shot {
  readonly name: string
  readonly hash: string
  readonly at: number
  readonly scheme: 'light' | 'dark'
  readonly wide: boolean
  /** Of a wide screen, where a page has more to show than the usual one. @default 860 */
  readonly height?: number
  /** Switched on before it is taken. */
  readonly also?: readonly string[]
  /** Moved before it is taken, by label. */
  readonly sliders?: Readonly<Record<string, number>>
  /** A step to go back to, where one setting, by its label, is changed. */
  readonly fork?: { readonly from: number; readonly label: string; readonly option: string }
}

const shots: readonly Shot[] = [
  { name: 'latent', hash: 'latent', at: 1000, scheme: 'light', wide: true },
  { name: 'vae', hash: 'vae', at: 1000, scheme: 'light', wide: true },
  { name: 'gan', hash: 'gan', at: 1000, scheme: 'light', wide: true },
  { name: 'gan-dark', hash: 'gan?data=moons', at: 800, scheme: 'dark', wide: true, also: ['G’s grid'] },
  {
    name: 'gan-collapse',
    hash: 'gan?objective=nonSaturating&penalty=none&k=2&rate=0.01&momentum=0.9&waves=6',
    at: 400,
    scheme: 'light',
    wide: true,
  },
  {
    name: 'gan-former',
    hash: 'gan?objective=nonSaturating&penalty=none&k=2&rate=0.01&momentum=0.9&waves=6',
    at: 400,
    scheme: 'light',
    wide: true,
    fork: { from: 150, label: 'Penalty', option: 'both' },
  },
  { name: 'gan-phone', hash: 'gan?data=grid', at: 800, scheme: 'dark', wide: false },
  { name: 'line', hash: 'line', at: 800, scheme: 'light', wide: true },
  { name: 'line-dark', hash: 'line?data=two', at: 800, scheme: 'dark', wide: true },
  { name: 'line-phone', hash: 'line', at: 400, scheme: 'light', wide: false },
  { name: 'flow', hash: 'flow', at: 800, scheme: 'light', wide: true, height: 960 },
  { name: 'flow-phone', hash: 'flow?data=ring', at: 500, scheme: 'dark', wide: false },
  { name: 'diffusion', hash: 'diffusion', at: 1200, scheme: 'light', wide: true },
  {
    name: 'diffusion-dark',
    hash: 'diffusion?data=pinwheel',
    at: 1500,
    scheme: 'dark',
    wide: true,
    also: ['where it leads'],
  },
  { name: 'diffusion-phone', hash: 'diffusion', at: 800, scheme: 'light', wide: false },
  {
    name: 'digits',
    hash: 'digits',
    at: 62,
    scheme: 'light',
    wide: true,
    height: 1080,
    also: ['samplers side by side'],
  },
  { name: 'digits-phone', hash: 'digits?steps=10', at: 50, scheme: 'dark', wide: false },
  { name: 'answers', hash: 'answers', at: 1000, scheme: 'light', wide: true },
  { name: 'answers-dark', hash: 'answers', at: 800, scheme: 'dark', wide: true },
  { name: 'answers-phone', hash: 'answers', at: 500, scheme: 'light', wide: false },
  { name: 'fill', hash: 'fill', at: 125, scheme: 'light', wide: true },
  {
    name: 'fill-dark',
    hash: `fill?missing=colors&face=0&hole=${'_'.repeat(42)}P`,
    at: 125,
    scheme: 'dark',
    wide: true,
  },
  { name: 'fill-phone', hash: 'fill?face=7', at: 125, scheme: 'light', wide: false },
  { name: 'game', hash: 'game', at: 600, scheme: 'light', wide: true },
  { name: 'game-dark', hash: 'game?odds=sides', at: 500, scheme: 'dark', wide: true },
  { name: 'game-phone', hash: 'game?odds=even', at: 500, scheme: 'light', wide: false },
  {
    name: 'edit',
    hash: 'edit',
    at: 200,
    scheme: 'light',
    wide: true,
    height: 1080,
    sliders: { glasses: 1.5, beard: 2 },
  },
  {
    name: 'edit-dark',
    hash: 'edit?faces=correlated',
    at: 150,
    scheme: 'dark',
    wide: true,
    sliders: { 'dark skin': 2 },
  },
  { name: 'edit-phone', hash: 'edit', at: 200, scheme: 'light', wide: false, sliders: { 'long hair': 2 } },
  { name: 'spaces', hash: 'spaces', at: 96, scheme: 'light', wide: true, height: 1080 },
  {
    name: 'spaces-dark',
    hash: 'spaces?rule=hand&pins=0.3.7.10.14.17.21.24',
    at: 16,
    scheme: 'dark',
    wide: true,
    height: 1080,
  },
  { name: 'spaces-phone', hash: 'spaces', at: 48, scheme: 'dark', wide: false },
  { name: 'own', hash: 'own', at: 1000, scheme: 'light', wide: true, height: 1040 },
  { name: 'own-dark', hash: 'own?family=vae', at: 600, scheme: 'dark', wide: true, height: 1040 },
  { name: 'own-phone', hash: 'own?family=vae', at: 600, scheme: 'light', wide: false },
  { name: 'latent-dark', hash: 'latent?proposal=posterior&deviation=0.04', at: 300, scheme: 'dark', wide: true },
  { name: 'latent-phone', hash: 'latent', at: 300, scheme: 'light', wide: false },
  { name: 'vae-dark', hash: 'vae', at: 500, scheme: 'dark', wide: true },
  { name: 'flow-dark', hash: 'flow?data=moons', at: 500, scheme: 'dark', wide: true, height: 960 },
  { name: 'digits-dark', hash: 'digits', at: 50, scheme: 'dark', wide: true },
  { name: 'vae-phone', hash: 'vae', at: 500, scheme: 'dark', wide: false },
]

mkdirSync(folder, { recursive: true })
const site = await serveSite()
const wanted = process.argv.slice(2)
for (const { name, hash, at, scheme, wide, height = 860, also = [], sliders = {}, fork } of shots) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const viewport = wide ? { width: 1360, height } : { width: 390, height: 800 }
  const { page, close } = await site.open(`#/${hash}${hash.includes('?') ? '&' : '?'}at=${at}`, {
    viewport,
    colorScheme: scheme,
  })
  await restsAt(page, at, 3_600_000)
  if (fork) {
    await goTo(page, fork.from)
    await restsAt(page, fork.from)
    await page.getByLabel(fork.label, { exact: true }).selectOption(fork.option)
    await goTo(page, at)
    await restsAt(page, at)
  }
  for (const label of also) await page.getByLabel(label, { exact: true }).check()
  for (const [label, value] of Object.entries(sliders))
    await page.getByRole('slider', { name: label, exact: true }).fill(String(value))
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    scrollTo(0, 0)
  })
  await page.waitForTimeout(1000)
  const drawn = () => document.querySelector('.stage [aria-busy=true]') === null
  await page.waitForFunction(drawn, undefined, { timeout: 240_000 })
  await page.screenshot({ path: `${folder}${name}.png` })
  console.log(name)
  await close()
}
await site.close()
