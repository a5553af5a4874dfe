"""The portal's read side: facts from topics, folded into documents made for its questions."""
