// The controls above the map: level, view and layers, all of them the browser's own, with labels.
const GROUPS = [
  ["views", true, "views"], ["overlap", false, "views"], ["streets", true, "streets"], ["cameras", true, "cameras"], ["places", true, "places"], ["squares", true, "squares"],
  ["areas", false, "areas"], ["homes", false, "homes"], ["ground", false, "ground"], ["buildings", true, "buildings"], ["lacking", true, "lacking"], ["labels", true, "street_names"],
];

const present = (data) => GROUPS.filter(([, , of]) => data.layers.includes(of));

function selector(id, items, value, onchange) {
  const select = element(id);
  for (const { name, title } of items) select.append(new Option(title, name));
  select.value = value;
  select.onchange = () => onchange(select.value);
}

function controls(board) {
  const { data, told, chosen } = board;
  element("map-controls").setAttribute("aria-label", told.say("map_controls"));
  element("map-level-label").textContent = told.say("level");
  element("map-view-label").textContent = told.say("view");
  element("map-layers-label").textContent = told.say("layers");
  const choose = (key) => (value) => { chosen[key] = value; chosen.picked = nothing(); closeCard(); board.refresh(); };
  selector("map-level", data.levels, chosen.level, choose("level"));
  selector("map-view", data.views, chosen.view, choose("view"));
  element("map-layers").open = matchMedia("(min-width: 48rem)").matches;
  for (const [name] of present(data)) {
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox"; box.checked = chosen.shown.has(name); box.name = name;
    box.onchange = () => { if (box.checked) chosen.shown.add(name); else chosen.shown.delete(name); board.refresh(); };
    label.append(box, ` ${told.say(`layer_${name}`)}`);
    element("map-layer-boxes").append(label);
  }
  element("map-note").textContent = data.note;
}

function legend(board) {
  const { data, told: { say }, chosen } = board, box = element("map-legend"), groups = [];
  const group = (title, entries) => {
    const row = document.createElement("div");
    if (title) { const label = document.createElement("b"); label.textContent = title; row.append(label); }
    for (const [text, style, kind = ""] of entries) {
      const span = document.createElement("span"), mark = document.createElement("i");
      mark.className = kind; mark.style.cssText = style;
      span.append(mark, text); row.append(span);
    }
    groups.push(row);
  };
  const shares = (kind) => SHARES.map(([shade, text]) => [say(text), `background:var(--${shade})`, kind]);
  const hatched = (shade) => `background:repeating-linear-gradient(135deg, var(--${shade}) 0 1px, transparent 1px 4px)`;
  const has = (name) => chosen.shown.has(name) && present(data).some(([one]) => one === name), kind = chosen.isHeld ? ["both", "alone"] : data.steps.length ? ["baseline", "added"] : null;
  const tint = (shade, percent) => `background:color-mix(in srgb, var(--${shade}) ${percent}%, transparent);border-color:var(--${shade})`;
  if (has("streets")) {
    if (isPast(data, chosen)) group(say("legend_steps"), [[say("step_none"), "background:var(--map-none)"], [say("step_baseline"), "background:var(--second)"], [say("step_added"), "background:var(--third)"]]);
    else group(say("legend_streets"), shares(""));
  }
  if (has("areas")) group(say("legend_areas"), [...shares("area"), [say("withheld"), "background:transparent", "area"]]);
  if (has("homes")) group(say("legend_homes"), [...shares("area"), [say("withheld"), hatched("soft"), "area"]]);
  if (has("overlap")) {
    const opacity = (count) => Math.round(100 * (1 - (1 - OVERLAP_OPACITY) ** count));
    group(say("legend_overlap"), [1, 2, 3, 5, 10].map((count) => [String(count), `background:color-mix(in srgb, var(--overlap) ${opacity(count)}%, transparent)`, "area"]));
  }
  const marks = [];
  if (has("views")) {
    marks.push(...(kind ? [[say(`view_${kind[0]}`), tint("second", 22), "area"], [say(`view_${kind[1]}`), tint("third", 22), "area"]] : [[say("view_known"), tint("second", 22), "area"]]));
    marks.push([say("view_open"), tint(kind ? "ink" : "second", 8), "area dashed"]);
  }
  if (has("cameras")) {
    marks.push([say(chosen.isHeld ? "camera_both" : "camera_examined"), "background:var(--ink)", "dot"]);
    if (kind) marks.push([say(`camera_${kind[1]}`), "background:var(--third)", "dot"]);
    marks.push([say("camera_not_examined"), "background:var(--paper)", "dot"]);
  }
  if (has("places")) marks.push([say("place_mark"), "background:var(--paper);border:2px solid var(--accent)", "dot"]);
  if (has("squares")) marks.push([say("square_mark"), "background:transparent;border:1px dotted var(--ink)", "area"]);
  if (has("ground")) marks.push([say("ground_mark"), tint("private", 28), "area"]);
  if (has("lacking")) marks.push([say("lacking_mark"), hatched("ink"), "area"]);
  marks.push([say("boundary_mark"), "background:transparent;border-top:2px dashed var(--ink);height:0"]);
  group("", marks);
  box.replaceChildren(...groups);
}
