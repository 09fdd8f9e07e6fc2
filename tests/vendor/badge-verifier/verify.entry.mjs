// Verifies Open Badges offline: reads one JSON question on standard input, writes one JSON answer on standard output.
//
// In: {contexts: {url: document}, now: "2027-08-08T12:00:00Z", cases: [{credential, documents: {url: document}}]}
// Out: [{verified, why, status: {verified, revoked, why} or null}], one for each case, in their order. `status` is what the list
// says that the credential names: whether that list verifies, and whether the credential's bit is set in it.
//
// Everything it knows comes with the question, or out of a did:key itself; nothing is fetched.
import {readFileSync} from 'node:fs';
import * as didKey from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {verifyCredential} from '@digitalbazaar/vc';

const question = JSON.parse(readFileSync(0, 'utf8'));

// The clock stands at the moment of the question, for everything inside that asks what time it is.
const MachineDate = Date;
globalThis.Date = class extends MachineDate {
  constructor(...given) {
    super(...(given.length ? given : [question.now]));
  }
  static now() {
    return new MachineDate(question.now).getTime();
  }
};

const keys = didKey.driver();
keys.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});

function loaderOf(documents) {
  return async url => {
    if(url.startsWith('did:key:')) {
      return {documentUrl: url, document: await keys.get({url})};
    }
    const document = documents[url] ?? question.contexts[url];
    if(document === undefined) {
      throw new Error(`not known offline: ${url}`);
    }
    return {documentUrl: url, document};
  };
}

function told(result) {
  const errors = result.error ? (result.error.errors ?? [result.error]) : [];
  const why = errors.map(each => [each.name, each.message, each.cause?.message].filter(Boolean).join(': '));
  return {verified: result.verified === true, why};
}

const answers = [];
for(const {credential, documents} of question.cases) {
  const documentLoader = loaderOf(documents ?? {});
  const suite = new DataIntegrityProof({cryptosuite});
  const settings = {credential, suite, documentLoader};
  const later = async () => ({verified: true}); // proof and status are answered apart
  const proof = told(await verifyCredential({...settings, checkStatus: later}));
  let status = null;
  if(documents) {
    const listed = await checkStatus(settings);
    status = {...told(listed), revoked: listed.results?.some(each => each.status) ?? null};
  }
  answers.push({...proof, status});
}
process.stdout.write(JSON.stringify(answers));
