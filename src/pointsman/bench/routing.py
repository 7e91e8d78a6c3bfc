"""Giving leads to people: `import --ruleset` beside the bare driver, and what a decision costs as a team grows."""

import asyncio
import csv
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import Connection, Table, select

from pointsman.bench import servers
from pointsman.bench.floor import Floor, TableRows, open_floor
from pointsman.bench.measure import Bar, Comparison, Outcome, in_turn
from pointsman.bench.routing_workload import ROWS_PER_LEAD, Team, lead_rows, prepare, team
from pointsman.bench.site import transact
from pointsman.cli.importing import ImportOrder, import_file
from pointsman.core.choosing import choose
from pointsman.core.people import Loads, People
from pointsman.settings import Settings
from pointsman.storage.tables import activities, assignments, decisions, events, leads, organizations
