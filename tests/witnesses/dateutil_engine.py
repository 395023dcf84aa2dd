"""python-dateutil, one question a line: rule, start, end (tab-separated, YYYYMMDD); answers dates or `refused why`."""

import sys
from datetime import datetime

from dateutil.rrule import rrulestr

for line in sys.stdin:
    rule, start, end = line.rstrip("\n").split("\t")
    end = datetime.strptime(end, "%Y%m%d")
    found = []
    try:
        for moment in rrulestr(rule, dtstart=datetime.strptime(start, "%Y%m%d")):
            if moment > end:
                break
            found.append(moment.strftime("%Y%m%d").rjust(8, "0"))
        print(" ".join(found) or "none", flush=True)
    except Exception as error:
        print("refused", type(error).__name__, " ".join(str(error).split()), flush=True)
