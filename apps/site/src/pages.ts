/** The pages of the site that are documents of the repository. @module */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './places.ts'

/** Packages, by folder. */
export const packages: readonly string[] = readdirSync(join(root, 'packages')).toSorted()

const names = (folder: string, pattern: RegExp) => readdirSync(join(root, folder)).filter((name) => pattern.test(name))

/** The playground itself is at `/playground/`. */
const pageName = (name: string) => (name === 'playground.md' ? 'the-playground.md' : name)

/** Each document's path in the repository with its page's. */
export const pages: ReadonlyMap<string, string> = new Map([
  ['README.md', 'index.md'],
  ['CONTRIBUTING.md', 'contributing.md'],
  ['SECURITY.md', 'security.md'],
  ['CODE_OF_CONDUCT.md', 'conduct.md'],
  ['bench/README.md', 'benchmarks/index.md'],
  ['experiments/results/README.md', 'results.md'],
  ['docs/adr/README.md', 'decisions/index.md'],
  ...names('docs/adr', /^\d/).map((name): [string, string] => [`docs/adr/${name}`, `decisions/${name}`]),
  ...names('docs', /\.md$/).map((name): [string, string] => [`docs/${name}`, pageName(name)]),
  ...packages.map((name): [string, string] => [`packages/${name}/README.md`, `packages/${name}.md`]),
  ...packages
    .map((name): [string, string] => [`packages/${name}/ARCHITECTURE.md`, `packages/${name}-architecture.md`])
    .filter(([source]) => existsSync(join(root, source))),
])

/** Each page's document. */
export const sources: ReadonlyMap<string, string> = new Map([...pages].map(([source, page]) => [page, source]))
