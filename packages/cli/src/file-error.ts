/** Errors of the file system in words. @module */
import { GenError } from '@gen/backend'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'a full disk; free some space',
  EDQUOT: 'a full disk quota; free some space',
  EROFS: 'a read-only file system; take another place',
  EACCES: 'no permission; take another place',
  EPERM: 'no permission; take another place',
  ENOENT: 'none: the folder is missing or was removed; make it, or take another place',
  ENOTDIR: 'a file where a folder should be; take another place',
  EEXIST: 'a file where a folder should be; take another place',
  EISDIR: 'a folder of that name; take another name',
}

/** What a failed access says to whoever runs a command; what is a {@link GenError} already stays. */
export function fileError(command: string, path: string, cause: unknown): GenError {
  if (GenError.is(cause)) return cause
  const { code = '', message = String(cause) } = (cause ?? {}) as Partial<NodeJS.ErrnoException>
  const reason = Object.hasOwn(reasons, code) ? `${reasons[code]} (${code})` : message
  return new GenError('file', `${command}: expected a place that can be written at ${path}, got ${reason}`, { cause })
}
