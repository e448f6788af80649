"""What people may do here, by their role: administrator, member, or read-only.

It promises that each right is decided in one place, `rights`: whoever has a role gets what its row
there says, at every door and in every process. The front doors are `rights`; `doors`, which marks
what people without the right to write may do nevertheless; and `giving`, which changes a role. Who
is refused, and with which words, is for the rooms that ask.
"""
