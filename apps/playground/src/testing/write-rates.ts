/**
 * Measures on one thread how long a step of each page of the plane takes with its picture, and writes the table of
 * `docs/playground.md`: `node --conditions=@gen/source --import tsx src/testing/write-rates.ts` in this folder, where nothing else runs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Page } from 'playwright'
import { document } from './fetched.ts'
import { isBeyond, restsAt, serveSite, stepOf } from './site.ts'
import { type Spent, spentDuring } from './trace.ts'
import { trained } from './trained.ts'

/** Milliseconds of a step, of forty: processor time of page and worker, and by the clock. */
async function ofStep(page: Page): Promise<{ page: number; worker: number; clock: number }> {
  let [first, steps, clock] = [0, 0, 0]
  const spent: Spent = await spentDuring(page, async () => {
    first = await stepOf(page)
    const from = performance.now()
    await isBeyond(page, first + 40)
    ;[steps, clock] = [(await stepOf(page)) - first, performance.now() - from]
  })
  return { page: spent.page / steps, worker: spent.workers / steps, clock: clock / steps }
}

const site = await serveSite()
const rows: string[] = []
for (const { name } of trained.filter(({ plane }) => plane)) {
  const { page, close } = await site.open(`#/${name}`, { isolated: false })
  await restsAt(page, 0)
  if ((await page.textContent('.badge')) !== 'simd · 1 thread')
    throw new Error(`${name} does not compute on one thread`)
  await page.locator('.play').click()
  await isBeyond(page, 30)
  const windows = [await ofStep(page), await ofStep(page), await ofStep(page)]
  const [best] = windows.sort((a, b) => a.clock - b.clock)
  const { worker, page: painting, clock } = best!
  rows.push(`| ${name} | ${worker.toFixed(1)} | ${painting.toFixed(1)} | ${(1000 / clock).toFixed(1)} |`)
  console.log(rows.at(-1))
  await close()
}
await site.close()
const table = /(^\| on .* \| training, ms .*\n\|[-|: ]+\n)(?:\|.*\n)*/m
const text = readFileSync(document, 'utf8')
const head = `| on ${cpus()[0]!.model}, one thread | training, ms | painting, ms | steps a second |\n|---|---|---|---|\n`
writeFileSync(document, text.replace(table, `${head}${rows.join('\n')}\n`))
