"""What this process has done, as Prometheus reads it. Figures of the database are read when they are asked for."""

from prometheus_client import Counter, Gauge, Histogram

STEPS = Counter("pointsman_steps_total", "Steps that runs entered.")
RUNS_CLAIMED = Counter("pointsman_runs_claimed_total", "Runs that were due and claimed.")
EFFECTS = Counter("pointsman_effects_total", "Effects performed, by kind and what became of them.", ["kind", "result"])
DELIVERIES = Counter("pointsman_deliveries_total", "Tries to deliver events, by what became of them.", ["result"])
LEASES_RECOVERED = Counter("pointsman_leases_recovered_total", "Leases that ran out and were taken over.")
TIMERS = Counter("pointsman_timers_total", "Timers of SLAs and stale alerts that were settled.")
ROUNDS_FAILED = Counter("pointsman_engine_rounds_failed_total", "Rounds of an engine's loop that failed.", ["loop"])
ROUND_SECONDS = Histogram("pointsman_engine_round_seconds", "How long a round took.", ["loop"])
DUE_RUNS = Gauge("pointsman_due_runs", "Runs whose time has come, at most 100,000 are counted.")
DUE_LAG = Gauge("pointsman_due_lag_seconds", "How long the longest due run has been due.")
DUE_EFFECTS = Gauge("pointsman_due_effects", "Effects whose time has come, at most 100,000 are counted.")


def note_backlog(*, runs: int, effects: int, lag_seconds: float) -> None:
    """Keep what is due in the database."""
    DUE_RUNS.set(runs)
    DUE_EFFECTS.set(effects)
    DUE_LAG.set(lag_seconds)
