"""Prometheus's rules and Grafana's page speak of counts that the gateway really gives."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.deploy.manifests import WATCH
from webhook.metrics import Metrics

ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((WATCH / "alerts.yml").read_text(encoding="utf-8"))["groups"] for rule in group["rules"]
]
PANELS: list[dict[str, Any]] = json.loads((WATCH / "dashboard.json").read_text(encoding="utf-8"))["panels"]
EXPRESSIONS = {
    **{f"alert {rule['alert']}": rule["expr"] for rule in ALERTS},
    **{f"panel {panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]},
}
# What has to be noticed, and by which alert.
NOTICED = {
    "nobody can be understood": ("NobodyIsUnderstood", "waymark_ready"),
    "people are answered without Rasa": ("AnsweredAlone", "waymark_alone_total"),
    "the queue grows": ("QueueGrows", "waymark_waiting"),
    "an answer does not arrive": ("PagesUndeliverable", "waymark_pages_total"),
    "replies are slow": ("RepliesAreSlow", "waymark_reply_seconds_bucket"),
    "nobody writes": ("NoMessages", "waymark_messages_total"),
}


def counted() -> dict[str, set[str]]:
    """Return every name that the gateway gives once each thing has happened, with its labels."""
    metrics = Metrics()
    metrics.replied("web", {"language": "en", "messages": [{"services": [{"id": "emergency-999"}]}]}, 0.2)
    metrics.answered_alone("web")
    metrics.danger("words")
    metrics.delivered("sms", "undeliverable")
    metrics.receipt("twilio", "failed")
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


COUNTED = counted()


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_every_count_that_is_asked_for_exists(expression: str):
    """A rule on a name that nobody counts would never fire."""
    named = set(re.findall(r"\bwaymark_\w+", expression))
    assert named
    assert named <= set(COUNTED)


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_every_label_that_is_asked_for_exists(expression: str):
    """Each is one of the counts it is asked of; `instance` is Prometheus's own."""
    named = {name for listed in re.findall(r"\bby \(([^)]*)\)", expression) for name in re.split(r",\s*", listed)}
    named |= {name for listed in re.findall(r"\{([^}]*)\}", expression) for name in re.findall(r"(\w+)\s*=", listed)}
    given = set.intersection(*(COUNTED[name] for name in re.findall(r"\bwaymark_\w+", expression)))
    assert named <= given | {"instance"}


@pytest.mark.parametrize(("alert", "name"), NOTICED.values(), ids=NOTICED.keys())
def test_what_matters_is_noticed(alert: str, name: str):
    """Each has its alert."""
    (rule,) = (rule for rule in ALERTS if rule["alert"] == alert)
    assert name in rule["expr"]


@pytest.mark.parametrize("rule", ALERTS, ids=[rule["alert"] for rule in ALERTS])
def test_every_alert_says_what_it_means(rule: dict[str, Any]):
    """How soon somebody has to look, what is wrong, and what that is for people or where to look."""
    assert rule["labels"]["severity"] in ("urgent", "soon")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]


def test_all_that_is_counted_is_shown():
    """The page leaves nothing out that somebody may need."""
    shown = " ".join(expression for name, expression in EXPRESSIONS.items() if name.startswith("panel"))
    histogram = {"waymark_reply_seconds_sum", "waymark_reply_seconds_count"}
    assert {name for name in COUNTED if not name.endswith("_created")} - histogram <= set(re.findall(r"\bwaymark_\w+", shown))


def test_every_machine_is_asked_for_itself():
    """The token stands in a file, and /metrics where Prometheus looks for it."""
    jobs = yaml.safe_load((WATCH / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    assert all("credentials_file" in job["authorization"] for job in jobs)
    assert all("metrics_path" not in job for job in jobs)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed: it comes with Debian's prometheus")
def test_prometheus_takes_the_alerts_and_they_fire():
    """Prometheus's own checker reads them, and each fires in the case it is for and not in a good hour."""
    subprocess.run(["promtool", "check", "rules", str(WATCH / "alerts.yml")], check=True, capture_output=True)
    cases = WATCH.parent.parent / "tests" / "deploy" / "alerts.yml"
    ran = subprocess.run(["promtool", "test", "rules", str(cases)], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr + ran.stdout
