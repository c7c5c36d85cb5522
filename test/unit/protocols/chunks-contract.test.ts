import {describe, it} from 'node:test';
import {keepsTheProtocolContract} from '../../contracts/protocol.js';
import {chunksScene} from '../../support/chunks-scene.js';

keepsTheProtocolContract('chunks, to the reference server, with md5', chunksScene, {describe, it});
