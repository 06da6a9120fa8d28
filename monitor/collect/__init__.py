"""From the web to a text: feeds, fetching, polling decisions, extraction. Knows nothing of seeds or scores."""
