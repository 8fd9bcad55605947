"""The process that reads beside the window: a crash, a kill or a hang there costs one job alone."""
