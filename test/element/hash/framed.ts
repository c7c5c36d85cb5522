/** Shows `html` in a frame, and gives what it posts to this page. The frame is taken away afterwards. */
export async function framed<Outcome>(html: string): Promise<Outcome> {
  const frame = document.createElement('iframe');
  frame.srcdoc = html;
  const outcome = new Promise<Outcome>((resolve) => {
    const listener = (event: MessageEvent<Outcome>): void => {
      if (event.source !== frame.contentWindow) return;
      removeEventListener('message', listener);
      resolve(event.data);
    };
    addEventListener('message', listener);
  });
  document.body.append(frame);
  try {
    return await outcome;
  } finally {
    frame.remove();
  }
}
