"""Unpacks version 2 of the aws command from the package that carries it, once, and prints where the command is."""

import io
import sys
import tarfile
import zipfile
from importlib.metadata import files
from pathlib import Path

PACKAGE = "aws-cdk-asset-awscli-v2"
LAYER = "package/lib/layer.zip"


def unpack():
    archive = next(Path(file.locate()) for file in files(PACKAGE) if file.name.endswith(".jsii.tgz"))
    # One folder a package version: a new one in the requirements is unpacked anew.
    target = Path(sys.prefix) / "awscli-v2" / archive.name.removesuffix(".jsii.tgz")
    if not target.exists():
        unfinished = target.with_name(target.name + ".unfinished")
        with tarfile.open(archive) as package, package.extractfile(LAYER) as layer:
            content = zipfile.ZipFile(io.BytesIO(layer.read()))
            wanted = [name for name in content.namelist() if "/dist/" in name and "/examples/" not in name]
            content.extractall(unfinished, wanted)
        for program in unfinished.glob("awscli/v2/*/dist/aws"):
            program.chmod(0o755)
        unfinished.rename(target)
    [command] = target.glob("awscli/v2/*/dist/aws")
    return command


if __name__ == "__main__":
    print(unpack())
