"""What is remembered: SQL and nothing but SQL, one file per noun."""
