#!/usr/bin/env bash
# Durations of configuration files (1y, 1M, 90), read by seven libraries. A year, which people write for a retention, is
# 365 days for two of them, 365.25 for three, and 364 (52 weeks) for humanfriendly. `1M` is a minute for four, a month of
# 30.44 days for humantime, and refused by two. A bare 90 is 90 ms in JavaScript, 90 s in humanfriendly. durationpy, which
# Kubernetes' Python client brings along, takes `1mm` for a month: one `m` too many, and 60 s are 30 days. parse-duration
# takes `1:30` for 1.03 ms.
#
# Seen on 2026-11-30, in seconds ("-": refused):
#                                 1y         1M        90     1mm
#   prometheus/common 0.67.1      31536000   -         -      -
#   durationpy 0.10               31536000   -         -      2592000
#   humanfriendly 10.0            31449600   60        90     -
#   pytimeparse 1.1.8             -          60        -      -
#   ms 2.1.3                      31557600   60        0.09   -
#   parse-duration 2.1.4          31557600   60        0.09   -
#   humantime 2.3.0               31557600   2630016   -      -
#
# Needs Python 3 with venv, Node.js with npm, Go and Rust. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

mkdir -p go rust/src
cat >go/main.go <<'END'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/prometheus/common/model"
)

func main() {
	fmt.Print("prometheus/common")
	for _, text := range os.Args[1:] {
		if found, err := model.ParseDuration(text); err != nil {
			fmt.Print(" -")
		} else {
			fmt.Print(" ", time.Duration(found).Seconds())
		}
	}
	fmt.Println()
}
END
(
  cd go
  go mod init example.com/durations >/dev/null 2>&1
  go get github.com/prometheus/common@v0.67.1 >/dev/null 2>&1
  go mod tidy >/dev/null 2>&1
  go run . 1y 1M 90 1mm
) | sed 's/3.1536e+07/31536000/' | tee seen

python3 -m venv python
python/bin/pip install --quiet durationpy==0.10 humanfriendly==10.0 pytimeparse==1.1.8
python/bin/python - <<'END' | tee -a seen
import durationpy, humanfriendly, pytimeparse

def seconds(read, text):
    try:
        found = read(text)
    except Exception:
        return "-"
    found = found.total_seconds() if hasattr(found, "total_seconds") else found
    return "-" if found is None else f"{found:g}" if found < 1e6 else str(int(found))

readers = {"durationpy": durationpy.from_str, "humanfriendly": humanfriendly.parse_timespan, "pytimeparse": pytimeparse.parse}
for name, read in readers.items():
    print(name, *(seconds(read, text) for text in ["1y", "1M", "90", "1mm"]))
END

npm init --yes >/dev/null
npm install --silent ms@2.1.3 parse-duration@2.1.4
cat >read.mjs <<'END'
import ms from 'ms';
import parse from 'parse-duration';
for (const [name, read] of Object.entries({ ms, 'parse-duration': parse })) {
  const seconds = (text) => read(text) === undefined || read(text) === null ? '-' : read(text) / 1000;
  console.log(name, ...['1y', '1M', '90', '1mm'].map(seconds));
}
console.log('parse-duration, 1:30', parse('1:30').toFixed(2), 'ms');
END
node read.mjs | tee -a seen

cat >rust/Cargo.toml <<'END'
[package]
name = "durations"
edition = "2021"

[dependencies]
humantime = "=2.3.0"
END
cat >rust/src/main.rs <<'END'
fn main() {
    let seconds = |text| humantime::parse_duration(text).map_or("-".into(), |found| found.as_secs().to_string());
    println!("humantime {}", ["1y", "1M", "90", "1mm"].map(seconds).join(" "));
}
END
CARGO_TARGET_DIR=$folder/target CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo run --quiet --manifest-path rust/Cargo.toml | tee -a seen

diff seen - <<'END'
prometheus/common 31536000 - - -
durationpy 31536000 - - 2592000
humanfriendly 31449600 60 90 -
pytimeparse - 60 - -
ms 31557600 60 0.09 -
parse-duration 31557600 60 0.09 -
parse-duration, 1:30 1.03 ms
humantime 31557600 2630016 - -
END
