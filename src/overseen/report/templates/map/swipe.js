// Plan against plan: the other plan's map lies over this one and is uncovered by a handle, by pointer or by arrow keys.
function swipe(board, makeMap) {
  const { data, told } = board, button = element("map-swipe"), handle = element("map-handle"), over = element("map-over");
  if (!data.rival?.has_views && !data.rival?.has_streets) return;
  button.hidden = false;
  button.textContent = told.say("swipe", { plan: data.rival.b });
  handle.setAttribute("aria-label", told.say("swipe_handle"));
  element("map-plan-a").textContent = told.say("plan_a", { plan: data.rival.a });
  element("map-plan-b").textContent = told.say("plan_b", { plan: data.rival.b });
  const place = () => frame.parentElement.style.setProperty("--swipe", `${handle.value}%`);
  handle.oninput = place;
  const follow = (leader, other) => leader.on("move", () => {
    if (board.isFollowing || !board.swiped) return;
    board.isFollowing = true;
    other.jumpTo({ center: leader.getCenter(), zoom: leader.getZoom(), bearing: leader.getBearing(), pitch: leader.getPitch() });
    board.isFollowing = false;
  });
  const set = async (on) => {
    board.swiped = on;
    board.chosen.isHeld = on;
    button.setAttribute("aria-pressed", String(on));
    frame.parentElement.classList.toggle("swiped", on);
    over.hidden = !on;
    handle.value = 50; place();
    board.holdSteps(on);
    if (on && !board.other) {
      board.other = makeMap(over, "b");
      follow(board.map, board.other); follow(board.other, board.map);
    }
    if (on) {
      board.other.resize();
      board.other.jumpTo({ center: board.map.getCenter(), zoom: board.map.getZoom() });
      element("map-step-told").textContent = data.steps.length ? told.say("swipe_phases") : "";
    }
    closeCard();
    board.refresh();
  };
  button.onclick = () => set(!board.swiped);
}
