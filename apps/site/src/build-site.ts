/** Building the site. @module */
import { join } from 'node:path'
import { build as bundle } from 'vite'
import { build } from 'vitepress'
import { deadLinks } from './dead-links.ts'
import { gather } from './gather.ts'
import { built, generated, root, site } from './places.ts'
import { writeReference } from './reference.ts'
import type { Entry } from './reference-entries.ts'

/** Options of {@link buildSite}. */
export interface SiteOptions {
  /** Where the site will lie: `/` or `/gen/`. */
  readonly base: string
  /** The entry points that the reference tells of. */
  readonly entries: readonly Entry[]
}

/** Builds the site; gives the links that lead nowhere. VitePress refuses those to pages by itself. */
export async function buildSite({ base, entries }: SiteOptions): Promise<string[]> {
  gather(entries)
  await writeReference(entries)
  const playground = join(generated, 'public', 'playground')
  await bundle({
    root: join(root, 'apps', 'playground'),
    logLevel: 'error',
    build: { outDir: playground, emptyOutDir: true },
  })
  await build(site, { base })
  return deadLinks(built, base)
}
