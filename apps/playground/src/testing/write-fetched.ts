/**
 * Measures what each page fetches, and writes the table of `docs/playground.md`: `node --conditions=@gen/source --import tsx
 * src/testing/write-fetched.ts` in this folder. The tests of the pages fail where it no longer holds.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { document, rowOf } from './fetched.ts'
import { restsAt, serveSite } from './site.ts'
import { trained } from './trained.ts'

const site = await serveSite()
const rows: string[] = []
for (const { name, quick } of trained) {
  const visit = await site.open(`#/${name}?${quick}`)
  await restsAt(visit.page, 0)
  rows.push(rowOf(name, await visit.fetched()))
  console.log(rows.at(-1))
  await visit.close()
}
await site.close()
const table = /(^\| \| page and shell .*\n\|[-|: ]+\n)(?:\|.*\n)*/m
const text = readFileSync(document, 'utf8')
writeFileSync(
  document,
  text.replace(table, (_, head: string) => `${head}${rows.join('\n')}\n`),
)
