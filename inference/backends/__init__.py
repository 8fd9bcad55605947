"""ONNX Runtime in one place: which provider, sessions that stay warm, runs that can be stopped."""
