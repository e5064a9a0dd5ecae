/** What worker and page agree on. @module */

/** Half the side of the square that is shown. */
export const bound = 4
/** Lines of the grid along each side. */
export const gridSide = 25
/** Half the side of the square that the grid covers. */
export const gridBound = 3.6
