/** What a model can do with languages, as far as the page knows it before the model is opened. */
import { EMBEDDED_MODEL, findModel } from '../../models/catalog';
import { EMBEDDED_ADDRESS, storedModelId } from '../../models/model-address';

/** Null for models that the catalog does not know: they tell when they are opened. */
export function knowsOnlyEnglish(address: string): boolean | null {
  const id = address === EMBEDDED_ADDRESS ? EMBEDDED_MODEL.id : storedModelId(address);
  const model = id === null ? null : findModel(id);
  return model && 'languages' in model ? model.languages === 'en' : null;
}
