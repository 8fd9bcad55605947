"""How far readings of one study agree: matching, overlap, kappa, tables. Pure functions."""
