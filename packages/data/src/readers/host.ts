/** Node's own modules, for code that runs in the browser too: bundlers see no import of them. @module */
import { refusal } from '@gen/backend'

interface Modules {
  'node:crypto': typeof import('node:crypto')
  'node:fs/promises': typeof import('node:fs/promises')
  'node:module': typeof import('node:module')
  'node:os': typeof import('node:os')
  'node:path': typeof import('node:path')
}

/** One of Node's modules; elsewhere an error that says what to do instead. */
export function nodeModule<Name extends keyof Modules>(where: string, name: Name, remedy: string): Modules[Name] {
  if (inNode()) return process.getBuiltinModule(name)
  throw refusal('config', where, { expected: 'to run in Node', got: 'a browser', remedy })
}

/** Says whether Node's modules are at hand; also false in Node before 20.16. */
export function inNode(): boolean {
  return typeof globalThis.process?.getBuiltinModule === 'function'
}

/** The path of a file in an npm package, looked for from here and from the working folder (this file may have been bundled). */
export function findModule(where: string, path: string, remedy: string): string | undefined {
  const { createRequire } = nodeModule(where, 'node:module', remedy)
  const { join } = nodeModule(where, 'node:path', remedy)
  for (const from of [import.meta.url, join(process.cwd(), 'any.js')]) {
    try {
      return createRequire(from).resolve(path)
    } catch {
      // Not installed there.
    }
  }
  return undefined
}
