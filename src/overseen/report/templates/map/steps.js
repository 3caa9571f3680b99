// The time slider: from the baseline through the phases, a camera drawn as long as it is active.
function steps(board) {
  const { data, told, chosen } = board, box = element("map-steps"), slider = element("map-step"), { say, range, unit, day } = told;
  if (!data.steps.length) return { tell: () => {}, hold: () => {} };
  box.hidden = false;
  element("map-step-label").textContent = say("phases");
  slider.max = data.steps.length - 1;
  slider.value = chosen.step;
  for (const step of data.steps) { const mark = document.createElement("span"); mark.textContent = step.name; element("map-step-marks").append(mark); }
  const tell = () => {
    const step = data.steps[chosen.step], figures = step.figures[`${chosen.view} ${chosen.level}`], level = told.level(chosen.level);
    const lines = [say("step_told", { name: step.name, date: day(step.date), active: told.number(step.active), added: told.number(step.added), ended: told.number(step.ended) })];
    if (figures?.share) {
      const of = figures.of === null ? "" : unit(figures.of, step.unit);
      lines.push(say(step.subject === "streets" ? "step_share" : "step_share_public", { level, share: range(figures.share, "share"), length: of, area: of }));
      if (figures.since) lines.push(say("step_since", { share: range(figures.since, "points") }));
    }
    if (step.gone) lines.push(say("steps_gone", { count: told.number(step.gone) }));
    element("map-step-told").textContent = lines.join(" ");
    slider.setAttribute("aria-valuetext", step.name);
    [...element("map-step-marks").children].forEach((mark, i) => mark.classList.toggle("now", i === chosen.step));
  };
  slider.oninput = () => { chosen.step = Number(slider.value); board.refresh(); };
  const hold = (held) => {
    slider.disabled = held;
    if (held) { slider.value = slider.max; chosen.step = Number(slider.max); }
  };
  return { tell, hold };
}
