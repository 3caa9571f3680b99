// The report's map: everything it needs stands in this page; it asks nobody for anything.
const element = (id) => document.getElementById(id);
const frame = element("map-view-port");

async function unpacked(id) {
  const bytes = Uint8Array.from(atob(element(id).textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const script = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

// Courses are kept as a first point and steps, in millionths of a degree.
function course(steps) {
  const points = [];
  let x = 0, y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i]; y += steps[i + 1];
    points.push([x / 1e6, y / 1e6]);
  }
  return points;
}
const area = (polygons) => ({ type: "MultiPolygon", coordinates: polygons.map((rings) => rings.map(course)) });
const features = (items) => ({ type: "FeatureCollection", features: items });
const plain = (shapes) => features(shapes.map((shape) => ({ type: "Feature", properties: {}, geometry: area(shape) })));

const SHARES = [[0, null, "none of it"], [1e-9, "#fbd38d", "up to 10 %"], [0.1, "#f08c3a", "10 to 40 %"], [0.4, "#d9480f", "40 to 70 %"], [0.7, "#8f1d14", "over 70 %"]];
const PLACEMENTS = {
  free: "stands free, as mapped", on_roof: "stands on a roof", on_facade: "hangs on a wall; set off from it",
  moved_to_facade: "mapped inside or beside a building; moved out of the nearest wall",
  inside_building: "mapped deep inside a building; its view is not examined", indoor: "indoors by its own tag; its view is not examined",
};
const words = (text) => text.split(" ").filter(Boolean).map((name) => name.replaceAll("_", " ")).join(", ");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const number = (value) => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
const range = (columns, row, unit) => {
  const [mean, low, high] = columns.map((column) => column[row]);
  return low === high ? `${number(mean)} ${unit}` : `${number(mean)} ${unit} (${number(low)} to ${number(high)})`;
};

function streetFeatures(data, chosen) {
  const metres = data.streets.metres[`${chosen.view} ${chosen.level}`][0];
  return features(data.streets.course.map((steps, i) => ({
    type: "Feature", id: i, properties: { share: data.streets.length_m[i] ? metres[i] / data.streets.length_m[i] : 0 },
    geometry: { type: "LineString", coordinates: course(steps) },
  })));
}

function isovistFeatures(data, chosen) {
  const found = data.isovists[`${chosen.view} ${chosen.level}`];
  if (!found) return features([]);
  return features(found.shape.map((shape, i) => ({
    type: "Feature", properties: { camera: found.camera[i], open: found.is_envelope[i] }, geometry: area(shape),
  })));
}

const cameraFeatures = (data) => features(data.cameras.at.map((at, i) => ({
  type: "Feature", id: i, properties: { camera: i, examined: data.cameras.is_examined[i] },
  geometry: { type: "Point", coordinates: course(at)[0] },
})));

const placeFeatures = (data) => features(data.places.at.map((at, i) => ({
  type: "Feature", id: i, properties: { place: i }, geometry: { type: "Point", coordinates: course(at)[0] },
})));

const squareFeatures = (data) => features(data.squares.shape.map((shape, i) => ({
  type: "Feature", id: i, properties: { square: i }, geometry: area(shape),
})));

function shareColour() {
  const steps = ["step", ["get", "share"], colour("map-none")];
  for (const [edge, shade] of SHARES.slice(1)) steps.push(edge, shade);
  return steps;
}

// Slanted lines, for what is not colour: where the map lacks buildings.
function hatch(name) {
  const size = 8, canvas = new OffscreenCanvas(size, size), pen = canvas.getContext("2d");
  pen.strokeStyle = name.slice("hatch ".length); pen.lineWidth = 1.2;
  for (const shift of [-size, 0, size]) { pen.beginPath(); pen.moveTo(shift, size); pen.lineTo(shift + size, 0); pen.stroke(); }
  return pen.getImageData(0, 0, size, size);
}

function addHatch(map) {
  const name = `hatch ${colour("ink")}`;
  if (!map.hasImage(name)) map.addImage(name, hatch(name));
}

function layers() {
  const accent = colour("second"), ink = colour("ink"), paper = colour("paper");
  return [
    { id: "ground", type: "background", paint: { "background-color": colour("map-ground") } },
    { id: "green", type: "fill", source: "green", paint: { "fill-color": colour("map-green") } },
    { id: "water", type: "fill", source: "water", paint: { "fill-color": colour("map-water") } },
    { id: "isovists", type: "fill", source: "isovists", paint: { "fill-color": accent, "fill-opacity": ["case", ["get", "open"], 0.07, 0.2] } },
    { id: "isovists-open", type: "line", source: "isovists", filter: ["get", "open"], paint: { "line-color": accent, "line-opacity": 0.45, "line-width": 0.8, "line-dasharray": [3, 3] } },
    { id: "isovists-edge", type: "line", source: "isovists", filter: ["!", ["get", "open"]], paint: { "line-color": accent, "line-opacity": 0.5, "line-width": 0.8 } },
    { id: "buildings", type: "fill", source: "buildings", paint: { "fill-color": colour("map-building"), "fill-outline-color": colour("map-edge") } },
    { id: "chosen", type: "fill", source: "isovists", filter: ["==", ["get", "camera"], -1], paint: { "fill-color": colour("accent"), "fill-opacity": 0.4 } },
    { id: "streets", type: "line", source: "streets", layout: { "line-cap": "round" }, paint: { "line-color": shareColour(), "line-width": ["interpolate", ["linear"], ["zoom"], 12, 1, 15, 2.4, 18, 6] } },
    { id: "squares", type: "fill", source: "squares", paint: { "fill-color": ink, "fill-opacity": 0.06 } },
    { id: "squares-edge", type: "line", source: "squares", paint: { "line-color": ink, "line-opacity": 0.6, "line-width": 1, "line-dasharray": [1, 2] } },
    { id: "lacking", type: "fill", source: "lacking", paint: { "fill-pattern": `hatch ${ink}`, "fill-opacity": 0.5 } },
    { id: "lacking-edge", type: "line", source: "lacking", paint: { "line-color": ink, "line-opacity": 0.5, "line-width": 0.8 } },
    { id: "boundary", type: "line", source: "boundary", paint: { "line-color": ink, "line-opacity": 0.5, "line-width": 1.2, "line-dasharray": [4, 3] } },
    { id: "places", type: "circle", source: "places", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 2, 15, 5, 18, 10], "circle-color": paper, "circle-opacity": 0.9,
      "circle-stroke-color": colour("accent"), "circle-stroke-width": 2.4 } },
    { id: "cameras", type: "circle", source: "cameras", paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 2, 15, 4, 18, 8],
      "circle-color": ["case", ["get", "examined"], ink, paper], "circle-stroke-color": ["case", ["get", "examined"], paper, ink], "circle-stroke-width": 1.4 } },
  ];
}

