"""How large one article may be, so that no single one fills the memory."""

#: Bytes of one article, and of one line of JSON Lines.
LONGEST = 32 << 20

TOO_LONG = f"is larger than {LONGEST >> 20} MB, too large for one article"
