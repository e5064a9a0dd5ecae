/** Whoever reads what we print may stop: `| head`, or a terminal that is closed. @module */

const waiting = new Set<() => void>()
let gone = false

/** From now on, printing to no one is no error; asked again, it changes nothing. */
export function watchReader(): void {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', leave).on('error', leave)
}

/** Calls `listener` when no one reads any more; the returned function forgets it. */
export function onReaderGone(listener: () => void): () => void {
  if (gone) listener()
  else waiting.add(listener)
  return () => waiting.delete(listener)
}

function leave(error: NodeJS.ErrnoException): void {
  if (!['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) throw error
  if (gone) return
  gone = true
  for (const listener of waiting) listener()
}
