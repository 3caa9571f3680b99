"""Which camera could look at which street, from the draws that were kept of every street."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.drawn_streets import DrawnStreets
from overseen.kernels.passages import Watchers
from overseen.model.schema import STREET_CAMERAS

MOST_PER_STREET = 50
"""So many cameras of one street are listed; a corner with more lists those that could look at it in most draws."""


def street_camera_table(street_id: pd.Index, drawn: DrawnStreets) -> pd.DataFrame:
    """Return table ``street_cameras``: per street the cameras that could look at any of it, those in most draws first.

    Plate readers are in it and marked, for they watch vehicles. At most ``MOST_PER_STREET`` cameras are listed of one street,
    which bounds the table by the number of streets.
    """
    return STREET_CAMERAS.checked(camera_columns(street_id, drawn.watchers, drawn.readers, drawn, most=MOST_PER_STREET))


def camera_columns(
    street_id: pd.Index, walkers: Watchers, readers: Watchers, drawn: DrawnStreets, *, most: int
) -> pd.DataFrame:
    """Return the columns of the table for streets, or groups of streets, of which it is known who watches them."""
    parts = [_pairs(walkers, is_reader=False), _pairs(readers, is_reader=True)]
    street, camera, count, is_reader = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    # Ties fall to the camera that comes first in the list, so that the table is the same however the work was cut.
    order = np.lexsort((camera, -count, street))
    street, camera, count, is_reader = street[order], camera[order], count[order], is_reader[order]
    rank = np.arange(len(street)) - np.searchsorted(street, street)
    kept = rank < most
    return pd.DataFrame(
        {
            "street_id": street_id.to_numpy(dtype=object)[street[kept]],
            "camera_id": drawn.camera_id[camera[kept]],
            "is_for_vehicles": is_reader[kept],
            "draws_share": count[kept] / max(drawn.draw_count, 1),
        },
        index=pd.RangeIndex(int(kept.sum()), name="pair"),
    )


def _pairs(
    watchers: Watchers, *, is_reader: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return street, camera, number of draws and whether it reads plates, pair by pair."""
    street = np.repeat(np.arange(len(watchers.first) - 1), np.diff(watchers.first)).astype(np.int64)
    count = np.bitwise_count(watchers.draws).astype(np.int64)
    return street, watchers.camera, count, np.full(len(street), is_reader)
