"""What a file is, told by its content, and what is kept of it.

It promises that a file of whatever content costs bounded memory and time, that its name and its
content are both made harmless, and that whoever added a file that is not taken reads why. The
front door is the names below. `conversations.files.decoding` opens it, in a process of its own.
"""

from conversations.files.reading.process import Reading, read
from conversations.files.reading.sentences import Refused

__all__ = ["Reading", "Refused", "read"]
