"""Tables of hypothetical networks: the spread over many draws, and nothing of any one of them."""

from __future__ import annotations

from overseen.model.schema.description import Column, Table, count, number, text
from overseen.model.schema.vocabulary import VIEWS

IMAGINED = Table(
    "imagined",
    "One measure over all hypothetical networks that were drawn by one rule; no network is told apart from another.",
    text("measure", "Name of the measure, as among the findings of an assessment"),
    (
        text("meaning", "What the number says"),
        text("view", "What cameras could look at, or have in view at any one moment", *VIEWS),
        text("level", "Detail level"),
        number("value", "see unit", "Mean over networks and draws"),
        number("low", "see unit", "5 % of networks and draws lie below"),
        number("high", "see unit", "95 % of networks and draws lie below"),
        number("siting_low", "see unit", "5 % of the networks have a lower mean over what is unknown of cameras"),
        number("siting_high", "see unit", "95 % of the networks have a lower mean over what is unknown of cameras"),
        Column(
            "siting_variance_share",
            "number",
            "",
            "Part of the variance that lies with where the cameras stand; empty: nothing varies",
            0.0,
            1.0,
            is_nullable=True,
        ),
        text("unit", "Unit"),
        number("denominator", "see denominator_unit", "Of how much"),
        text("denominator_unit", "What the denominator counts"),
        count("network_count", "Networks drawn"),
        count("draw_count", "Draws of what is unknown of the cameras, for each network"),
    ),
)
