/** What is meant where no options are given; one object, so that what is made of it is made once. */
export const noOptions: Readonly<Record<string, never>> = {}
