/** The URL of the echo server that runs beside Web Test Runner: see tools/echo-plugin.mjs. On another origin than the page. */
export async function echoUrl(): Promise<string> {
  const answer = await fetch('/echo-server');
  if (!answer.ok) throw new Error('There is no echo server: web-test-runner.config.mjs lacks echoPlugin()');
  return answer.text();
}
