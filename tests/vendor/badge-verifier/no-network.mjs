// Stands where the verifier's libraries have their HTTP client: whatever asks for an address over the network fails.
function refuse() {
  throw new Error('this verifier knows no network');
}
export const httpClient = {get: refuse, post: refuse, extend: () => httpClient};
export const kyPromise = Promise.resolve(httpClient);
export const DEFAULT_HEADERS = {};
export default {httpClient, kyPromise, DEFAULT_HEADERS};
