"""One root for every refusal; each says what happened and what to do next."""


class ZhaohuoError(Exception):
    """Something was refused. The class docstring is the default message."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class NotFoundError(ZhaohuoError):
    """There is no such record, or it lies outside your region."""


class MoveRefusedError(ZhaohuoError):
    """This step is not possible from the present state."""

    def __init__(self, machine: str, current: str, target: str) -> None:
        super().__init__(f"{machine}: no move from {current!r} to {target!r}")
        self.machine, self.current, self.target = machine, current, target


class FactsRefusedError(ZhaohuoError):
    """A ledger entry was refused: a fact is unknown, missing or of the wrong type."""


class KeyMissingError(ZhaohuoError):
    """The key that sealed this value is not in the key ring; restore `keys.json` from the backup."""


class DatabaseBehindError(ZhaohuoError):
    """The database schema is not the program's; run `zhaohuo db upgrade`."""
