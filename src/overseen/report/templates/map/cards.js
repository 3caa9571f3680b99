// What a click tells.
function closeCard() { element("map-answer").hidden = true; }

function card(told, title, parts, onClose) {
  const box = element("map-answer"), heading = document.createElement("h3"), close = document.createElement("button");
  heading.textContent = title;
  close.type = "button"; close.textContent = "✕"; close.setAttribute("aria-label", told.say("close"));
  close.onclick = () => { closeCard(); onClose(); element("map-view-port").querySelector("canvas").focus(); };
  box.replaceChildren(close, heading, ...parts);
  box.hidden = false;
  box.scrollTop = 0;
}

function list(rows, title = "") {
  const box = document.createElement("div"), terms = document.createElement("dl");
  if (title) { const heading = document.createElement("h4"); heading.textContent = title; box.append(heading); }
  for (const [term, text] of rows) {
    if (text === null || text === undefined || text === "") continue;
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = term; dd.append(text);
    terms.append(dt, dd);
  }
  box.append(terms);
  return box;
}

function cameraCard(told, data, cell, chosen) {
  const { say, term, terms, range, unit, number } = told, level = told.level(chosen.level);
  const moved = cell("moved_m"), place = term(cell("placement"));
  const known = [
    [say("kind"), term(cell("kind") ?? "unknown")], [say("use"), cell("use") && term(cell("use"))],
    [say("operator"), cell("operator") ?? say("not_named")], [say("manufacturer"), cell("manufacturer")],
    [say("status"), cell("status") === "in_use" ? null : term(cell("status"))], [say("phase"), cell("phase")],
    [say("position"), moved ? say("position_moved", { position: place, distance: unit(moved, "m") }) : place],
    [say("stated"), terms(cell("stated")) || say("stated_nothing")], [say("doubts"), cell("remark")], [say("source"), cell("source")],
  ];
  const sees = [];
  if (cell("is_examined")) {
    for (const view of data.views) {
      sees.push([say(`area_${view.name}`, { level }), range(interval(cell, `${view.name}_${chosen.level}_area`, "m2"), "m2")]);
    }
    const streets = cell("streets") ?? [], left = (cell("street_count") ?? 0) - streets.length;
    const names = streets.length ? streets.join(", ") + (left > 0 ? `, ${say("more", { count: number(left) })}` : "") : say("camera_streets_none");
    sees.push([say("camera_streets", { level: told.level(data.levels[0].name) }), names]);
    if (cell("is_mask_needed") !== null) {
      sees.push([say("masks"), cell("is_mask_needed") ? say("mask_count", { count: number(cell("mask_count") ?? 0), degrees: number(cell("masked_bearing_deg")),
        before: unit(cell("ground_before_m2"), "m2"), after: unit(cell("ground_after_m2"), "m2") }) : say("mask_none")]);
    }
  } else sees.push([say("not_examined"), " "]);
  return [list(known, say("known")), list([[say("assumed_of"), terms(cell("assumed")) || say("assumed_nothing")]], say("assumed")), list(sees, say("sees"))];
}

function rivalCameraCard(told, cell) {
  const { say, term } = told;
  return [list([
    [say("kind"), term(cell("kind") ?? "unknown")], [say("use"), cell("use") && term(cell("use"))],
    [say("operator"), cell("operator") ?? say("not_named")], [say("manufacturer"), cell("manufacturer")],
    [say("status"), cell("status") && term(cell("status"))], [say("phase"), cell("phase")],
    [cell("is_examined") === false ? say("not_examined") : "", " "],
  ].filter(([name]) => name), say("known"))];
}

function streetRows(told, data, cell, chosen) {
  const { say, unit, range } = told, rows = [[say("length"), unit(cell("length_m"), "m")]];
  for (const one of data.levels) {
    rows.push([say(`street_in_view_${chosen.view}`, { level: one.title }), range(interval(cell, `${chosen.view}_${one.name}_length`, "m"), "m")]);
  }
  if (cell("buildings_missing_length_m")) rows.push([say("street_lacking"), unit(cell("buildings_missing_length_m"), "m")]);
  if (data.rival?.has_streets) {
    const level = told.level(chosen.level), stem = `${chosen.view}_${chosen.level}_length`, plan = data.rival.b, other = interval(cell, `b_${stem}`, "m");
    rows.push([say("plan_b_street", { plan, level }), range(other, "m")]);
    if (other[0] !== null) rows.push([say("plan_b_difference", { plan, level }), unit((other[0] - cell(`${stem}_m`)) / cell("length_m"), "points")]);
  }
  return rows;
}

