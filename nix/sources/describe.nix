# A source as scripts/fetch-sources.sh reads it.
source:
source.source
// {
  path = source.outPath;
  derivation = source.drvPath;
}