function card(title, rows) {
  const box = element("map-answer");
  const list = document.createElement("dl");
  for (const [term, text] of rows) {
    if (text === null || text === "") continue;
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = term; dd.textContent = text;
    list.append(dt, dd);
  }
  const heading = document.createElement("h3"), close = document.createElement("button");
  heading.textContent = title;
  close.type = "button"; close.textContent = "✕"; close.setAttribute("aria-label", "Close");
  close.onclick = () => { box.hidden = true; window.overseenMap.setFilter("chosen", ["==", ["get", "camera"], -1]); };
  box.replaceChildren(close, heading, list);
  box.hidden = false;
}

function cameraCard(data, i, chosen) {
  const cameras = data.cameras;
  const rows = [
    ["Kind", cameras.kind[i]], ["Operator", cameras.operator[i] ?? "not named"],
    ["Position", PLACEMENTS[cameras.placement[i]] + (cameras.moved_m[i] ? ` (by ${number(cameras.moved_m[i])} m)` : "")],
    ["Stated", words(cameras.stated[i] ?? "") || "nothing but the position"], ["Assumed", words(cameras.assumed[i] ?? "") || "nothing"],
    ["Its own doubts", cameras.remark[i]],
  ];
  if (cameras.is_examined[i]) {
    for (const view of data.views) {
      const name = view === "reachable" ? "Could look at" : "In view at any one moment";
      rows.push([`${name}, at ${chosen.level}`, range(cameras.areas[`${view} ${chosen.level}`], i, "m²")]);
    }
  }
  rows.push(["Source", cameras.source[i]]);
  card(`Camera ${cameras.id[i]}`, rows);
}

