/** What worker and page agree on. @module */

/** Half the side of the square that is shown. */
export const bound = 4
/** Places of y at which densities are known. */
export const places = 160
