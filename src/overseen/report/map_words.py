"""Every word that the moving map shows; the page's script holds none.

A name in braces is filled in by the page, with numbers in the form of its language.
"""

from __future__ import annotations

from overseen.model.wording import say

LANGUAGE = "en-GB"

MAP_WORDS = {
    "map_controls": "What the map shows",
    "level": "Detail level",
    "view": "View",
    "layers": "Layers",
    "close": "Close",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "attribution": "Attribution",
    "unit_m": "{value} m",
    "unit_km": "{value} km",
    "unit_m2": "{value} m²",
    "unit_share": "{value} %",
    "unit_count": "{value}",
    "unit_points": "{value} points",
    "range": "{value} ({low} to {high})",
    "cannot_tell": "cannot tell",
    "from_zoom": "Come nearer to see single views and buildings.",
    "failed": "This browser could not draw the map that moves ({reason}); a still one stands in its place.",
    # Layers that can be switched.
    "layer_views": "views",
    "layer_overlap": "overlap of views",
    "layer_streets": "streets by share in view",
    "layer_cameras": "cameras",
    "layer_places": "sensitive places",
    "layer_squares": "squares",
    "layer_homes": "homes in view, by area",
    "layer_ground": "private ground",
    "layer_areas": "areas by share of street in view",
    "layer_buildings": "buildings",
    "layer_labels": "names",
    "layer_lacking": "buildings missing",
    # Legend.
    "legend_streets": "Share of street in view",
    "legend_steps": "Street that any camera active by then could look at, in any draw",
    "legend_areas": "Share of an area's street in view, mean of the draws",
    "legend_homes": "Share of an area's dwellings in view, mean of the draws",
    "legend_overlap": "Cameras whose view covers a spot",
    "share_none": "none of it",
    "share_few": "up to 10 %",
    "share_some": "10 to 40 %",
    "share_many": "40 to 70 %",
    "share_most": "over 70 %",
    "withheld": "too few to publish, or not known",
    "view_known": "view, bearing known or all round",
    "view_open": "view, bearing open: a part of it, nobody says which",
    "view_baseline": "view of a camera of the baseline",
    "view_added": "view of a camera added by a phase",
    "camera_examined": "camera",
    "camera_added": "camera added by a phase",
    "camera_both": "camera of both plans",
    "camera_alone": "camera of this plan alone",
    "view_both": "view of a camera of both plans",
    "view_alone": "view of a camera of this plan alone",
    "camera_not_examined": "camera, view not examined",
    "place_mark": "sensitive place",
    "square_mark": "square",
    "ground_mark": "gardens, yards and other ground known as private",
    "lacking_mark": "the map lacks buildings: views there are upper bounds",
    "boundary_mark": "study boundary",
    "step_none": "no camera by then",
    "step_baseline": "already before the first phase",
    "step_added": "added by then",
    # Cards.
    "camera_title": "Camera {id}",
    "known": "What is known",
    "assumed": "What is assumed",
    "sees": "What it sees",
    "kind": "Kind",
    "use": "Use",
    "operator": "Operator",
    "manufacturer": "Maker",
    "not_named": "not named",
    "position": "Position",
    "position_moved": "{position} (by {distance})",
    "stated": "Stated",
    "stated_nothing": "nothing but the position",
    "assumed_of": "Assumed, since the list leaves it open",
    "assumed_nothing": "nothing",
    "doubts": "The list's own doubts",
    "phase": "Phase",
    "status": "Status",
    "source": "Source",
    "area_reachable": "Could look at, at {level}",
    "area_at_once": "In view at any one moment, at {level}",
    "not_examined": "Its view is not examined.",
    "masks": "Masks that would spare the homes in its view",
    "mask_count": "{count}, over {degrees}° of bearings; private ground in view {before} without them, {after} with them",
    "mask_none": "none needed: no home known as such is in view",
    "camera_streets": "Streets that it could look at, at {level}",
    "camera_streets_none": "none",
    "more": "and {count} more",
    "length": "Length",
    "street_in_view_reachable": "Could be looked at, at {level}",
    "street_in_view_at_once": "In view at any one moment, at {level}",
    "street_lacking": "Of it where the map lacks buildings: what is in view there is an upper bound",
    "street_cameras": "Cameras that could look at a part of it, at {level}",
    "who_sees_it": "Who sees it",
    "who_none": "No camera of the list could look at it, in any draw.",
    "who_entry": "{id}: in {share} of the draws",
    "who_entry_vehicles": "{id}: in {share} of the draws; it watches vehicles",
    "who_most": "A street lists at most {most} cameras, those that could look at it in most draws.",
    "unnamed_street": "Unnamed {kind}",
    "plan_b_street": "In {plan}, at {level}",
    "plan_b_difference": "Difference, {plan} less this plan, at {level}, mean of the draws",
    "place_entrance_reachable": "An entrance could be looked at, at {level}",
    "place_entrance_at_once": "An entrance in view at any one moment, at {level}",
    "place_draws": "in {share} of the draws",
    "place_approach_reachable": "Approach that could be looked at, at {level}",
    "place_approach_at_once": "Approach in view at any one moment, at {level}",
    "place_unseen": "A way in that is unseen at {level}",
    "place_unseen_unknown": "cannot tell: the network ends near by",
    "place_least": "In view on the least-seen way",
    "square_crowd": "People of a crowd in view at once, at {level}",
    "unnamed_square": "Unnamed square",
    "area": "Area",
    "residents": "Residents",
    "area_streets": "Open-air street in it",
    "area_street_reachable": "Of it, could be looked at, at {level}",
    "area_street_at_once": "Of it, in view at any one moment, at {level}",
    "area_public": "Public space in it",
    "area_seen_by": "Ground that {cameras} could look at",
    "area_cameras": "Cameras that stand in it",
    "area_effective": "Cameras without overlap that would see the same ground",
    "seen_by_1": "1 camera",
    "seen_by_2": "2 cameras",
    "seen_by_3": "3 cameras",
    "seen_by_4": "4 cameras",
    "seen_by_5": "5 or more cameras",
    "unnamed_area": "Area {id}",
    "homes_title": "Homes in {name}",
    "homes_of": "Buildings that people live in",
    "homes_reachable": "Of them, could be looked at, at {level}",
    "homes_at_once": "Of them, in view at any one moment, at {level}",
    "homes_withheld": "withheld: so few that they could be told",
    "overlap_here": "Views that cover this spot, at {level}",
    "overlap_none": "none",
    # Phases.
    "phases": "Phase",
    "step_baseline_name": "Baseline",
    "step_told": "{name}, {date}. Active cameras: {active}; new: {added}; no longer active: {ended}.",
    "step_share": "Street in view, at {level}: {share} of {length}.",
    "step_share_public": "Public space in view, at {level}: {share} of {area}.",
    "step_since": "Added since the baseline: {share}.",
    "steps_gone": "Gone by the last step: {count}; their views are not drawn, nor streets that only they saw.",
    # Plan against plan.
    "swipe": "Hold against {plan}",
    "swipe_handle": "Where this plan ends and the other begins",
    "plan_a": "A: {plan}",
    "plan_b": "B: {plan}",
    "swipe_phases": "Both plans stand at their last step while they are held against each other.",
}

