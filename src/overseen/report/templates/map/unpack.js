// The report's map: everything it needs stands in this page; it asks nobody for anything.
const element = (id) => document.getElementById(id);
const frame = element("map-view-port");

const SLICE = 1 << 20;

// Long texts are decoded slice by slice: a data: address has a largest length, which differs from browser to browser.
function bytesOf(id) {
  const text = element(id).textContent.trim();
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array(text.length / 4 * 3 - padding);
  let at = 0;
  for (let start = 0; start < text.length; start += SLICE) {
    const letters = atob(text.slice(start, start + SLICE));
    for (let i = 0; i < letters.length; i += 1) bytes[at + i] = letters.charCodeAt(i);
    at += letters.length;
  }
  return bytes;
}

function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const unpacked = (id) => inflated(bytesOf(id));
const script = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

// Rows of a table stand in compressed blocks; a block is opened when a row of it is asked for, and kept.
function tableReader(index, bytes) {
  const opened = new Map();
  const block = (name, number) => {
    const key = `${name} ${number}`;
    if (!opened.has(key)) {
      const { start, lengths } = index[name];
      const from = lengths.slice(0, number).reduce((sum, length) => sum + length, start);
      opened.set(key, inflated(bytes.subarray(from, from + lengths[number])).then(JSON.parse));
    }
    return opened.get(key);
  };
  return async (name, row) => {
    const { block_rows: rows } = index[name];
    const columns = await block(name, Math.floor(row / rows));
    return (column) => columns[column]?.[row % rows] ?? null;
  };
}
