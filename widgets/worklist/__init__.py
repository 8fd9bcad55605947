"""The worklist as it is seen: lines, table, bar with filters, and the page of sources."""
