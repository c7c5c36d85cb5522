/** The reference server of the `chunks` protocol, for Node. See docs/protocol.md. */
export {createUploadHandler} from './handler.js';
export type {UploadHandler} from './handler.js';
export {onClientError, toNodeListener} from './node-adapter.js';
export type {Authorize, Owner, PartBounds, UploadAction, UploadHandlerOptions} from './options.js';
export {problem} from './problem.js';
export type {ProblemKind, ProblemMembers} from './problem.js';
