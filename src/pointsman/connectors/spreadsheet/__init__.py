"""Tables in files: CSV and XLSX as streams of rows."""
