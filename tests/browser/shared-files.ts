/** Test material beside the repository (`../shared`), read through Vitest's own server. Absent on most machines. */
import { server } from 'vitest/browser';

/** Null where there is no such file. */
export async function readShared(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const content = await server.commands.readFile(`../shared/${path}`, 'base64');
    const response = await fetch(`data:application/octet-stream;base64,${content}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    return null;
  }
}
