/** What invoker buttons can ask for. */
export interface Commanded {
  start(): void;
  pause(): void;
  resume(): void;
  retry(): void;
  cancel(): void;
  showPicker(): void;
}

const commands: Readonly<Record<string, (element: Commanded) => void>> = {
  '--start': (element) => element.start(),
  '--pause': (element) => element.pause(),
  '--resume': (element) => element.resume(),
  '--retry': (element) => element.retry(),
  '--cancel': (element) => element.cancel(),
  '--show-picker': (element) => element.showPicker(),
};

/**
 * Lets `<button commandfor="id" command="--pause">` control `element` without script (HTML, invoker commands). Other commands are
 * left to the page, and so is one that somebody has prevented.
 */
export function obeyCommands(element: HTMLElement & Commanded): void {
  element.addEventListener('command', (event) => {
    if (!event.defaultPrevented && 'command' in event) commands[String(event.command)]?.(element);
  });
}