// Who sees a street: each camera a button that leads to it, those that could look at it in most draws first.
async function viewers(told, data, cell, read, open) {
  const { say, range, unit, number } = told, pairs = cell("cameras") ?? [], box = document.createElement("div");
  const lowest = data.levels[0].title, heading = list([[say("street_cameras", { level: lowest }), range(interval(cell, "camera", "count"), "count")]], say("who_sees_it"));
  box.append(heading);
  if (!pairs.length) {
    const none = document.createElement("p"); none.textContent = say("who_none"); box.append(none);
    return box;
  }
  const rows = document.createElement("ul");
  for (let i = 0; i < pairs.length; i += 3) {
    const [camera, share, forVehicles] = pairs.slice(i, i + 3), about = await read("cameras", camera);
    const button = document.createElement("button"), item = document.createElement("li");
    button.type = "button";
    button.textContent = say(forVehicles ? "who_entry_vehicles" : "who_entry", { id: about("id"), share: unit(share / 1000, "share") });
    button.onclick = () => open(camera, about("at"));
    item.append(button); rows.append(item);
  }
  box.append(rows);
  if (pairs.length >= 3 * data.most_viewers) {
    const more = document.createElement("p"); more.textContent = say("who_most", { most: number(data.most_viewers) }); box.append(more);
  }
  return box;
}

function placeCard(told, data, cell, chosen) {
  const { say, unit, range } = told, level = told.level(chosen.level), known = cell("unseen_way_share") !== null;
  const draws = (share) => say("place_draws", { share: unit(share, "share") });
  return [list([
    [say("kind"), cell("kind")],
    [say(`place_entrance_${chosen.view}`, { level }), draws(cell(`${chosen.view}_${chosen.level}_entrance_share`))],
    [say(`place_approach_${chosen.view}`, { level }), range(interval(cell, `${chosen.view}_${chosen.level}_approach`, "share"), "share")],
    [say("place_unseen", { level: data.levels[0].title }), known ? draws(cell("unseen_way_share")) : say("place_unseen_unknown")],
    [say("place_least"), known ? range(interval(cell, "least_seen", "m"), "m") : null],
  ])];
}

function squareCard(told, data, cell, chosen) {
  const { say, unit, range } = told, rows = [[say("area"), unit(cell("area_m2"), "m2")]];
  for (const one of data.levels) rows.push([say(`street_in_view_${chosen.view}`, { level: one.title }), range(interval(cell, `${chosen.view}_${one.name}`, "share"), "share")]);
  rows.push([say("square_crowd", { level: told.level(chosen.level) }), range(interval(cell, `at_once_${chosen.level}_crowd`, "count"), "count")]);
  return [list(rows)];
}

function areaCard(told, data, cell, chosen) {
  const { say, unit, range, number } = told, level = told.level(chosen.level), of = cell("length_m");
  const share = (view) => of ? range(interval(cell, `${view}_${chosen.level}_length`, "m").map((value) => value === null ? null : value / of), "share") : say("cannot_tell");
  const rows = [[say("residents"), cell("residents")], [say("area_streets"), unit(of, "m")]];
  for (const view of data.views) rows.push([say(`area_street_${view.name}`, { level }), share(view.name)]);
  rows.push([say("area_public"), unit(cell("public_space_m2"), "m2")]);
  for (const count of [1, 2, 3, 4, 5]) rows.push([say("area_seen_by", { cameras: say(`seen_by_${count}`) }), unit(cell(`seen_by_${count}_m2`), "m2")]);
  rows.push([say("area_cameras"), number(cell("camera_count"))], [say("area_effective"), range(interval(cell, "effective_camera", "count"), "count")]);
  return [list(rows)];
}

function homesCard(told, data, cell, chosen) {
  const { say, range, number } = told, level = told.level(chosen.level);
  const rows = [[say("homes_of"), cell("dwelling_count") === null ? say("homes_withheld") : number(cell("dwelling_count"))]];
  for (const view of data.views) {
    const drawn = interval(cell, `${view.name}_${chosen.level}_dwelling`, "count");
    rows.push([say(`homes_${view.name}`, { level }), drawn[0] === null ? say("homes_withheld") : range(drawn, "count")]);
  }
  return [list(rows)];
}
