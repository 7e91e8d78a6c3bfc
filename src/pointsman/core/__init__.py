"""What decides: values in, values out, with time and chance as arguments."""
