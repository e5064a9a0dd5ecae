/** Pages as Chromium runs them. */
import type { Browser } from 'playwright'

export const chromiumPath: string = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** The two headers that let a page share memory between threads. */
export const isolation: Record<string, string> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** What a page's global `report` settles to, once it is there. */
export async function report<T>(browser: Browser, address: string): Promise<T> {
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(String(error)))
  try {
    await page.goto(address)
    await page.waitForFunction('globalThis.report')
    return await page.evaluate('globalThis.report')
  } catch (cause) {
    throw new Error(`the page failed: ${problems.join('; ')}`, { cause })
  } finally {
    await page.close()
  }
}
