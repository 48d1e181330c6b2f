/**
 * How much Longhand may take. In: what the device says, the size of the model, the user's own limit.
 * Out: bytes. Half of the device and never above a hard cap (design, section 6).
 */
export const MEGABYTE = 1_000_000;
const GIBIBYTE = 2 ** 30;

const SHARE_OF_DEVICE = 0.5;
const CAP_BYTES = 2_000 * MEGABYTE;
const CAP_UP_TO_BASE_BYTES = 1_000 * MEGABYTE;
/** Whisper base has 74 million parameters: 290 MB as fp32, 80 MB as int8. */
const BASE_WEIGHT_BYTES = 300 * MEGABYTE;
/** `navigator.deviceMemory` is missing in Firefox and Safari; the least that a machine of today has. */
const ASSUMED_DEVICE_GIBIBYTES = 4;

export interface LimitInput {
  /** `navigator.deviceMemory`: gibibytes, rounded, at most 8 (32 from Chromium 146 on). */
  deviceGibibytes: number | undefined;
  weightBytes: number;
  /** The user's own limit in megabytes, or null for the default. */
  limitMegabytes: number | null;
}

export function memoryLimitBytes({ deviceGibibytes, weightBytes, limitMegabytes }: LimitInput): number {
  if (limitMegabytes !== null) return limitMegabytes * MEGABYTE;
  const offered = (deviceGibibytes ?? ASSUMED_DEVICE_GIBIBYTES) * GIBIBYTE * SHARE_OF_DEVICE;
  const cap = weightBytes <= BASE_WEIGHT_BYTES ? CAP_UP_TO_BASE_BYTES : CAP_BYTES;
  return Math.min(offered, cap);
}
