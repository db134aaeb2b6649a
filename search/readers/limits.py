"""How large input may be, so that none of it fills the memory or the day."""

#: Bytes of one article, and of one line of JSON Lines.
LONGEST = 32 << 20

TOO_LONG = f"is larger than {LONGEST >> 20} MB, too large for one article"

#: How many times its size a packed file may unpack to. News packs to a fifth; what zlib can do at the utmost is 1,032.
RATIO = 250

#: Bytes that any packed stream or member may unpack to, and any file with all that is in it, whatever the ratio.
FREE, WHOLE = 64 << 20, 1 << 30

#: Archives and packed files within each other.
DEEPEST = 5
