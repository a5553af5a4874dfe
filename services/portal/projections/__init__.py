"""The read side: facts from topics are projected into documents made for the portal's questions."""
