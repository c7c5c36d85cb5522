import type {ErrorSnapshot, Json, Progress, StatusSnapshot, UploadErrorCode, UploadResult, UploadSnapshot} from '../../src/index.js';
import {holds, type Fits, type Same} from './same.js';

// A status carries what belongs to it, and nothing else.
type Of<Name extends StatusSnapshot['name']> = Extract<StatusSnapshot, {name: Name}>;
holds<
  [
    Same<Of<'done'>['result'], UploadResult>,
    Same<Of<'failed'>['error'], ErrorSnapshot>,
    Same<Of<'paused'>['error'], ErrorSnapshot | undefined>,
    Fits<'error', keyof Of<'waiting'>>,
    Fits<'attempt', keyof Of<'waiting'>>,
    Fits<'until', keyof Of<'waiting'>>,
    Same<Of<'interrupted'>['needs'], 'nothing' | 'access' | 'file'>,
    Same<Of<'interrupted'>['error'], ErrorSnapshot | undefined>,
    Same<Of<'elsewhere'>['there'], StatusSnapshot['name'] | undefined>,
  ]
>(true, true, true, true, true, true, true, true, true);

// Each status that has no facts of its own is known by its name.
type Plain = Exclude<StatusSnapshot['name'], 'done' | 'failed' | 'paused' | 'waiting' | 'interrupted' | 'elsewhere'>;
holds<[Same<Plain, 'queued' | 'preparing' | 'sending' | 'finishing' | 'canceled'>]>(true);

// Numbers are numbers: no status, no text and no percentage is mixed with them.
holds<[Same<Progress, {readonly size: number; readonly hashed: number; readonly sent: number; readonly confirmed: number}>]>(true);

// Whatever a page switches on is a closed list.
holds<[Same<ErrorSnapshot['code'], UploadErrorCode>, Same<Fits<string, UploadErrorCode>, false>]>(true, true);

// What a server said is data.
holds<[Same<UploadResult['server'], Json>]>(true);

// A page cannot write to a snapshot.
type Writable<T> = {-readonly [Key in keyof T]: T[Key]};
holds<[Same<Same<UploadSnapshot, Writable<UploadSnapshot>>, false>]>(true);
