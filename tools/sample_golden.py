"""Write the sample's golden numbers anew; look at the difference before committing it."""

from __future__ import annotations

import json
from pathlib import Path

from overseen.assessment.assess import assess
from overseen.sources.plan_file import sample_inputs

FILE = Path(__file__).parents[1] / "tests" / "assessment" / "sample_golden.json"

if __name__ == "__main__":
    inputs = sample_inputs()
    found = assess(inputs.plan, inputs.city, inputs.viewing).findings
    columns = ["value", "low", "high", "denominator"]
    golden = {name: row.to_dict() for name, row in found[columns].astype(float).iterrows()}
    FILE.write_text(json.dumps(golden, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(golden)} findings in {FILE}")
