"""What people hold open in this process, sockets and downloads, and whose sign-in still holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain
from typing import Protocol

from conversations.roles.rights import Role
from streaming.live.protocol import TOO_MANY_SOCKETS


class OpenSocket(Protocol):
    """One page's socket, or a download. `end` may be called at any time, and does not wait.

    `role` is that of the person when it was opened; None if it shows none of what depends on it.
    """

    user_id: int
    session_key: str
    role: Role | None

    def end(self, code: int) -> None: ...


class Sockets:
    """Counts sockets, by person and in all. Belongs to the loop."""

    def __init__(self, most_of_one: int, most: int) -> None:
        self._most_of_one = most_of_one
        self._most = most
        self._open: dict[int, dict[OpenSocket, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def full(self) -> bool:
        return self._count >= self._most

    def admit(self, socket: OpenSocket) -> bool:
        """False where there is no room in this process; the person's oldest makes room for new."""
        if self.full:
            return False
        own = self._open.setdefault(socket.user_id, {})
        own[socket] = None
        self._count += 1
        if len(own) > self._most_of_one:
            oldest = next(iter(own))
            self.dismiss(oldest)
            oldest.end(TOO_MANY_SOCKETS)
        return True

    def dismiss(self, socket: OpenSocket) -> None:
        """Forget one that ended, or that ends; a second time changes nothing."""
        own = self._open.get(socket.user_id, {})
        if socket not in own:
            return
        del own[socket]
        self._count -= 1
        if not own:
            del self._open[socket.user_id]

    @property
    def sessions(self) -> dict[str, int]:
        """The sessions that hold sockets open, and whose they are."""
        return {socket.session_key: socket.user_id for socket in self._all()}

    @property
    def with_a_role(self) -> set[int]:
        """People with something open that depends on their role."""
        return {socket.user_id for socket in self._all() if socket.role is not None}

    def end_other_roles(self, roles: Mapping[int, Role], code: int) -> None:
        """Close what these people opened when they had another role."""
        for socket in self._all():
            if socket.role is not None and roles.get(socket.user_id, socket.role) != socket.role:
                self.dismiss(socket)
                socket.end(code)

    def end(self, sessions: Collection[str], code: int) -> None:
        """Close every socket that one of these sessions opened."""
        for socket in self._all():
            if socket.session_key in sessions:
                self.dismiss(socket)
                socket.end(code)

    def _all(self) -> list[OpenSocket]:
        return list(chain.from_iterable(self._open.values()))
