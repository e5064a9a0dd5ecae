/** Text in few characters. @module */

/** The characters of {@link plainText}. */
export const plainAlphabet = " abcdefghijklmnopqrstuvwxyz.,;:!?'-"

/** What stands for characters that are written in several ways. */
const written: readonly (readonly [RegExp, string])[] = [
  [/[‘’ʼ`´]/g, "'"],
  [/[—–―]/g, ' - '],
  [/[‐‑−]/g, '-'],
  [/…/g, '...'],
  [/æ/g, 'ae'],
  [/œ/g, 'oe'],
  [/ß/g, 'ss'],
]

/**
 * Brings a text into the 35 characters of {@link plainAlphabet}: small letters without accents, the common marks, and single
 * spaces, also for line ends and for all that has no place there, such as digits.
 *
 * @example
 * plainText('“Café—No. 7?”\n') // ' cafe - no. ? '
 */
export function plainText(text: string): string {
  const small = text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')
  const common = written.reduce((so, [form, common]) => so.replace(form, common), small)
  return common.replace(/[^a-z.,;:!?'-]+/g, ' ')
}