function streetCard(data, i, chosen) {
  const streets = data.streets, rows = [["Length", `${number(streets.length_m[i])} m`]];
  for (const level of data.levels) {
    rows.push([`In view at ${level}`, range(streets.metres[`${chosen.view} ${level}`], i, "m")]);
  }
  rows.push(["Cameras that could look at a part of it", range(streets.cameras, i, "")]);
  card(streets.name[i] ?? `Unnamed ${streets.kind[i].replaceAll("_", " ")}`, rows);
}

const share = (value) => value === null ? "cannot tell" : `${number(100 * value)} %`;
const shareRange = (columns, row) => {
  const [mean, low, high] = columns.map((column) => column[row]);
  return mean === null ? "cannot tell" : low === high ? share(mean) : `${share(mean)} (${share(low)} to ${share(high)})`;
};

function placeCard(data, i, chosen) {
  const places = data.places, found = places.shares[`${chosen.view} ${chosen.level}`];
  const seen = chosen.view === "reachable" ? "could be looked at" : "in view at any one moment";
  const known = places.unseen_way[i] !== null;
  card(places.name[i] ?? places.kind[i], [
    ["Kind", places.kind[i]],
    [`An entrance ${seen}, at ${chosen.level}`, `in ${share(found.entrance[i])} of the draws`],
    [`Approach ${seen}, at ${chosen.level}`, shareRange(found.approach, i)],
    [`A way in that is unseen at ${data.levels[0]}`, known ? `in ${share(places.unseen_way[i])} of the draws` : "cannot tell: the network ends near by"],
    ["In view on the least-seen way", known ? range(places.least_seen_m, i, "m") : ""],
  ]);
}

function squareCard(data, i, chosen) {
  const squares = data.squares, rows = [["Area", `${number(squares.area_m2[i])} m²`]];
  for (const level of data.levels) rows.push([`In view at ${level}`, shareRange(squares.shares[`${chosen.view} ${level}`], i)]);
  rows.push([`People of a crowd in view at once, at ${chosen.level}`, range(squares.crowd[chosen.level], i, "")]);
  card(squares.name[i] ?? "Unnamed square", rows);
}

function legend(data) {
  const box = element("map-legend");
  const entry = (text, style, kind = "") => {
    const span = document.createElement("span"), mark = document.createElement("i");
    mark.className = kind; mark.style.cssText = style;
    span.append(mark, text);
    return span;
  };
  const shares = SHARES.map(([, shade, text]) => entry(text, `background:${shade ?? colour("map-none")}`));
  const label = document.createElement("span");
  label.textContent = "Share of street in view:";
  box.replaceChildren(label, ...shares, entry("view, bearing known or all round", "background:color-mix(in srgb, var(--second) 22%, transparent)", "area"),
    entry("view, bearing open", "background:color-mix(in srgb, var(--second) 8%, transparent)", "area dashed"),
    entry("camera", "background:var(--ink)", "dot"), entry("camera, view not examined", "background:var(--paper)", "dot"));
  if (data.places.at.length) box.append(entry("sensitive place", "background:var(--paper);border:2px solid var(--accent)", "dot"));
  if (data.squares.shape.length) box.append(entry("square", "background:transparent;border:1px dotted var(--ink)", "area"));
  if (data.lacking.length) box.append(entry("the map lacks buildings: views there are upper bounds",
    "background:repeating-linear-gradient(135deg, var(--ink) 0 1px, transparent 1px 4px)", "area"));
}

const GROUPS = [["views", ["isovists", "isovists-open", "isovists-edge"]], ["streets", ["streets"]], ["cameras", ["cameras"]], ["buildings", ["buildings"]],
  ["sensitive places", ["places"]], ["squares", ["squares", "squares-edge"]], ["buildings missing", ["lacking", "lacking-edge"]]];
