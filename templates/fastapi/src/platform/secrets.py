"""A secret in files, of which Kubernetes brings new versions in without a restart."""

from pathlib import Path

from src.platform.errors import Unavailable


class Secret:
    """A secret in a mounted folder; each field is a file.

    Ask for a field at each use, and keep none: it is the current version's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._version: Path | None = None
        self._fields: dict[str, bytes] = {}

    def field(self, name: str) -> str:
        """The value now; Unavailable where there is no such secret, or field, (yet)."""
        return self.fields(name)[name]

    def fields(self, *names: str) -> dict[str, str]:
        """Several values, all of one version."""
        current = self._current()
        missing = [name for name in names if name not in current]
        if missing:
            raise Unavailable(f"{self._folder} has no {', '.join(missing)} yet")
        return {name: current[name].decode() for name in names}

    def _current(self) -> dict[str, bytes]:
        # All files of a version are replaced at once: `..data` is a link to the folder with them.
        link = self._folder / "..data"
        for _ in range(5):
            try:
                version = link.readlink()
                if version != self._version:
                    # Not through the link: it may be another folder for the next file.
                    fields = _read(self._folder / version)
                    if link.readlink() != version:
                        continue  # replaced meanwhile
                    self._version, self._fields = version, fields
                return self._fields
            except FileNotFoundError:
                continue  # replaced meanwhile, or not there
        # Outside of a cluster it may be a plain folder.
        return _read(self._folder) if self._folder.is_dir() else {}

    def __repr__(self) -> str:
        return f"Secret({str(self._folder)!r}, version={str(self._version)!r})"


def _read(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
