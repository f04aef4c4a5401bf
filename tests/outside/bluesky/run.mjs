// Bluesky's own server for accounts and the directory of identities that it asks, on this machine alone. Prints "ready".
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { HOME_OF_SERVER, HOME_OF_DATA, PLC_PORT, PDS_PORT } = process.env;
const from = createRequire(join(HOME_OF_SERVER, 'package.json'));
const { PlcServer, Database } = from('@did-plc/server');
const { PDS } = await import(from.resolve('@atproto/pds'));

mkdirSync(join(HOME_OF_DATA, 'blobs'), { recursive: true });
mkdirSync(join(HOME_OF_DATA, 'tmp'), { recursive: true });
Object.assign(process.env, {
  PDS_DATA_DIRECTORY: HOME_OF_DATA,
  PDS_BLOBSTORE_DISK_LOCATION: join(HOME_OF_DATA, 'blobs'),
  PDS_BLOBSTORE_DISK_TMP_LOCATION: join(HOME_OF_DATA, 'tmp'),
});
await PlcServer.create({ db: Database.mock(), port: Number(PLC_PORT) }).start();
await PDS.run({ onStarted: () => console.log('ready') });
