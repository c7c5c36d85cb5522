/** The built worker's text, put here by the build. Empty in the sources: then there is no Blob worker. */
export const workerSource: string = '';
