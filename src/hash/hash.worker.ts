import {expose} from 'comlink';
import {HashService} from './service.js';

expose(new HashService(() => self.close()));
