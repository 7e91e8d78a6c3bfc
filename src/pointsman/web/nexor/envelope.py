"""What nexor's answers have in common (contract section 1)."""

from msgspec import Struct


class Success(Struct, kw_only=True):
    """Most answers say first that they are one."""

    success: bool = True


class Done(Success, kw_only=True):
    """Something was done, and there is nothing to show."""

    message: str
