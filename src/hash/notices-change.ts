/** What is read of `navigator`. `userAgentData` is absent in insecure contexts and outside Chromium. */
export interface Browser {
  readonly userAgent?: string;
  readonly userAgentData?: {readonly brands: readonly {readonly brand: string}[]};
}

/**
 * Whether reading a `File` throws once the file has changed on disk. Chromium's engine does, whatever the browser is called;
 * Firefox and WebKit hand out the new bytes without a word (measured in Chromium 156 and Firefox 153).
 *
 * This asks which engine it is because it cannot be tried out: a test would need a file on disk and somebody to change it. When
 * in doubt the answer is `false`, which costs a second pass over the file and is never wrong. Browsers on iOS are WebKit and say
 * neither `Chromium` nor `Chrome/`.
 */
export function noticesChange(browser: Browser | undefined = (globalThis as {navigator?: Browser}).navigator): boolean {
  const brands = browser?.userAgentData?.brands;
  if (brands) return brands.some(({brand}) => brand === 'Chromium');
  return /Chrom(e|ium)\/\d/.test(browser?.userAgent ?? '');
}
