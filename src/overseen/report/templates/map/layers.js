// What is drawn, as a function of what is chosen: the same list makes the map, and every later change of it.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const SHARES = [["map-none", "share_none"], ["share-1", "share_few"], ["share-2", "share_some"], ["share-3", "share_many"], ["share-4", "share_most"]];
const WITHHELD = SHARES.length;
const OVERLAP_OPACITY = 0.16;
const NOBODY = ["==", ["id"], -1];

const digit = (whole, base, place) => ["%", ["floor", ["/", whole, base ** place]], base];
const either = (name, absent) => ["coalesce", ["get", name], absent];

function shownIn(data, chosen) {
  const level = data.levels.findIndex((one) => one.name === chosen.level), view = data.views.findIndex((one) => one.name === chosen.view);
  return ["==", digit(["get", "in"], 2, level + data.levels.length * view), 1];
}

const isActive = (chosen) => chosen.step === null ? true
  : ["all", ["<=", either("first", -1), chosen.step], [">=", either("last", chosen.step), chosen.step]];

function shareClass(data, chosen, tag) {
  return digit(either(tag, 0), data.class_base, data.levels.findIndex((one) => one.name === chosen.level));
}

function classColours(data, chosen, tag) {
  const steps = ["step", shareClass(data, chosen, tag), colour(SHARES[0][0])];
  SHARES.slice(1).forEach(([shade], place) => steps.push(place + 1, colour(shade)));
  return [...steps, WITHHELD, "rgba(0, 0, 0, 0)"];
}

// Before the last step: what was seen before the first phase, what was added by then, and the rest.
function stepColours(chosen) {
  const flags = either("steps", 0);
  return ["case", ["==", digit(flags, 2, 0), 1], colour("second"), ["==", digit(flags, 2, chosen.step), 1], colour("third"), colour("map-none")];
}

const isPast = (data, chosen) => chosen.step !== null && chosen.step < data.steps.length - 1;

// What stands out: of two plans the cameras of one alone, else those that a phase adds.
function special(data, chosen, yes, no) {
  if (chosen.isHeld) return ["case", ["==", ["get", "only"], 1], yes, no];
  return data.steps.length ? ["case", [">", either("first", 0), 0], yes, no] : no;
}

const among = (ids) => ids.length ? ["in", ["id"], ["literal", ids]] : NOBODY;
const width = (...stops) => ["interpolate", ["exponential", 1.4], ["zoom"], ...stops];

