/** Documents name what is there: links, paths, packages, and the picture of the layers. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const under = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  ...under('docs'),
  ...under('docs/adr'),
]

const text = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Files that a recipe makes, and the folder that is not in git. */
const invented = /ralston|sinh-arcsinh|energy-distance|^experiments\/runs\/$/

describe.each(documents)('%s', (path) => {
  it('links to files that are there', () => {
    const links = [...text(path).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
  })

  it('names files that are there', () => {
    const named = text(path).matchAll(/`((?:packages|scripts|tests|docs|fixtures|bench|experiments|apps)\/[\w./-]+)`/g)
    const paths = [...named].map(([, file = '']) => file).filter((file) => !invented.test(file))
    expect(paths.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
})

describe('README.md', () => {
  it('has a row for every package', () => {
    const rows = [...text('README.md').matchAll(/^\| [\d½]+ \| \[`@gen\/([\w-]+)`\]/gm)].map(([, name]) => name)
    expect(rows.toSorted()).toEqual(readdirSync(join(root, 'packages')).toSorted())
  })
})

describe('docs/layers.svg', () => {
  it('is what scripts/draw-layers.mjs draws of the manifests', () => {
    const script = join(root, 'scripts', 'draw-layers.mjs')
    const { stdout } = spawnSync(process.execPath, [script, '--print'], { encoding: 'utf8' })
    expect(text('docs/layers.svg') === stdout, 'run node scripts/draw-layers.mjs').toBe(true)
  })
})
