#!/usr/bin/env bash
# A failing check's message in JUnit XML, as four libraries write it: with colours, a lone escape, a bell and a line
# break, as programs print them. XML 1.0 allows neither of the control characters. Rust's takes terminal sequences out,
# and with a lone escape the letter after it. Python's and JavaScript's take the characters alone out, so that the rest
# of a colour stays as text. Go's puts U+FFFD in their place. Two keep the line break of an attribute as it is, which
# every XML reader gives back as a space; two write it as a reference, which comes back as a break.
#
# Seen on 2026-12-01 with quick-junit 0.5.2 (Rust), junit-xml 1.9 (Python), junit-report-builder 5.1.1 (JavaScript) and
# go-junit-report 2.1.0 (Go). The message attribute as Python's ElementTree reads it, of 'ESC[31mE1ESC[0m ESCE2 BELE3 LF E4':
#   Rust        'E1 2 E3 E4'                        'E2' is '2'
#   Python      '[31mE1[0m E2 E3 E4'
#   JavaScript  '[31mE1[0m E2 E3\nE4'
#   Go          '\ufffd[31mE1\ufffd[0m \ufffdE2 \ufffdE3\nE4'
#
# Needs Rust, Python 3 with venv, Node.js with npm, and Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p rust/src javascript go

cat >rust/Cargo.toml <<'END'
[package]
name = "seen"
version = "0.1.0"
edition = "2021"

[dependencies]
quick-junit = "=0.5.2"
END
cat >rust/src/main.rs <<'END'
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

fn main() {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message("\x1b[31mE1\x1b[0m \x1bE2 \x07E3\nE4");
    let mut suite = TestSuite::new("s");
    suite.add_test_case(TestCase::new("t", status));
    let mut report = Report::new("r");
    report.add_test_suite(suite);
    print!("{}", report.to_string().unwrap());
}
END
(cd rust && cargo run --quiet) >rust.xml

python3 -m venv python
python/bin/pip install --quiet junit-xml==1.9
python/bin/python - >python.xml <<'END'
from junit_xml import TestCase, TestSuite, to_xml_report_string

case = TestCase("t", "c")
case.add_failure_info(message="\x1b[31mE1\x1b[0m \x1bE2 \x07E3\nE4")
print(to_xml_report_string([TestSuite("s", [case])]))
END

(
  cd javascript
  echo '{"private":true,"dependencies":{"junit-report-builder":"5.1.1"}}' >package.json
  npm install --silent --no-audit --no-fund --ignore-scripts
  node -e '
    const module = require("junit-report-builder");
    const report = module.default ?? module;
    report.testSuite().name("s").testCase().name("t").failure("\x1b[31mE1\x1b[0m \x1bE2 \x07E3\nE4");
    console.log(report.build());
  '
) >javascript.xml

cat >go/main.go <<'END'
package main

import (
	"os"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

func main() {
	suite := junit.Testsuite{Name: "s"}
	suite.AddTestcase(junit.Testcase{Name: "t", Failure: &junit.Result{Message: "\x1b[31mE1\x1b[0m \x1bE2 \aE3\nE4"}})
	report := junit.Testsuites{}
	report.AddSuite(suite)
	report.WriteXML(os.Stdout)
}
END
(
  cd go
  export GOPATH="$folder/gopath" GOFLAGS=-mod=mod
  go mod init seen 2>/dev/null
  go get github.com/jstemmer/go-junit-report/v2@v2.1.0 2>/dev/null
  go run .
) >go.xml

python3 - <<'END' | tee seen
import xml.etree.ElementTree as tree

for name in ["rust", "python", "javascript", "go"]:
    print(name, ascii(tree.parse(name + ".xml").getroot().find(".//failure").get("message")))
END

diff - seen <<'END'
rust 'E1 2 E3 E4'
python '[31mE1[0m E2 E3 E4'
javascript '[31mE1[0m E2 E3\nE4'
go '\ufffd[31mE1\ufffd[0m \ufffdE2 \ufffdE3\nE4'
END
