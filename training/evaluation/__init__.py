"""Model packages measured on images with truths, by the reader's own systems."""
