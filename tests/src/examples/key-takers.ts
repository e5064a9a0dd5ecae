/** Which public functions and methods take a key, as their source says. @module */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'packages')

/** What takes a key: a function, or a method of what a package gives. */
export interface KeyTaker {
  readonly folder: string
  /** `normal` or `.sample`, as it is written in a call. */
  readonly call: string
}

interface Source {
  readonly functions: readonly { name: string; parameters: string }[]
  readonly interfaces: readonly { name: string; bases: string; body: string }[]
  /** Names that the package's index and subpaths export. */
  readonly exported: string
}

/** All of them, without repetition. */
export function keyTakers(): KeyTaker[] {
  return readdirSync(packages).flatMap((folder) => {
    const source = sourceOf(folder)
    const holders = holdersOf(source.interfaces)
    const isPublic = (name: string) => new RegExp(`\\b${name}\\b`).test(source.exported)
    const functions = source.functions
      .filter(
        ({ name, parameters }) => isPublic(name) && [...holders, 'Key'].some((type) => mentions(parameters, type)),
      )
      .map(({ name }) => name)
    const methods = source.interfaces
      .filter(({ name }) => isPublic(name))
      .flatMap(({ body }) => [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??(?:\(|: \()(.*)$/gm)])
      .filter(([, , parameters]) => [...holders, 'Key'].some((type) => mentions(parameters!, type)))
      .map(([, name]) => `.${name}`)
    return [...new Set([...functions, ...methods])].map((call) => ({ folder, call }))
  })
}

const mentions = (text: string, type: string) => new RegExp(`\\b${type}\\b`).test(text)

/** Interfaces with a property that is a key, and those that extend them. */
function holdersOf(interfaces: Source['interfaces']): string[] {
  const own = interfaces.filter(({ body }) => /^ {2}(?:readonly )?\w+\??: Key\b/m.test(body)).map(({ name }) => name)
  const heirs = interfaces.filter(({ bases }) => own.some((name) => mentions(bases, name))).map(({ name }) => name)
  return [...new Set([...own, ...heirs])]
}

function sourceOf(folder: string): Source {
  const root = join(packages, folder, 'src')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.(test|test-d)\.ts$|\b(testing|fixtures)\b/.test(file),
  )
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8'))
  const text = texts.join('\n')
  return {
    functions: [
      ...text.matchAll(/^export (?:async )?function\*? (\w+)(?:<[^(]*>)?\(([\s\S]*?)\)(?:: [^\n]*)? \{$/gm),
    ].map(([, name, parameters]) => ({ name: name!, parameters: parameters! })),
    interfaces: [...text.matchAll(/^export interface (\w+)([^{]*)\{\n([\s\S]*?)^\}/gm)].map(
      ([, name, bases, body]) => ({
        name: name!,
        bases: bases!,
        body: body!.replace(/\/\*\*[\s\S]*?\*\//g, ''),
      }),
    ),
    exported: texts.filter((code) => /^export \{[\s\S]*? from /m.test(code)).join('\n'),
  }
}
