import type {NewFile} from '../core/source-file.js';
import {typesFor, type PickerType} from './accept-types.js';
import {newFile} from './files-from.js';

/** What may be picked. */
export interface Wish {
  readonly accept: string;
  readonly multiple: boolean;
  /** Whether handles are of use: a later page can have the files again through them. */
  readonly withHandles: boolean;
}

interface PickerOptions {
  readonly multiple: boolean;
  readonly types: readonly PickerType[];
}

/** The picker that gives handles (File System Access). Chromium has it, in secure contexts. */
type HandleWindow = Window & {
  readonly showOpenFilePicker?: (options: PickerOptions) => Promise<readonly FileSystemFileHandle[]>;
};

/** A second picker of the page would be refused, and is not what anybody wants. */
let isOpen = false;

/**
 * Has a person pick files: with handles where that is possible, else by `openInput`, in the same task. Where a picker with handles
 * opens and is dismissed, nothing happens. Without a click or a key to answer to, it is left to the input to refuse.
 */
export async function pick(wish: Wish, onPick: (files: readonly NewFile[]) => void, openInput: () => void): Promise<void> {
  if (isOpen) return;
  const files = await pickHandles(wish, openInput);
  if (files.length > 0) onPick(files);
}

/** Resolves with nothing when nothing was picked here. */
async function pickHandles({accept, multiple, withHandles}: Wish, openInput: () => void): Promise<readonly NewFile[]> {
  const view: HandleWindow = window;
  const types = withHandles ? typesFor(accept) : undefined;
  if (!types || !view.showOpenFilePicker || !navigator.userActivation?.isActive) {
    openInput();
    return [];
  }
  isOpen = true;
  try {
    const handles = await view.showOpenFilePicker({multiple, types});
    return await Promise.all(handles.map(async (handle) => ({...newFile(await handle.getFile()), handle})));
  } catch (error) {
    if (!isDismissal(error)) openInput();
    return [];
  } finally {
    isOpen = false;
  }
}

const isDismissal = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
