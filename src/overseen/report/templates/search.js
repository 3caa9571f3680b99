// Finds streets and areas by their name; the names stand in a file beside this one, and nobody is asked.
"use strict";
const wanted = document.getElementById("wanted"), told = document.getElementById("search-told");
const list = document.getElementById("search-found"), MOST = 20;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss").trim();
const places = window.overseenPlaces.map(([name, beside, path]) => ({ name, beside, path, plain: plain(name) }));

// Names that begin so come first, then those of which a word does, then those that hold it.
function rank(name, text) {
  const at = name.indexOf(text);
  if (at < 0) return -1;
  return at === 0 ? 0 : /[\s-]/.test(name[at - 1]) ? 1 : 2;
}

function search() {
  const text = plain(wanted.value);
  const hits = text === "" ? [] : places.map((place) => ({ place, rank: rank(place.plain, text) })).filter((hit) => hit.rank >= 0);
  hits.sort((a, b) => a.rank - b.rank || a.place.name.localeCompare(b.place.name));
  list.replaceChildren(...hits.slice(0, MOST).map(({ place }) => {
    const item = document.createElement("li"), link = document.createElement("a"), beside = document.createElement("span");
    link.href = place.path; link.textContent = place.name; beside.textContent = ` ${place.beside}`;
    item.append(link, beside);
    return item;
  }));
  const form = document.getElementById("search").dataset, numbers = new Intl.NumberFormat(document.documentElement.lang);
  const said = hits.length === 0 ? form.none : hits.length > MOST ? form.more : form.found;
  told.textContent = text === "" ? "" : said.replace("{hits}", numbers.format(hits.length)).replace("{most}", numbers.format(MOST));
}

wanted.addEventListener("input", search);
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const first = list.querySelector("a");
  if (first) location.href = first.href;
});
search();
