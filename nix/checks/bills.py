"""Read bills of materials with the standards' own libraries: `python bills.py FOLDER`; prints what they hold."""

import copy
import json
import pathlib
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.error import SPDXParsingError
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

CYCLONEDX = JsonStrictValidator(SchemaVersion.V1_6)
# Parts without a hash of their own: Go's library, what other archives contain, and what is compiled here.
WITHOUT_HASH = ("pkg:golang/stdlib@", "pkg:maven/", "pkg:npm/", "pkg:cargo/")


def faults_of_cyclonedx(bill: dict) -> list[str]:
    """Name what is wrong by its schema."""
    error = CYCLONEDX.validate_str(json.dumps(bill))
    return [] if error is None else [str(error)]


def faults_of_spdx(bill: dict) -> list[str]:
    """Name what is wrong by its specification."""
    try:
        document = JsonLikeDictParser().parse(copy.deepcopy(bill))
    except SPDXParsingError as error:
        return error.get_messages()
    return [message.validation_message for message in validate_full_spdx_document(document, "SPDX-2.3")]


def check(name: str, faults: list[str]) -> None:
    """End with the first fault."""
    if faults:
        sys.exit(f"{name}: {faults[0]}")


def main(folder: pathlib.Path) -> None:
    """Read each bill in both forms."""
    names = sorted(path.name.removesuffix(".cdx.json") for path in folder.glob("*.cdx.json"))
    for name in names:
        cyclonedx, spdx = (json.loads((folder / f"{name}.{form}.json").read_text()) for form in ("cdx", "spdx"))
        check(f"{name}.cdx.json", faults_of_cyclonedx(cyclonedx))
        check(f"{name}.spdx.json", faults_of_spdx(spdx))
        parts = {part["purl"]: part for part in cyclonedx["components"]}
        references = (package.get("externalRefs", []) for package in spdx["packages"])
        in_spdx = {reference["referenceLocator"] for found in references for reference in found}
        check(name, [f"its two forms differ in {url}" for url in sorted(parts.keys() ^ in_spdx)])
        check(name, [] if parts else ["it has no parts"])
        bare = [url for url, part in parts.items() if "hashes" not in part and not url.startswith(WITHOUT_HASH)]
        check(name, [f"{url} has no hash" for url in bare])
        licensed = sum("licenses" in part for part in parts.values())
        print(f"{name}: {len(parts)} parts, {licensed} with a licence")
        # NB: a check that takes everything would pass, too.
        del cyclonedx["components"][0]["name"]
        del spdx["packages"][-1]["name"]
        if not faults_of_cyclonedx(cyclonedx) or not faults_of_spdx(spdx):
            sys.exit(f"{name}: a part without a name is taken")
    if not names:
        sys.exit(f"{folder} has no bills")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
