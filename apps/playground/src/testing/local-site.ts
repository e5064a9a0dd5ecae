/** The folder `models/` as a site, for lessons that run in Node. @module */
import { existsSync, readFileSync } from 'node:fs'

/** An address that only {@link localFetch} knows. */
export const localSite = 'http://playground.test/'

/** A `fetch` of the files of this folder. */
export async function localFetch(address: string | URL): Promise<Response> {
  const file = new URL(`../../${new URL(address).pathname.slice(1)}`, import.meta.url)
  return existsSync(file) ? new Response(readFileSync(file)) : new Response('', { status: 404 })
}
