"""The benchmarks: what is measured, beside whom, and how."""
