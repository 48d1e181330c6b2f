/** Whether WebGPU is a graphics card or the processor in disguise. In: what the adapter says of itself. Pure. */
export type AdapterNames = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
>;

/** Chromium's SwiftShader, Mesa's llvmpipe and lavapipe, Windows' WARP: the processor, with a detour. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|\bwarp\b|basic render/i;

export const isSoftwareAdapter = ({
  vendor,
  architecture,
  device,
  description,
  isFallbackAdapter,
}: AdapterNames): boolean =>
  isFallbackAdapter || SOFTWARE.test([vendor, architecture, device, description].join(' '));
