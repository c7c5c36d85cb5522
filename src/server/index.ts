/** The reference server of the `chunks` protocol, for Node. See docs/protocol.md and docs/server.md. */
export type {CompleteFile, OnComplete} from './complete-hook.js';
export {createUploadHandler} from './handler.js';
export type {UploadHandler} from './handler.js';
export type {FaultLine, LogLine, RequestLine} from './log.js';
export {onClientError, toNodeListener} from './node-adapter.js';
export {nodeServerOptions} from './node-server-options.js';
export type {Authorize, ClaimScope, Owner, PartBounds, UploadAction, UploadHandlerOptions} from './options.js';
export {problem} from './problem.js';
export type {ProblemKind, ProblemMembers} from './problem.js';
