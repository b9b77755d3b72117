#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
For fleet_test.sh: the rules and the dashboard of doc/fleet, held against what vpasid export and
node_exporter have printed.

fleet.py names FILE...              each metric that the files have is in a *.prom of $METRICS
fleet.py rules DASHBOARD            its expressions as a file of rules
fleet.py layout DASHBOARD           panels don't overlap, and each has a title and an expression
fleet.py test DASHBOARD HOST...     a test for `promtool test rules`; of HOST there are the files
                                    $METRICS/HOST-before.prom and HOST-after.prom
"""
import json
import os
import pathlib
import re
import sys

METRICS = pathlib.Path(os.environ.get("METRICS", "."))
RULES = pathlib.Path(os.environ.get("RULES", "doc/fleet")).resolve()
NAME = re.compile(r"(?<![\w:{])(?:vpasid_|node_textfile_|\w+:vpasid_)[\w:]+")
# Hosts change after 2 hours, and the rules are looked at after 6, in seconds.
CHANGE, END, STEP = 2 * 3600, 6 * 3600, 300


def samples(path):
    """(name, labels as they are written, value)"""
    found = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        series, _, value = line.rpartition(" ")
        name, _, labels = series.partition("{")
        found.append((name, labels.removesuffix("}"), float(value)))
    return found


def label(labels, name):
    match = re.search(rf'(?:^|,){name}="((?:[^"\\]|\\.)*)"', labels)
    return match.group(1) if match else None


def dashboard_queries(path):
    dashboard = json.loads(pathlib.Path(path).read_text("utf-8"))
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield f"{panel['title']} {target['refId']}", target["expr"]


def filled(query):
    """What Grafana makes of it, of all hosts"""
    return query.replace("$instance", ".*").replace("$for", "vmm")


def variables(path):
    dashboard = json.loads(pathlib.Path(path).read_text("utf-8"))
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"]).groups()


def names(files):
    exported = {name for path in METRICS.glob("*.prom") for name, _, _ in samples(path)}
    labels = {
        (name, key)
        for path in METRICS.glob("*.prom")
        for name, text, _ in samples(path)
        for key in re.findall(r'(?:^|,)(\w+)="', text)
    }
    recorded = set(re.findall(r"record: (\S+)", (RULES / "recording.yml").read_text("utf-8")))
    known = exported | recorded
    wrong = []
    for path in files:
        text = pathlib.Path(path).read_text("utf-8")
        if path.endswith(".yml"):
            text = re.sub(r"(?m)^\s*(#|summary:|description:|- name:).*$", "", text)
        if path.endswith(".json"):
            text = "\n".join(query for _, query in dashboard_queries(path))
            for name, key in variables(path):
                text += "\n" + name
                if key != "instance" and (name, key) not in labels:
                    wrong.append(f"{path}: {name} has no label {key}")
        used = set(NAME.findall(text))
        if not used:
            wrong.append(f"{path}: it names no metric")
        wrong += [f"{path}: there is no {name}" for name in sorted(used - known)]
    print("\n".join(wrong))
    return bool(wrong)


def rules(path):
    queries = [
        {"record": f"query_{number}", "expr": filled(query)}
        for number, (_, query) in enumerate(dashboard_queries(path))
    ]
    print(json.dumps({"groups": [{"name": "dashboard", "rules": queries}]}))


def layout(path):
    dashboard = json.loads(pathlib.Path(path).read_text("utf-8"))
    wrong = []
    taken = {}
    defined = {variable["name"] for variable in dashboard["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(dashboard)))
    if used - defined:
        wrong.append(f"variables that aren't defined: {used - defined}")
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(set(ids)) != len(ids):
        wrong.append("two panels have the same ID")
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if not panel["title"] or not panel["targets"]:
            wrong.append(f"panel {panel['id']} has no title, or no expression")
        if place["x"] + place["w"] > 24:
            wrong.append(f"{panel['title']}: it is wider than 24 columns")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if taken.setdefault((x, y), panel["title"]) != panel["title"]:
                    wrong.append(f"{panel['title']} overlaps {taken[x, y]}")
                    return print("\n".join(wrong)) or True
    print("\n".join(wrong))
    return bool(wrong)


def with_host(labels, host):
    return f'{{instance="{host}"{"," if labels else ""}{labels}}}'


def series_of(host):
    """Series that have the values of the one file, then those of the other."""
    before, after = (
        {(name, labels): value for name, labels, value in samples(METRICS / f"{host}-{when}.prom")}
        for when in ("before", "after")
    )
    first, rest = CHANGE // STEP, (END - CHANGE) // STEP
    for name, labels in sorted(before.keys() | after.keys()):
        parts = []
        for values, times in ((before, first), (after, rest)):
            value = values.get((name, labels))
            parts += ["stale" if value is None else f"{value:g}x{times - 1}"]
            if value is None:
                parts += [f"_x{times - 1}"]
        yield {"series": name + with_host(labels, host), "values": " ".join(parts)}
    yield {
        "series": f'node_textfile_mtime_seconds{{instance="{host}",file="/x/vpasid.prom"}}',
        # that of the last host is never written again
        "values": f"0x{END // STEP}" if host == sys.argv[-1] else f"0+{STEP}x{END // STEP}",
    }


def expect(query, wanted):
    """Of each host, or of all"""
    return {
        "expr": query,
        "eval_time": f"{END}s",
        "exp_samples": [{"labels": labels, "value": value} for labels, value in wanted],
    }


def count(host, when, condition):
    return sum(map(condition, samples(METRICS / f"{host}-{when}.prom")))


def failing(host, when):
    """(for, question)"""
    return {
        (label(labels, "for"), label(labels, "question"))
        for name, labels, value in samples(METRICS / f"{host}-{when}.prom")
        if name == "vpasid_check" and label(labels, "verdict") == "fail" and value
    }


def expected_records(hosts):
    """What the rules record, worked out without Prometheus."""
    usable, widest, disabled, failed, ages = [], [], [], [], []
    for host in hosts:
        widths = [
            value
            for name, _, value in samples(METRICS / f"{host}-after.prom")
            if name == "vpasid_function_usable_pasid_width"
        ]
        here = f'{{instance="{host}"}}'
        usable.append((f"instance:vpasid_function_usable:count{here}", sum(w > 0 for w in widths)))
        if widths:
            name = "instance:vpasid_function_usable_pasid_width:max"
            widest.append((name + here, max(widths)))
        total = sum(
            value
            for name, labels, value in samples(METRICS / f"{host}-after.prom")
            if name == "vpasid_functions" and label(labels, "state") not in ("none", "enabled")
        )
        disabled.append((f"instance:vpasid_functions_not_enabled:sum{here}", total))
        name = f'instance_for:vpasid_check_fail:count{{instance="{host}",for="vmm"}}'
        failed.append((name, len(failing(host, "after"))))
        age = END if host == hosts[-1] else 0
        ages.append((f"instance:vpasid_export_age_seconds:max{here}", age))
    for records in (usable, widest, disabled, failed, ages):
        yield expect(records[0][0].partition("{")[0], records)


def expected_alerts(hosts):
    def firing(name):
        return f'ALERTS{{alertname="{name}",alertstate="firing"}}'

    def alert(name, severity, **labels):
        text = "".join(f',{key}="{value}"' for key, value in labels.items())
        return f'ALERTS{{alertname="{name}",alertstate="firing",severity="{severity}"{text}}}', 1

    checks, lost, off = [], [], []
    for host in hosts:
        for purpose, question in failing(host, "after") - failing(host, "before"):
            labels = {"for": purpose, "question": question, "verdict": "fail", "instance": host}
            checks.append(alert("PasidCheckFails", "warning", **labels))
        states = {
            when: {
                (label(labels, "bdf"), label(labels, "state")): value
                for name, labels, value in samples(METRICS / f"{host}-{when}.prom")
                if name == "vpasid_function_state"
            }
            for when in ("before", "after")
        }
        kinds = {
            label(labels, "bdf"): label(labels, "kind")
            for name, labels, _ in samples(METRICS / f"{host}-before.prom")
            if name == "vpasid_function_info"
        }
        for (bdf, state), value in states["after"].items():
            if state != "off" or not value:
                continue
            labels = {"bdf": bdf, "instance": host}
            off.append(alert("PasidOff", "info", state="off", **labels))
            if states["before"].get((bdf, "enabled")) and kinds[bdf] != "vf":
                lost.append(alert("PasidLost", "warning", state="enabled", **labels))
    stopped = {"file": "/x/vpasid.prom", "instance": hosts[-1]}
    for wanted in (checks, lost, off):
        if not wanted:
            sys.exit("no host has what an alert is for")
        yield expect(firing(re.search('"(.*?)"', wanted[0][0]).group(1)), wanted)
    yield expect(
        firing("PasidExportStopped"), [alert("PasidExportStopped", "warning", **stopped)]
    )


def has_answer(query):
    query = filled(query)
    return expect(f"count({query.removesuffix(' or vector(0)')}) > bool 0", [("{}", 1)])


def test(path, *hosts):
    print(
        json.dumps(
            {
                "rule_files": [str(RULES / "alerts.yml"), str(RULES / "recording.yml")],
                "evaluation_interval": f"{STEP}s",
                "tests": [
                    {
                        "interval": f"{STEP}s",
                        "input_series": [series for host in hosts for series in series_of(host)],
                        "promql_expr_test": [
                            *expected_records(hosts),
                            *expected_alerts(hosts),
                            *(has_answer(query) for _, query in dashboard_queries(path)),
                        ],
                    }
                ],
            },
            indent=1,
        )
    )


def main():
    command, *arguments = sys.argv[1:]
    if command == "names":
        return names(arguments)
    return {"rules": rules, "layout": layout, "test": test}[command](*arguments)


sys.exit(main())
