"""What arrives: calls, parameters, fields, filters, periods, and the refusals that answer them."""
