/** Why an optional package could not be had. @module */

/** The reason for a failed import; what went wrong is kept where the package is there but broken. */
export function notInstalled(name: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  const missing = /cannot find|could not resolve|failed to resolve|failed to fetch/i.test(message)
  const reason = missing ? `${name} is not installed; run npm install ${name}` : `${name} failed to load: ${message}`
  return new Error(reason, { cause: error })
}
