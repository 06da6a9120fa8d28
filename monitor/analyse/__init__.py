"""What a text is, how much it echoes a watch, who acts in it and why. Pure: no network, no store, no clock."""
