// Scripts of the explorer's page, as text. They run in a browser, after Altair's own and before it starts.

// Altair keeps its tabs in the browser's IndexedDB from visit to visit. Answers, and what a subscription has told, hold personal data;
// headers and what a subscription connects with hold tokens. All that is taken out of what it stores; the queries stay. That something
// runs ends with the page, and is not stored either: the tab would wait for it for ever.
const FORGOTTEN = {
  responses: [],
  responseHeaders: {},
  subscriptionConnectionParams: '{}',
  requestHandlerAdditionalParams: '{}',
  additionalParams: '{}',
  isSubscribed: false,
};

const FORGET = `
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (record, ...key) {
  return put.call(this, withoutPersonalData(record), ...key);
};
function withoutPersonalData(record) {
  const isTab = String(record?.key).includes('::windows::') && !record.key.endsWith('::schema');
  if (typeof record?.value !== 'string' || !isTab) return record;
  const tab = JSON.parse(record.value);
  const query = { ...tab.query, ...${JSON.stringify(FORGOTTEN)} };
  const authorization = { type: 'none', result: { headers: {} } };
  const layout = { ...tab.layout, isLoading: false };
  return { ...record, value: JSON.stringify({ ...tab, query, layout, authorization, headers: [] }) };
}
`;

// Altair would give a WebSocket the page's own protocol, which older browsers do not take: `ws` beside `http`, `wss` beside `https`.
const CONNECT = `
const { init } = AltairGraphQL;
AltairGraphQL.init = (options) => init({ ...options, subscriptionsProtocol: location.protocol.replace('http', 'ws') });
`;

// Altair shows an error's `message` alone, and hides behind "Server Error" what a subscription is refused with: a list of errors, or the end of
// the connection. So the errors are given to it as an answer, and the end gets a message.
const SHOW = `
const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
Object.defineProperty(WebSocket.prototype, 'onmessage', {
  configurable: true,
  set(take) {
    set.call(this, (event) => {
      for (const data of this.protocol === 'graphql-transport-ws' ? shown(event.data) : [event.data]) take({ data });
    });
  },
});
function shown(data) {
  const { id, type, payload } = JSON.parse(data);
  if (type !== 'error') return [data];
  return [{ id, type: 'next', payload: { errors: payload } }, { id, type: 'complete' }].map((message) => JSON.stringify(message));
}
const HINT = \`
Headers are sent over HTTP only. Give the credential as a connection parameter
(Request Handlers, on the left): { "authorization": "Bearer ..." }\`;
Object.defineProperty(CloseEvent.prototype, 'message', {
  configurable: true,
  get() {
    return (this.reason || 'The connection was lost.') + ' (' + this.code + ')' + (this.code === 4401 ? HINT : '');
  },
});
`;

/** What the explorer's page runs before Altair starts. */
export const PREPARE = FORGET + CONNECT + SHOW;
