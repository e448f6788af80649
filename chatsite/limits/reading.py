"""Files that come in: what is taken, and what reading one may cost (bytes, if nothing is said)."""

IMAGE_PIXELS = 50_000_000  # of one picture, before it is made smaller
IMAGE_EDGE = 3072  # pixels: the longer edge of a picture that is kept; no provider looks closer
IMAGE_BYTES = 8 * 1024**2  # of a picture that is kept
IMAGE_FRAMES = 200  # of an animation; of a longer one the first picture is kept
IMAGE_FRAME_PIXELS = 40_000_000  # of all its frames together
THUMBNAIL_EDGE = 320  # pixels
DOCUMENT_CHARACTERS = 2_000_000
DOCUMENT_PAGES = 1000
READING_MEMORY = 1024**3  # of the process that reads one file: its address space
READING_CPU_SECONDS = 30
READING_SECONDS = 45
READ_AT_ONCE = 2  # by one process
READING_WAIT_SECONDS = 60  # for a turn among those
