"""Files that are taken in row by row: where their rows go, and how far an import is."""

from enum import StrEnum


class TargetKind(StrEnum):
    """Where the leads of a file go."""

    PROCESSOR = "processor"
    WORKFLOW = "workflow"
    RULESET = "ruleset"


class ImportState(StrEnum):
    """How far an import is: `uploaded` waits for its mapping, `running` is worked on, the others are over."""

    UPLOADED = "uploaded"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
