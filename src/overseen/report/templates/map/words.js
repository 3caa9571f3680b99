// Every word comes with the page's data, and every number in the form of its language.
function wordsOf(data) {
  const say = (name, values = {}) => data.words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  const forms = [0, 1].map((digits) => new Intl.NumberFormat(data.language, { maximumFractionDigits: digits }));
  const number = (value) => forms[Math.abs(value) < 10 ? 1 : 0].format(value);
  const signed = (value) => (value > 0 ? "+" : "") + number(value).replace("-", "\u2212");
  // A unit's name and factor, chosen once for all numbers of a range.
  const scale = (value, name) => name === "share" ? ["share", 100] : name === "points" ? ["points", 100] : name === "m" && value >= 10_000 ? ["km", 0.001] : [name, 1];
  const plain = (value, name, factor) => (name === "points" ? signed : number)(value * factor);
  const unit = (value, name, like = value) => {
    const [shown, factor] = scale(like, name);
    return say(`unit_${shown}`, { value: plain(value, name, factor) });
  };
  const range = ([value, low, high], name) => {
    if (value === null || value === undefined) return say("cannot_tell");
    if (low === null || low === high) return unit(value, name);
    return say("range", { value: unit(value, name, high), low: plain(low, name, scale(high, name)[1]), high: unit(high, name) });
  };
  const term = (name) => data.terms[name] ?? name.replaceAll("_", " ");
  const terms = (text) => (text ?? "").split(" ").filter(Boolean).map(term).join(", ");
  const day = (text) => new Intl.DateTimeFormat(data.language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
  const level = (name) => data.levels.find((one) => one.name === name)?.title ?? name;
  return { say, number, unit, range, term, terms, day, level };
}

// Mean, low and high columns of a quantity, named as in the tables.
const interval = (cell, stem, unit) => [cell(`${stem}_${unit}`), cell(`${stem}_low_${unit}`), cell(`${stem}_high_${unit}`)];
