/**
 * The public door: classes and types, and nothing happens on import. `chunk-uploader/define` registers the tag.
 */
export {ChunkUploader} from './element/chunk-uploader.js';
export {UploadEvent} from './element/events.js';
export type {Folder, RejectReason, UploadEventMap, UploadEvents} from './element/events.js';
export type {Addable} from './element/files-from.js';
export {english} from './element/messages.js';
export type {MessageOverrides, Messages} from './element/messages.js';
export type {WaitLimits} from './element/wire.js';

export {UploadError} from './core/errors.js';
export type {UploadErrorCode} from './core/errors.js';
export type {UploaderEvents} from './core/events.js';
export {oneTab} from './core/one-tab.js';
export type {Limits} from './core/patience.js';
export type * from './core/hasher-ports.js';
export type * from './core/ports.js';
export type {Range, Ranges} from './core/ranges.js';
export type {Settings, UploaderOptions} from './core/settings.js';
export {bothSlots, CountedSlots} from './core/slots.js';
export type {ErrorSnapshot, Progress, StatusSnapshot, Totals, UploadSnapshot} from './core/snapshot.js';
export type {NewFile} from './core/source-file.js';
export {Uploader} from './core/uploader.js';

export {inlineHasher} from './hash/inline-hasher.js';
export {workerHasher} from './hash/worker-hasher.js';
export {fetchHttp} from './net/fetch.js';
export {browserFrames} from './net/frames.js';
export {withHeaders} from './net/headers.js';
export type {HeadersRequest, HeadersSource} from './net/headers.js';
export {alwaysOnline, browserNetwork} from './net/network.js';
export {xhrHttp} from './net/xhr.js';
export {protocolByName, protocolNames} from './protocols/by-name.js';
export {chunks} from './protocols/chunks.js';
export {indexedStore} from './stores/indexed.js';
export type {IndexedStore, IndexedStoreOptions} from './stores/indexed.js';
export {MemoryStore} from './stores/memory.js';
export {browserTabs} from './stores/tabs.js';
export type {BrowserTabsOptions} from './stores/tabs.js';
