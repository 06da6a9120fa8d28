"""What would a change have done, and how good is the watch? Returns values; drawing is report's."""
