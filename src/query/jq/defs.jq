def _cell($of; quoted):
  if isstring then quoted
  elif isarray or isobject then error("`\($of)` cannot show a list or an object in a cell")
  elif . == null then ""
  else tostring end;
def @csv: [.[] | _cell("@csv"; "\"" + (split("\"") | join("\"\"")) + "\"")] | join(",");
def @tsv: [.[] | _cell("@tsv"; split("\\") | join("\\\\") | split("\t") | join("\\t")
  | split("\n") | join("\\n") | split("\r") | join("\\r"))] | join("\t");
