/** A registry of npm packages on loopback: `@gen/*` is its own, all else comes from the registry that npm is set to. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'

export interface Registry {
  readonly url: string
  /** The environment in which npm, pnpm and changesets use this registry and no other, with no one's credentials. */
  readonly environment: NodeJS.ProcessEnv
  /** The versions of a package, or `undefined` where there are none. */
  versions(name: string): Promise<Record<string, Manifest> | undefined>
  /** Which version each dist-tag names. */
  tags(name: string): Promise<Record<string, string>>
  stop(): void
}

export interface Manifest {
  readonly version: string
  readonly dependencies?: Record<string, string>
}

interface Document {
  versions: Record<string, Manifest>
  'dist-tags': Record<string, string>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('no port on loopback')
  return address.port
}

/** Nobody logs in; npm refuses to publish without a token, so any will do. */
function configure(folder: string, port: number): void {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'config.yaml'),
    JSON.stringify({
      storage: './storage',
      uplinks: { up: { url: upstream } },
      packages: { '@gen/*': { access: '$all', publish: '$all' }, '**': { access: '$all', proxy: 'up' } },
      log: { type: 'file', path: './verdaccio.log', level: 'warn' },
    }),
  )
  writeFileSync(
    join(folder, 'npmrc'),
    `registry=http://127.0.0.1:${port}/\n//127.0.0.1:${port}/:_authToken=none\naudit=false\nfund=false\nupdate-notifier=false\n`,
  )
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`verdaccio ended with ${child.exitCode}`)
    const response = await fetch(`${url}-/ping`).catch(() => undefined)
    if (response?.ok) return
    await new Promise((later) => setTimeout(later, 100))
  }
  throw new Error('verdaccio did not start within a minute')
}

/** npm hands its own settings to what it starts, and they would win over a file's. changesets looks for lower case alone. */
function environmentOf(folder: string, url: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_|^(NPM|NODE_AUTH)_TOKEN$|^CI$/i.test(name))
  return {
    ...Object.fromEntries(own),
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_registry: url,
    npm_config_cache: join(folder, 'cache'),
  }
}

/** Starts the registry with its files below `folder`. */
export async function startRegistry(folder: string): Promise<Registry> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  configure(folder, port)
  const verdaccio = createRequire(import.meta.url).resolve('verdaccio/bin/verdaccio')
  const child = spawn(process.execPath, [verdaccio, '-c', join(folder, 'config.yaml'), '-l', `127.0.0.1:${port}`], {
    stdio: 'ignore',
  })
  const document = async (name: string): Promise<Document | undefined> => {
    const response = await fetch(`${url}${name.replace('/', '%2f')}`)
    return response.ok ? ((await response.json()) as Document) : undefined
  }
  await answers(url, child)
  return {
    url,
    environment: environmentOf(folder, url),
    versions: async (name) => (await document(name))?.versions,
    tags: async (name) => (await document(name))?.['dist-tags'] ?? {},
    stop: () => void child.kill(),
  }
}
