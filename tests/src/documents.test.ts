/** Documents name what is there: links, paths, packages, and the picture of the layers. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import GithubSlugger from 'github-slugger'
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
  'bench/README.md',
  'experiments/results/README.md',
  ...readdirSync(join(root, 'packages')).flatMap((name) => under(join('packages', name))),
].filter((path) => !path.endsWith('CHANGELOG.md'))

const text = (path: string): string => readFileSync(join(root, path), 'utf8')

const ours = /^https:\/\/raw\.githubusercontent\.com\/gen-js\/gen\/main\//

/** What a document links to, but for other sites: paths, with a heading after `#`. */
function linksOf(path: string): string[] {
  const all = [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  // What stands on npm too names files of the repository by their whole address.
  const links = all.map((link) => link.replace(ours, `${relative(dirname(path), '.') || '.'}/`))
  return links.filter((link) => !/^[a-z]+:/.test(link))
}

/** A document without its programs. */
function prose(path: string): string {
  return text(path).replace(/^```.*?^```/gms, '')
}

/** The names of a document's headings, as GitHub makes them and the site does. */
function headingsOf(path: string): Set<string> {
  const slugger = new GithubSlugger()
  const headings = [...prose(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return new Set(headings.map((heading) => slugger.slug(heading.replace(/\[([^\]]*)\]\([^)]*\)|[`*]/g, '$1'))))
}

function leadsSomewhere(link: string, from: string): boolean {
  const [file = '', heading] = link.split('#')
  const target = file === '' ? from : join(dirname(from), file)
  if (!existsSync(join(root, target))) return false
  return heading === undefined || !target.endsWith('.md') || headingsOf(target).has(heading)
}

/** Files that a recipe makes, and the folder that is not in git. */
const invented = /ralston|sinh-arcsinh|energy-distance|^experiments\/runs\/$/

describe.each(documents)('%s', (path) => {
  it('links to files and headings that are there', () => {
    expect(linksOf(path).filter((link) => !leadsSomewhere(link, path))).toEqual([])
  })

  it('names files that are there', () => {
    const named = text(path).matchAll(/`((?:packages|scripts|tests|docs|fixtures|bench|experiments|apps)\/[\w./-]+)`/g)
    const paths = [...named].map(([, file = '']) => file).filter((file) => !invented.test(file))
    const places = [root, join(root, dirname(path))]
    expect(paths.filter((file) => !places.some((place) => existsSync(join(place, file))))).toEqual([])
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
