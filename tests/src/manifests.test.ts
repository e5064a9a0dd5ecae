/** The house's import table (docs/adr/0001-contracts.md): a package imports only from rows above it; families never import each other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const layer: Record<string, number> = {
  'backend-simd': 0,
  backend: 1,
  'linear-algebra': 1.5,
  model: 1.5,
  nn: 2,
  priors: 2,
  losses: 2,
  io: 2,
  data: 3,
  unet: 3,
  train: 3,
  metrics: 3,
  vae: 4,
  gan: 4,
  flows: 4,
  diffusion: 4,
  tokens: 4,
  convert: 5,
  'latent-tools': 5,
  open: 5.5,
  cli: 6,
}

interface Manifest {
  name: string
  type?: string
  license?: string
  description?: string
  keywords?: string[]
  author?: string
  homepage?: string
  bugs?: { url?: string }
  repository?: { url?: string; directory?: string }
  files?: string[]
  publishConfig?: Record<string, unknown>
  engines?: { node?: string }
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

const repo = 'https://github.com/gen-js/gen'
const inRepo = /^https:\/\/github\.com\/gen-js\/gen\/(blob|tree)\/main\//
const packages = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packages')
const folders = readdirSync(packages)

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as Manifest
}

function sources(folder: string): string[] {
  const files = readdirSync(join(packages, folder, 'src'), { recursive: true, encoding: 'utf8' })
  // `laws.ts`, `testing/` and the like are what tests share.
  return files.filter((file) => file.endsWith('.ts') && !/(\.test|\.test-d|laws|testing)\.ts$|^testing\//.test(file))
}

/** The packages that a file imports, static or dynamic, without the subpath. */
function imports(folder: string, file: string): string[] {
  const text = readFileSync(join(packages, folder, 'src', file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '')
  const found = text.matchAll(/(?:from|import\(?)\s*['"]((?:@[\w-]+\/)?[\w.-]+)[^'"]*['"]/g)
  return [...found]
    .map((match) => match[1] as string)
    .filter((name) => !name.startsWith('.') && !name.startsWith('node'))
}

const house = (names: Record<string, string> = {}): string[] =>
  Object.keys(names).flatMap((name) => (name.startsWith('@gen/') ? [name.slice('@gen/'.length)] : []))

describe.each(folders)('packages/%s', (folder) => {
  const own = manifest(folder)

  it('is named after its folder and has a place in the table', () => {
    expect(own.name).toBe(`@gen/${folder}`)
    expect(layer).toHaveProperty(folder)
  })

  it('is an ES module under MIT for Node 20.19', () => {
    expect(own).toMatchObject({ type: 'module', license: 'MIT', engines: { node: '>=20.19' } })
  })

  it('says who made it, where it belongs and what it is about', () => {
    const { author, homepage, bugs, repository, keywords = [], description = '' } = own
    expect({ author, homepage, bugs, repository }).toEqual({
      author: `The gen authors (${repo})`,
      homepage: `${repo}/tree/main/packages/${folder}#readme`,
      bugs: { url: `${repo}/issues` },
      repository: { type: 'git', url: `git+${repo}.git`, directory: `packages/${folder}` },
    })
    expect(new Set(keywords).size).toBeGreaterThan(3)
    expect(keywords.length).toBe(new Set(keywords).size)
    expect(description.length).toBeGreaterThan(20)
  })

  it('is public, and leaves the statement of its origin to who can sign it', () => {
    expect(own.publishConfig).toMatchObject({ access: 'public' })
    expect(own.publishConfig).not.toHaveProperty('provenance')
  })

  it('has in its tarball, or in the repository, all that its README links to', () => {
    const text = readFileSync(join(packages, folder, 'README.md'), 'utf8')
    const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link)
    const packed = new Set([...(own.files ?? []), 'README.md', 'LICENSE'])
    const dead = links.filter((link) => {
      if (link.startsWith(`${repo}/`)) return !existsSync(join(packages, '..', link.replace(inRepo, '')))
      return !/^https?:/.test(link) && !packed.has(link.replace(/^\.\//, '').split('/')[0] as string)
    })
    expect(dead).toEqual([])
  })

  it('depends only on rows above it', () => {
    const wrong = house(own.dependencies).filter((name) => !((layer[name] as number) < (layer[folder] as number)))
    expect(wrong).toEqual([])
  })

  it('takes TensorFlow.js from its user, except backends it brings and the command line', () => {
    const brought = Object.keys(own.dependencies ?? {}).filter((name) => name.startsWith('@tensorflow/'))
    if (folder !== 'cli') expect(brought.filter((name) => name !== '@tensorflow/tfjs-backend-cpu')).toEqual([])
  })

  it('declares what its sources import', () => {
    const declared = new Set(Object.keys({ ...own.dependencies, ...own.peerDependencies }))
    const undeclared = sources(folder).flatMap((file) =>
      imports(folder, file)
        .filter((name) => !declared.has(name) && name !== own.name)
        .map((name) => `${file} imports ${name}`),
    )
    expect(undeclared).toEqual([])
  })

  it('says in its README and a changelog entry what it is', () => {
    const readme = readFileSync(join(packages, folder, 'README.md'), 'utf8')
    expect(readme.startsWith(`# @gen/${folder}\n`)).toBe(true)
    expect(readme.split('\n').length).toBeLessThanOrEqual(81)
  })
})

describe('source files', () => {
  it('hold one concept each: at most 300 lines', () => {
    const long = folders.flatMap((folder) =>
      sources(folder)
        .map((file) => ({
          file: `${folder}/src/${file}`,
          lines: readFileSync(join(packages, folder, 'src', file), 'utf8').split('\n').length - 1,
        }))
        .filter(({ lines }) => lines > 300),
    )
    expect(long).toEqual([])
  })
})
