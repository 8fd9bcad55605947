"""DeepLIMa's mass detector: Faster R-CNN with pyramid, focal loss and a non-local block."""