const isThere = {
  "sensitive places": (data) => data.places.at.length, squares: (data) => data.squares.shape.length, "buildings missing": (data) => data.lacking.length,
};

function controls(map, data, chosen) {
  const level = element("map-level"), view = element("map-view");
  for (const name of data.levels) level.append(new Option(name, name));
  level.value = chosen.level; view.value = chosen.view;
  const redraw = () => {
    chosen.level = level.value; chosen.view = view.value;
    frame.dataset.mapState = "drawing";
    map.getSource("streets").setData(streetFeatures(data, chosen));
    map.getSource("isovists").setData(isovistFeatures(data, chosen));
    element("map-answer").hidden = true;
    map.once("idle", () => { frame.dataset.mapState = "drawn"; });
  };
  level.onchange = redraw; view.onchange = redraw;
  for (const [name, ids] of GROUPS) {
    if (isThere[name] && !isThere[name](data)) continue;
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox"; box.checked = true; box.name = name;
    box.onchange = () => ids.forEach((id) => map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none"));
    label.append(box, ` ${name}`);
    document.querySelector(".layers").append(label);
  }
}

function clicks(map, data, chosen) {
  const near = (point, layer) => map.queryRenderedFeatures([[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]], { layers: [layer] })[0];
  map.on("click", (event) => {
    const camera = near(event.point, "cameras"), place = near(event.point, "places"), street = near(event.point, "streets");
    const square = map.queryRenderedFeatures(event.point, { layers: ["squares"] })[0];
    map.setFilter("chosen", ["==", ["get", "camera"], camera ? camera.properties.camera : -1]);
    if (camera) cameraCard(data, camera.properties.camera, chosen);
    else if (place) placeCard(data, place.properties.place, chosen);
    else if (street) streetCard(data, street.id, chosen);
    else if (square) squareCard(data, square.properties.square, chosen);
    else element("map-answer").hidden = true;
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = ["cameras", "places", "streets", "squares"].some((layer) => near(event.point, layer)) ? "pointer" : "";
  });
}

async function draw() {
  const data = JSON.parse(await unpacked("map-data"));
  const maplibre = await import(script(await unpacked("map-library")));
  maplibre.setWorkerUrl(script(await unpacked("map-worker")));
  const chosen = { ...data.start };
  const source = (content) => ({ type: "geojson", data: content });
  const [west, south, east, north] = data.bounds;
  const map = new maplibre.Map({
    container: frame, attributionControl: false, bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 12 },
    cooperativeGestures: matchMedia("(pointer: coarse)").matches, canvasContextAttributes: { preserveDrawingBuffer: true },
    style: { version: 8, layers: layers(), sources: {
      green: source(plain(data.green)), water: source(plain(data.water)), buildings: source(plain(data.buildings)),
      boundary: source(plain(data.boundary)), lacking: source(plain(data.lacking)),
      places: source(placeFeatures(data)), squares: source(squareFeatures(data)), isovists: source(isovistFeatures(data, chosen)),
      streets: source(streetFeatures(data, chosen)), cameras: source(cameraFeatures(data)),
    } },
  });
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-left");
  map.addControl(new maplibre.ScaleControl({}), "bottom-left");
  map.addControl(new maplibre.AttributionControl({ customAttribution: frame.dataset.credit, compact: false }), "bottom-right");
  map.once("style.load", () => addHatch(map));
  window.overseenMap = map;
  legend(data); controls(map, data, chosen); clicks(map, data, chosen);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    addHatch(map);
    for (const layer of layers()) for (const [name, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, name, value);
    legend(data);
  });
  map.once("idle", () => { frame.dataset.mapState = "drawn"; });
}

frame.dataset.credit = document.querySelector(".still figcaption").textContent;
draw().catch((error) => {
  frame.dataset.mapState = "failed";
  document.body.classList.add("map-off");
  const note = element("map-failed");
  note.textContent = `This browser could not draw the map that moves (${error.message}); a still one stands in its place.`;
  note.hidden = false;
});
