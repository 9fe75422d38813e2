"""Files that survive: written whole or not at all, sealed by a checksum, with the generation before kept beside."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

NEW_SUFFIX = ".new"
PREVIOUS_SUFFIX = ".prev"

# The seal is one more table of the TinyDB file, the last one, so that plain TinyDB can still read it.
_SEAL_TEMPLATE = b',"seal":{"1":{"blake2b":"%s"}}}'
_SEAL_BYTES = len(_SEAL_TEMPLATE) - 2 + 32


class Files:
    """The operations on the disk, one method each, so that a test can put a fault or a kill at any of them."""

    def make_folder(self, path: Path, mode: int) -> None:
        path.mkdir(mode, exist_ok=True)

    def open_new(self, path: Path) -> int:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def write(self, descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def fsync_dir(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, path: Path) -> bytes | None:
        """The content, or None when there is no such file."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def read_end(self, path: Path, length: int) -> bytes:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - length))
            return file.read(length)


class HalfWritten(OSError):
    """The write failed, and so did taking it back: what is kept must be read again."""


def with_file_suffix(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def make_folders(files: Files, *folders: Path) -> None:
    """Make each, and whatever is missing above the first, durably."""
    # Those above are whatever its user makes; but they too must be there after a loss of power.
    above = [parent for parent in reversed(folders[0].parents) if not parent.exists()]
    for one, mode in {**dict.fromkeys(above, 0o777), **dict.fromkeys(folders, 0o700)}.items():
        files.make_folder(one, mode)
        files.fsync_dir(one.parent)


def replace_file(files: Files, path: Path, data: bytes) -> None:
    """Replace the file durably; the one before becomes the previous generation.

    A kill at any point leaves the old or the new content, in the file itself or, while there is none, in the
    previous generation. Raises OSError when nothing was changed, and `HalfWritten` when that is not sure.
    """
    new = with_file_suffix(path, NEW_SUFFIX)
    try:
        write_new_file(files, new, data)
        # When the file is missing, the previous generation is the one that counts and must stay.
        existed = path.exists()
        if existed:
            files.replace(path, with_file_suffix(path, PREVIOUS_SUFFIX))
    except OSError:
        with suppress(OSError):
            files.remove(new)
        raise
    try:
        files.replace(new, path)
        files.fsync_dir(path.parent)
    except OSError as problem:
        _undo_file_replacement(files, path, existed)
        raise problem


def write_new_file(files: Files, path: Path, data: bytes) -> None:
    """Its content durably; that it is there at all is for the folder's own sync."""
    descriptor = files.open_new(path)
    try:
        files.write(descriptor, data)
        files.fsync(descriptor)
    finally:
        files.close(descriptor)


def _undo_file_replacement(files: Files, path: Path, existed: bool) -> None:
    try:
        if existed:
            files.replace(with_file_suffix(path, PREVIOUS_SUFFIX), path)
        else:
            files.remove(path)
        files.remove(with_file_suffix(path, NEW_SUFFIX))
    except OSError as problem:
        raise HalfWritten(*problem.args) from problem


def seal_json(json_object: bytes) -> tuple[bytes, str]:
    """A JSON object with its checksum as the last member, and the checksum."""
    checksum = _seal_checksum(json_object[:-1])
    return json_object[:-1] + _SEAL_TEMPLATE % checksum.encode(), checksum


def unseal_json(raw: bytes) -> bytes:
    """The JSON object without its seal. Raises ValueError when a single bit differs from what was written."""
    body, end = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
    if end != _SEAL_TEMPLATE % _seal_checksum(body).encode():
        raise ValueError("checksum does not fit")
    return body + b"}"


def read_claimed_seal(files: Files, path: Path) -> str:
    """The checksum that a file claims to have, read from its end alone; some other text when it is damaged."""
    return parse_claimed_seal(files.read_end(path, _SEAL_BYTES))


def parse_claimed_seal(raw: bytes) -> str:
    return raw[-36:-4].decode("ascii", "replace")


def _seal_checksum(body: bytes) -> str:
    return blake2b(body, digest_size=16).hexdigest()
