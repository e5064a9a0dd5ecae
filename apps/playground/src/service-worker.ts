/**
 * Keeps the site in the browser: after the first visit it works without a network. What it answers has the headers that
 * threads need, also where a host cannot send them.
 *
 * @module
 */

/** The part of a service worker's global scope that is used here; the DOM's types do not have it. */
interface Scope {
  addEventListener(
    type: 'install' | 'activate',
    listen: (event: { waitUntil(done: Promise<unknown>): void }) => void,
  ): void
  addEventListener(
    type: 'fetch',
    listen: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  readonly location: Location
}

const scope = globalThis as unknown as Scope
const cacheName = 'gen-playground'

scope.addEventListener('install', (event) => event.waitUntil(keep().then(() => scope.skipWaiting())))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'GET' && new URL(request.url).origin === scope.location.origin)
    event.respondWith(answer(request))
})

/** Fetches all files of this version; those of others go. */
async function keep(): Promise<void> {
  const list = await fetch('kept-files.json', { cache: 'no-store' })
  const files = (await list.json()) as string[]
  const cache = await caches.open(cacheName)
  await cache.addAll(files)
  const wanted = new Set(files.map((file) => new URL(file, scope.location.href).href))
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url)
}

/** Files with a hash in their names never change; the page itself is asked for first, for it may have. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request, { ignoreSearch: true })
  if (kept && request.mode !== 'navigate') return isolated(kept)
  try {
    return isolated(await fetch(request))
  } catch (error) {
    if (kept) return isolated(kept)
    throw error
  }
}

/** The answer with the headers of a page that may share memory. */
function isolated(response: Response): Response {
  if (response.status === 0) return response
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

export {}
