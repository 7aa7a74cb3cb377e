#!/usr/bin/env bash
# The days on which a crontab line fires, by six readers. Kubernetes' CronJobs are read by robfig/cron; a service that is
# moved into a CronJob, or shows when one comes next, has one of the others.
# - APScheduler counts Monday as 0 even in from_crontab: what fires on Mondays elsewhere fires on Tuesdays. It also wants
#   the day of the month AND the day of the week, where the others take either.
# - A day of the month that begins with a star, but has a step: cronsim, as Debian's cron does, wants both days then, the
#   others take either.
# - Sunday as 7, which every cron of a Unix takes, is refused by robfig/cron, so by Kubernetes; 1#1 and L are, too.
# - croner reads ? as the day on which it is asked, so each process fires on other days; robfig/cron as a star.
# - A day that never comes (31 February): robfig/cron takes it, and gives the year 1 as the next time, which says never.
#
# Seen on 2026-11-30, from 2026-12-01 (a Tuesday) on, with github.com/robfig/cron/v3 3.0.1, croniter 6.0.0, APScheduler 3.11.1,
# cronsim 2.7, cron-parser 5.4.0 and croner 9.1.0. The days are in the expected output below.
#
# Needs Python 3 with venv, Node.js with npm, and Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"
export TZ=UTC
lines=('0 6 * * 1' '0 6 * * 7' '0 6 1 * 1' '0 6 */10 * 1' '0 6 * * 1#1' '0 6 31 2 *')

cat >main.go <<'END'
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

func main() {
	for _, line := range os.Args[1:] {
		schedule, err := cron.ParseStandard(line)
		if err != nil {
			fmt.Printf("robfig/cron %s: refused\n", line)
			continue
		}
		next, days := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), []string{}
		for range 4 {
			if next = schedule.Next(next); next.IsZero() {
				days = append(days, "the year 1")
				break
			}
			days = append(days, next.Format("Mon 2.1."))
		}
		fmt.Printf("robfig/cron %s: %s\n", line, strings.Join(days, ", "))
	}
}
END
go mod init example.com/days >/dev/null 2>&1
go get github.com/robfig/cron/v3@v3.0.1 >/dev/null 2>&1
go run . "${lines[@]}" | tee seen

python3 -m venv python
python/bin/pip install --quiet croniter==6.0.0 APScheduler==3.11.1 cronsim==2.7
cat >days.py <<'END'
import sys
from datetime import datetime, timedelta, timezone
from itertools import islice

from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
from cronsim import CronSim

BEGIN = datetime(2026, 12, 1, tzinfo=timezone.utc)


def apscheduler(line):
    trigger, before, now = CronTrigger.from_crontab(line, timezone.utc), None, BEGIN
    while before := trigger.get_next_fire_time(before, now):
        yield before
        now = before + timedelta(seconds=1)


READERS = {
    "croniter": lambda line: croniter(line, BEGIN, ret_type=datetime),
    "apscheduler": apscheduler,
    "cronsim": lambda line: CronSim(line, BEGIN),
}
for name, read in READERS.items():
    for line in sys.argv[1:]:
        try:
            days = [f"{it:%a} {it.day}.{it.month}." for it in islice(read(line), 4)]
            print(f"{name} {line}: {', '.join(days) or 'never'}")
        except Exception:
            print(f"{name} {line}: refused")
END
python/bin/python days.py "${lines[@]}" | tee -a seen

npm init --yes >/dev/null
npm install --silent cron-parser@5.4.0 croner@9.1.0
cat >days.mjs <<'END'
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
const begin = new Date('2026-12-01T00:00:00Z');
const readers = {
  'cron-parser': (line) => CronExpressionParser.parse(line, { tz: 'UTC', currentDate: begin }).take(4).map((it) => it.toDate()),
  croner: (line) => new Cron(line, { timezone: 'UTC' }).nextRuns(4, begin),
};
const day = (it) => `${it.toUTCString().slice(0, 3)} ${it.getUTCDate()}.${it.getUTCMonth() + 1}.`;
for (const [name, read] of Object.entries(readers)) {
  for (const line of process.argv.slice(2)) {
    try {
      console.log(`${name} ${line}: ${read(line).map(day).join(', ') || 'never'}`);
    } catch {
      console.log(`${name} ${line}: refused`);
    }
  }
}
const today = new Date().getUTCDate();
// Of the year that begins now: the Mondays, and twelve days that have nothing to do with the line.
const fires = new Cron('0 6 ? * 1', { timezone: 'UTC' }).nextRuns(60).filter((it) => it.getUTCDay() !== 1);
console.log(`croner 0 6 ? * 1: besides Mondays ${fires.every((it) => it.getUTCDate() === today) && fires.length > 5 ? "today's day of each month" : 'something else'}`);
END
node days.mjs "${lines[@]}" | tee -a seen

