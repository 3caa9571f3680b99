// From a spot on the map, by pointer or by the cross in its middle, to the card of what lies there.
const REACH_PX = 7;
const ORDER = ["cameras", "places", "streets"];

// From afar a large city's streets are joined, and none can be asked about.
const isNear = (map, data) => data.view_zoom === data.first_zoom || map.getZoom() >= data.view_zoom;

function underneath(map, point, data) {
  const box = [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];
  const nearest = (layer) => map.getLayer(layer) ? map.queryRenderedFeatures(box, { layers: [layer] })[0] : undefined;
  for (const layer of ORDER) {
    if (layer === "streets" && !isNear(map, data)) continue;
    const found = nearest(layer);
    if (found) return { layer, row: found.id };
  }
  for (const layer of ["squares", "homes", "areas"]) {
    const found = map.getLayer(layer) && map.queryRenderedFeatures(point, { layers: [layer] })[0];
    if (found) return { layer, row: found.id };
  }
  return null;
}

function viewsOver(map, point) {
  return new Set(map.queryRenderedFeatures(point, { layers: ["overlap"] }).map((feature) => feature.id)).size;
}

async function answer(board, side, found, covering) {
  const { data, told, read, chosen } = board, { say } = told;
  const isRival = side === "b", picked = nothing(side);
  const rows = covering === null ? [] : [list([[say("overlap_here", { level: told.level(chosen.level) }), covering ? told.number(covering) : say("overlap_none")]])];
  let title = "", parts = [];
  if (found) {
    const table = found.layer === "cameras" && isRival ? "cameras_b" : found.layer, cell = await read(table, found.row);
    if (found.layer === "cameras") {
      title = say("camera_title", { id: cell("id") });
      picked.cameras = [found.row];
      parts = isRival ? rivalCameraCard(told, cell) : cameraCard(told, data, cell, chosen);
    } else if (found.layer === "streets") {
      title = cell("name") ?? say("unnamed_street", { kind: told.term(cell("kind")) });
      picked.streets = [found.row];
      if (!isRival) picked.cameras = (cell("cameras") ?? []).filter((value, i) => i % 3 === 0);
      const open = (camera, [x, y]) => { board.goTo([x / 1e6, y / 1e6]); answer(board, side, { layer: "cameras", row: camera }, null); };
      parts = [list(streetRows(told, data, cell, chosen)), ...(isRival ? [] : [await viewers(told, data, cell, read, open)])];
    } else if (found.layer === "places") { title = cell("name") ?? cell("kind"); parts = placeCard(told, data, cell, chosen); }
    else if (found.layer === "squares") { title = cell("name") ?? say("unnamed_square"); parts = squareCard(told, data, cell, chosen); }
    else if (found.layer === "homes") { title = say("homes_title", { name: cell("name") ?? say("unnamed_area", { id: cell("id") }) }); parts = homesCard(told, data, cell, chosen); }
    else { title = cell("name") ?? say("unnamed_area", { id: cell("id") }); parts = areaCard(told, data, cell, chosen); }
  } else if (rows.length) title = say("layer_overlap");
  chosen.picked = picked;
  board.refresh();
  if (!title) { closeCard(); return; }
  card(told, title, [...rows, ...parts], () => { chosen.picked = nothing(side); board.refresh(); });
}

function listen(board, map, side) {
  const ask = (point) => {
    const covering = board.chosen.shown.has("overlap") && isNear(map, board.data) ? viewsOver(map, point) : null;
    return answer(board, side, underneath(map, point, board.data), covering);
  };
  map.on("click", (event) => ask(event.point));
  map.on("mousemove", (event) => { map.getCanvas().style.cursor = underneath(map, event.point, board.data) ? "pointer" : ""; });
  const canvas = map.getCanvas();
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); ask({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 }); }
    if (event.key === "Escape") closeCard();
  });
}
