/** A server of files on this machine. */
import { readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
}

/** Serves a folder below `base`; `/a` is also `/a.html`, as on GitHub Pages. */
export async function serve(
  folder: string,
  headers: Record<string, string> = {},
  base = '/',
): Promise<{ address: string; server: Server }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = join(folder, normalize(pathname.startsWith(base) ? pathname.slice(base.length) : 'no such file'))
    const file = [path, `${path}.html`, join(path, 'index.html')].find(isFile)
    if (file === undefined) return response.writeHead(404, headers).end()
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'text/plain', ...headers })
    return response.end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`, server }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
