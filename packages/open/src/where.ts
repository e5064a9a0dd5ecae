/** Who refuses. @module */

/** The one function of this package, for errors. */
export const where = 'open.openModel'
