import type {Http, Protocol} from '../core/ports.js';
import {chunks, type ChunksOptions} from './chunks.js';

/** Names of the protocols that this version speaks. */
export const protocolNames = ['chunks'] as const;

/** One of {@link protocolNames}. */
export type ProtocolName = (typeof protocolNames)[number];

/** Whether `name` is spoken. */
export const isProtocolName = (name: string): name is ProtocolName => (protocolNames as readonly string[]).includes(name);

/** A protocol by its name. */
export const protocolByName = (name: ProtocolName, options: ChunksOptions, http: Http): Protocol => ({chunks: chunks(options, http)})[name];
