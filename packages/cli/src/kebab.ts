/** Names of options as words of the command line. @module */

/** The word on the command line that sets the option `name`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
