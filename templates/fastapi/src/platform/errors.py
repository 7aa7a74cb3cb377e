"""What may be away for a while."""


class Unavailable(Exception):  # noqa: N818, it says what is the case
    """Something that the service depends on cannot be reached now; a request gets 503."""
