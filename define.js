// For bundlers that do not read "exports" of package.json (Parcel by default): `import 'chunk-uploader/define'` ends here.
import './dist/define.js';
