/** Plain JSON. @module */

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object; a member that is undefined counts as absent, as in `JSON.stringify`. */
export interface JsonObject {
  readonly [name: string]: Json | undefined
}
