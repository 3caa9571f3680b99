// Tiles come out of the page itself: an archive in its memory, read as if from a server.
function archiveSource(bytes) {
  return {
    getKey: () => "page",
    getBytes: async (offset, length) => ({ data: bytes.slice(offset, offset + length).buffer }),
  };
}

function addTiles(maplibre, pmtiles, bytes) {
  const protocol = new pmtiles.Protocol();
  protocol.add(new pmtiles.PMTiles(archiveSource(bytes)));
  maplibre.addProtocol("pmtiles", protocol.tile);
}

const TILES = "tiles";
const sources = (data) => ({
  [TILES]: { type: "vector", tiles: ["pmtiles://page/{z}/{x}/{y}"], minzoom: data.first_zoom, maxzoom: data.last_zoom, bounds: data.bounds.map((edge, i) => edge + (i < 2 ? -0.5 : 0.5)) },
});
