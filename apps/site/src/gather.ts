/** Puts together what VitePress reads: documents, tables of kept results, pictures. @module */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { benchmarkPages } from './benchmarks.ts'
import { pictures, targetOf } from './links.ts'
import { pages } from './pages.ts'
import { generated, root } from './places.ts'
import type { Entry } from './reference-entries.ts'

/** The front of the site: what is above the README there. */
const front = `---
layout: home
hero:
  name: gen
  text: Generative models in TypeScript
  tagline: Train, sample, measure and explore VAEs, GANs, flows, diffusion models and transformers on TensorFlow.js, in Node and in the browser.
  actions:
    - { theme: brand, text: The lecture in five steps, link: /guide }
    - { theme: alt, text: How to …, link: /how-to }
    - { theme: alt, text: Playground, link: /the-playground }
---
`

/** On a page of its own it has more room: `/playground/`. */
const playground =
  '<iframe src="./playground/index.html" title="The playground" style="width:100%;height:75vh;border:0"></iframe>'

/** Writes all pages but the reference, which will tell of these entry points. */
export function gather(entries: readonly Entry[]): void {
  const named = new Set(entries.map(({ name }) => name))
  rmSync(generated, { recursive: true, force: true })
  for (const [source, page] of pages) {
    const text = readFileSync(join(root, source), 'utf8')
    write(page, made(page, text, named))
    for (const picture of picturesOf(text, source)) copy(picture)
  }
  for (const [name, text] of benchmarkPages()) write(`benchmarks/${name}.md`, text)
}

/** A page of a document, with what the site leads to beyond it. */
function made(page: string, text: string, references: ReadonlySet<string>): string {
  // The front says the title and the first lines.
  if (page === 'index.md') return text.replace(/^# .*\n\n(?:.+\n)+/, front)
  if (page === 'the-playground.md') return text.replace(/^# .*\n/, (title) => `${title}\n${playground}\n`)
  if (page === 'benchmarks/index.md') {
    const lines = [...benchmarkPages().keys()].map((name) => `- [${name}](/benchmarks/${name})`)
    return `${text}\n## Kept runs\n${lines.join('\n')}\n`
  }
  const name = /^packages\/(.+)\.md$/.exec(page)?.[1]
  if (name === undefined || !references.has(name)) return text
  return `${text}\n[The reference of \`@gen/${name}\`](/reference/${name})\n`
}

/** The pictures of the repository that a document shows or links to. */
function picturesOf(text: string, source: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+\.(?:png|svg|gif))\)/g)].map(([, href = '']) => targetOf(href, source))
  return links.filter((path) => path !== undefined)
}

function copy(picture: string): void {
  const to = join(generated, 'public', pictures, picture)
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(join(root, picture), to)
}

function write(page: string, text: string): void {
  const to = join(generated, page)
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, text)
}
