/** What the engine asks of wherever a model lies (the app's own origin, IndexedDB, a folder): files by their hub names. */
export interface ModelFiles {
  /** Shown to the user and used in messages. */
  readonly name: string;
  /** `path` as on the hub: `config.json`, `onnx/encoder_model_quantized.onnx`. Null where there is no such file. */
  read(path: string, options: { signal: AbortSignal }): Promise<Uint8Array<ArrayBuffer> | null>;
}
