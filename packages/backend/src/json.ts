/** Plain JSON. @module */

/**
 * Any JSON value.
 *
 * @example
 * const widths: Json = [64, 'silu', null]
 */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/**
 * A JSON object; a member that is undefined counts as absent, as in `JSON.stringify`.
 *
 * @example
 * const config: JsonObject = { kind: 'mlp', widths: [64, 64] }
 */
export interface JsonObject {
  readonly [name: string]: Json | undefined
}