diff seen - <<'END'
robfig/cron 0 6 * * 1: Mon 7.12., Mon 14.12., Mon 21.12., Mon 28.12.
robfig/cron 0 6 * * 7: refused
robfig/cron 0 6 1 * 1: Tue 1.12., Mon 7.12., Mon 14.12., Mon 21.12.
robfig/cron 0 6 */10 * 1: Tue 1.12., Mon 7.12., Fri 11.12., Mon 14.12.
robfig/cron 0 6 * * 1#1: refused
robfig/cron 0 6 31 2 *: the year 1
croniter 0 6 * * 1: Mon 7.12., Mon 14.12., Mon 21.12., Mon 28.12.
croniter 0 6 * * 7: Sun 6.12., Sun 13.12., Sun 20.12., Sun 27.12.
croniter 0 6 1 * 1: Tue 1.12., Mon 7.12., Mon 14.12., Mon 21.12.
croniter 0 6 */10 * 1: Tue 1.12., Mon 7.12., Fri 11.12., Mon 14.12.
croniter 0 6 * * 1#1: Mon 7.12., Mon 4.1., Mon 1.2., Mon 1.3.
croniter 0 6 31 2 *: refused
apscheduler 0 6 * * 1: Tue 1.12., Tue 8.12., Tue 15.12., Tue 22.12.
apscheduler 0 6 * * 7: refused
apscheduler 0 6 1 * 1: Tue 1.12., Tue 1.6., Tue 1.2., Tue 1.8.
apscheduler 0 6 */10 * 1: Tue 1.12., Tue 11.5., Tue 1.6., Tue 31.8.
apscheduler 0 6 * * 1#1: refused
apscheduler 0 6 31 2 *: never
cronsim 0 6 * * 1: Mon 7.12., Mon 14.12., Mon 21.12., Mon 28.12.
cronsim 0 6 * * 7: Sun 6.12., Sun 13.12., Sun 20.12., Sun 27.12.
cronsim 0 6 1 * 1: Tue 1.12., Mon 7.12., Mon 14.12., Mon 21.12.
cronsim 0 6 */10 * 1: Mon 21.12., Mon 11.1., Mon 1.2., Mon 1.3.
cronsim 0 6 * * 1#1: Mon 7.12., Mon 4.1., Mon 1.2., Mon 1.3.
cronsim 0 6 31 2 *: refused
cron-parser 0 6 * * 1: Mon 7.12., Mon 14.12., Mon 21.12., Mon 28.12.
cron-parser 0 6 * * 7: Sun 6.12., Sun 13.12., Sun 20.12., Sun 27.12.
cron-parser 0 6 1 * 1: Tue 1.12., Mon 7.12., Mon 14.12., Mon 21.12.
cron-parser 0 6 */10 * 1: Tue 1.12., Mon 7.12., Fri 11.12., Mon 14.12.
cron-parser 0 6 * * 1#1: Mon 7.12., Mon 4.1., Mon 1.2., Mon 1.3.
cron-parser 0 6 31 2 *: refused
croner 0 6 * * 1: Mon 7.12., Mon 14.12., Mon 21.12., Mon 28.12.
croner 0 6 * * 7: Sun 6.12., Sun 13.12., Sun 20.12., Sun 27.12.
croner 0 6 1 * 1: Tue 1.12., Mon 7.12., Mon 14.12., Mon 21.12.
croner 0 6 */10 * 1: Tue 1.12., Mon 7.12., Fri 11.12., Mon 14.12.
croner 0 6 * * 1#1: Mon 7.12., Mon 4.1., Mon 1.2., Mon 1.3.
croner 0 6 31 2 *: never
croner 0 6 ? * 1: besides Mondays today's day of each month
END