function layers(data, chosen, side) {
  const other = side === "b", suffix = other ? "_b" : "";
  const ink = colour("ink"), paper = colour("paper"), second = colour("second"), third = colour("third"), accent = colour("accent");
  const here = other ? { ...chosen, step: null } : chosen;
  const viewFilter = ["all", shownIn(data, here), isActive(here)], isOpen = ["==", ["get", "open"], 1];
  const views = `views${suffix}`, cameras = `cameras${suffix}`, viewColour = special(data, here, third, second);
  const streetTag = (other ? "b_" : "") + chosen.view;
  const streetColour = !other && isPast(data, chosen) ? stepColours(chosen) : classColours(data, chosen, streetTag);
  const nearer = { minzoom: data.view_zoom };
  const picked = chosen.picked.side === side ? chosen.picked : { cameras: [], streets: [] };
  const name = { "text-field": ["get", "name"], "text-font": ["Noto Sans"], "text-size": 12, "text-max-width": 9 };
  const halo = { "text-color": ink, "text-halo-color": paper, "text-halo-width": 1.6 };
  const list = [
    { id: "base", type: "background", paint: { "background-color": colour("map-ground") } },
    { id: "green", group: "base", type: "fill", of: "green", paint: { "fill-color": colour("map-green") } },
    { id: "water", group: "base", type: "fill", of: "water", paint: { "fill-color": colour("map-water") } },
    { id: "ground", group: "ground", type: "fill", of: "ground", paint: { "fill-color": colour("private"), "fill-opacity": 0.28 } },
    { id: "areas", group: "areas", type: "fill", of: "areas", paint: { "fill-color": classColours(data, chosen, chosen.view), "fill-opacity": 0.6 } },
    { id: "areas-edge", group: "areas", type: "line", of: "areas", paint: { "line-color": ink, "line-opacity": 0.45, "line-width": 0.8 } },
    { id: "homes", group: "homes", type: "fill", of: "homes", paint: { "fill-color": classColours(data, chosen, chosen.view), "fill-opacity": 0.6 } },
    { id: "homes-withheld", group: "homes", type: "fill", of: "homes", filter: ["==", shareClass(data, chosen, chosen.view), WITHHELD], paint: { "fill-pattern": `hatch ${colour("soft")}`, "fill-opacity": 0.35 } },
    { id: "homes-edge", group: "homes", type: "line", of: "homes", paint: { "line-color": ink, "line-opacity": 0.35, "line-width": 0.6 } },
    { id: "views", group: "views", type: "fill", of: views, ...nearer, filter: viewFilter, paint: { "fill-color": viewColour, "fill-opacity": ["case", isOpen, 0.07, 0.2] } },
    { id: "overlap", group: "overlap", type: "fill", of: views, ...nearer, filter: viewFilter, paint: { "fill-color": colour("overlap"), "fill-opacity": OVERLAP_OPACITY, "fill-antialias": false } },
    { id: "views-open", group: "views", type: "line", of: views, ...nearer, filter: ["all", viewFilter, isOpen], paint: { "line-color": viewColour, "line-opacity": 0.45, "line-width": 0.8, "line-dasharray": [3, 3] } },
    { id: "views-edge", group: "views", type: "line", of: views, ...nearer, filter: ["all", viewFilter, ["!", isOpen]], paint: { "line-color": viewColour, "line-opacity": 0.5, "line-width": 0.8 } },
    { id: "buildings", group: "buildings", type: "fill", of: "buildings", paint: { "fill-color": colour("map-building"), "fill-outline-color": colour("map-edge") } },
    { id: "chosen", type: "fill", of: views, ...nearer, filter: ["all", shownIn(data, here), among(picked.cameras)], paint: { "fill-color": accent, "fill-opacity": picked.cameras.length > 1 ? 0.22 : 0.4 } },
    { id: "street-chosen", type: "line", of: "streets", filter: among(picked.streets), layout: { "line-cap": "round" }, paint: { "line-color": ink, "line-width": width(10, 4, 14, 8, 18, 16) } },
    { id: "streets", group: "streets", type: "line", of: "streets", layout: { "line-cap": "round", "line-sort-key": other || !isPast(data, chosen) ? shareClass(data, chosen, streetTag) : 0 }, paint: { "line-color": streetColour, "line-width": width(10, 0.7, 13, 1.4, 15, 2.6, 18, 7) } },
    { id: "squares", group: "squares", type: "fill", of: "squares", paint: { "fill-color": ink, "fill-opacity": 0.06 } },
    { id: "squares-edge", group: "squares", type: "line", of: "squares", paint: { "line-color": ink, "line-opacity": 0.6, "line-width": 1, "line-dasharray": [1, 2] } },
    { id: "lacking", group: "lacking", type: "fill", of: "lacking", paint: { "fill-pattern": `hatch ${ink}`, "fill-opacity": 0.5 } },
    { id: "lacking-edge", group: "lacking", type: "line", of: "lacking", paint: { "line-color": ink, "line-opacity": 0.5, "line-width": 0.8 } },
    { id: "boundary", group: "base", type: "line", of: "boundary", paint: { "line-color": ink, "line-opacity": 0.55, "line-width": 1.4, "line-dasharray": [4, 3] } },
    { id: "street-names", group: "labels", type: "symbol", of: "street_names", minzoom: 13, layout: { ...name, "text-size": 11.5, "symbol-placement": "line", "symbol-spacing": 350 }, paint: halo },
    { id: "places", group: "places", type: "circle", of: "places", paint: { "circle-radius": width(10, 0.8, 12, 1.4, 14, 3.6, 15, 5, 18, 10), "circle-color": paper, "circle-opacity": width(11, 0.3, 13.5, 0.9), "circle-stroke-color": accent, "circle-stroke-width": width(10, 0.5, 12, 0.9, 14, 2.4), "circle-stroke-opacity": width(10, 0.25, 13.5, 1) } },
    { id: "cameras", group: "cameras", type: "circle", of: cameras, filter: isActive(here), paint: {
      "circle-radius": width(10, 0.8, 13, 2.6, 15, 4, 18, 8), "circle-opacity": width(9, 0.3, 13, 1), "circle-color": ["case", ["==", ["get", "examined"], 1], special(data, here, third, ink), paper],
      "circle-stroke-color": ["case", ["==", ["get", "examined"], 1], paper, ink], "circle-stroke-width": width(11, 0, 13, 0.8, 15, 1.4) } },
    { id: "cameras-chosen", type: "circle", of: cameras, filter: among(picked.cameras), paint: { "circle-radius": width(10, 4, 15, 8, 18, 13), "circle-color": "rgba(0, 0, 0, 0)", "circle-stroke-color": accent, "circle-stroke-width": 2.5 } },
    { id: "square-names", group: "labels", type: "symbol", of: "square_names", minzoom: 15, layout: { ...name, "text-size": 13 }, paint: halo },
    { id: "place-names", group: "labels", type: "symbol", of: "places", minzoom: 15.5, layout: { ...name, "text-anchor": "top", "text-offset": [0, 0.7], "text-optional": true }, paint: { ...halo, "text-color": accent } },
  ];
  return list.filter((layer) => !layer.of || data.layers.includes(layer.of)).map(({ group, of, layout, ...rest }) => ({
    ...rest, ...(of ? { source: TILES, "source-layer": of } : {}),
    layout: { ...layout, visibility: !group || group === "base" || chosen.shown.has(group) ? "visible" : "none" },
  }));
}

// Slanted lines, for what is not colour: where the map lacks buildings, and what is not told.
function hatch(name) {
  const size = 8, canvas = new OffscreenCanvas(size, size), pen = canvas.getContext("2d");
  pen.strokeStyle = name.slice("hatch ".length); pen.lineWidth = 1.2;
  for (const shift of [-size, 0, size]) { pen.beginPath(); pen.moveTo(shift, size); pen.lineTo(shift + size, 0); pen.stroke(); }
  return pen.getImageData(0, 0, size, size);
}

function addHatches(map) {
  for (const shade of ["ink", "soft"]) {
    const name = `hatch ${colour(shade)}`;
    if (!map.hasImage(name)) map.addImage(name, hatch(name));
  }
}

// Bring a map up to what is chosen now; what has not changed costs nothing.
function apply(map, data, chosen, side) {
  addHatches(map);
  for (const layer of layers(data, chosen, side)) {
    if (layer.filter) map.setFilter(layer.id, layer.filter);
    for (const [name, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, name, value);
    for (const [name, value] of Object.entries(layer.layout)) map.setLayoutProperty(layer.id, name, value);
  }
}
