const told = new Set<string>();

/** Tells a developer about a mistake that is put right by itself: on the console, each text once per page. Never throws. */
export function warnOnce(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  console.warn(`<chunk-uploader>: ${text}`);
}
