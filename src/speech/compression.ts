/** How repetitive a text is. In: text. Out: bytes before and after zlib, the measure by which Whisper finds loops. */

/** 1 for the empty text; ordinary speech stays below 2, loops go far above 2.4. */
export async function compressionRatio(text: string): Promise<number> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === 0) return 1;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  const compressed = await new Response(stream).arrayBuffer();
  return bytes.length / compressed.byteLength;
}
