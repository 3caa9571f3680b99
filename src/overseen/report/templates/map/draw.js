// Putting it together.
const nothing = (side = "a") => ({ side, cameras: [], streets: [] });

function mapMaker(maplibre, board) {
  const { data, told: { say }, chosen } = board, [west, south, east, north] = data.bounds;
  return (container, side) => {
    const map = new maplibre.Map({
      container, attributionControl: false, bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 12 }, minZoom: data.first_zoom - 0.5, maxZoom: 20,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches, canvasContextAttributes: { preserveDrawingBuffer: true }, fadeDuration: 0,
      locale: { "NavigationControl.ZoomIn": say("zoom_in"), "NavigationControl.ZoomOut": say("zoom_out"), "AttributionControl.ToggleAttribution": say("attribution") },
      style: { version: 8, sources: sources(data), layers: layers(data, chosen, side) },
    });
    map.on("styleimagemissing", () => addHatches(map));
    map.isStyled = new Promise((done) => map.once("style.load", () => { addHatches(map); done(); }));
    map.getCanvas().setAttribute("aria-label", frame.getAttribute("aria-label"));
    listen(board, map, side);
    return map;
  };
}

function furnish(maplibre, map) {
  const [start, end] = document.dir === "rtl" ? ["right", "left"] : ["left", "right"];
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), `top-${start}`);
  map.addControl(new maplibre.ScaleControl({}), `bottom-${start}`);
  map.addControl(new maplibre.AttributionControl({ customAttribution: frame.dataset.credit, compact: false }), `bottom-${end}`);
}

function hintOf(board) {
  const { data, told, map } = board, hint = element("map-hint");
  hint.textContent = told.say("from_zoom");
  const near = () => { hint.hidden = map.getZoom() >= data.view_zoom || data.view_zoom === data.first_zoom; };
  map.on("zoom", near); near();
}

async function draw() {
  const data = JSON.parse(await unpacked("map-data")), told = wordsOf(data);
  const [maplibre, { default: pmtiles }] = await Promise.all(["map-library", "map-reader"].map(async (id) => import(script(await unpacked(id)))));
  maplibre.setWorkerUrl(script(await unpacked("map-worker")));
  // Loaded by the map's workers once they meet a name from right to left; of another origin, they can read no address of this page's.
  if (element("map-rtl")) maplibre.setRTLTextPlugin(`data:text/javascript,${encodeURIComponent(await unpacked("map-rtl"))}`, true);
  addTiles(maplibre, pmtiles, bytesOf("map-tiles"));
  const shown = new Set(present(data).filter(([, isOn]) => isOn).map(([name]) => name));
  const chosen = { ...data.start, step: data.steps.length ? data.steps.length - 1 : null, shown, picked: nothing(), isHeld: false };
  const board = { data, told, chosen, read: tableReader(data.tables, bytesOf("map-tables")), swiped: false, other: null, turn: 0 };
  const makeMap = mapMaker(maplibre, board);
  board.map = makeMap(frame, "a");
  furnish(maplibre, board.map);
  board.goTo = (at) => board.map.jumpTo({ center: at, zoom: Math.max(board.map.getZoom(), data.view_zoom + 1) });
  board.shaping = () => maplibre.getRTLTextPluginStatus();
  board.tell = (layer, row) => answer(board, "a", { layer, row }, null);
  const phases = steps(board);
  board.holdSteps = phases.hold;
  const maps = () => board.swiped ? [[board.map, "a"], [board.other, "b"]] : [[board.map, "a"]];
  const drawn = () => Promise.all(maps().map(([map]) => new Promise((done) => { map.once("idle", done); map.triggerRepaint(); })));
  board.refresh = async () => {
    board.turn += 1;
    const turn = board.turn;
    frame.dataset.mapState = "drawing";
    legend(board);
    if (!board.swiped) phases.tell();
    for (const [map, side] of maps()) { await map.isStyled; apply(map, data, chosen, side); }
    await drawn();
    if (turn === board.turn) frame.dataset.mapState = "drawn";
  };
  window.overseenMap = board.map;
  window.overseenBoard = board;
  controls(board); swipe(board, makeMap); hintOf(board);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => board.refresh());
  await board.refresh();
}

frame.dataset.credit = document.querySelector(".still figcaption").textContent;
draw().catch((error) => {
  frame.dataset.mapState = "failed";
  document.body.classList.add("map-off");
  const note = element("map-failed");
  note.textContent = note.dataset.words.replace("{reason}", error.message);
  note.hidden = false;
});