VIEW_TITLES = {"reachable": "could look at", "at_once": "in view at any one moment"}

TERMS = {
    # Where a camera stands against the buildings.
    "free": "stands free, as mapped",
    "on_roof": "stands on a roof",
    "on_facade": "hangs on a wall; set off from it",
    "moved_to_facade": "mapped inside or beside a building; moved out of the nearest wall",
    "inside_building": "mapped deep inside a building; its view is not examined",
    "indoor": "indoors by its own tag; its view is not examined",
    # Kinds and uses of cameras.
    "fixed": "fixed",
    "dome": "dome",
    "panning": "panning",
    "panorama": "all round",
    "unknown": "not known",
    "plate_reader": "plate reader",
    "speed": "speed",
    "red_light": "red light",
    "traffic": "traffic",
    "level_crossing": "level crossing",
    "webcam": "webcam",
    "in_use": "in use",
    "disused": "out of use",
    "planned": "planned",
    # What a list states or leaves open.
    "bearing": "bearing",
    "field_of_view": "field of view",
    "image_width": "pixels across the image",
    "mounting_height": "mounting height",
    "tilt": "tilt",
    "kind": "kind",
    "setting": "what it watches",
    "mount": "what it hangs on",
    "operator": "operator",
}
"""Terms of the tables in words; one that is not here stands as in the table."""


def fineness_note(*, view_m: float, grid_m: float, is_large: bool) -> str:
    """Return in words what the map simplifies; lengths in metres."""
    rounded = say(
        "On this map corners are rounded to {grid_m:.2g} m and the edges of views simplified by up to {view_m:.2g} m.",
        grid_m=grid_m,
        view_m=view_m,
    )
    afar = (
        say(
            " Seen from afar, streets of one colour are joined and short stretches left out, as are small buildings, and of cameras"
            " on one pixel one is drawn; single views, and streets that can be asked about, are drawn from a nearer zoom on. Metres"
            " below 1,000 in the cards are rounded to whole ones."
        )
        if is_large
        else ""
    )
    return say(
        "{rounded}{afar} Numbers over 1,000 in the cards have three digits. The tables hold everything whole.",
        rounded=rounded,
        afar=afar,
    )
