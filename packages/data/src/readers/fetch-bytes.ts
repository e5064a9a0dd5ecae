/** Files from the web, with a limit. @module */
import { type GenError, refusal } from '@gen/backend'

/** Fetches a file of at most `maxBytes`; what is declared larger is not read, and reading stops at the limit. */
export async function fetchBytes(where: string, url: string | URL, maxBytes: number): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause) => {
    throw refusal('file', where, { expected: `to fetch ${url}`, got: (cause as Error).message, cause })
  })
  if (!response.ok || !response.body) {
    throw refusal('file', where, { expected: `to fetch ${url}`, got: `HTTP status ${response.status}` })
  }
  const declared = Number(response.headers.get('content-length') ?? 0)
  const tooLarge = (got: string): GenError =>
    refusal('file', where, { expected: `at most ${maxBytes} bytes from ${url}`, got })
  if (declared > maxBytes) {
    await response.body.cancel()
    throw tooLarge(`${declared}`)
  }
  const chunks: Uint8Array[] = []
  let total = 0
  const reader = response.body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    total += part.value.length
    if (total > maxBytes) {
      await reader.cancel()
      throw tooLarge('more')
    }
    chunks.push(part.value)
  }
  const bytes = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
