/** What the packages export: a name has one meaning, wherever it is imported from. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const packages = join(root, 'packages')

interface Manifest {
  readonly exports: Record<string, string | Record<string, string>>
  readonly scripts: Record<string, string>
}

/** An entry point by the name under which it is imported, and its source. */
interface Entry {
  readonly folder: string
  readonly specifier: string
  readonly source: string
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as Manifest
}

function entriesOf(folder: string): Entry[] {
  return Object.entries(manifestOf(folder).exports).flatMap(([path, conditions]) => {
    const source = typeof conditions === 'string' ? undefined : conditions['@gen/source']
    if (source === undefined) return []
    return [{ folder, specifier: join('@gen', folder, path), source: join(packages, folder, source) }]
  })
}

const folders = readdirSync(packages)
const entries = folders.flatMap(entriesOf)

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
const program = ts.createProgram({ rootNames: entries.map(({ source }) => source), options })
const checker = program.getTypeChecker()

/** What an entry point exports: each name with where it is declared, however it came there. */
function exportsOf({ source }: Entry): Map<string, string> {
  const module = checker.getSymbolAtLocation(program.getSourceFile(source)!)
  return new Map(
    checker.getExportsOfModule(module!).map((symbol) => {
      const origin = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      const places = (origin.declarations ?? []).map((node) => `${node.getSourceFile().fileName}:${node.getStart()}`)
      return [symbol.name, places.toSorted().join(' ')]
    }),
  )
}

const surface = new Map(entries.map((entry) => [entry, exportsOf(entry)]))

/** The packages that export a name, by the declarations that they mean by it. */
function meanings(): Map<string, Map<string, Set<string>>> {
  const names = new Map<string, Map<string, Set<string>>>()
  for (const [{ specifier }, exported] of surface) {
    for (const [name, place] of exported) {
      const places = names.get(name) ?? new Map<string, Set<string>>()
      names.set(name, places.set(place, (places.get(place) ?? new Set()).add(specifier)))
    }
  }
  return names
}

describe('public names', () => {
  it('are resolved: every entry point exports something, and all is declared somewhere', () => {
    for (const [{ specifier }, exported] of surface) {
      expect(exported.size, specifier).toBeGreaterThan(0)
      for (const [name, place] of exported) expect(place, `${specifier}: ${name}`).not.toBe('')
    }
  })

  it('have one meaning each: what two packages export under one name is one declaration', () => {
    const doubled = [...meanings()]
      .filter(([, places]) => places.size > 1)
      .map(([name, places]) => `${name}: ${[...places.values()].map((where) => [...where].join(' = ')).join(', ')}`)
    expect(doubled.toSorted()).toEqual([])
  })

  it.each(folders)('of @gen/%s are reported in git, by the scripts that npm test runs', (folder) => {
    const { scripts } = manifestOf(folder)
    expect(scripts).toMatchObject({
      api: 'node ../../scripts/api-report.mjs --update',
      'check:api': 'node ../../scripts/api-report.mjs',
    })
  })
})

/** Printed, so that growth is seen; what is exported stands in the reports. */
const counted = [...surface].map(([{ specifier }, { size }]) => `${specifier} ${size}`)
process.stdout.write(`exports: ${counted.join(', ')}\n`)
