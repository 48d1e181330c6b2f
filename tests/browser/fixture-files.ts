/** The repository's own fixtures, as the files a user would drop. */

const urls = import.meta.glob<string>('../fixtures/media/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

export const mediaFixtureNames = Object.keys(urls).map((path) => path.slice(path.lastIndexOf('/') + 1));

export async function mediaFixture(name: string): Promise<File> {
  const url = urls[`../fixtures/media/${name}`];
  if (!url) throw new Error(`no fixture ${name}`);
  return fetchFile(url, name);
}

export async function jfk(): Promise<File> {
  return fetchFile(new URL('../fixtures/jfk.wav', import.meta.url).href, 'jfk.wav');
}

async function fetchFile(url: string, name: string): Promise<File> {
  const response = await fetch(url);
  return new File([await response.arrayBuffer()], name);
}
