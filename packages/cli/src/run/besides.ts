/** Work beside what matters, such as a training: where it fails, that is told once, and no more. @module */

/** Runs such work; its result, or undefined where it failed. */
export interface Besides {
  <T>(kind: string, work: () => Promise<T>): Promise<T | undefined>
  /** Prints a warning, once for each kind. */
  warn(kind: string, message: string): void
}

/** With `print` to tell what failed, and what is so all the same. */
export function besides(print: (line: string) => void, allTheSame: string): Besides {
  const told = new Set<string>()
  const warn = (kind: string, message: string): void => {
    if (told.has(kind)) return
    told.add(kind)
    print(`warning  ${message}`)
  }
  const run = async <T>(kind: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      warn(`${kind} failed`, `${error instanceof Error ? error.message : String(error)}; ${allTheSame}`)
      return undefined
    }
  }
  return Object.assign(run, { warn })
}
