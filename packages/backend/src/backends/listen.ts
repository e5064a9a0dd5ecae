/** What a library tells the console while it works. @module */

/** Runs `work` and catches what it warns of: with a failure this is its reason, after a success it goes on to the console. */
export async function listen<T>(work: () => Promise<T> | T): Promise<T> {
  const { warn } = console
  const heard: unknown[][] = []
  console.warn = (...words: unknown[]) => void heard.push(words)
  try {
    const result = await work()
    for (const words of heard) warn.apply(console, words)
    return result
  } catch (error) {
    // emscripten repeats the reason in longer words.
    const said = heard[0]?.map(String).join(' ')
    throw said === undefined ? error : new Error(said, { cause: error })
  } finally {
    console.warn = warn
  }
}
