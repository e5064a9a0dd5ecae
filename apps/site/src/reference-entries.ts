/** What the reference tells of. @module */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages } from './pages.ts'
import { root } from './places.ts'

/** An entry point: the name it is imported by without `@gen/`, and its source. */
export interface Entry {
  readonly name: string
  readonly source: string
}

/** All entry points that have sources; the command line is told by `cli.md`. */
export const entries: readonly Entry[] = packages.flatMap((name) => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const exported = Object.entries<string | Record<string, string>>(manifest.exports)
  return exported.flatMap(([path, conditions]) => {
    const source = typeof conditions === 'string' ? undefined : conditions['@gen/source']
    if (source === undefined) return []
    return [{ name: join(name, path), source: join(root, 'packages', name, source) }]
  })
})
