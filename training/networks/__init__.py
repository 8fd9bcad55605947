"""Networks in pure torch, their sizes as parameters; parts are named as in the papers."""
