/** Node's own modules, for code that runs in the browser too: bundlers see no import of them. @module */
import { GenError } from '@gen/backend'

interface Modules {
  'node:fs/promises': typeof import('node:fs/promises')
  'node:module': typeof import('node:module')
  'node:path': typeof import('node:path')
}

/** One of Node's modules; elsewhere an error that says what to do instead. */
export function nodeModule<Name extends keyof Modules>(where: string, name: Name, remedy: string): Modules[Name] {
  // Also absent in Node before 20.16.
  const host = globalThis.process?.getBuiltinModule
  if (typeof host === 'function') return host(name) as Modules[Name]
  throw new GenError('config', `${where}: expected to run in Node, got a browser; ${remedy}`)
}
